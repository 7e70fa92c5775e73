"""Scenarios are replayed on the real application; a wrong line stops them and is shown."""

from pathlib import Path

import pytest

from abci_app import doctor
from abci_app.abci import abci_pb2 as abci
from abci_app.application import Application
from abci_app.store.ledger import Ledger
from node.cli.faults import FAILED, USAGE, Fault
from node.scenario import expectations, inprocess, language
from node.scenario.inprocess import ScenarioKeys, player
from node.scenario.language import Act, Expect, Row

FOLDER = Path(__file__).parents[1] / "scenarios"
FILES = sorted(FOLDER.glob("*.txt"))
HEAD = "network local\nprogram IPCI\nat 2026-02-01\n"
OPENED = (
    'operator: open-organisation steppe --name "Steppe" --country KZ -> ok\n'
    'operator: open-account issuer --number 7 --organisation steppe --name "Steppe" -> ok\n'
)


def play(text: str) -> int:
    scenario = language.parse(HEAD + text, "file.txt")
    return player(scenario, lambda _step, _result: None).play(scenario.steps)


def fault(text: str) -> Fault:
    with pytest.raises(Fault) as caught:
        play(text)
    return caught.value


class Paired(Application):
    """An application beside which a replica executes the same blocks and must agree."""

    made: list["Paired"]

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.replica = Application(Ledger.memory())
        self.made.append(self)

    def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        answer = super().init_chain(request)
        assert answer == self.replica.init_chain(request)
        return answer

    def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        answer = super().finalize_block(request)
        assert answer == self.replica.finalize_block(request), "the replica disagrees"
        return answer

    def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
        self.replica.commit(request)
        return super().commit(request)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_comes_out_as_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Paired.made = []
    monkeypatch.setattr(inprocess, "Application", Paired)
    scenario = language.read(path)
    played = player(scenario, lambda _step, _result: None).play(scenario.steps)
    assert played == len(scenario.steps) > 0
    (app,) = Paired.made
    assert app.ledger.root == app.replica.ledger.root
    assert doctor.examine(app.ledger) == []


def test_the_scenarios_are_there() -> None:
    found = {path.stem.partition("_")[0] for path in FILES}
    assert {f"e0{number}" for number in range(1, 7)} <= found


def test_every_transcript_has_headings_and_counts_units_after_them() -> None:
    for path in FILES:
        steps = language.read(path).steps
        assert sum(isinstance(step, Row) for step in steps) >= 5, path
        assert sum(isinstance(step, Expect) for step in steps) >= 7, path


def test_equal_scenarios_give_equal_chains() -> None:
    def transactions() -> list[bytes]:
        found: list[bytes] = []
        scenario = language.parse(HEAD + OPENED, "file.txt")
        player(
            scenario,
            lambda step, result: (
                found.append(result.tx_id) if isinstance(step, Act) and result else None
            ),
        ).play(scenario.steps)
        return found

    assert transactions() == transactions()
    assert len(transactions()) == 2


def test_a_wrong_balance_shows_the_line_what_was_expected_and_what_is() -> None:
    wrong = fault(OPENED + "expect balance issuer TMU free=5 RESERVE=1")
    assert wrong.exit_code == FAILED
    assert wrong.message == (
        "file.txt:6: expect balance issuer TMU free=5 RESERVE=1\n"
        "    expected: free=5 RESERVE=1\n"
        "    is:       nothing"
    )


def test_a_wrong_outcome_shows_the_code_and_its_detail() -> None:
    wrong = fault(OPENED + "issuer: transfer 5 --class TMU --to @operator -> ok")
    assert wrong.exit_code == FAILED
    said = "    expected: ok\n    is:       MOVE_NOT_ALLOWED: registry-north is independent"
    assert said in wrong.message


def test_a_proposal_where_an_outcome_was_expected_says_who_is_waited_for() -> None:
    text = "issuer: put-account --account.id @issuer --account.name Anew -> ok"
    assert "pending: proposal 1 waits for OPERATOR" in fault(OPENED + text).message


def test_balances_are_whole_what_is_not_named_is_zero() -> None:
    assert play(OPENED + "expect balance issuer TMU") == 4
    assert play(OPENED + "expect balance issuer TMU free=0 RESERVE=0") == 4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("expect record ISSUANCE R9 state=OPENED", "is:       REC_REF"),
        ("expect account issuer status=CLOSED", "is:       status=ACCOUNT_OPEN"),
        ("expect account issuer absent", "expected: absent"),
        ("expect inbox operator 3", "expected: 3\n    is:       0"),
        ("expect event Issued quantity_t=1", "expected: Issued\n    is:       AccountPut"),
        ("expect supply TMU created_t=1", "is:       created_t=0"),
        ("expect lots issuer TMU IPCI.R1:1-5", "is:       nothing"),
    ],
)
def test_each_kind_of_expectation_can_fail(line: str, message: str) -> None:
    wrong = fault(OPENED + line)
    assert wrong.exit_code == FAILED
    assert message in wrong.message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nobody: withdraw 1 -> ok", "the key 'nobody' belongs to no account yet"),
        ("issuer: withdraw $last -> ok", "file.txt:6:18: $last stands for nothing yet"),
        ("issuer: transfer 1 --clas TMU -> ok", "file.txt:6:20: --clas is not a flag"),
        ("expect balance issuer", "whose balance of which class?"),
        ("expect balance issuer TMU fre=1", "'fre' is no part of a balance"),
        ("expect account issuer colour=red", "Account has no field 'colour'"),
        ("expect event Isued", "which event?"),
        ("issuer: retire 5 --class TMU --program NONE -> ok", "PROGRAM_UNKNOWN"),
        ("at 2025-01-01", "does not run back"),
    ],
)
def test_a_line_that_cannot_be_played_is_refused_at_its_place(line: str, message: str) -> None:
    wrong = fault(OPENED + line)
    assert wrong.exit_code == USAGE
    assert wrong.message.startswith("file.txt:6:")
    assert message in wrong.message


def test_an_unknown_network_names_those_there_are() -> None:
    scenario = language.parse("network mars\n", "file.txt")
    with pytest.raises(Fault) as caught:
        player(scenario, lambda _step, _result: None)
    assert "local" in caught.value.hint


def test_scenario_keys_are_made_from_their_names() -> None:
    assert ScenarioKeys().get("issuer") == ScenarioKeys().get("issuer")
    assert ScenarioKeys().get("issuer").public != ScenarioKeys().get("user").public


def test_the_language_knows_every_subject_that_can_be_compared() -> None:
    own = {"balance", "event", "inbox", "lots", "supply"}
    assert set(language.SUBJECTS) == own | set(expectations.READS)
