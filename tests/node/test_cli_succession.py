"""`tonne export`, and a ceremony or a solo chain that goes on from what it wrote."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from abci_app.application import Application
from abci_app.core import signing
from abci_app.state import exported
from abci_app.store.ledger import Ledger
from node.cli import faults, genesis, run, solo
from node.founding import draft as drafts
from node.founding import join as joins
from node.founding import record, succession
from node.founding.draft import FoundingFault
from node.genesis import genesis_hash, read_genesis, write_genesis
from node.sdk.keys import KeyStore
from node.solo import Driver
from tests.harness import NETWORK, START_S
from tests.names import account_id, seed
from tests.node.engine_stand_in import put_engine
from tonne.v1.state_pb2 import Genesis, Validator

OLD, NEW = "tonne-old", "tonne-new"
HOUSES = {
    "registry-north": "consortium-1",
    "registry-east": "consortium-2",
    "registry-south": "consortium-3",
    "registry-west": "consortium-4",
}


def hand_over(source: Path, name: str, target: Path, new_name: str) -> KeyStore:
    """Bring a key to another home, not bound to any account; return the store there."""
    text = KeyStore.test(source / "keys" / "INSECURE-TEST").export(name)
    store = KeyStore.test(target / "keys" / "INSECURE-TEST")
    store.import_(new_name, text)
    store.set_account(new_name, "")
    return store


class Desk:
    """A folder with a stopped solo chain in `old`, what is typed there, and what is said."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capfd = capfd
        store = KeyStore.test(folder / "old" / "keys" / "INSECURE-TEST")
        names = [f"validator-{number}" for number in range(1, 5)]
        rows = [
            Validator(key=signing.public_key(seed(name)), power=10, name=name) for name in names
        ]
        self.raw = genesis.with_test_keys(store, OLD, "local", rows)
        state = folder / "old" / "data" / "solo" / "state"
        state.mkdir(parents=True)
        ledger = Ledger.open(str(state))
        Driver(Application(ledger), self.raw).close()
        ledger.close()
        for house, person in HOUSES.items():
            hand_over(folder / "old", person, folder / house, f"key-of-{house}")
            KeyStore.test(folder / house / "keys" / "INSECURE-TEST").add("unrelated")

    def run(self, *words: str) -> str:
        """Run a command that succeeds; return what it says, on both streams."""
        code = run([*words])
        read = self._capfd.readouterr()
        assert code == faults.OK, read.err
        return read.out + read.err

    def refused(self, *words: str, code: int = faults.USAGE) -> str:
        """Run a command that fails; return what it says, on one line."""
        before = sorted(self.folder.iterdir())
        found = run([*words])
        said = " ".join(self._capfd.readouterr().err.split())
        assert found == code, said
        assert "Traceback" not in said
        assert sorted(self.folder.iterdir()) == before, "something half written lies there"
        return said

    def export(self) -> str:
        """Export the old chain's state to old.state."""
        return self.run("export", "--home", "old", "--out", "old.state")

    def draft(self, *more: str) -> str:
        """Export, and make a draft that goes on from it."""
        self.export()
        words = ("genesis", "init", "--state", "old.state", "--chain-id", NEW)
        return self.run(*words, *more)

    def joining(self, house: str) -> list[str]:
        """Return the command with which a house joins."""
        words = ["genesis", "join", "draft.json", "--organisation", house, "--home", house]
        return [*words, "--address", f"{house}.example.org:26656", "--yes"]

    def join_all(self) -> list[str]:
        """Join for every house; return the files."""
        for house in HOUSES:
            self.run(*self.joining(house), "--state", "old.state")
        return [f"join-{house}.json" for house in HOUSES]


