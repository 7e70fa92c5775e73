"""The command line against a chain behind a real gateway: the story, then what people type."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node import story
from node.cli import faults, places, run
from node.cli.live import Live
from node.scenario.language import Act
from node.sdk.client import Client
from node.sdk.keys import KeyStore
from tests.node.cli_world import Node, served
from tonne.v1 import service_pb2 as v
from tonne.v1 import tx_pb2 as t


def network(node: Node) -> story.Network:
    keys = KeyStore.test(node.home / "keys" / places.TEST_KEYS)
    return story.Network([node.address, node.address], keys, node.home / "story.json")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with served(tmp_path_factory.mktemp("home")) as made:
        lines: list[str] = []
        story.play(network(made), lines.append)
        (made.home / "story.txt").write_text("\n".join(lines))
        yield made


def tonne(node: Node, *words: str) -> int:
    return run([*words, "--node", node.address, "--home", str(node.home)])


def answer(node: Node, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert tonne(node, *words, "--output", "json") == faults.OK
    return json.loads(capsys.readouterr().out)


def free(node: Node, capsys: pytest.CaptureFixture[str], who: str) -> int:
    holding = answer(node, capsys, "query", "holding", who, "TMU")["holding"]
    return int(holding.get("free_t", "0"))


# ---- the story ----


@pytest.mark.parametrize(
    ("number", "balances"),
    [
        ("1", "54 000 6 000 0 0"),
        ("2", "54 000 6 000 0 0"),
        ("2a", "54 000 6 000 0 0"),
        ("3", "90 000 10 000 0 0"),
        ("4", "90 000 10 000 0 0"),
        ("5", "65 000 10 000 25 000 0"),
        ("6", "65 000 10 000 25 000 0"),
        ("7", "65 000 10 000 24 000 1 000"),
    ],
)
def test_the_story_shows_the_balances_of_every_row(node: Node, number: str, balances: str) -> None:
    lines = (node.home / "story.txt").read_text().splitlines()
    (row,) = [line for line in lines if line[:5].strip() == number]
    assert " ".join(row.split()).endswith(balances)


def test_the_story_names_transactions_and_reads_the_retirement_back(node: Node) -> None:
    text = (node.home / "story.txt").read_text()
    assert text.count("INSUFFICIENT") == 1
    assert "retirement 1, 1000 t for 'X'" in text.splitlines()[-1]


def test_the_story_is_not_played_twice(node: Node) -> None:
    for progress in (node.home / "story.json", node.home / "lost.json"):
        lines: list[str] = []
        keys = network(node).keys
        story.play(story.Network([node.address], keys, progress), lines.append)
        assert "was played on this chain before" in lines[0]
        assert not any("block" in line for line in lines)


def test_an_interrupted_story_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def interrupted(line: str) -> None:
        if line.startswith(" 2a"):
            raise KeyboardInterrupt

    with served(tmp_path) as made:
        with pytest.raises(KeyboardInterrupt):
            story.play(network(made), interrupted)
        lines: list[str] = []
        story.play(network(made), lines.append)
    assert lines[0].startswith("The story goes on after line")
    assert " ".join(lines[-5].split()).endswith("65 000 10 000 24 000 1 000")


def test_a_story_whose_answer_was_lost_does_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count = Live.submit, 0

    def cut(self: Live, tx: bytes) -> v.Transaction:
        nonlocal count
        count += 1
        result = real(self, tx)
        if count in LOST:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(Live, "submit", cut)
    lines: list[str] = []
    with served(tmp_path) as made:
        for _ in LOST:
            with pytest.raises(KeyboardInterrupt):
                story.play(network(made), lambda _line: None)
        story.play(network(made), lines.append)
    assert lines[0].startswith("The story goes on after line")
    acts = sum(isinstance(step, Act) for step in story.steps()[1])
    assert count == acts


LOST = (1, 7, 22, 43)  # an organisation, an account, a proposal, the retirement


# ---- transactions ----


def test_a_transfer_is_shown_sent_and_reported(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    before = free(node, capsys, "@user")
    words = ("tx", "transfer", "5", "--class", "TMU", "--to", "@user", "--as", "issuer", "--yes")
    assert tonne(node, *words) == faults.OK
    shown = capsys.readouterr()
    assert "quantity_t" in shown.err
    assert "status:      in block" in shown.out
    assert "Moved" in shown.out
    assert free(node, capsys, "@user") == before + 5


def test_nothing_is_sent_without_a_yes(
    node: Node, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = free(node, capsys, "@user")
    monkeypatch.setattr("typer.confirm", lambda *_args, **_options: False)
    words = ("tx", "transfer", "5", "--class", "TMU", "--to", "@user", "--as", "issuer")
    assert tonne(node, *words) == faults.FAILED
    assert "nothing was signed or sent" in capsys.readouterr().err
    assert free(node, capsys, "@user") == before


def test_a_refusal_names_code_meaning_and_what_next(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("tx", "transfer", "999999", "--class", "TMU", "--to", "@user", "--as", "issuer", "-y")
    assert tonne(node, *words) == faults.FAILED
    text = capsys.readouterr().out
    assert "INSUFFICIENT (303)" in text
    assert "next:" in text


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    before = free(node, capsys, "@user")
    words = ["tx", "transfer", "5", "--class", "TMU", "--to", "@user", "--as", "issuer"]
    assert tonne(node, *words, "--dry-run") == faults.OK
    assert "would be executed" in capsys.readouterr().out
    words[2] = "999999"
    assert tonne(node, *words, "--dry-run") == faults.FAILED
    assert "would be refused: INSUFFICIENT" in capsys.readouterr().out
    assert free(node, capsys, "@user") == before


def test_a_proposal_waits_in_the_inbox_until_the_operator_decides(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("tx", "put-account", "--account.id", "@user", "--account.name", "Fjord offsets")
    assert tonne(node, *words, "--as", "user", "--yes") == faults.PENDING
    text = capsys.readouterr().out
    assert "waits for: OPERATOR" in text
    number = text.split("proposal:")[1].split()[0]
    assert tonne(node, "query", "inbox", "@operator") == faults.OK
    inbox = capsys.readouterr().out
    assert "Fjord Foods" in inbox
    assert "OPERATOR" in inbox
    assert tonne(node, "tx", "reject", number, "--as", "operator", "--yes") == faults.FAILED
    assert "DECIDE_REASON" in capsys.readouterr().out
    assert tonne(node, "tx", "approve", number, "Fits", "--as", "operator", "-y") == faults.OK
    assert tonne(node, "query", "proposal", number) == faults.OK
    shown = capsys.readouterr().out
    assert "PROPOSAL_EXECUTED" in shown
    assert "Fits" in shown
    account = answer(node, capsys, "query", "account", "@user")["account"]
    assert account["name"] == "Fjord offsets"


def test_a_transaction_is_made_signed_and_sent_on_three_desks(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def saved(name: str, *words: str) -> str:
        capsys.readouterr()
        assert run([*words, "--home", str(node.home)]) == faults.OK
        (tmp_path / name).write_text(capsys.readouterr().out)
        return str(tmp_path / name)

    words = ("tx", "issue", "1", "--issuance", "R1", "--vintage", "2024")
    online = ("--node", node.address, "--generate-only")
    bare = saved("bare", *words, "--as", "auditor", "--with", "operator", *online)
    digest = answer(node, capsys, "status")["genesis_hash"]
    assert digest
    one = saved("one", "tx", "sign", bare, "--as", "auditor", "--yes")
    assert run(["tx", "broadcast", one, "--node", node.address]) == faults.USAGE
    assert "needs 1, has 0" in capsys.readouterr().err
    two = saved("two", "tx", "cosign", one, "--as", "operator", "--yes")
    assert run(["tx", "decode", two]) == faults.OK
    assert capsys.readouterr().out.count("signature of") == 2
    assert run(["tx", "simulate", two, "--node", node.address]) == faults.FAILED
    assert "CAP_EXCEEDED" in capsys.readouterr().out
    assert run(["tx", "broadcast", two, "--node", node.address]) == faults.FAILED
    text = capsys.readouterr().out
    assert "CAP_EXCEEDED" in text
    tx_id = text.split("transaction:")[1].split()[0]
    assert run(["tx", "wait", tx_id, "--node", node.address]) == faults.FAILED
    assert tonne(node, "query", "tx", tx_id) == faults.OK
    assert "CAP_EXCEEDED" in capsys.readouterr().out


def test_a_transaction_can_be_made_without_any_node(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sequence = answer(node, capsys, "query", "sequence", "@issuer")["next"]
    words = ["tx", "transfer", "1", "--class", "TMU", "--program", "IPCI", "--to", "@user"]
    offline = ["--as", "issuer", "--offline", "--generate-only", "--home", str(node.home)]
    assert run([*words, *offline]) == faults.USAGE
    assert "need as many --sequence" in capsys.readouterr().err
    assert run([*words, *offline, "--sequence", sequence]) == faults.OK
    bare = tmp_path / "bare.json"
    bare.write_text(capsys.readouterr().out)
    assert run(["tx", "sign", str(bare), "--as", "issuer", "-y", "--home", str(node.home)]) == 0
    (tmp_path / "signed.json").write_text(capsys.readouterr().out)
    send = ["tx", "broadcast", str(tmp_path / "signed.json"), "--node", node.address]
    assert run(send) == faults.OK
    assert run(send) == faults.OK  # sending again is safe: it answers committed


def test_a_refusal_without_a_block_says_that_the_bytes_may_still_be_taken(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def signed(sequence: int) -> Path:
        file = tmp_path / f"{sequence}.json"
        words = ["tx", "transfer", "1", "--class", "TMU", "--to", "@user", "--as", "issuer"]
        words += ["--generate-only", "--lane", "7", "--sequence", str(sequence)]
        assert tonne(node, *words, "--out", f"{file}.bare") == faults.OK
        sign = ["tx", "sign", f"{file}.bare", "--as", "issuer", "-y", "--out", str(file)]
        assert run([*sign, "--home", str(node.home)]) == faults.OK
        return file

    far = signed(66)
    send = ["tx", "broadcast", "--node", node.address]
    assert run([*send, str(far)]) == faults.FAILED
    text = capsys.readouterr().out
    assert "SEQUENCE_TOO_FAR" in text
    assert "a block may take them until 20" in text
    assert "only under the same sequence" in text
    assert run([*send, str(signed(2))]) == faults.OK
    assert run([*send, str(far)]) == faults.OK  # the very bytes that were refused
    rival = ["tx", "transfer", "2", "--class", "TMU", "--to", "@user", "--as", "issuer"]
    rival += ["--lane", "7", "--sequence", "66", "--yes"]
    assert tonne(node, *rival) == faults.FAILED
    text = capsys.readouterr().out
    assert "SEQUENCE_USED" in text
    assert "beware" not in text  # that one is final


def test_a_mistyped_account_is_refused_before_it_is_shown_to_sign(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    user = answer(node, capsys, "query", "account", "@user")["account"]["id"]
    wrong = user[:-2] + f"{(int(user[-2:]) + 1) % 97:02}"
    actions = tmp_path / "actions.json"
    move = {"program": "IPCI", "class_id": "TMU", "quantity_t": "1", "to_account": wrong}
    actions.write_text(json.dumps([{"move": {**move, "from_account": user}}]))
    (tmp_path / "move.json").write_text(json.dumps(move))
    for words in (
        ["tx", "transfer", "1", "--class", "TMU", "--to", wrong],
        ["tx", "send", str(actions)],
        ["tx", "move", "--file", str(tmp_path / "move.json")],
        ["tx", "grant", "AUDITOR", wrong],
    ):
        assert tonne(node, *words, "--as", "issuer", "-y") == faults.USAGE
        shown = capsys.readouterr().err
        assert "the check digits do not fit" in shown
        assert "signer 0" not in shown
    assert tonne(node, "query", "holding", wrong, "TMU") == faults.USAGE
    assert "the check digits do not fit" in capsys.readouterr().err


def test_several_actions_take_effect_together_or_not_at_all(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    issuer = answer(node, capsys, "query", "account", "@issuer")["account"]["id"]
    user = answer(node, capsys, "query", "account", "@user")["account"]["id"]

    def move(quantity: int) -> dict[str, Any]:
        fields = {"program": "IPCI", "class_id": "TMU", "quantity_t": str(quantity)}
        return {"move": {**fields, "from_account": issuer, "to_account": user}}

    before = free(node, capsys, "@user")
    file = tmp_path / "actions.json"
    file.write_text(json.dumps([move(2), move(999_999)]))
    assert tonne(node, "tx", "send", str(file), "--as", "issuer", "-y") == faults.FAILED
    assert free(node, capsys, "@user") == before
    file.write_text(json.dumps([move(2), move(3)]))
    assert tonne(node, "tx", "send", str(file), "--as", "issuer", "-y") == faults.OK
    assert free(node, capsys, "@user") == before + 5


# ---- questions ----


def test_the_documents_of_a_record_are_turned_page_by_page(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    (activity,) = answer(node, capsys, "query", "records", "ACTIVITY")["records"]
    words = ("query", "record", "ACTIVITY", activity["id"])
    whole = answer(node, capsys, *words)["documents"]
    assert len(whole) > 1
    found: list[Any] = []
    cursor: list[str] = []
    for _ in whole:
        assert tonne(node, *words, "--page.size", "1", *cursor) == faults.OK
        text = capsys.readouterr().out
        found += answer(node, capsys, *words, "--page.size", "1", *cursor)["documents"]
        cursor = ["--page.cursor", text.split("--page.cursor ")[-1].strip()]
    assert found == whole
    assert "--page.cursor" not in text
    with Client(node.address) as client:
        documents = client.documents("IPCI", t.ACTIVITY, activity["id"])
        assert [row.kind for row in documents] == [row["kind"] for row in whole]


def test_what_does_not_exist_is_refused_with_its_code(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tonne(node, "query", "record", "ISSUANCE", "R9") == faults.FAILED
    assert "REC_REF" in capsys.readouterr().err
    assert tonne(node, "query", "account", "@nobody") == faults.USAGE
    assert "nobody" in capsys.readouterr().err


def test_status_gives_a_single_field_for_scripts(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tonne(node, "status", "--field", "app_hash") == faults.OK
    assert len(capsys.readouterr().out.strip()) == 64
    assert tonne(node, "status", "--field", "app_hsh") == faults.USAGE
    assert "app_hash" in capsys.readouterr().err


def test_another_chain_than_the_one_named_is_refused(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tonne(node, "query", "status", "--chain-id", "other") == faults.USAGE
    assert "'tonne-cli-test', not 'other'" in capsys.readouterr().err


def test_a_node_that_does_not_answer_has_its_own_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    silent = ["--node", "127.0.0.1:1", "--home", str(tmp_path)]
    assert run(["status", *silent]) == faults.UNREACHABLE
    assert "tonne start" in capsys.readouterr().err


# ---- proofs ----


def test_a_chain_of_one_process_has_nobody_to_vouch_for_a_proof(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "proof.json"
    assert tonne(node, "query", "retirement", "1", "--proof", str(file)) == faults.FAILED
    assert "solo has no validators to vouch" in capsys.readouterr().err
    assert not file.exists()


def test_what_has_no_proof_is_told_apart_before_anything_is_asked(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "proof.json")
    assert tonne(node, "query", "retirements", "--proof", file) == faults.USAGE
    assert "There is of: organisation" in capsys.readouterr().err
    assert tonne(node, "query", "lots", "@issuer", "--proof", file) == faults.USAGE
    assert "lots ACCOUNT CLASS" in capsys.readouterr().err
    words = ["query", "retirement", "1", "--trusted-hash", "00" * 32]
    assert tonne(node, *words) == faults.USAGE
    assert "--proof FILE" in capsys.readouterr().err
    assert tonne(node, *words, "--proof", file) == faults.USAGE
    assert "HEIGHT:HASH" in capsys.readouterr().err


# ---- scenarios on a live chain ----


def test_the_clock_of_a_live_chain_is_not_moved(
    node: Node, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "live.txt"
    file.write_text("program IPCI\nexpect statement S-1 status=ACCEPTED\nat 2028-02-01\n")
    assert tonne(node, "scenario", str(file)) == faults.USAGE
    shown = capsys.readouterr()
    assert "live.txt:3:1: the clock of a live chain cannot be moved" in shown.err


def test_a_scenario_is_played_on_a_live_chain(node: Node, tmp_path: Path) -> None:
    file = tmp_path / "live.txt"
    file.write_text(
        "program IPCI\n"
        'operator: open-organisation live-org --name "Live" --country NO -> ok\n'
        'operator: open-account liver --number 4242 --organisation live-org --name "L" -> ok\n'
        "issuer: transfer 1 --class TMU --to @liver -> ok\n"
        "expect balance liver TMU free=1\n"
    )
    assert tonne(node, "scenario", str(file)) == faults.OK
