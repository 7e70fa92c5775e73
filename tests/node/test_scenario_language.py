"""Scenario files: every line is a step or is refused at its place."""

import pytest

from node.cli.faults import USAGE, Fault
from node.scenario.language import Act, Clock, Expect, Row, parse


def fault(text: str) -> str:
    with pytest.raises(Fault) as caught:
        parse(text, "file.txt")
    assert caught.value.exit_code == USAGE
    return f"{caught.value.message} {caught.value.hint}"


def test_steps_comments_and_settings_are_read() -> None:
    scenario = parse(
        "# a comment\nnetwork local\nprogram IPCI\n\nat 2026-02-01\nrow 2a By one key # alone\n"
        "auditor+operator: issue 5 --memo-not-parsed-here 'a # b' -> pending\n"
        "expect balance issuer TMU free=5\n",
        "file.txt",
    )
    assert (scenario.network, scenario.program) == ("local", "IPCI")
    clock, row, act, expect = scenario.steps
    assert isinstance(clock, Clock)
    assert clock.time_s == 1769904000
    assert isinstance(row, Row)
    assert (row.number, row.title) == ("2a", "By one key")
    assert isinstance(act, Act)
    assert act.signers == ("auditor", "operator")
    assert act.words == ("issue", "5", "--memo-not-parsed-here", "a # b")
    assert (act.outcome, act.line.number) == ("pending", 7)
    assert isinstance(expect, Expect)
    assert (expect.subject, expect.words) == ("balance", ("issuer", "TMU", "free=5"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("issuer: transfer 5", "file.txt:1:1: a command ends with the outcome expected"),
        ("\nissuer: transfer 5 -> maybe", "file.txt:2:23: 'maybe' is no outcome"),
        ("issuer: transfer 5 -> INSUFICIENT", "Did you mean INSUFFICIENT?"),
        ("issuer: transfer 5 -> OK", "'OK' is no outcome"),
        ("issuer: transfr 5 -> ok", "file.txt:1:9: there is no tx command 'transfr'"),
        ("issuer: -> ok", "which command?"),
        ("+issuer: transfer 5 -> ok", "who signs?"),
        ("expect", "expect what?"),
        ("expect balanse issuer", "file.txt:1:8: cannot expect 'balanse'"),
        ("at yesterday", "file.txt:1:4: 'yesterday' is not a date"),
        ("at 2026-02-01 10:00", "'at' takes one word"),
        ("wait 5", "'wait' begins no step"),
        ("issuer: transfer 'five -> ok", "file.txt:1:18: this quote is not closed"),
        ("at 2026-02-01\nnetwork local", "'network' stands at the top"),
        ("row", "a row needs a number"),
    ],
)
def test_a_line_that_is_no_step_is_refused_at_its_place(text: str, said: str) -> None:
    assert said in fault(text)
