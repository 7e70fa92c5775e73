"""One rule of admission: which transactions may stand in a block.

Must not know: what actions do. Invariants: the answer depends on the bytes, the state at the end
of the block before
and the earlier transactions of the block, and on nothing else; every code it gives is 1xx; a
sequence is used at most
once in its window (C-27).
"""

from dataclasses import dataclass, field
from itertools import pairwise

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
from abci_app.state.schema import ACCOUNTS
from abci_app.store.kv import Reader
from tonne.v1.state_pb2 import Account, ChainParams, Lane, Lanes, Party
from tonne.v1.tx_pb2 import APPROVE, INITIATE, Body, Signature, SignedTx

WINDOW_MASK = (1 << LANE_WINDOW) - 1


@dataclass
class Parsed:
    """A transaction read once, for checks, proposals and blocks; nothing here is of the state."""

    raw: bytes
    tx_id: bytes
    body: Body | None = None
    body_bytes: bytes = b""
    signatures: list[Signature] = field(default_factory=list)
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
        parsed.body = parse_canonical(Body, envelope.body)
        parsed.signatures = list(envelope.signatures)
        parsed.cost = _check_static(parsed.body, parsed.signatures)
    except Refusal as refusal:
        parsed.fault = refusal
    return parsed


def _check_static(body: Body, signatures: list[Signature]) -> int:
    """Return the static cost; refuse what no state could make admissible."""
    if not 1 <= len(body.signers) <= SIGNERS_MAX:
        refuse(Code.ACTION_SHAPE, f"signers: 1 to {SIGNERS_MAX}")
    if not 1 <= len(body.actions) <= ACTIONS_MAX:
        refuse(Code.ACTION_SHAPE, f"actions: 1 to {ACTIONS_MAX}")
    ids.need_text(body.memo, "memo", MEMO_BYTES_MAX)
    accounts = [signer.account for signer in body.signers]
    if len(dict.fromkeys(accounts)) != len(accounts):
        refuse(Code.SIGNER_REPEATED)
    for signer in body.signers:
        shape.account(signer.account, "signers.account")
        if signer.lane >= LANES or not signer.sequence:
            refuse(Code.ACTION_SHAPE, f"signers: lanes are 0 to {LANES - 1}, sequences start at 1")
        if signer.sequence > U64_MAX - LANE_WINDOW:
            refuse(Code.SEQUENCE_TOO_FAR, "the last sequences of a lane are never reached")
    _check_signature_form(signatures, len(body.signers))
    cost = 0
    consent = 0
    for action in body.actions:
        arm = action.WhichOneof("action")
        if arm is None:
            refuse(Code.ACTION_SHAPE, "actions: one is empty or not known here")
        if action.signer_index >= len(body.signers):
            refuse(Code.ACTION_SHAPE, "signer_index: there is no such signer")
        act = ACTIONS[arm]
        message = getattr(action, arm)
        act.check(message)
        cost += act.cost(message)
        consent += act.consent
    if consent not in (0, len(body.actions)):
        refuse(Code.ENVELOPE_MIXED)
    return cost + len(body.signers)


