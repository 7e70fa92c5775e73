"""Random but reproducible lives of a registry: what people do, right and wrong, block by block.

Must not know: consensus rounds. Invariant: a number gives the same blocks in every process.
`python -m tests.story 1 2` prints a hash over everything that those lives answered.
"""

import random
import sys
from collections.abc import Callable
from hashlib import sha256

from abci_app.core.keys import Table
from abci_app.state import schema
from tests import acts
from tests.harness import IPCI, Chain, edited
from tests.names import account_id
from tonne.v1 import state_pb2 as s
from tonne.v1 import tx_pb2 as t

DAY = 86_400
# In these lives a movement between holders waits for an operator.
WAITING = 'signer = "HOLDER"\nchecks = ["TX_LIMIT"]\nexpires_s = 5000\n'
WAITING += 'approvals = [{ role = "OPERATOR", count = 1 }]\n'
PROGRAM = edited(IPCI, ('signer = "HOLDER"\nchecks = ["MARKET_ACCESS", "TX_LIMIT"]\n', WAITING))

Step = Callable[[Chain, random.Random], bytes]


def issue(chain: Chain, dice: random.Random) -> bytes:
    also = ("operator",) if dice.random() < 0.7 else ()
    who = "auditor" if dice.random() < 0.9 else "stranger"
    return chain.tx(who, acts.issue(dice.choice((1, 7, 90, 900, 10**6))), also=also)


def transfer(chain: Chain, dice: random.Random) -> bytes:
    source, target = dice.sample(("issuer", "issuer", "user", "user", "auditor", "nobody"), 2)
    also = ("operator",) if dice.random() < 0.4 else ()
    quantity = dice.choice((1, 5, 50, 500, (1 << 64) - 1))
    signer = source if source != "nobody" else "user"
    return chain.tx(signer, acts.move(quantity, source, target), also=also)


def serials(chain: Chain, dice: random.Random) -> bytes:
    start = dice.randint(1, 300)
    span = t.SerialRange(space="IPCI.R1", start=start, end=start + dice.randint(0, 20))
    who = dice.choice(("issuer", "user"))
    act = acts.move(0, who, "auditor", ranges=[span], max_lots=dice.choice((0, 1, 256)))
    return chain.tx(who, act, also=("operator",))


def retire(chain: Chain, dice: random.Random) -> bytes:
    who = dice.choice(("issuer", "user", "auditor"))
    changes = dice.choice(({}, {}, {"purpose": 0}, {"beneficiary": None}))
    return chain.tx(who, acts.retire(dice.choice((1, 3, 40)), who, **changes))


def decide(chain: Chain, dice: random.Random) -> bytes:
    number = max(1, chain.last(Table.PROPOSAL) + dice.choice((0, 0, 0, -1, -2, 1)))
    who = dice.choice(("operator", "operator", "operator", "user"))
    return chain.tx(who, acts.yes(number) if dice.random() < 0.7 else acts.no(number))


def withdraw(chain: Chain, dice: random.Random) -> bytes:
    number = max(1, chain.last(Table.PROPOSAL) - dice.randint(0, 2))
    return chain.tx(dice.choice(("issuer", "auditor")), acts.withdraw(number))


def accredit(chain: Chain, dice: random.Random) -> bytes:
    operation = dice.choice((t.GRANT, t.SUSPEND, t.REINSTATE, t.REINSTATE))
    return chain.tx("coordinator", acts.accredit("auditor", operation=operation))


def account(chain: Chain, dice: random.Random) -> bytes:
    open_mostly = (t.ACCOUNT_OPEN, t.ACCOUNT_OPEN, t.ACCOUNT_RESTRICTED, t.ACCOUNT_SUSPENDED)
    status = dice.choice(open_mostly)
    changes = dice.choice(({"status": status}, {"tx_limit_t": dice.randint(0, 60)}))
    return chain.tx("operator", acts.alter("user", **changes))


def record(chain: Chain, dice: random.Random) -> bytes:
    name = f"M{dice.randint(2, 9)}"
    link = acts.anchor("METHODOLOGY", (t.METHODOLOGY, name))
    return chain.tx("user", acts.methodology(name), link)


def several(chain: Chain, dice: random.Random) -> bytes:
    onward = acts.move(dice.choice((1, 9)), "user", "auditor")
    onward.signer_index = 1
    also = ("user", "operator") if dice.random() < 0.5 else ("user",)
    return chain.tx("issuer", acts.move(dice.choice((5, 30)), "issuer", "user"), onward, also=also)


def nonsense(chain: Chain, dice: random.Random) -> bytes:
    good = retire(chain, dice)
    place = dice.randrange(len(good))
    broken = good[:place] + bytes((good[place] ^ 1 << dice.randrange(8),)) + good[place + 1 :]
    return dice.choice((broken, good[:place], good + b"\0", b"", dice.randbytes(30)))


STEPS: tuple[Step, ...] = (
    issue,
    transfer,
    transfer,
    serials,
    retire,
    decide,
    decide,
    withdraw,
    accredit,
    account,
    record,
    several,
    nonsense,
)
PAUSES = (0, 0, 0, 0, 1, 60, 60, 2500, DAY, 31 * DAY)


def live(number: int, blocks: int) -> Chain:
    """Return a chain that has lived through `blocks` random blocks after its preparations."""
    dice = random.Random(number)
    chain = Chain.with_issuance(
        cap=3000,
        months=dice.choice((1, 2)),
        program=PROGRAM,
        params={"duties_per_block": dice.choice((1, 2, 1000))},
    )
    chain.all_ok(
        chain.tx("auditor", acts.issue(200), also=("operator",)),
        chain.tx("issuer", acts.move(60, "issuer", "user"), also=("operator",)),
    )
    sent: list[bytes] = []
    for _ in range(blocks):
        chain.now += dice.choice(PAUSES)  # before they sign, so that little expires
        txs = [dice.choice(STEPS)(chain, dice) for _ in range(dice.randint(0, 6))]
        if sent and dice.random() < 0.3:
            txs.append(dice.choice(sent))  # the same bytes again
        sent += txs
        chain.block(*txs, at=chain.now + dice.choice((1, 1, 1, 3000)), proposed=False)
    return chain


def counts(chain: Chain) -> dict[str, int]:
    """What has become of the proposals, to see that a life was rich enough."""
    found: dict[str, int] = {}
    for proposal in schema.PROPOSALS.all(chain.app.ledger):
        name = s.ProposalState.Name(proposal.state)
        found[name] = found.get(name, 0) + 1
    return found


def fingerprint(number: int, blocks: int = 25) -> str:
    """Return a hash over every answer and the whole state of a life."""
    chain = live(number, blocks)
    digest = sha256()
    for request, answer in chain.history:
        digest.update(request.SerializeToString(deterministic=True))
        digest.update(answer.SerializeToString(deterministic=True))
    for key, value in chain.app.ledger.scan(b"", b"\xff"):
        digest.update(len(key).to_bytes(4, "big") + key + len(value).to_bytes(4, "big") + value)
    digest.update(account_id("user").encode())
    return digest.hexdigest()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(fingerprint(int(argument)))  # noqa: T201 - the process's answer
