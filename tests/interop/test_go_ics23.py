"""Proofs of our tree, judged by the published ICS-23 verifier in Go."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from abci_app.store.ledger import Ledger
from node.engine import installer, toolchain
from node.sdk.proofs import bundle

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent / "go"
VECTORS = Path(__file__).parents[1] / "vectors" / "light"
GO_MIN = (1, 25, 0)

Case = dict[str, str]


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program with the toolchain that builds the engine."""
    go = toolchain.find(GO_MIN, installer.cache_folder(), lambda *_: None)
    made = tmp_path_factory.mktemp("go") / "interop"
    done = subprocess.run(
        [go.command, "build", "-o", str(made), "."],
        cwd=HERE,
        env=go.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made


def judged(verifier: Path, cases: list[Case]) -> list[bool]:
    done = subprocess.run(
        [verifier], input=json.dumps(cases), capture_output=True, text=True, check=False, env={}
    )
    assert done.returncode == 0, done.stderr
    verdicts: list[bool] = json.loads(done.stdout)
    assert len(verdicts) == len(cases)
    return verdicts


def case(root: bytes, key: bytes, value: bytes, proof: bytes) -> Case:
    return {"root": root.hex(), "key": key.hex(), "value": value.hex(), "proof": proof.hex()}


def trees() -> Iterator[tuple[Ledger, list[bytes]]]:
    """Yield ledgers of several sizes after several blocks, and the keys that they hold."""
    for size in (1, 2, 3, 7, 40, 400):
        random = Random(size)
        ledger = Ledger.memory()
        keys = [b"\x0f" + random.randbytes(8) for _ in range(size)]
        ledger.commit(ledger.prepare({key: key + b"old" for key in keys}), 1, b"")
        gone = keys[1::5]
        later: dict[bytes, bytes | None] = {key: b"\x01" + key for key in keys}
        ledger.commit(ledger.prepare({**later, **dict.fromkeys(gone)}), 2, b"")
        yield ledger, [key for key in keys if key not in gone]


def all_cases() -> list[Case]:
    found = []
    for ledger, keys in trees():
        missing = [b"\x0f" + Random(-len(keys)).randbytes(8), *(key + b"x" for key in keys[:40])]
        for key in (*keys[:60], *missing):
            value, proof = ledger.prove(2, key)
            assert (value is not None) == (key in keys)
            found.append(case(ledger.root, key, value or b"", proof))
    return found


def test_proofs_of_presence_and_absence_are_accepted(verifier: Path) -> None:
    cases = all_cases()
    assert len(cases) > 180
    assert all(judged(verifier, cases))


def test_proofs_that_were_changed_are_refused(verifier: Path) -> None:
    changed = []
    for good in all_cases()[::7]:
        for name in ("root", "key", "value", "proof"):
            text = good[name]
            # Another absent key may lie between the same two neighbours: that is no untruth.
            if text and (name != "key" or good["value"]):
                last = f"{int(text[-2:], 16) ^ 1:02x}"
                changed.append({**good, name: text[:-2] + last})
        if good["value"]:
            changed.append({**good, "value": ""})
        else:
            changed.append({**good, "value": "01"})
    assert len(changed) > 100
    assert not any(judged(verifier, changed))


def test_the_proofs_in_bundles_of_a_real_network_are_accepted(verifier: Path) -> None:
    cases = []
    for path in sorted(VECTORS.glob("*.json")):
        if path.stem in ("engine", "genesis"):
            continue
        made = bundle.read(path.read_bytes())
        root = made.blocks[-1].header.app_hash
        cases += [case(root, row.key, row.value, row.proof) for row in made.state]
    assert len(cases) > 6
    assert all(judged(verifier, cases))


def test_the_program_refuses_what_is_no_list_of_cases(verifier: Path) -> None:
    for text in ("", "{", '[{"root": "xyz"}]'):
        done = subprocess.run(
            [verifier], input=text, capture_output=True, text=True, check=False, env=os.environ
        )
        assert done.returncode == 1
        assert done.stderr
