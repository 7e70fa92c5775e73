"""A chain with the whole consortium of the local network, and its acts as short calls.

Must not know: what is decided. Invariant: four validators of one power, each with a seat and an
organisation of its own; three of the four are more than two thirds.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from abci_app.core import signing
from abci_app.state import genesis, policies, schema
from abci_app.state.program_toml import Source
from tests import acts
from tests.harness import IPCI, NAMED_KEYS, NETWORK, START_S, Chain
from tests.names import CHAIN_ID, account_id, seed
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t


class Acting(Protocol):
    """A chain in memory, or a running network."""

    def ok(self, who: str, *actions: t.Action, also: Sequence[str] = ()) -> object:
        """Have somebody do what must succeed."""


MEMBERS = tuple(f"consortium-{number}" for number in range(1, 5))
OTHERS = MEMBERS[1:3]  # with the first they are three of four
POWER = 10


def validator_key(name: str) -> bytes:
    """Return the consensus key of a member's validator."""
    return signing.public_key(seed(f"validator of {name}"))


def four(program: str = IPCI, network: str = NETWORK) -> Chain:
    """Return a chain of four validators with the parties of the tests."""
    first = genesis.assemble(
        Source("local.toml", network),
        {"ipci": Source("ipci.toml", program)},
        chain_id=CHAIN_ID,
        time_s=START_S,
        validators=[
            p.Validator(key=validator_key(name), power=POWER, name=f"validator-{number}")
            for number, name in enumerate(MEMBERS, 1)
        ],
        public_keys={name: signing.public_key(seed(name)) for name in NAMED_KEYS},
    )
    return Chain.with_parties(first_state=first)


def latest(chain: Chain, program: str = "IPCI") -> p.Program:
    """Return the last stored version of a program."""
    found = policies.latest(chain.app.ledger, program)
    assert found is not None
    return found


def following(chain: Chain, **changes: Any) -> p.Program:
    """Return the version after the last one, with fields changed."""
    program = latest(chain)
    program.version += 1
    program.effective_from_s = 0
    acts.changed(program, changes)
    return program


def put(program: p.Program) -> t.Action:
    return t.Action(put_policy=t.PutPolicy(program=program))


def decided(chain: Chain, program: p.Program) -> None:
    """Have a version voted, its owner agreeing, and make the block after which it acts."""
    chain.ok("consortium-1", put(program), also=(*OTHERS, "coordinator"))
    chain.block()


def validators(chain: Chain) -> p.ValidatorSet:
    """Return the set in force."""
    found = schema.VALIDATORS.get(chain.app.ledger)
    assert found is not None
    return found


def seat(name: str, power: int = POWER) -> p.ValidatorSeat:
    return p.ValidatorSeat(
        key=validator_key(name), power=power, name=name, account=account_id(name)
    )


def put_set(*rows: p.ValidatorSeat, **changes: Any) -> t.Action:
    ordered = sorted(rows, key=lambda row: row.key)
    message = t.PutPolicy(validators=p.ValidatorSet(validators=ordered))
    acts.changed(message, changes)
    return t.Action(put_policy=message)


def open_member(chain: Acting, name: str) -> None:
    """Open an organisation and its account of the program `chain`, by the vote of three."""
    house = t.OrganisationChange(id=name, name=name, country="JP")
    change = t.AccountChange(id=account_id(name), organisation=name, name=name)
    change.add_keys.append(acts.grant_of(change.id, name))
    chain.ok(
        "consortium-1",
        t.Action(put_account=t.PutAccount(program="chain", organisation=house)),
        t.Action(put_account=t.PutAccount(program="chain", account=change)),
        also=OTHERS,
    )
