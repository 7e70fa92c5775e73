"""What is the chain's own: its program, its parameters, the validators of its first day.

Must not know: who may change them. Invariant: the program `chain` is written here and nowhere
else; it has no units, and every act of it needs more than two thirds of the consortium.
"""

from collections.abc import Sequence

from abci_app.core import ids, keys
from abci_app.core.limits import (
    BLOCK_BYTES_MAX,
    CONSORTIUM_EXPIRES_S,
    PROPOSAL_COST_MAX,
    SIGNERS_MAX,
    TX_BYTES_MAX,
    VALIDATOR_POWER_MAX,
    VALIDATORS_MAX,
)
from abci_app.state import schema
from abci_app.state.program_faults.fault import Fault
from abci_app.store.kv import Overlay, Reader
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

CHAIN_REGISTRY = "XC"  # user-assigned letters: the accounts of the consortium itself
DECISION_BYTES = 8_192  # eight signers, each with three signatures, and what they sign
RULES_VERSION = 1  # the newest rules that this build knows

DEFAULT_PARAMS = s.ChainParams(
    tx_bytes_max=TX_BYTES_MAX,
    block_bytes_max=1 << 20,
    tx_cost_max=4_096,
    block_cost_max=40_000,
    quota_window_s=60,
    quota_cost=40_000,
    duties_per_block=200,
)

# A quorum of the role CONSORTIUM has no count of its own: it is always more than two thirds.
PROGRAM = s.Program(
    id=ids.CHAIN_PROGRAM,
    name="The chain itself",
    version=1,
    status=s.ACTIVE,
    registry_codes=[CHAIN_REGISTRY],
    roles=[s.RoleRule(role=t.CONSORTIUM, grants=[s.RoleGrant(by=t.CONSORTIUM)])],
    approval_rules=[
        s.ApprovalRule(
            name="accounts of members",
            action="PUT_ACCOUNT",
            signer=t.CONSORTIUM,
            approvals=[s.Quorum(role=t.CONSORTIUM)],
        ),
        s.ApprovalRule(
            name="changes by the member",
            action="PUT_ACCOUNT",
            signer=t.HOLDER,
            approvals=[s.Quorum(role=t.CONSORTIUM)],
        ),
    ],
    params=s.ProgramParams(proposal_expires_s=CONSORTIUM_EXPIRES_S),
)


def param_faults(params: s.ChainParams) -> list[Fault]:
    """Return what would stop a chain that runs with these parameters, sooner or later."""
    most = f"must be at most {BLOCK_BYTES_MAX}"
    rules = (
        ("tx_bytes_max", 0 < params.tx_bytes_max <= TX_BYTES_MAX, f"must be 1 to {TX_BYTES_MAX}"),
        ("block_bytes_max", params.block_bytes_max >= 2 * params.tx_bytes_max, "is too small"),
        ("block_bytes_max", params.block_bytes_max <= BLOCK_BYTES_MAX, most),
        ("tx_cost_max", params.tx_cost_max > 0, "must be 1 or more"),
        ("block_cost_max", params.block_cost_max >= params.tx_cost_max, "is below tx_cost_max"),
        ("quota_cost", params.quota_cost > 0, "must be 1 or more"),
        ("quota_window_s", params.quota_window_s > 0, "must be 1 or more"),
        ("duties_per_block", params.duties_per_block > 0, "releases no reserve, ever"),
    )
    return [Fault(f"params.{name}", text) for name, good, text in rules if not good]


def mute_faults(params: s.ChainParams) -> list[Fault]:
    """Return with what the consortium could not decide again, so that it could not be undone.

    Its act and the decisions on it have to fit into a transaction and into a quota.
    """
    least = PROPOSAL_COST_MAX + SIGNERS_MAX
    rules = (
        ("tx_bytes_max", params.tx_bytes_max, DECISION_BYTES),
        ("tx_cost_max", params.tx_cost_max, least),
        ("quota_cost", params.quota_cost, least),
    )
    text = "too small for the consortium to decide"
    return [
        Fault(f"params.{name}", f"{text}: at least {most}")
        for name, value, most in rules
        if value < most
    ]


def first_validators(overlay: Overlay, validators: Sequence[s.Validator]) -> s.ValidatorSet:
    """Return the set of the first day: what the engine is given, and the seats tied to its keys."""
    prefix = keys.accreditation_list_prefix(ids.CHAIN_PROGRAM, t.CONSORTIUM, "")
    seats = {
        seat.validator_key: seat
        for seat in schema.ACCREDITATIONS.all(overlay, prefix)
        if seat.status == s.GRANTED and seat.validator_key
    }
    rows = s.ValidatorSet()
    for validator in sorted(validators, key=lambda row: row.key):
        seat = seats.get(validator.key, s.Accreditation())
        rows.validators.add(
            key=validator.key,
            power=validator.power,
            name=validator.name,
            account=seat.account,
            node_ids=seat.node_ids,
        )
    return rows


def set_faults(rows: Sequence[s.ValidatorSeat]) -> list[str]:
    """Return why a set of validators, taken alone, could run no chain."""
    faults = []
    if not 1 <= len(rows) <= VALIDATORS_MAX:
        faults.append(f"1 to {VALIDATORS_MAX} validators, not {len(rows)}")
    for what, names in (
        ("key", [row.key.hex() for row in rows]),
        ("account", [row.account for row in rows]),
    ):
        twice = [name for index, name in enumerate(names) if name in names[:index]]
        faults += [f"the {what} {name[:40]} stands there twice" for name in twice]
    faults += [f"{row.name}: power 1 or more" for row in rows if not row.power]
    if sum(row.power for row in rows) > VALIDATOR_POWER_MAX:
        faults.append(f"more power than {VALIDATOR_POWER_MAX} in all")
    return faults


def validator_changes(before: Reader, after: Reader) -> list[tuple[bytes, int]]:
    """Return (key, power) of each validator whose power is another now; 0 takes it away."""
    sets = [schema.VALIDATORS.look(reader) or s.ValidatorSet() for reader in (before, after)]
    old, new = ({row.key: row.power for row in rows.validators} for rows in sets)
    return [
        (key, new.get(key, 0))
        for key in sorted({**old, **new})
        if old.get(key, 0) != new.get(key, 0)
    ]
