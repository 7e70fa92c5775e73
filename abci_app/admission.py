"""One rule of admission: which transactions may stand in a block.

Must not know: what actions do. Invariants: the answer depends on the bytes, the state at the end
of the block before
and the earlier transactions of the block, and on nothing else; every code it gives is 1xx; a
sequence is used at most
once in its window (C-27).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from abci_app.actions import ACTIONS, shape
from abci_app.core import ids, keys, signing
from abci_app.core.codec import decode, parse_canonical
from abci_app.core.codes import Code, Refusal, refuse
from abci_app.core.limits import (
    ACTIONS_MAX,
    KEY_BYTES,
    LANE_WINDOW,
    LANES,
    MEMO_BYTES_MAX,
    SIG_BYTES,
    SIGNATURES_MAX,
    SIGNERS_MAX,
    TX_BYTES_MAX,
    U64_MAX,
    VALIDITY_S_MAX,
)
from abci_app.engine.context import is_live
from abci_app.store.kv import Reader
from tonne.v1.state_pb2 import Account, ChainParams, Lane, Lanes, Party
from tonne.v1.tx_pb2 import APPROVE, INITIATE, Body, Signature, SignedTx

WINDOW_MASK = (1 << LANE_WINDOW) - 1


Slot = tuple[str, int, int]
"""What a signer uses up: account, lane, sequence."""


@dataclass(slots=True)
class Parsed:
    """A transaction read once, for checks, proposals and blocks; nothing here is of the state."""

    raw: bytes
    tx_id: bytes
    body: Body | None = None
    body_bytes: bytes = b""
    chain_id: str = ""
    valid_until_s: int = 0
    slots: list[Slot] = field(default_factory=list)  # of the signers, in their order
    signatures: list[list[tuple[bytes, bytes]]] = field(default_factory=list)  # by signer: key, sig
    cost: int = 0
    fault: Refusal | None = None  # what is wrong with it whatever the state
    verified: bool | None = None  # whether every signature holds; None: not yet known


class Parser:
    """Reads transactions; remembers those that were admitted, so that they are read once."""

    def __init__(self, keep_bytes: int = 8 << 20) -> None:
        """Remember at least `keep_bytes` of raw transactions and at most twice as many."""
        self._keep_bytes = keep_bytes
        self._bytes = 0
        self._young: dict[bytes, Parsed] = {}
        self._old: dict[bytes, Parsed] = {}

    def parse(self, raw: bytes) -> Parsed:
        """Return the transaction, from memory where it was admitted before."""
        tx_id = signing.transaction_id(raw)
        return self._young.get(tx_id) or self._old.get(tx_id) or parse(raw, tx_id)

    def remember(self, parsed: Parsed) -> None:
        """Keep a transaction that was admitted; junk that strangers send is never kept."""
        if parsed.tx_id in self._young:
            return
        if self._bytes >= self._keep_bytes:
            self._old, self._young, self._bytes = self._young, {}, 0
        self._young[parsed.tx_id] = parsed
        self._bytes += len(parsed.raw)


def parse(raw: bytes, tx_id: bytes) -> Parsed:
    """Read a transaction; what is wrong with it whatever the state is kept as its fault."""
    parsed = Parsed(raw, tx_id)
    try:
        if len(raw) > TX_BYTES_MAX:
            refuse(Code.TX_TOO_LARGE, f"{len(raw)} bytes, {TX_BYTES_MAX} at most")
        envelope = parse_canonical(SignedTx, raw)
        parsed.body_bytes = envelope.body
        body = parsed.body = parse_canonical(Body, envelope.body)
        parsed.chain_id, parsed.valid_until_s = body.chain_id, body.valid_until_s
        parsed.slots = [(row.account, row.lane, row.sequence) for row in body.signers]
        parsed.cost = _check_static(body, parsed.slots, envelope.signatures)
        parsed.signatures = [[] for _ in parsed.slots]
        for row in envelope.signatures:
            parsed.signatures[row.signer_index].append((row.key, row.sig))
    except Refusal as refusal:
        parsed.fault = refusal
    return parsed


def _check_static(body: Body, slots: Sequence[Slot], signatures: Sequence[Signature]) -> int:
    """Return the static cost; refuse what no state could make admissible."""
    actions = body.actions
    if not 1 <= len(slots) <= SIGNERS_MAX:
        refuse(Code.ACTION_SHAPE, f"signers: 1 to {SIGNERS_MAX}")
    if not 1 <= len(actions) <= ACTIONS_MAX:
        refuse(Code.ACTION_SHAPE, f"actions: 1 to {ACTIONS_MAX}")
    ids.need_text(body.memo, "memo", MEMO_BYTES_MAX)
    if len(slots) > 1 and len(dict.fromkeys(account for account, _, _ in slots)) != len(slots):
        refuse(Code.SIGNER_REPEATED)
    for account, lane, sequence in slots:
        shape.account(account, "signers.account")
        if lane >= LANES or not sequence:
            refuse(Code.ACTION_SHAPE, f"signers: lanes are 0 to {LANES - 1}, sequences start at 1")
        if sequence > U64_MAX - LANE_WINDOW:
            refuse(Code.SEQUENCE_TOO_FAR, "the last sequences of a lane are never reached")
    _check_signature_form(signatures, len(slots))
    cost = 0
    consent = 0
    for action in actions:
        arm = action.WhichOneof("action")
        if arm is None:
            refuse(Code.ACTION_SHAPE, "actions: one is empty or not known here")
        if action.signer_index >= len(slots):
            refuse(Code.ACTION_SHAPE, "signer_index: there is no such signer")
        act = ACTIONS[arm]
        message = getattr(action, arm)
        act.check(message)
        cost += act.cost(message)
        consent += act.consent
    if consent and consent != len(actions):
        refuse(Code.ENVELOPE_MIXED)
    return cost + len(slots)


def _check_signature_form(signatures: Sequence[Signature], signers: int) -> None:
    if len(signatures) > SIGNATURES_MAX:
        refuse(Code.SIGNATURE_SURPLUS, f"more than {SIGNATURES_MAX}")
    before = (-1, b"")
    for item in signatures:
        place = (item.signer_index, item.key)
        if place <= before:
            refuse(Code.TX_NOT_CANONICAL, "signatures must ascend by signer and key, each once")
        before = place
    for item in signatures:
        if item.signer_index >= signers:
            refuse(Code.SIGNATURE_SURPLUS, "a signature of no signer")
        if len(item.key) != KEY_BYTES or len(item.sig) != SIG_BYTES:
            refuse(Code.SIGNATURE_INVALID, "keys have 32 bytes, signatures 64")


class Gate:
    """Admission to one block (or, without spending, to the mempool)."""

    def __init__(
        self,
        reader: Reader,
        chain_id: str,
        genesis_hash: bytes,
        params: ChainParams,
        time_s: int,
    ) -> None:
        """Judge by the state behind `reader` and the block time."""
        self._reader = reader
        self._chain_id = chain_id
        self._prefix = signing.sign_bytes_prefix(chain_id, genesis_hash)
        self._bytes_max = params.tx_bytes_max
        self._tx_cost_max = params.tx_cost_max
        self._block_cost_max = params.block_cost_max
        self._quota_cost = params.quota_cost
        self._quota_window_s = params.quota_window_s
        self._time_s = time_s
        self._signatories: dict[str, Signatory] = {}
        self._cost = 0
        self.lanes: dict[str, Lanes] = {}
        self.spent: dict[str, Lanes] = {}  # what the block writes back

    def admit(self, parsed: Parsed, *, signed: bool = True) -> list[Party]:
        """Return the signers in order; refuse with a 1xx code what may not stand here.

        `signed=False` leaves the signatures out, for simulation.
        """
        if len(parsed.raw) > self._bytes_max:
            refuse(Code.TX_TOO_LARGE, f"{len(parsed.raw)} bytes, {self._bytes_max} at most")
        if parsed.fault is not None:
            refuse(parsed.fault.code, parsed.fault.detail)
        if parsed.chain_id != self._chain_id:
            refuse(Code.CHAIN_MISMATCH, f"this is {self._chain_id}")
        if parsed.valid_until_s <= self._time_s:
            refuse(Code.TX_EXPIRED, f"block time is {self._time_s}")
        if parsed.valid_until_s > self._time_s + VALIDITY_S_MAX:
            refuse(Code.EXPIRY_TOO_FAR, f"block time is {self._time_s}")
        signatories = [self._signatory(account) for account, _, _ in parsed.slots]
        if signed:
            for signatory, rows in zip(signatories, parsed.signatures, strict=True):
                signatory.check(rows)
        for account, lane, sequence in parsed.slots:
            check_sequence(self._lanes(account), lane, sequence)
        self._check_cost(parsed.cost, parsed.slots[0][0])
        if signed:
            self._verify(parsed)
        return [signatory.party for signatory in signatories]

    def spend(self, parsed: Parsed) -> None:
        """Use up the sequences and the quota of an admitted transaction."""
        for account, lane, sequence in parsed.slots:
            lanes = self._lanes(account)
            use_sequence(lanes, lane, sequence)
            self.spent[account] = lanes
        payer = self._lanes(parsed.slots[0][0])
        if self._time_s >= payer.quota_from_s + self._quota_window_s:
            payer.quota_from_s, payer.quota_used = self._time_s, 0
        payer.quota_used += parsed.cost
        self._cost += parsed.cost

    def _signatory(self, account_id: str) -> "Signatory":
        found = self._signatories.get(account_id)
        if found is None:
            raw = self._reader.get(keys.account(account_id))
            if raw is None:
                refuse(Code.SIGNER_UNKNOWN, account_id[:64])
            if not is_live(self._reader, account_id):
                refuse(Code.SIGNER_INACTIVE, account_id)
            found = self._signatories[account_id] = _signatory(raw)
        return found

    def _lanes(self, account_id: str) -> Lanes:
        lanes = self.lanes.get(account_id)
        if lanes is None:
            raw = self._reader.get(keys.lanes(account_id))
            lanes = Lanes() if raw is None else decode(Lanes, raw)
            self.lanes[account_id] = lanes
        return lanes

    def _check_cost(self, cost: int, payer: str) -> None:
        if cost > self._tx_cost_max:
            refuse(Code.COST_EXCEEDED, f"cost {cost}, {self._tx_cost_max} at most")
        if self._cost + cost > self._block_cost_max:
            refuse(Code.COST_EXCEEDED, "the block is full")
        lanes = self._lanes(payer)
        used = lanes.quota_used
        if used and self._time_s >= lanes.quota_from_s + self._quota_window_s:
            used = 0
        if used + cost > self._quota_cost:
            refuse(Code.QUOTA_EXCEEDED, f"{payer}: {used} of {self._quota_cost} used")

    def _verify(self, parsed: Parsed) -> None:
        if parsed.verified is None:
            message = self._prefix + parsed.body_bytes
            parsed.verified = all(
                signing.verify(key, signature, message)
                for rows in parsed.signatures
                for key, signature in rows
            )
        if not parsed.verified:
            refuse(Code.SIGNATURE_INVALID, "over this chain id, genesis hash and body")


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for an account, read off its record once."""

    party: Party
    initiate: int  # signatures asked for, by right
    approve: int
    keys: dict[bytes, tuple[bool, bool, str]]  # may initiate, may approve, person

    def check(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        """Refuse unless exactly the signatures asked for are there, of distinct persons."""
        name = self.party.account
        needed = self.initiate + self.approve
        if len(rows) < needed:
            refuse(Code.SIGNATURE_MISSING, f"{name}: {needed} needed, {len(rows)} given")
        if len(rows) > needed:
            refuse(Code.SIGNATURE_SURPLUS, f"{name}: {needed} needed, {len(rows)} given")
        persons: list[str] = []
        initiators = approvers = 0
        for key, _ in rows:
            rights = self.keys.get(key)
            if rights is None:
                refuse(Code.KEY_NOT_ALLOWED, f"{key.hex()[:16]} is not a key of {name}")
            may_initiate, may_approve, person = rights
            if not (may_initiate or may_approve) or person in persons:
                refuse(Code.KEY_NOT_ALLOWED, f"{name}: {person} may not sign, or signs twice")
            persons.append(person)
            initiators += may_initiate
            approvers += may_approve
        if initiators < self.initiate or approvers < self.approve:
            refuse(Code.KEY_NOT_ALLOWED, f"{name}: the rights of the signers do not suffice")


@lru_cache(maxsize=1 << 14)
def _signatory(raw: bytes) -> Signatory:
    """Return who signs for an account, from its stored record."""
    account = decode(Account, raw)
    return Signatory(
        party=Party(account=account.id, organisation=account.organisation),
        initiate=account.min_initiate,
        approve=account.min_approve,
        keys={
            row.key: (INITIATE in row.rights, APPROVE in row.rights, row.person)
            for row in account.keys
        },
    )


def _find(lanes: Lanes, number: int) -> Lane | None:
    for lane in lanes.lanes:
        if lane.lane == number:
            return lane
    return None


def check_sequence(lanes: Lanes, number: int, sequence: int) -> None:
    """Refuse a sequence that is used, too old or too far ahead in its lane."""
    lane = _find(lanes, number)
    highest = lane.highest if lane is not None else 0
    if sequence > highest:
        if sequence > highest + LANE_WINDOW:
            refuse(Code.SEQUENCE_TOO_FAR, f"{sequence}; up to {highest + LANE_WINDOW} now")
        return
    assert lane is not None, "sequences start at 1"
    if sequence == highest:
        refuse(Code.SEQUENCE_USED, str(sequence))
    if sequence < highest - (LANE_WINDOW - 1):
        refuse(Code.SEQUENCE_TOO_OLD, f"{sequence}; from {highest - (LANE_WINDOW - 1)} now")
    if lane.bitmap >> (highest - 1 - sequence) & 1:
        refuse(Code.SEQUENCE_USED, str(sequence))


def use_sequence(lanes: Lanes, number: int, sequence: int) -> None:
    """Mark a sequence used; AssertionError when it was (C-27)."""
    lane = _find(lanes, number)
    if lane is None:
        lane = lanes.lanes.add(lane=number)
        lanes.lanes.sort(key=lambda row: row.lane)
        lane = _find(lanes, number)
        assert lane is not None, "it was added"
    if sequence > lane.highest:
        shift = sequence - lane.highest
        used = 1 if lane.highest else 0  # the old highest becomes a bit
        bitmap = ((lane.bitmap << 1 | used) << (shift - 1)) & WINDOW_MASK
        lane.highest, lane.bitmap = sequence, bitmap
        return
    bit = lane.highest - 1 - sequence
    assert bit >= 0, "C-27: the highest sequence is used"
    assert not lane.bitmap >> bit & 1, "C-27: a sequence is used twice"
    lane.bitmap |= 1 << bit
