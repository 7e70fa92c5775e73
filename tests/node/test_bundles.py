"""Bundles of a real chain: what they show, and that nothing in them can be changed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from abci_app.core import codec, keys
from abci_app.store import proof as ics23
from node.cli.proofs import genesis_root
from node.sdk import light
from node.sdk.light import Unproven, encoding
from node.sdk.proofs import bundle, facts
from node.sdk.proofs.bundle import FORMAT, HashRoot, Shown
from tests.node.light_world import FOUR, Signed, digest
from tests.node.test_light import turned
from tonne.v1 import bundle_pb2 as b
from tonne.v1 import light_pb2 as w
from tonne.v1 import service_pb2 as v
from tonne.v1 import state_pb2 as s
from tonne.v1.tx_pb2 import RecordRef

FOLDER = Path(__file__).parents[1] / "vectors" / "light"
ROOT, _ = genesis_root(FOLDER / "genesis.json")
NAMES = sorted(
    path.stem for path in FOLDER.glob("*.json") if path.stem not in ("engine", "genesis")
)

Data = dict[str, Any]


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text()


def shown(text: str) -> Shown:
    return bundle.check(bundle.read(text.encode()), ROOT)


# ---- what they show ----


def test_a_retirement_is_shown_with_its_height_time_and_signers() -> None:
    found = shown(text_of("retirement"))
    assert isinstance(found.record, s.Retirement)
    assert (found.record.id, found.record.quantity_t) == (1, 30)
    assert found.height >= found.record.height
    assert found.total == 40
    assert found.power == sum(row.voice.power for row in found.vouching) > 26
    assert {row.since for row in found.vouching} == {0}


def test_a_retirement_that_never_was_is_shown_to_be_absent() -> None:
    found = shown(text_of("no_retirement"))
    assert found.record is None


def test_a_holding_is_shown_with_all_its_lots() -> None:
    found = shown(text_of("lots"))
    assert isinstance(found.record, s.Holding)
    assert len(found.lots) > 1
    assert facts.lots_parts(found.lots) == facts.holding_parts(found.record)


def test_a_transaction_is_shown_with_its_events() -> None:
    found = shown(text_of("transaction"))
    assert [event.WhichOneof("event") for event in found.events] == ["moved", "retired"]
    assert found.result is not None
    assert found.result.code == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_is_written_in_one_form(name: str) -> None:
    assert bundle.write(bundle.read(text_of(name).encode())) == text_of(name)


# ---- nothing in them can be changed ----


def leaves(data: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything in a document: leaves, objects and lists."""
    if path:
        yield path
    if isinstance(data, dict):
        for name, value in data.items():
            yield from leaves(value, (*path, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*path, index))


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def flips(value: Any) -> list[Any]:
    """Return other values of the same type, then some of another."""
    if isinstance(value, bool):
        return [not value, int(value), None]
    if isinstance(value, int):
        return [value + 1, str(value), float(value), -value, None]
    if isinstance(value, str):
        middle = len(value) // 2
        other = "A" if value[middle] != "A" else "B"
        number = [str(int(value) + 10**9), int(value), "-" + value] if value.isdigit() else []
        swapped = value[:middle] + other + value[middle + 1 :]
        return [*number, swapped, value + "A", value + "=", " " + value, "", None, [value]]
    if isinstance(value, list):
        more = [[*value, value[-1]], value[1:], value[:-1], [], None]
        return [*more, value[::-1]] if value[::-1] != value else more
    return [{}, None, [], [value], {**value, "more": "1"}]


def changed(data: Data) -> Iterator[tuple[str, str]]:
    """Yield (what was done, document): each value changed, each one taken out."""
    for path in list(leaves(data)):
        for value in flips(at(data, path)):
            copy = json.loads(json.dumps(data))
            at(copy, path[:-1])[path[-1]] = value
            yield f"{path} = {str(value)[:60]!r}", json.dumps(copy)
        copy = json.loads(json.dumps(data))
        del at(copy, path[:-1])[path[-1]]
        yield f"{path} taken out", json.dumps(copy)


@pytest.mark.parametrize("name", NAMES)
def test_every_change_of_a_bundle_is_refused(name: str) -> None:
    text = text_of(name)
    shown(text)
    accepted, count = [], 0
    for what, other in changed(json.loads(text)):
        count += 1
        try:
            shown(other)
        except Unproven:
            continue
        accepted.append(what)
    assert count > 300
    assert accepted == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_stands_twice_is_refused(name: str) -> None:
    lines = text_of(name).splitlines()
    named = [index for index, line in enumerate(lines) if '": ' in line and line.endswith(",")]
    for index in named:
        doubled = "\n".join([*lines[: index + 1], *lines[index:]])
        if lines[index].endswith(("{,", "[,")):
            continue
        with pytest.raises(light.Malformed):
            bundle.read(doubled.encode())


