"""The hands on the units, against a dictionary that knows every serial by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abci_app import doctor
from abci_app.core.codes import Code, Refusal
from abci_app.core.limits import U64_MAX
from abci_app.state import lots, schema, spans
from abci_app.state.lots import Span
from abci_app.store.kv import MemoryReader, Overlay
from tonne.v1 import state_pb2 as s

NOW = 100
ACCOUNTS = ("a", "b", "sink")
KINDS = (s.RESERVE, s.PENDING)
PROGRAM, CLASS = "P", "T"


@dataclass(frozen=True)
class Unit:
    """What is known of one serial."""

    account: str
    hold: int
    issuance: str
    vintage: int
    until: int
    class_id: str = "T"
    period: str = ""
    frozen: int = 0


@dataclass
class Naive:
    """Every serial by itself."""

    units: dict[tuple[str, int], Unit] = field(default_factory=dict)
    holds: dict[int, list[Span]] = field(default_factory=dict)

    def runs(self) -> Iterator[tuple[Span, str]]:
        """Free serials that lie side by side in one account, as (span, account)."""
        for space, serial in sorted(self.units):
            unit = self.units[(space, serial)]
            before = self.units.get((space, serial - 1))
            if unit.hold or unit.frozen or (before and _run(before) == _run(unit)):
                continue
            end = serial
            while True:
                after = self.units.get((space, end + 1))
                if after is None or _run(after) != _run(unit):
                    break
                end += 1
            yield Span(space, serial, end), unit.account

    def put(self, items: list[Span], **changes: str | int) -> None:
        for item in items:
            for serial in range(item.start, item.end + 1):
                key = (item.space, serial)
                self.units[key] = Unit(**{**vars(self.units[key]), **changes})

    def order(self, account: str) -> list[tuple[str, int]]:
        """Free unexpired serials in the order of the law."""
        free = [
            (unit.until or U64_MAX, unit.vintage, key)
            for key, unit in self.units.items()
            if (unit.account, unit.class_id, unit.hold, unit.frozen) == (account, CLASS, 0, 0)
            and not 0 < unit.until <= NOW
        ]
        return [key for _, _, key in sorted(free)]

    def allowed(self, account: str, *, expired: bool, period: str) -> list[tuple[str, int]]:
        """What `pick` takes for a duty: frozen for it first, expired ones where that is allowed."""
        keyed = [
            (not unit.frozen, unit.until or U64_MAX, unit.vintage, key)
            for key, unit in self.units.items()
            if (unit.account, unit.class_id, unit.period) == (account, CLASS, period)
            and unit.frozen in (0, lots.FOR_DUTY)
            and not unit.hold
            and (expired or not 0 < unit.until <= NOW)
        ]
        return [key for *_, key in sorted(keyed)]


def _run(unit: Unit) -> tuple[str, int, str, int]:
    return unit.account, unit.hold, unit.class_id, unit.frozen


@dataclass
class World:
    """The overlay under test beside the dictionary, driven by numbers that an example gives."""

    overlay: Overlay = field(default_factory=lambda: Overlay(MemoryReader()))
    naive: Naive = field(default_factory=Naive)

    def layer(self, depth: int, _: int, __: int) -> None:
        """Go on in an overlay above this one, merge it into the one below, or commit everything."""
        below = self.overlay.base
        if depth % 3 == 0:
            self.overlay = Overlay(self.overlay)
        elif depth % 3 == 1 and isinstance(below, Overlay):
            below.merge(self.overlay)
            self.overlay = below
        else:
            rows = dict(self.overlay.scan(b"", b"\xff"))
            self.overlay = Overlay(Overlay(MemoryReader(rows)))

    def create(self, size: int, kind: int, held: int) -> None:
        lot = s.Lot(
            account=ACCOUNTS[kind % 2],
            program=PROGRAM,
            class_id=CLASS,
            issuance=f"R{kind % 3}",
            vintage=2024 + kind % 2,
            valid_until_s=(0, 50, 100, 101)[kind % 4],
        )
        space = f"S{kind % 3}"
        held %= size + 1
        number = self._new_hold(lot.account, held) if held else 0
        span = lots.create(self.overlay, space, lot, size, (held, number))
        for serial in range(span.start, span.end + 1):
            self.naive.units[(space, serial)] = Unit(
                lot.account, 0, lot.issuance, lot.vintage, lot.valid_until_s
            )
        if held:
            self._held(number, [Span(space, span.end - held + 1, span.end)])

    def relocate(self, which: int, size: int, to: int) -> None:
        for item, _ in self._pick(which, size):
            lots.relocate(self.overlay, [item], ACCOUNTS[to % 3])
            self.naive.put([item], account=ACCOUNTS[to % 3])

    def recast(self, which: int, size: int, to: int) -> None:
        for item, _ in self._pick(which, size):
            fields = {"class_id": ("T", "U")[to % 2], "period": ("", "CP1")[to % 3 % 2]}
            lots.recast(self.overlay, [item], lambda lot, new=fields: _set(lot, **new))  # type: ignore[misc]
            self.naive.put([item], **fields)

    def freeze(self, which: int, size: int, cause: int) -> None:
        for item, _ in self._pick(which, size):
            bit = (lots.BY_ORDER, lots.FOR_DUTY)[cause % 2]
            assert lots.freeze(self.overlay, [item], bit) == item.count
            assert lots.freeze(self.overlay, [item], bit) == 0, "it is frozen for it already"
            self.naive.put([item], frozen=bit)

    def thaw(self, which: int, size: int, cause: int) -> None:
        bit = (lots.BY_ORDER, lots.FOR_DUTY)[cause % 2]
        for space, first in sorted(self.naive.units)[which : which + 1]:
            last = max(serial for name, serial in self.naive.units if name == space)
            item = Span(space, first, min(last, first + size))
            keyed = [(space, serial) for serial in range(item.start, item.end + 1)]
            frozen = [key for key in keyed if self.naive.units[key].frozen & bit]
            assert lots.thaw(self.overlay, [item], bit) == len(frozen)
            for key in frozen:
                self.naive.put([Span(space, key[1], key[1])], frozen=0)

    def hold(self, which: int, size: int, _: int) -> None:
        for item, account in self._pick(which, size):
            number = self._new_hold(account, item.count)
            lots.set_hold(self.overlay, [item], number)
            self._held(number, [item])

    def clear(self, which: int, _: int, __: int) -> None:
        active = sorted(self.naive.holds)
        if not active:
            return
        number = active[which % len(active)]
        items = self.naive.holds.pop(number)
        hold = schema.HOLDS.get(self.overlay, number)
        assert hold is not None
        assert lots.clear_hold(self.overlay, items, number) == hold.quantity_t
        hold.status, hold.quantity_t = s.HOLD_RELEASED, 0
        schema.HOLDS.put(self.overlay, hold)
        self.naive.put(items, hold=0)
        assert lots.clear_hold(self.overlay, items, number) == 0, "a hold ends once"

    def _pick(self, which: int, size: int) -> list[tuple[Span, str]]:
        runs = list(self.naive.runs())
        if not runs:
            return []
        run, account = runs[which % len(runs)]
        start = run.start + which % run.count
        return [(Span(run.space, start, min(run.end, start + size - 1)), account)]

    def _new_hold(self, account: str, quantity: int) -> int:
        number = sum(1 for _ in schema.HOLDS.all(self.overlay)) + 1
        hold = s.Hold(
            id=number,
            kind=KINDS[number % 2],
            status=s.HOLD_ACTIVE,
            program=PROGRAM,
            class_id=CLASS,
            account=account,
            quantity_t=quantity,
            placed_t=quantity,
        )
        schema.HOLDS.put(self.overlay, hold)
        return number

    def _held(self, number: int, items: list[Span]) -> None:
        self.naive.holds[number] = items
        self.naive.put(items, hold=number)

    def compare(self) -> None:
        stored: dict[tuple[str, int], Unit] = {}
        before: s.Lot | None = None
        for lot in schema.LOTS.all(self.overlay):
            assert lot.start <= lot.end
            if before is not None and (before.space, before.end + 1) == (lot.space, lot.start):
                assert _attributes(before) != _attributes(lot), "neighbours alike are one lot"
            for serial in range(lot.start, lot.end + 1):
                stored[(lot.space, serial)] = _attributes(lot)
            before = lot
        assert stored == self.naive.units
        assert _holdings(self.overlay) == self._expected_holdings()
        assert list(doctor.index_faults(self.overlay)) == []
        for class_id in ("T", "U"):
            supply = schema.SUPPLIES.get(self.overlay, PROGRAM, class_id) or s.Supply()
            total = supply.created_t + supply.converted_in_t - supply.converted_out_t
            classes = [unit.class_id for unit in self.naive.units.values()]
            assert total == classes.count(class_id)
        for account in ACCOUNTS:
            self._compare_selection(account)
            self.compare_pick(account)

    def _expected_holdings(self) -> dict[tuple[str, str, int], int]:
        sums: dict[tuple[str, str, int], int] = {}
        for unit in self.naive.units.values():
            kind = -1 if unit.frozen else KINDS[unit.hold % 2] if unit.hold else 0
            key = (unit.account, unit.class_id, kind)
            sums[key] = sums.get(key, 0) + 1
        return sums

    def compare_pick(self, account: str) -> None:
        owner = (account, PROGRAM, CLASS)
        for expired in (False, True):
            allow = lots.Allow(expired=expired, duty=True)
            for period in ("", "CP1"):
                expected = self.naive.allowed(account, expired=expired, period=period)

                def wanted(lot: s.Lot, period: str = period) -> bool:
                    return lot.period == period

                for quantity in dict.fromkeys((1, len(expected))):
                    if 0 < quantity <= len(expected):
                        args = (self.overlay, owner, quantity, NOW, 99, allow, wanted)
                        taken = lots.pick(*args)
                        serials = [(i.space, n) for i in taken for n in range(i.start, i.end + 1)]
                        assert serials == expected[:quantity]
                args = (self.overlay, owner, len(expected) + 1, NOW, 99, allow, wanted)
                with pytest.raises(Refusal) as caught:
                    lots.pick(*args)
                assert caught.value.code == Code.INSUFFICIENT

    def _compare_selection(self, account: str) -> None:
        expected = self.naive.order(account)
        for quantity in dict.fromkeys((1, len(expected) // 2, len(expected))):
            if 0 < quantity <= len(expected):
                taken = lots.select(self.overlay, account, PROGRAM, CLASS, quantity, NOW, 99)
                serials = [(i.space, n) for i in taken for n in range(i.start, i.end + 1)]
                assert serials == expected[:quantity]
        with pytest.raises(Refusal) as caught:
            lots.select(self.overlay, account, PROGRAM, CLASS, len(expected) + 1, NOW, 99)
        assert caught.value.code == Code.INSUFFICIENT


def _set(lot: s.Lot, class_id: str, period: str) -> None:
    lot.class_id, lot.period = class_id, period


def _attributes(lot: s.Lot) -> Unit:
    return Unit(
        lot.account,
        lot.hold,
        lot.issuance,
        lot.vintage,
        lot.valid_until_s,
        lot.class_id,
        lot.period,
        lot.frozen,
    )


def _holdings(overlay: Overlay) -> dict[tuple[str, str, int], int]:
    found = {}
    for row in schema.HOLDINGS.all(overlay):
        assert row.free_t or row.held or row.frozen_t, "an empty holding is deleted"
        if row.free_t:
            found[(row.account, row.class_id, 0)] = row.free_t
        if row.frozen_t:
            found[(row.account, row.class_id, -1)] = row.frozen_t
        for part in row.held:
            found[(row.account, row.class_id, int(part.kind))] = part.held_t
    return found


numbers = st.integers(0, 11)
steps = st.one_of(
    st.tuples(st.just("create"), st.integers(1, 6), numbers, numbers),
    st.tuples(st.sampled_from(["relocate", "hold", "clear"]), numbers, st.integers(1, 8), numbers),
    st.tuples(st.sampled_from(["recast", "freeze", "thaw"]), numbers, st.integers(1, 8), numbers),
    st.tuples(st.just("relocate"), numbers, st.integers(1, 3), numbers),
    st.tuples(st.just("layer"), numbers, st.just(0), st.just(0)),
)


@settings(max_examples=300)
@given(st.lists(steps, max_size=14))
def test_lots_are_what_a_dictionary_of_serials_says(
    plan: list[tuple[str, int, int, int]],
) -> None:
    world = World()
    for name, *arguments in [("create", 6, 0, 0), *plan]:
        getattr(world, name)(*arguments)
        world.compare()


@settings(max_examples=300)
@given(st.lists(steps, max_size=12), numbers, st.integers(2, 20))
def test_a_movement_over_many_lots_is_the_same_as_serial_by_serial(
    plan: list[tuple[str, int, int, int]], which: int, size: int
) -> None:
    world = World()
    for name, *arguments in [("create", 6, 0, 0), ("create", 6, 6, 0), *plan]:
        getattr(world, name)(*arguments)
    account = ACCOUNTS[which % 2]
    order = world.naive.order(account)
    if not order:
        return
    quantity = min(size, len(order))
    taken = lots.select(world.overlay, account, PROGRAM, CLASS, quantity, NOW, 99)
    lots.relocate(world.overlay, taken, "sink")
    world.naive.put(taken, account="sink")
    world.compare()


def lot_of(overlay: Overlay, quantity: int, space: str = "S", account: str = "a") -> Span:
    template = s.Lot(account=account, program=PROGRAM, class_id=CLASS, issuance="R", vintage=2025)
    return lots.create(overlay, space, template, quantity)


def test_units_of_two_issues_alike_are_one_lot() -> None:
    overlay = Overlay(MemoryReader())
    assert lot_of(overlay, 5) == Span("S", 1, 5)
    assert lot_of(overlay, 7) == Span("S", 6, 12)
    assert [(lot.start, lot.end) for lot in schema.LOTS.all(overlay)] == [(1, 12)]


def test_a_serial_space_ends_below_2_to_the_64_less_1() -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, U64_MAX - 1)
    with pytest.raises(Refusal) as caught:
        lot_of(overlay, 1)
    assert caught.value.code == Code.QUANTITY_OVERFLOW
    fresh = Overlay(MemoryReader())
    with pytest.raises(Refusal) as caught:
        lot_of(fresh, U64_MAX)
    assert caught.value.code == Code.QUANTITY_OVERFLOW


def test_the_supply_of_a_class_over_many_spaces_never_wraps() -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, U64_MAX - 1, "S1", "a")
    with pytest.raises(Refusal) as caught:
        lot_of(overlay, 2, "S2", "b")
    assert caught.value.code == Code.QUANTITY_OVERFLOW


def test_selection_stops_at_its_bound_of_lots() -> None:
    overlay = Overlay(MemoryReader())
    for serial in range(1, 6):
        lot_of(overlay, 2, f"S{serial}")
    assert len(lots.select(overlay, "a", PROGRAM, CLASS, 10, NOW, 5)) == 5
    with pytest.raises(Refusal) as caught:
        lots.select(overlay, "a", PROGRAM, CLASS, 9, NOW, 4)
    assert caught.value.code == Code.TOO_MANY_LOTS


@pytest.mark.parametrize(
    ("spans", "code"),
    [
        ([Span("S", 1, 10)], 0),
        ([Span("S", 3, 4), Span("S", 6, 6)], 0),
        ([Span("S", 1, 11)], Code.UNIT_NOT_OWNED),
        ([Span("S", 21, 21)], Code.UNIT_HELD),
        ([Span("S", 26, 26)], Code.UNIT_UNKNOWN),
        ([Span("T", 1, 1)], Code.UNIT_UNKNOWN),
        ([Span("U", 1, 1)], Code.UNIT_EXPIRED),
    ],
)
def test_named_serials_must_be_free_unexpired_and_owned(spans: list[Span], code: int) -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, 10)
    lot_of(overlay, 10, account="b")
    schema.HOLDS.put(overlay, s.Hold(id=1, kind=s.PENDING, status=s.HOLD_ACTIVE))
    lots.set_hold(overlay, [lot_of(overlay, 5)], 1)
    template = s.Lot(account="a", program=PROGRAM, class_id=CLASS, valid_until_s=NOW)
    lots.create(overlay, "U", template, 1)
    owner = ("a", PROGRAM, CLASS)
    if not code:
        lots.check_free(overlay, spans, owner, NOW, 16)
        return
    with pytest.raises(Refusal) as caught:
        lots.check_free(overlay, spans, owner, NOW, 16)
    assert caught.value.code == code


def test_the_walk_over_named_serials_stops_at_its_bound() -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, 9)
    lots.relocate(overlay, [Span("S", 2, 2), Span("S", 4, 4)], "b")
    lots.relocate(overlay, [Span("S", 2, 2)], "c")
    with pytest.raises(Refusal) as caught:
        lots.check_free(overlay, [Span("S", 1, 1), Span("S", 3, 3)], ("a", PROGRAM, CLASS), NOW, 1)
    assert caught.value.code == Code.TOO_MANY_LOTS


def test_a_lot_is_found_by_any_of_its_serials_and_by_no_other() -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, 10)
    lots.relocate(overlay, [Span("S", 4, 6)], "b")
    owners = [(lots.at(overlay, "S", serial) or s.Lot()).account for serial in range(1, 12)]
    assert owners == ["a"] * 3 + ["b"] * 3 + ["a"] * 4 + [""]
    assert lots.at(overlay, "other", 1) is None


def test_span_sets_tell_shared_serials() -> None:
    seen = lots.SpanSet()
    seen.add(Span("S", 10, 20))
    seen.add(Span("S", 30, 40))
    shared = [Span("S", 1, 10), Span("S", 20, 20), Span("S", 12, 13), Span("S", 5, 50)]
    apart = [Span("S", 1, 9), Span("S", 21, 29), Span("S", 41, 99), Span("T", 10, 20)]
    assert all(map(seen.overlaps, shared))
    assert not any(map(seen.overlaps, apart))


def test_freeing_one_hold_over_free_neighbours_keeps_every_serial_in_one_lot() -> None:
    overlay = Overlay(MemoryReader())
    lot_of(overlay, 10)
    schema.HOLDS.put(overlay, s.Hold(id=1, kind=s.PENDING, status=s.HOLD_ACTIVE))
    for held in (Span("S", 1, 3), Span("S", 6, 7)):
        lots.set_hold(overlay, [held], 1)
    assert lots.clear_hold(overlay, [Span("S", 2, 9)], 1) == 4
    assert [(lot.start, lot.end, lot.hold) for lot in schema.LOTS.all(overlay)] == [
        (1, 1, 1),
        (2, 10, 0),
    ]
    assert doctor.index_faults(overlay) == []


def test_what_is_looked_at_is_bounded_and_not_only_what_is_taken() -> None:
    overlay = Overlay(MemoryReader())
    for number in range(6):
        lot_of(overlay, 1, f"S{number}")
    owner = ("a", PROGRAM, CLASS)
    assert len(lots.pick(overlay, owner, 6, NOW, 6)) == 6
    with pytest.raises(Refusal) as caught:
        lots.pick(overlay, owner, 1, NOW, 5, wanted=lambda lot: lot.space == "S5")
    assert caught.value.code == Code.TOO_MANY_LOTS
    found = lots.pick(overlay, owner, 1, NOW, 6, wanted=lambda lot: lot.space == "S5")
    assert found == [Span("S5", 1, 1)]


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 19))), st.sets(st.integers(0, 39)))
def test_spans_are_joined_and_subtracted_as_sets_of_serials(
    held: list[tuple[int, int]], gone: set[int]
) -> None:
    """A serial n of 0 to 39 is the serial n % 20 + 1 of the space n // 20."""
    mine = dict.fromkeys(space * 20 + serial for space, serial in held)

    def as_spans(numbers: Iterable[int]) -> list[Span]:
        return [Span(f"S{n // 20}", n % 20 + 1, n % 20 + 1) for n in numbers]

    def serials(items: list[Span]) -> list[int]:
        return [int(i.space[1]) * 20 + n - 1 for i in items for n in range(i.start, i.end + 1)]

    whole = spans.joined(as_spans(mine))
    assert serials(whole) == sorted(mine)
    ends = [(item.space, item.end + 1) for item in whole]
    assert not [item for item in whole if (item.space, item.start) in ends], "neighbours are one"
    for gap in (as_spans(gone), spans.joined(as_spans(gone))):
        left = spans.without(whole, gap)
        assert serials(left) == sorted(n for n in mine if n not in gone)
    assert all(
        spans.within(item, big)
        for item in left
        for big in whole
        if big.space == item.space and big.start <= item.start <= big.end
    )
