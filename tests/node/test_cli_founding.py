"""`tonne genesis`: the ceremony at the command line, and what it refuses, in words that help."""

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from node.cli import faults, run
from node.founding import draft as drafts
from node.founding.draft import FoundingFault
from node.founding.record import assemble
from node.genesis import genesis_hash, read_genesis, write_genesis
from node.sdk.keys import KeyStore
from tests import founders
from tests.harness import NETWORK
from tests.node.cli_world import served
from tests.node.engine_stand_in import put_engine

ORGANISATIONS = {
    "registry-north": ("consortium-1", "operator"),
    "registry-east": ("consortium-2",),
    "registry-south": ("consortium-3",),
    "registry-west": ("consortium-4",),
    "coordination-council": ("coordinator",),
}


class Desk:
    """The folder of a test, what is typed there, and what is said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *words: str) -> str:
        """Run a command that succeeds; return what it says, on both streams."""
        code = run([*words])
        read = self._capsys.readouterr()
        assert code == faults.OK, read.err
        return read.out + read.err

    def refused(self, *words: str, code: int = faults.USAGE) -> str:
        """Run a command that fails; return what it says, on one line."""
        before = self.files()
        found = run([*words])
        said = " ".join(self._capsys.readouterr().err.split())
        assert found == code, said
        assert "Traceback" not in said
        assert self.files() == before  # nothing was begun, nothing half written
        return said

    def files(self) -> dict[str, bytes]:
        """Return what lies in the folder, but for homes."""
        return {item.name: item.read_bytes() for item in self.folder.iterdir() if item.is_file()}

    def draft(self, *more: str) -> str:
        """Make the draft."""
        return self.run("genesis", "init", "--network", "local.toml", *CHAIN, *more)

    def join(self, organisation: str, *more: str) -> str:
        """Join for an organisation, in a home of its name."""
        return self.run(*self.joining(organisation), *more)

    def joining(self, organisation: str) -> list[str]:
        """Return the command with which an organisation joins; its keys are made."""
        home = self.folder / organisation
        store = KeyStore.test(home / "keys" / "INSECURE-TEST")
        for name in ORGANISATIONS[organisation]:
            if name not in store.names():
                store.add(name)
        words = ["genesis", "join", "draft.json", "--organisation", organisation]
        if organisation.startswith("registry"):
            words += ["--address", f"{organisation}.example.org:26656"]
        return [*words, "--home", str(home), "--yes"]

    def assemble(self, *more: str) -> str:
        """Make everything up to the genesis."""
        self.draft()
        for organisation in ORGANISATIONS:
            self.join(organisation)
        joins = sorted(path.name for path in self.folder.glob("join-*.json"))
        return self.run("genesis", "assemble", "draft.json", *joins, *more)


CHAIN = ("--chain-id", "tonne-1")


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    engine = put_engine(tmp_path)
    monkeypatch.setattr("node.cli.founding.ensured", lambda: engine)
    monkeypatch.setattr("node.cli.network.ensured", lambda: engine)
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "local.toml").write_text(NETWORK, encoding="utf-8")
    monkeypatch.chdir(folder)
    return Desk(folder, capsys)


def test_a_ceremony_from_draft_to_homes(desk: Desk) -> None:
    desk.assemble()
    raw = read_genesis(Path("genesis.json"))
    groups = re.findall("[0-9a-f]{8}", genesis_hash(raw).hex())
    said = desk.run("genesis", "verify", "genesis.json", "--home", "registry-east")
    assert f"{' '.join(groups[:4])}\n  {' '.join(groups[4:])}\n" in said
    assert "the validator of registry-east is in it: validator-2" in said
    for word in ("registry-west", "Coordination Council", "DAO IPCI", "joins:        5"):
        assert word in said
    heard = ("--genesis-hash", " ".join(groups).upper())
    done = desk.run("genesis", "install", "genesis.json", "--home", "registry-north", *heard)
    assert "operator signs for XI-100-2-0-" in done
    config = (desk.folder / "registry-north" / "config" / "config.toml").read_text()
    assert 'laddr = "tcp://0.0.0.0:26656"' in config
    assert 'external_address = "registry-north.example.org:26656"' in config
    assert config.count("@registry-") == 3
    installed = (desk.folder / "registry-north" / "config" / "genesis.json").read_bytes()
    assert installed == Path("genesis.json").read_bytes()


def test_a_genesis_is_told_as_json_too(desk: Desk) -> None:
    desk.assemble()
    said = desk.run("genesis", "verify", "genesis.json", "--home", "registry-west", "-o", "json")
    data = json.loads(said)
    assert data["own_validator"] == "validator-4"
    assert data["validators"][0]["organisation"] == "registry-north"
    assert data["warnings"] == []


def test_nothing_is_written_over_unless_asked(desk: Desk) -> None:
    desk.assemble()
    for words in (
        ["genesis", "assemble", "draft.json", *(f"join-{name}.json" for name in ORGANISATIONS)],
        desk.joining("registry-north"),
        ["genesis", "init", "--network", "local.toml", *CHAIN],
    ):
        assert "is there already" in desk.refused(*words)
        desk.run(*words, "--force")


def test_a_home_is_installed_once_and_not_joined_with_again(desk: Desk) -> None:
    desk.assemble()
    words = ("genesis", "install", "genesis.json", "--home", "registry-south")
    desk.run(*words)
    assert "is installed already" in desk.refused(*words)
    desk.run(*words, "--force")
    Path("join-registry-south.json").unlink()
    assert "is of a chain already" in desk.refused(*desk.joining("registry-south"))


def test_keys_may_lie_in_another_home_and_have_other_names(desk: Desk) -> None:
    desk.draft()
    store = KeyStore.test(desk.folder / "people" / "keys" / "INSECURE-TEST")
    store.add("mine")
    words = desk.joining("registry-east")
    apart = ("--keys-home", "people", "--key", "consortium-2=mine")
    desk.run(*words, *apart)
    data = json.loads(Path("join-registry-east.json").read_text())
    assert data["keys"]["consortium-2"] == store.public("mine").public.hex()
    assert "wants no key 'x'" in desk.refused(*words, "--out", "o.json", "--key", "x=mine")
    assert "NAME=KEY" in desk.refused(*words, "--out", "o.json", "--key", "x")


def test_a_large_share_is_warned_of_everywhere(desk: Desk) -> None:
    said = desk.draft("--power", "validator-2=20")
    assert "WARNING: registry-east has 20 of 50 of the power, a third or more" in said
    assert "WARNING: registry-east" in desk.join("registry-north")


@pytest.mark.parametrize(
    ("power", "said"),
    [
        ("validator-1=0", "must be 1 to"),
        ("validator-1=-5", "must be 1 to"),
        ("validator-1=1.5", "a whole number is meant"),
        ("validator-1=" + "9" * 30, "a whole number is meant"),
        ("validator-1", "NAME=POWER is meant"),
        ("validator-8=1", "has no validator 'validator-8'"),
    ],
)
def test_a_power_that_is_none_makes_no_draft(desk: Desk, power: str, said: str) -> None:
    words = ("genesis", "init", "--network", "local.toml", *CHAIN, "--power", power)
    assert said in desk.refused(*words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--network", "none.toml", *CHAIN], "cannot be read"),
        (["--network", "none", *CHAIN], "there is no network 'none'"),
        (["--network", "local.toml", "--chain-id", "a b"], "is not a chain id"),
        (["--network", "local.toml", *CHAIN, "--time", "tomorrow"], "UTC is meant"),
        (["--network", "local.toml", *CHAIN, "--out", "no/draft.json"], "cannot be written"),
    ],
)
def test_a_draft_that_is_badly_described_is_refused(
    desk: Desk, words: list[str], said: str
) -> None:
    assert said in desk.refused("genesis", "init", *words)


def test_a_clock_that_is_wrong_signs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.draft("--join-days", "2")
    now = time.time()
    words = desk.joining("registry-north")
    for shift, said in ((-3_600, "Set the clock"), (3 * 86_400, "the time to join ended at")):
        monkeypatch.setattr("node.cli.founding.time.time", lambda shift=shift: now + shift)
        assert said in desk.refused(*words, code=faults.FAILED)
    monkeypatch.setattr("node.cli.founding.time.time", lambda: now - 60)  # a little behind: fine
    desk.run(*words)


def test_a_join_that_does_not_fit_the_draft_is_refused(desk: Desk) -> None:
    desk.draft()
    words = desk.joining("registry-north")
    at = words.index("--address")
    assert "Give --address host:port" in desk.refused(*words[:at], *words[at + 2 :])
    wrong = [*words[: at + 1], "0.0.0.0:26656", *words[at + 2 :]]
    assert "is not an address that peers can dial" in desk.refused(*wrong)
    council = [*desk.joining("coordination-council"), "--address", "a.example.org:1"]
    assert "runs no validator" in desk.refused(*council)
    stranger = [word if word != "registry-north" else "stranger" for word in words]
    assert "no organisation 'stranger'" in desk.refused(*stranger)
    shutil.rmtree("registry-north/keys")
    (desk.folder / "registry-north" / "keys" / "INSECURE-TEST").mkdir(parents=True)
    assert "there is no key 'consortium-1'" in desk.refused(*words)


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "cut off": (lambda text: text[: len(text) // 2], "cut off"),
    "empty": (lambda _: "", "cut off"),
    "too long": (lambda text: text + " " * (65 << 20), "longer than"),
    "a name twice": (lambda text: text.replace("{", '{"chain_id": "x",', 1), "stands twice"),
    "a float": (
        lambda text: re.sub(r'("version": )1', r"\g<1>1.0", text, count=1),
        "not an integer",
    ),
    "another version": (lambda text: text.replace('"version": 1', '"version": 2', 1), "version 2"),
    "not an object": (lambda _: "[]", ""),
    "nested": (lambda _: "[" * 100_000, "nested deeper"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_files_that_are_broken_are_refused_by_name(desk: Desk, what: str) -> None:
    desk.assemble()
    change, said = BROKEN[what]
    joins = [f"join-{name}.json" for name in ORGANISATIONS]
    commands = {
        "draft.json": ["genesis", "assemble", "draft.json", *joins, "--out", "other.json"],
        "join-registry-east.json": ["genesis", "assemble", "draft.json", *joins, "--out", "o.json"],
        "genesis.json": ["genesis", "verify", "genesis.json"],
    }
    for name, words in commands.items():
        path = desk.folder / name
        good = path.read_text()
        path.write_text(change(good))
        changed_version = what == "another version" and name == "genesis.json"
        shown = desk.refused(*words, code=faults.FAILED if changed_version else faults.USAGE)
        assert said in shown
        assert name in shown
        path.write_text(good)


def test_joins_that_are_missing_or_of_another_draft_are_named(desk: Desk) -> None:
    desk.assemble()
    joins = [f"join-{name}.json" for name in ORGANISATIONS]
    words = ["genesis", "assemble", "draft.json", "--out", "other.json"]
    assert "no join of registry-north is there yet" in desk.refused(*words, *joins[1:])
    assert "no such file" in desk.refused(*words, *joins, "join-nobody.json")
    desk.run(
        "genesis",
        "init",
        "--network",
        "local.toml",
        "--chain-id",
        "tonne-1",
        "--out",
        "d2.json",
        "--power",
        "validator-1=9",
    )
    shown = desk.refused("genesis", "assemble", "d2.json", *joins, "--out", "other.json")
    assert "join-registry-north.json: is for another draft" in shown


def test_a_genesis_of_somebody_else_is_not_installed(desk: Desk) -> None:
    desk.assemble()
    verify = ("genesis", "verify", "genesis.json")
    stranger = put_home(desk, "stranger")
    for words in (verify, ("genesis", "install", "genesis.json")):
        shown = desk.refused(*words, "--home", stranger, code=faults.FAILED)
        assert "is not in this genesis" in shown
    assert "has no priv_validator_key.json" in desk.refused(*verify, "--home", "nowhere")
    wrong = ("--genesis-hash", "00" * 32)
    assert "not the expected one" in desk.refused(*verify, *wrong, code=faults.FAILED)
    assert "takes 64 hexadecimal" in desk.refused(*verify, "--genesis-hash", "12")
    shutil.copy(Path(stranger) / "config/node_key.json", "registry-north/config/node_key.json")
    shown = desk.refused(*verify, "--home", "registry-north", code=faults.FAILED)
    assert "Was node_key.json exchanged?" in shown


def test_a_validator_key_file_that_is_damaged_is_named(desk: Desk) -> None:
    desk.assemble()
    path = desk.folder / "registry-north" / "config" / "priv_validator_key.json"
    for text in ("{}", "x", '{"priv_key": {"value": "AAAA"}}'):
        path.write_text(text)
        shown = desk.refused("genesis", "verify", "genesis.json", "--home", "registry-north")
        assert "bring back the one you saved" in shown


def put_home(desk: Desk, name: str) -> str:
    """Make a home whose node is in no genesis."""
    peer = f"{'ab' * 20}@127.0.0.1:1"
    desk.run("init", "--genesis", "genesis.json", "--home", name, "--peers", peer)
    return str(desk.folder / name)


def test_an_observer_takes_its_peers_from_the_genesis(desk: Desk) -> None:
    desk.assemble()
    digest = genesis_hash(read_genesis(Path("genesis.json"))).hex()
    words = ["init", "--genesis", "genesis.json", "--genesis-hash"]
    assert "not the expected one" in desk.refused(
        *words, "00" * 32, "--home", "o", code=faults.FAILED
    )
    assert not (desk.folder / "o").exists()
    said = desk.run(*words, digest, "--home", "o", "--p2p", "0.0.0.0:7", "--gateway", "[::1]:8")
    assert "kind:          observer" in said
    config = (desk.folder / "o" / "config" / "config.toml").read_text()
    assert config.count("@registry-") == 4
    assert 'laddr = "tcp://0.0.0.0:7"' in config
    assert 'address = "[::1]:8"' in (desk.folder / "o" / "config" / "tonne.toml").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--peers", "ab@h:1"], "id@host:port is meant"),
        (["--peers", f"{'ab' * 20}@0.0.0.0:1"], "not an address that peers can dial"),
        (["--p2p", "26656"], "ADDRESS:PORT"),
        (["--p2p", "127.0.0.1:0"], "ADDRESS:PORT"),
        (["--gateway", "127.0.0.1:x"], "names no port"),
        (["--external", "0.0.0.0:5"], "not an address that peers can dial"),
        (["--rpc", "9090"], "port 9090 is meant for two things"),
        (["--metrics", "26656"], "port 26656 is meant for two things"),
    ],
)
def test_an_observer_that_is_badly_described_is_refused(
    desk: Desk, words: list[str], said: str
) -> None:
    desk.assemble()
    assert said in desk.refused("init", "--genesis", "genesis.json", "--home", "o", *words)
    assert not (desk.folder / "o").exists()


def test_a_genesis_without_founders_needs_peers_and_is_not_verified(desk: Desk) -> None:
    plan = founders.draft()
    write_genesis(Path("plain.json"), assemble(plan, founders.all_joins(plan)).genesis)
    assert "names no founders" in desk.refused("init", "--genesis", "plain.json", "--home", "o")
    shown = desk.refused("genesis", "verify", "plain.json", code=faults.FAILED)
    assert "no operator's consent" in shown


def test_an_observer_takes_the_genesis_from_a_gateway_if_it_has_the_hash(
    desk: Desk, tmp_path: Path
) -> None:
    with served(tmp_path / "solo") as node:
        genesis = read_genesis(node.home / "config" / "genesis.json")
        words = ["init", "--from-node", node.address, "--home", "o"]
        assert "needs --genesis-hash" in desk.refused(*words)
        shown = desk.refused(*words, "--genesis-hash", "00" * 32)
        assert "not the expected one: it is of another chain, or not honest" in shown
        hashed = [*words, "--genesis-hash", genesis_hash(genesis).hex()]
        assert "Give --peers" in desk.refused(*hashed)
        assert not (desk.folder / "o").exists()
        desk.run(*hashed, "--peers", f"{'ab' * 20}@127.0.0.1:1,{'cd' * 20}@127.0.0.1:2")
    assert read_genesis(desk.folder / "o" / "config" / "genesis.json") == genesis
    nobody = ["init", "--from-node", "127.0.0.1:1", "--home", "p", "--genesis-hash", "00" * 32]
    assert "no answer from 127.0.0.1:1" in desk.refused(*nobody, code=faults.UNREACHABLE)


@pytest.mark.parametrize("text", ["z = " + "9" * 6_000, "z = " + "[" * 6_000], ids=range(2))
def test_a_text_that_its_reader_gives_up_on_is_refused(text: str) -> None:
    with pytest.raises(FoundingFault, match="nested too deep, or a number too long"):
        drafts.parse({**founders.draft().data(), "network": text})
