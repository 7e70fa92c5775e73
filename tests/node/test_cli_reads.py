"""Every question of `tonne query`, asked on a served chain of two programs after a busy day."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from node import story
from node.cli import faults, places, run
from node.cli.desk import Desk
from node.cli.live import Live
from node.cli.query import NOUNS
from node.scenario import language
from node.scenario.livekeys import LiveKeys, adopt
from node.scenario.player import Player
from node.sdk.keys import KeyStore
from tests.node.cli_world import Node, served

SOON = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%d")
DAY = f"""
program IPCI
row 0 The day after the story
operator: put-account --account.id @user --account.market-access -> ok
issuer: sell 50 --class TMU --price 800 --currency EUR --until {SOON} \
  --settlement DIRECT_CONFIRM -> ok
user: fill $order 20 --payment-hash sha256-text:invoice -> ok
issuer: confirm-fill $order $fill -> ok
user: cancel 5 --class TMU --code 230 -> ok
operator: label physical-mrv SCOPE_ACTIVITY A-1 -> ok
operator: open-organisation carbon-registry --name "Carbon Registry" --country DE -> ok
operator: open-account bridge --number 1007 --organisation carbon-registry --name Bridge -> ok
operator: grant BRIDGE @bridge --list carbon-registry -> ok
bridge: anchor --kind EXCLUSION_PROOF --hash sha256-text:out --size-bytes 9 --media-type a/b -> ok
bridge+operator: import carbon-registry TMU CR-7:1-9 --to @user --vintage 2024 \
  --exclusion sha256-text:out -> ok
user: file-footprint F-1 --product bread --functional-unit loaf --g-co2e-per-unit 12500 \
  --methodology M-1 --owners @user -> ok
authority: attest S-1 INVENTORY --party KZ --period CP1 --lulucf 3 --net 50000 \
  --program KYOTO-KZ -> ok
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with served(tmp_path_factory.mktemp("home"), "both") as made:
        keys = KeyStore.test(made.home / "keys" / places.TEST_KEYS)
        progress = made.home / "story.json"
        story.play(story.Network([made.address], keys, progress), lambda _line: None)
        chain, names = Live(made.address), LiveKeys(keys)
        adopt(names, chain)
        desk = Desk(chain, names, chain.chain_id, made.home, "IPCI")
        Player(chain, desk).play(language.parse(DAY, "day").steps)
        yield made


ASKED = {
    "organisation": (["steppe-energy"], "Steppe Energy"),
    "account": (["@issuer"], "RESERVE"),
    "accounts": (["steppe-energy"], "Steppe Energy, issuing"),
    "holding": (["@issuer", "TMU"], "held[0]"),
    "lots": (["@user", "TMU"], "IPCI.R1"),
    "lot": (["IPCI.R1", "1"], "IPCI.R1"),
    "record": (["ISSUANCE", "R1"], "FULL"),
    "records": (["ACTIVITY"], "REGISTERED"),
    "statement": (["S-1"], "ACCEPTED"),
    "accreditation": (["AUDITOR", "@auditor", "ACL-1"], "GRANTED"),
    "proposal": (["1"], "MONITORING_SYSTEM"),
    "proposals": ([], "PROPOSAL_WITHDRAWN"),
    "inbox": (["@auditor"], "nothing waits"),
    "retirement": (["1"], "(Fjord"),  # the name beside the account
    "retirements": ([], "VOLUNTARY"),
    "cancellation": (["1"], "quantity_t"),
    "cancellations": ([], "XI-230"),
    "order": (["1"], "ORDER_PART_FILLED"),
    "orders": (["TMU", "SELL"], "ORDER_PART_FILLED"),
    "fill": (["1", "1"], "FILL_SETTLED"),
    "fills": (["1"], "FILL_SETTLED"),
    "import": (["1"], "CR-7:1-9"),
    "imports": ([], "CR-7:1-9"),
    "link": (["carbon-registry"], "imported_t"),
    "labels": (["IPCI.R1", "1"], "physical-mrv"),
    "label-grants": ([], "physical-mrv"),
    "footprint-report": (["F-1", "16000"], "declared_t"),
    "cap": (["RMU", "KZ", "CP1", "--program", "KYOTO-KZ"], "allowed_t"),
    "reserve": (["KZ", "CP1", "--program", "KYOTO-KZ"], "required_t"),
    "validators": ([], "validator-1"),
    "holds": ([], "RESERVE"),
    "hold": (["1"], "RESERVE"),
    "program": (["IPCI"], "Movements"),
    "programs": ([], "DAO IPCI"),
    "sequence": (["@issuer"], "last_accepted"),
    "status": ([], "app_hash"),
}


def tonne(node: Node, *words: str) -> int:
    return run([*words, "--node", node.address, "--home", str(node.home)])


def test_every_read_is_asked_for_here() -> None:
    assert set(ASKED) | {"tx"} == set(NOUNS)


@pytest.mark.parametrize("noun", sorted(ASKED))
def test_every_read_answers_as_table_and_as_json(
    node: Node, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, noun: str
) -> None:
    monkeypatch.setenv("TONNE_PROGRAM", "IPCI")
    words, said = ASKED[noun]
    assert tonne(node, "query", noun, *words) == faults.OK
    assert said in capsys.readouterr().out
    assert tonne(node, "query", noun, *words, "--output", "json") == faults.OK
    assert isinstance(json.loads(capsys.readouterr().out), dict)


@pytest.mark.parametrize(
    "words",
    [
        ("query", "holding", "@issuer", "TMU"),
        ("query", "orders", "TMU", "SELL"),
        ("tx", "transfer", "1", "--class", "TMU", "--to", "@user", "--as", "issuer", "-y"),
        ("tx", "amend-program", "params.fill-confirm-s=60", "--as", "consortium-1", "-y"),
    ],
)
def test_with_two_programs_the_one_meant_is_asked_for(
    node: Node, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert tonne(node, *words) == faults.USAGE
    shown = capsys.readouterr().err
    assert "which program?" in shown
    assert "--program one of: IPCI, KYOTO-KZ" in shown