def _check_signature_form(signatures: list[Signature], signers: int) -> None:
    if len(signatures) > SIGNATURES_MAX:
        refuse(Code.SIGNATURE_SURPLUS, f"more than {SIGNATURES_MAX}")
    order = [(item.signer_index, item.key) for item in signatures]
    if any(one >= other for one, other in pairwise(order)):
        refuse(Code.TX_NOT_CANONICAL, "signatures must ascend by signer and key, each once")
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
        self._params = params
        self._time_s = time_s
        self._accounts: dict[str, Account | None] = {}
        self._cost = 0
        self.lanes: dict[str, Lanes] = {}
        self.spent: dict[str, Lanes] = {}  # what the block writes back

    def admit(self, parsed: Parsed, *, signed: bool = True) -> list[Party]:
        """Return the signers in order; refuse with a 1xx code what may not stand here.

        `signed=False` leaves the signatures out, for simulation.
        """
        if len(parsed.raw) > self._params.tx_bytes_max:
            refuse(
                Code.TX_TOO_LARGE, f"{len(parsed.raw)} bytes, {self._params.tx_bytes_max} at most"
            )
        if parsed.fault is not None:
            refuse(parsed.fault.code, parsed.fault.detail)
        body = parsed.body
        assert body is not None, "a transaction without fault has a body"
        if body.chain_id != self._chain_id:
            refuse(Code.CHAIN_MISMATCH, f"this is {self._chain_id}")
        if body.valid_until_s <= self._time_s:
            refuse(Code.TX_EXPIRED, f"block time is {self._time_s}")
        if body.valid_until_s > self._time_s + VALIDITY_S_MAX:
            refuse(Code.EXPIRY_TOO_FAR, f"block time is {self._time_s}")
        accounts = [self._account(signer.account) for signer in body.signers]
        if signed:
            for index, account in enumerate(accounts):
                _check_keys(
                    account, [row for row in parsed.signatures if row.signer_index == index]
                )
        for signer in body.signers:
            check_sequence(self._lanes(signer.account), signer.lane, signer.sequence)
        self._check_cost(parsed, body.signers[0].account)
        if signed:
            self._verify(parsed)
        return [Party(account=row.id, organisation=row.organisation) for row in accounts]

    def spend(self, parsed: Parsed) -> None:
        """Use up the sequences and the quota of an admitted transaction."""
        body = parsed.body
        assert body is not None, "it was admitted"
        for signer in body.signers:
            lanes = self._lanes(signer.account)
            use_sequence(lanes, signer.lane, signer.sequence)
            self.spent[signer.account] = lanes
        payer = self._lanes(body.signers[0].account)
        if self._time_s >= payer.quota_from_s + self._params.quota_window_s:
            payer.quota_from_s, payer.quota_used = self._time_s, 0
        payer.quota_used += parsed.cost
        self._cost += parsed.cost

    def _account(self, account_id: str) -> Account:
        if account_id not in self._accounts:
            account = ACCOUNTS.get(self._reader, account_id)
            live = account is not None and is_live(self._reader, account_id)
            if account is not None and not live:
                refuse(Code.SIGNER_INACTIVE, account_id)
            self._accounts[account_id] = account
        found = self._accounts[account_id]
        if found is None:
            refuse(Code.SIGNER_UNKNOWN, account_id[:64])
        return found

    def _lanes(self, account_id: str) -> Lanes:
        lanes = self.lanes.get(account_id)
        if lanes is None:
            raw = self._reader.get(keys.lanes(account_id))
            lanes = Lanes() if raw is None else decode(Lanes, raw)
            self.lanes[account_id] = lanes
        return lanes

    def _check_cost(self, parsed: Parsed, payer: str) -> None:
        params = self._params
        if parsed.cost > params.tx_cost_max:
            refuse(Code.COST_EXCEEDED, f"cost {parsed.cost}, {params.tx_cost_max} at most")
        if self._cost + parsed.cost > params.block_cost_max:
            refuse(Code.COST_EXCEEDED, "the block is full")
        lanes = self._lanes(payer)
        used = lanes.quota_used
        if self._time_s >= lanes.quota_from_s + params.quota_window_s:
            used = 0
        if used + parsed.cost > params.quota_cost:
            refuse(Code.QUOTA_EXCEEDED, f"{payer}: {used} of {params.quota_cost} used")

    def _verify(self, parsed: Parsed) -> None:
        if parsed.verified is None:
            message = self._prefix + parsed.body_bytes
            parsed.verified = all(
                signing.verify(row.key, row.sig, message) for row in parsed.signatures
            )
        if not parsed.verified:
            refuse(Code.SIGNATURE_INVALID, "over this chain id, genesis hash and body")


def _check_keys(account: Account, signatures: list[Signature]) -> None:
    """Refuse unless exactly the signatures asked for are there, of distinct persons."""
    needed = account.min_initiate + account.min_approve
    if len(signatures) < needed:
        refuse(Code.SIGNATURE_MISSING, f"{account.id}: {needed} needed, {len(signatures)} given")
    if len(signatures) > needed:
        refuse(Code.SIGNATURE_SURPLUS, f"{account.id}: {needed} needed, {len(signatures)} given")
    rows = {row.key: row for row in account.keys}
    persons: dict[str, int] = {}
    initiators = approvers = 0
    for signature in signatures:
        row = rows.get(signature.key)
        if row is None:
            refuse(Code.KEY_NOT_ALLOWED, f"{signature.key.hex()[:16]} is not a key of {account.id}")
        may_initiate, may_approve = INITIATE in row.rights, APPROVE in row.rights
        if not (may_initiate or may_approve) or row.person in persons:
            refuse(Code.KEY_NOT_ALLOWED, f"{account.id}: {row.person} may not sign, or signs twice")
        persons[row.person] = 1
        initiators += may_initiate
        approvers += may_approve
    if initiators < account.min_initiate or approvers < account.min_approve:
        refuse(Code.KEY_NOT_ALLOWED, f"{account.id}: the rights of the signers do not suffice")


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
