"""A version that is to come, or that came in this very block, and what is issued meanwhile."""

from abci_app.core.codes import Code
from abci_app.state import policies
from tests import lab
from tests.harness import Chain
from tests.names import account_id
from tonne.v1 import policy_pb2 as p
from tonne.v1 import tx_pb2 as t


def following(chain: Chain) -> p.Program:
    program = policies.latest(chain.app.ledger, "LAB")
    assert program is not None
    program.version += 1
    program.effective_from_s = 0
    return program


def issue(quantity: int) -> t.Action:
    source = t.CapSource(class_id="ALW", period="2026")
    to = account_id("l.plant")
    message = t.Issue(program="LAB", cap=source, quantity_t=quantity, to_account=to, vintage=2026)
    return t.Action(issue=message)


VOTERS = ("consortium-2", "consortium-3", "l.authority")


def put(chain: Chain, program: p.Program) -> bytes:
    return chain.tx("consortium-1", t.Action(put_policy=t.PutPolicy(program=program)), also=VOTERS)


def test_no_more_is_issued_than_the_cap_of_a_version_to_come() -> None:
    chain = lab.chain()
    lab.allowances(chain, 100)
    program = following(chain)
    program.periods[0].cap_t = 150
    program.effective_from_s = chain.now + 1000
    chain.all_ok(put(chain, program))
    chain.refused(Code.CAP_EXCEEDED, "l.operator", issue(51), also=("l.authority",))
    chain.ok("l.operator", issue(50), also=("l.authority",))


def test_no_more_is_issued_in_the_block_that_lowers_the_cap() -> None:
    chain = lab.chain()
    lab.allowances(chain, 100)
    program = following(chain)
    program.periods[0].cap_t = 100
    issuing = chain.tx("l.operator", issue(1), also=("l.authority",))
    put_, issued = chain.block(put(chain, program), issuing)
    assert (put_.code, issued.code) == (0, Code.CAP_EXCEEDED)


def test_no_units_come_of_a_class_that_a_version_to_come_has_not() -> None:
    chain = lab.chain()
    chain.block()
    program = following(chain)
    program.effective_from_s = chain.now + 1000
    names = [unit.id for unit in program.classes]
    del program.classes[names.index("ALW")]
    for name in ("move_rules", "approval_rules"):
        table = getattr(program, name)
        for place in reversed(range(len(table))):
            if getattr(table[place], "subject", "") == "ALW" or table[place].name == "allowances":
                del table[place]
    surrender = next(row for row in program.move_rules if "ALW" in row.classes)
    surrender.classes.remove("ALW")
    del program.obligations.classes[:]
    program.obligations.classes.append("TMP")
    chain.all_ok(put(chain, program))
    chain.refused(Code.CLASS_UNKNOWN, "l.operator", issue(1), also=("l.authority",))