def test_a_serial_within_the_proven_lot_is_proven_too_and_no_other() -> None:
    data = json.loads(text_of("lot"))
    found = shown(text_of("lot"))
    assert isinstance(found.record, s.Lot)
    data["fact"]["lot"]["serial"] = str(found.record.end)
    assert shown(json.dumps(data)).record == found.record
    data["fact"]["lot"]["serial"] = str(found.record.end + 1)
    with pytest.raises(Unproven, match="does not contain the serial"):
        shown(json.dumps(data))


def test_parts_of_one_bundle_do_not_serve_another() -> None:
    texts = {name: json.loads(text_of(name)) for name in NAMES}
    for name, data in texts.items():
        for other in NAMES:
            if name != other:
                mixed = {**data, "fact": texts[other]["fact"]}
                with pytest.raises(Unproven):
                    shown(json.dumps(mixed))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON, or cut off"),
        (b"[]", f"no bundle of the form {FORMAT}"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"format": "tonne-bundle-2"}', "this release reads tonne-bundle-1"),
        (b'{"format": "tonne-proof-1"}', "this release reads tonne-bundle-1"),
        (b'{"format": "tonne-bundle-1", "format": "tonne-bundle-1"}', "stands twice"),
        (b'{"format": "tonne-bundle-1", "blocks": 1.0}', "not an integer"),
        (b'{"format": "tonne-bundle-1", "blocks": 1e999}', "not an integer"),
        (b'{"format": "tonne-bundle-1", "blocks": NaN}', "not an integer"),
        (b'{"format": "tonne-bundle-1", "surprise": 1}', "surprise"),
        (b'{"format": "tonne-bundle-1", "chainId": "x"}', "not written in the one form"),
        (b"[" * 100_000, "nested deeper"),
        (b" " * (bundle.FILE_BYTES_MAX + 1), "longer than"),
    ],
    ids=range(13),
)
def test_what_is_no_bundle_is_refused_in_words(raw: bytes, said: str) -> None:
    with pytest.raises(light.Malformed, match=said):
        bundle.read(raw)


def test_a_bundle_that_was_cut_off_is_refused() -> None:
    raw = text_of("retirement").encode()
    for length in range(0, len(raw) - 2, 37):
        with pytest.raises(light.Malformed):
            bundle.read(raw[:length])


# ---- roots of trust ----


def test_a_trusted_hash_does_instead_of_the_genesis() -> None:
    made = bundle.read(text_of("retirement").encode())
    header = made.blocks[-1].header
    good = encoding.header_hash(header)
    assert bundle.check(made, HashRoot(good)).vouching[0].since == header.height
    assert bundle.check(made, HashRoot(good, header.height)).record is not None
    with pytest.raises(Unproven, match="not among those in it"):
        bundle.check(made, HashRoot(digest("another")))
    with pytest.raises(light.ConflictingHeader):
        bundle.check(made, HashRoot(digest("another"), header.height))
    with pytest.raises(Unproven, match="not among those in it"):
        bundle.check(made, HashRoot(good, header.height + 1))


def test_a_bundle_of_another_chain_is_refused() -> None:
    made = bundle.read(text_of("retirement").encode())
    with pytest.raises(light.WrongChain):
        bundle.check(made, Signed(chain_id="other").root)
    with pytest.raises(light.TrustGap, match="by 0 of the 40 trusted"):
        bundle.check(made, bundle.GenesisRoot("tonne-test", 0, Signed().root.validators))


# ---- what is asked ----


def absent(fact: b.Fact, key: bytes) -> b.Bundle:
    """Return a bundle that shows, as far as the tree goes, that there is nothing at a key."""
    made = made_at(Signed(), 5, absent=True)
    leaf, hashed = ics23.Existence(keys.retirement(7), codec.encode(RECORD), []), sha256(key)
    left = sha256(leaf.key).digest() < hashed.digest()
    proof = ics23.encode_absence(hashed.digest(), *((leaf, None) if left else (None, leaf)))
    made.fact.CopyFrom(fact)
    made.state[0].CopyFrom(v.Proof(height=5, key=key, proof=proof))
    return made


def test_an_id_that_no_chain_takes_is_not_shown_to_be_absent() -> None:
    def ask(name: str) -> Shown:
        fact = b.Fact(organisation=v.GetOrganisationRequest(id=name))
        return bundle.check(absent(fact, keys.organisation(name)), Signed().root)

    assert ask("nobody").record is None
    for name in ("x\nPROVEN: retirement id=1", "x PROVEN", "x\x1b[2J", "\u202ex", "\u0430cme"):
        with pytest.raises(Unproven, match="no record that can exist: id"):
            ask(name)