@pytest.fixture
def desk(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    engine = put_engine(tmp_path)
    monkeypatch.setattr("node.cli.founding.ensured", lambda: engine)
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Desk(folder, capfd)


# ---- export ----


def test_an_export_says_where_the_state_comes_from_and_what_to_compare(desk: Desk) -> None:
    said = desk.export()
    found = succession.read(Path("old.state"))
    groups = re.findall("[0-9a-f]{8}", found.hash.hex())
    assert f"state hash  {' '.join(groups)}\n" in said
    assert f"chain       {OLD}\nheight      1\n" in said
    assert f"app hash    {found.message.origin.app_hash.hex()}\n" in said
    assert found.message.origin.time_s == Genesis.FromString(desk.raw).time_s
    assert "is there already" in desk.refused("export", "--home", "old", "--out", "old.state")
    desk.run("export", "--home", "old", "--out", "again.state")
    assert Path("again.state").read_bytes() == Path("old.state").read_bytes()


def test_an_export_of_a_running_or_of_no_node_is_refused(desk: Desk) -> None:
    words = ("export", "--out", "x.state", "--home")
    assert "holds no state of a node" in desk.refused(*words, "registry-north")
    assert "is no folder" in desk.refused("export", "--home", "old", "--out", "no/x.state")
    ledger = Ledger.open("old/data/solo/state")
    assert "stop the other process" in desk.refused(*words, "old", code=3)
    ledger.close()
    (desk.folder / "old" / "data" / "tonne").mkdir()
    (desk.folder / "old" / "data" / "tonne" / "CURRENT").touch()
    assert "the states of two chains" in desk.refused(*words, "old")


def test_a_damaged_disk_is_not_exported(desk: Desk) -> None:
    state = desk.folder / "old" / "data" / "solo" / "state"
    (state / "CURRENT").unlink()
    assert "storage: state folder" in desk.refused(
        "export", "--home", "old", "--out", "x.state", code=3
    )


# ---- the ceremony ----


def test_a_consortium_goes_on_from_draft_to_homes(desk: Desk) -> None:
    said = desk.draft("--power", "registry-east=9")
    digest = succession.read(Path("old.state")).hash.hex()
    voice = " ".join(re.findall("[0-9a-f]{8}", digest))
    assert f"goes on from: {OLD} at height 1" in said
    assert f"state hash:   {voice}" in said
    files = desk.join_all()
    desk.run("genesis", "assemble", "draft.json", *files, "--state", "old.state")
    said = desk.run("genesis", "verify", "genesis.json", "--home", "registry-east")
    for word in (f"goes on from: {OLD}", voice, "DAO IPCI", "the validator of registry-east is in"):
        assert word in said
    heard = ("--genesis-hash", genesis_hash(read_genesis(Path("genesis.json"))).hex())
    done = desk.run("genesis", "install", "genesis.json", "--home", "registry-north", *heard)
    assert f"key-of-registry-north signs for {account_id('consortium-1')}" in done
    raw = read_genesis(Path("genesis.json"))
    driver = Driver(Application(Ledger.memory()), raw)
    assert driver.height == 1
    assert [row.power for row in Genesis.FromString(raw).validators] == [10, 9, 10, 10]
    data = json.loads(desk.run("genesis", "verify", "genesis.json", "-o", "json"))
    assert data["state_hash"] == digest


def test_who_is_gone_is_left_out(desk: Desk) -> None:
    said = desk.draft("--without", "registry-west", "--without", "registry-south")
    assert "registry-west" not in said
    files = []
    for house in ("registry-north", "registry-east"):
        desk.run(*desk.joining(house), "--state", "old.state")
        files.append(f"join-{house}.json")
    words = ("genesis", "assemble", "draft.json", "--state", "old.state")
    assert "no join of registry-east is there yet" in desk.refused(*words, files[0])
    assert "registry-north has 10 of 20 of the power" in desk.run(*words, *files)


def test_a_draft_that_cannot_go_on_is_refused(desk: Desk) -> None:
    desk.export()
    words = ("genesis", "init", "--state", "old.state", "--chain-id")
    assert "give the new chain another id" in desk.refused(*words, OLD)
    assert "is not a chain id" in desk.refused(*words, "a b")
    early = ("--time", "2020-01-01T00:00:00Z")
    assert "lies before the exported state's" in desk.refused(*words, NEW, *early)
    assert "holds no CONSORTIUM seat" in desk.refused(*words, NEW, "--without", "nobody")
    everybody = [word for house in HOUSES for word in ("--without", house)]
    assert "nobody of the consortium is left" in desk.refused(*words, NEW, *everybody)
    assert "no 'x' validates" in desk.refused(*words, NEW, "--power", "x=1")
    assert "either --network" in desk.refused(*words, NEW, "--network", "local")
    assert "either --network" in desk.refused("genesis", "init", "--chain-id", NEW)
    for name, change, said in (
        ("cut.state", lambda raw: raw[:-100], "cut off or damaged"),
        ("other.state", lambda raw: raw[:200] + b"\0" + raw[201:], "cut off or damaged"),
        ("empty.state", lambda _: b"", "no exported state"),
    ):
        Path(name).write_bytes(change(Path("old.state").read_bytes()))
        assert said in desk.refused("genesis", "init", "--state", name, "--chain-id", NEW)
    none = ("genesis", "init", "--state", "none.state", "--chain-id", NEW)
    assert "cannot be read" in desk.refused(*none)


def test_a_join_needs_the_state_that_the_draft_goes_on_from(desk: Desk) -> None:
    desk.draft()
    words = desk.joining("registry-north")
    assert "Give it with --state" in desk.refused(*words)
    ledger = Ledger.open("old/data/solo/state")
    Driver(Application(ledger), desk.raw).make_block()
    ledger.close()
    desk.run("export", "--home", "old", "--out", "later.state")
    said = desk.refused(*words, "--state", "later.state")
    assert "export at the same height as the coordinator did" in said
    words += ["--state", "old.state"]
    for more in (["--keys-home", "registry-east"], ["--key", "registry-north=unrelated"]):
        assert f"signs for {account_id('consortium-1')}" in desk.refused(*words, *more)


def test_a_join_with_a_key_that_the_state_does_not_know_founds_nothing(desk: Desk) -> None:
    desk.draft()
    desk.join_all()
    plan = drafts.parse_text(Path("draft.json").read_bytes())
    found = {house: joins.parse_text(Path(f"join-{house}.json").read_bytes()) for house in HOUSES}
    house = "registry-north"
    own = found[house].founder
    assert own is not None
    found[house] = joins.make(
        plan,
        plan.members()[house],
        {house: seed("somebody")},
        signed_s=plan.made_s,
        founder=replace(own, key=signing.public_key(seed("node"))),
        founder_seed=seed("node"),
    )
    state = succession.read(Path("old.state"))
    with pytest.raises(FoundingFault, match="registry-north joins with a key that its account"):
        record.assemble(plan, found.items(), state)


def test_a_state_that_no_genesis_can_hold_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.draft()
    files = desk.join_all()
    monkeypatch.setattr("node.genesis.FILE_BYTES_MAX", 1_000)
    words = ("genesis", "assemble", "draft.json", *files, "--state", "old.state")
    assert "this state is too large to begin a chain with" in desk.refused(*words)


def test_a_genesis_whose_state_was_changed_after_the_joins_is_refused(desk: Desk) -> None:
    desk.draft()
    files = desk.join_all()
    desk.run("genesis", "assemble", "draft.json", *files, "--state", "old.state")
    state = succession.read(Path("old.state"))
    state.message.params.quota_cost += 1
    data = json.loads(Path("genesis.json").read_text())
    founders = [
        exported.Founder(row)
        for row in Genesis.FromString(read_genesis(Path("genesis.json"))).validators
    ]
    changed = exported.begin(
        state, chain_id=NEW, time_s=data["founding"]["draft"]["time_s"], founders=founders
    )
    write_genesis(Path("other.json"), changed, data["founding"])
    said = desk.refused("genesis", "verify", "other.json", code=faults.FAILED)
    assert "the exported state given is" in said


@pytest.mark.parametrize(
    "change",
    [
        {"state": "00"},
        {"state": 7},
        {"network": NETWORK},
        {"network": "[[accounts]]\n"},
        {"network": "accounts = 3\n"},
        {"network": "not toml"},
    ],
)
def test_a_draft_that_was_changed_by_hand_is_refused(desk: Desk, change: dict[str, object]) -> None:
    desk.draft()
    data = json.loads(Path("draft.json").read_text())
    Path("draft.json").write_text(json.dumps({**data, **change}))
    said = desk.refused(*desk.joining("registry-north"), "--state", "old.state")
    assert "of the draft" in said or "is a list of names" in said or "network:1" in said


# ---- solo ----


def test_a_solo_chain_goes_on_with_the_keys_of_the_old_one(desk: Desk) -> None:
    desk.export()
    store = hand_over(Path("old"), "operator", Path("next"), "mine")
    raw = solo.prepare(Path("next"), NEW, "local", "127.0.0.1:1", Path("old.state"))
    assert store.public("mine").account == account_id("operator")
    assert Genesis.FromString(raw).origin.chain_id == OLD
    assert signing.is_key(Genesis.FromString(raw).validators[0].key)
    assert solo.prepare(Path("next"), NEW, "local", "127.0.0.1:1") == raw
    words = ("solo", "--home", "next", "--state", "old.state", "--address", "127.0.0.1:1")
    assert "has a chain already" in desk.refused(*words)
    words = ("solo", "--home", "third", "--state", "old.state", "--chain-id", OLD)
    assert run([*words, "--address", "127.0.0.1:1"]) == faults.USAGE
    assert Genesis.FromString(desk.raw).time_s > START_S
