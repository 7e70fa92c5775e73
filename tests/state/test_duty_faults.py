"""What a program must not say of duties: told with its place, before anybody runs into it."""

import pytest

from abci_app.state.program_toml import Source, TomlFault, read_program
from tests.duty_world import DUTIES
from tests.harness import edited

_CONTEST = (
    'name = "REVISED to CONTESTED"\nkind = "NOTICE"\nfrom_state = "REVISED"\n'
    'to_state = "CONTESTED"\nsigner = "HOLDER"'
)
FAULTS = {
    "a contest without its effect": (
        _CONTEST + '\neffects = ["CONTEST"]',
        _CONTEST,
        "what leads to CONTESTED is CONTEST",
    ),
    "a notice that begins otherwise": (
        'from_state = ""\nto_state = "OPEN"\nsigner = "OPERATOR"\n',
        'from_state = ""\nto_state = "REVISED"\nsigner = "OPERATOR"\n',
        "a notice begins OPEN",
    ),
    "a row to what follows from units": (
        'name = "OPEN to FULFILLED"\nkind = "NOTICE"\nfrom_state = "OPEN"\nto_state = "FULFILLED"',
        'name = "OPEN to FULFILLED"\nkind = "NOTICE"\nfrom_state = "OPEN"\nto_state = "ENFORCED"',
        "a row leads to CONTESTED, OPEN,",
    ),
    "a decision that nobody owes": (
        'kind = "REVERSAL"\ndue_months',
        'kind = "REVERSALS"\ndue_months',
        "REVERSAL: no notice rule says what is owed then",
    ),
    "a sink without its kind": (
        'kind = "ISSUE_SOON"\ndue_months = 1\n',
        'kind = "ISSUE_SOON"\ndue_months = 1\nsink_code = 240\n',
        "is missing: where do the units go",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_it_is_a_fault(what: str) -> None:
    old, new, told = FAULTS[what]
    with pytest.raises(TomlFault, match=told):
        read_program(Source("duties.toml", edited(DUTIES, (old, new))))