def test_a_kind_that_no_chain_knows_is_not_shown_to_be_absent() -> None:
    record = RecordRef(kind=200, id="X")  # type: ignore[arg-type]
    fact = b.Fact(record=v.GetRecordRequest(program="P", record=record))
    with pytest.raises(Unproven, match="kind 200 is unknown"):
        bundle.check(absent(fact, keys.record("P", 200, "X")), Signed().root)


# ---- sets that change ----

RECORD = s.Retirement(id=7, quantity_t=5)


def made_at(chain: Signed, height: int, *path: int, absent: bool = False) -> b.Bundle:
    """Return a bundle of a tree of one leaf, as of a height of a chain, by way of some headers."""
    key, value = keys.retirement(7), codec.encode(RECORD)
    leaf = ics23.Existence(key, value, [])
    root = sha256(b"\x00" + sha256(key).digest() + sha256(value).digest()).digest()
    chain.app_hashes[height] = root
    fact, proof = b.Fact(), v.Proof(height=height)
    if absent:
        fact.retirement.id = 8
        proof.key = keys.retirement(8)
        hashed = sha256(proof.key).digest()
        sides = (leaf, None) if sha256(key).digest() < hashed else (None, leaf)
        proof.proof = ics23.encode_absence(hashed, *sides)
    else:
        fact.retirement.id = 7
        proof.key, proof.value, proof.proof = key, value, ics23.encode_membership(leaf)
    return b.Bundle(
        format=FORMAT,
        chain_id=chain.chain_id,
        fact=fact,
        state=[proof],
        blocks=[chain.block(at) for at in (*path, height + 1)],
    )


def test_a_set_that_changed_twice_is_followed_from_the_genesis() -> None:
    chain = Signed(turned)
    found = bundle.check(made_at(chain, 59, 30), chain.root)
    assert found.record == RECORD
    since = {row.voice.key: row.since for row in found.vouching}
    assert sorted(since.values()) == [30, 30, 60, 60]
    assert bundle.check(made_at(chain, 59, 30, absent=True), chain.root).record is None


def test_every_change_of_a_header_on_the_way_is_refused() -> None:
    chain = Signed(turned, silent="a", nil="h")
    text = bundle.write(made_at(chain, 59, 30))
    bundle.check(bundle.read(text.encode()), chain.root)
    accepted = []
    for what, other in changed(json.loads(text)):
        try:
            bundle.check(bundle.read(other.encode()), chain.root)
        except Unproven:
            continue
        accepted.append(what)
    assert accepted == []


def test_a_header_on_the_way_cannot_be_left_out() -> None:
    chain = Signed(turned)
    with pytest.raises(light.TrustGap, match="signed by 0 of the 40 trusted at height 0"):
        bundle.check(made_at(chain, 59), chain.root)


def test_headers_stand_in_order_each_once() -> None:
    chain = Signed(turned)
    for path in ((30, 30), (30, 20), (60,)):
        with pytest.raises(light.ConflictingHeader, match="in order"):
            bundle.check(made_at(chain, 59, *path), chain.root)


def test_an_older_set_cannot_vouch_for_a_later_header() -> None:
    chain = Signed(turned)
    made = made_at(chain, 59, 30)
    made.blocks[-1].CopyFrom(chain.sign(chain.header(60), turned(1)))
    with pytest.raises(light.WrongSet):
        bundle.check(made, chain.root)
    forged = Signed(lambda _: turned(1), history="forged")
    forged.app_hashes[59] = chain.app_hashes[59]
    with pytest.raises(light.TrustGap):
        bundle.check(
            b.Bundle(
                format=FORMAT,
                chain_id=chain.chain_id,
                fact=made.fact,
                state=made.state,
                blocks=[chain.block(50), forged.block(60)],
            ),
            HashRoot(encoding.header_hash(chain.header(50))),
        )


def test_a_commit_with_two_of_four_signatures_proves_nothing() -> None:
    chain = Signed(silent="ab")
    with pytest.raises(light.TooLittlePower):
        bundle.check(made_at(chain, 5), chain.root)


def test_a_header_of_another_state_proves_nothing() -> None:
    chain = Signed()
    made = made_at(chain, 5)
    made.blocks[0].CopyFrom(Signed().block(6))
    with pytest.raises(Unproven, match="does not lead to the app hash"):
        bundle.check(made, chain.root)
    made = made_at(chain, 5)
    made.state[0].height = 4
    with pytest.raises(light.Malformed, match="height 5 was expected"):
        bundle.check(made, chain.root)


# ---- lots ----


def lots_bundle(change: Callable[[list[s.Lot], s.Holding], None]) -> tuple[Any, Any]:
    """Return the request and proofs of an untrue set of lots, and a check of nothing but them."""
    request = v.ListLotsRequest(account="X", program="P", class_id="C")
    same: Any = {"account": "X", "program": "P", "class_id": "C"}
    lots = [
        s.Lot(space="S", start=1, end=10, **same),
        s.Lot(space="S", start=11, end=15, hold=3, **same),
        s.Lot(space="T", start=1, end=5, **same),
    ]
    held = [s.HeldByKind(kind=s.RESERVE, held_t=5)]
    holding = s.Holding(free_t=15, held=held, **same)
    change(lots, holding)
    proofs = [v.Proof(key=keys.holding("X", "P", "C"), value=codec.encode(holding))]
    proofs += [v.Proof(key=keys.lot(x.space, x.start), value=codec.encode(x)) for x in lots]
    return request, proofs


def lots_of(monkeypatch: pytest.MonkeyPatch, change: Any) -> Any:
    monkeypatch.setattr(ics23, "verify_membership", lambda *_: True)
    request, proofs = lots_bundle(change)
    return facts.verify_lots(request, proofs, bytes(32))


def test_lots_that_add_up_are_all_of_a_holding(monkeypatch: pytest.MonkeyPatch) -> None:
    _, lots = lots_of(monkeypatch, lambda *_: None)
    assert [lot.start for lot in lots] == [1, 11, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lots, _: lots.pop(), "some are missing"),
        (lambda lots, _: lots.insert(0, lots[0]), "each once"),
        (lambda lots, _: lots.reverse(), "in order"),
        (lambda lots, _: setattr(lots[0], "end", 12), "overlap"),
        (lambda lots, _: setattr(lots[2], "account", "Y"), "of another holding"),
        (lambda lots, _: setattr(lots[2], "class_id", "D"), "of another holding"),
        (lambda lots, _: setattr(lots[2], "frozen", 1), "add up to"),
        (lambda _, holding: setattr(holding, "free_t", 16), "add up to"),
    ],
)
def test_lots_that_are_not_the_holding_are_refused(
    monkeypatch: pytest.MonkeyPatch, change: Any, said: str
) -> None:
    with pytest.raises(Unproven, match=said):
        lots_of(monkeypatch, change)


# ---- transactions ----


def test_a_result_of_another_place_in_the_block_is_not_the_transaction_s() -> None:
    ids = [digest(f"tx {number}") for number in range(5)]
    results = [w.HashedResult(code=number) for number in range(5)]
    leaves_ = [encoding.result_bytes(row) for row in results]
    chain = Signed()
    chain.data_hashes[4] = encoding.merkle_root(ids)
    chain.results_hashes[4] = encoding.merkle_root(leaves_)

    def of(index: int, other: int) -> b.Bundle:
        tx_path = encoding.merkle_path(ids, index)
        proof = w.TransactionProof(
            header=chain.header(4),
            right=[is_right for is_right, _ in tx_path],
            tx_path=[sibling for _, sibling in tx_path],
            result=results[other],
            result_path=[sibling for _, sibling in encoding.merkle_path(leaves_, other)],
        )
        fact = b.Fact(transaction=v.GetTransactionRequest(tx_id=ids[index]))
        return b.Bundle(
            format=FORMAT,
            chain_id=chain.chain_id,
            fact=fact,
            transaction=proof,
            blocks=[chain.sign(chain.header(5), FOUR)],
        )

    for index in range(5):
        assert bundle.check(of(index, index), chain.root).result == results[index]
        with pytest.raises(Unproven):
            bundle.check(of(index, (index + 1) % 5), chain.root)


# ---- the verifier stands alone ----

ALONE = """
import sys
from pathlib import Path
from node.sdk.proofs import bundle
from node.sdk.proofs.bundle import GenesisRoot
from node.genesis import read_genesis
from tonne.v1.state_pb2 import Genesis
folder = Path(sys.argv[1])
genesis = Genesis.FromString(read_genesis(folder / "genesis.json"))
root = GenesisRoot(genesis.chain_id, genesis.time_s, list(genesis.validators))
for name in sys.argv[2:]:
    bundle.check(bundle.read((folder / f"{name}.json").read_bytes()), root)
ours = ("state", "engine", "actions", "machine", "admission", "application", "queries", "abci")
wrong = [f"abci_app.{name}" for name in ours] + ["plyvel", "grpc", "httpx", "socket", "asyncio"]
print([name for name in wrong if name in sys.modules])
"""


def test_the_verifier_knows_neither_disk_nor_rules_nor_network() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(FOLDER), *NAMES],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
