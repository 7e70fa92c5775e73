"""docs/integrate.md: its example runs as printed, its figures and vectors are the real ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from abci_app.core import limits
from node import story
from node.cli import places
from node.gateway.refusals import DETAILS_KEY, DOMAIN
from node.sdk import build
from node.sdk.keys import KeyStore
from tests.node.cli_world import served
from tests.vectors.signing import make
from tonne.v1 import codes_pb2, service_pb2

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "integrate.md"
TEXT = PAGE.read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_of_ten_lines_runs_as_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = block("python")
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 11
    with served(tmp_path) as node:
        store = tmp_path / "keys" / places.TEST_KEYS
        network = story.Network([node.address], KeyStore.test(store), tmp_path / "story.json")
        story.play(network, lambda _line: None)
        for printed, here in (
            ('"127.0.0.1:9090"', repr(node.address)),
            ('".testnet/client/keys/INSECURE-TEST"', repr(str(store))),
        ):
            assert code.count(printed) == 1
            code = code.replace(printed, here)
        capsys.readouterr()
        exec(compile(code, str(PAGE), "exec"), {})
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"OK in block \d+ *", said[0])
    assert re.fullmatch(r"\d+ t left", said[1])


def test_the_ceremony_of_several_desks_runs_as_printed(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "signing.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert found is not None
    with served(tmp_path / "home") as node:
        keys = KeyStore.test(node.home / "keys" / places.TEST_KEYS)
        network = story.Network([node.address], keys, node.home / "story.json")
        story.play(network, lambda _line: None)
        # What people are asked is agreed to here.
        code = found[1].replace("H=.testnet/client", f"H={node.home}").replace("--as ", "-y --as ")
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "TONNE_NODE": node.address,
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("signature of") == 2
    assert "in block" in done.stdout
    assert "proposal" not in done.stdout
    assert done.stderr.count("Fjord by the sea") == 2  # both signers were shown it


def test_the_example_of_bytes_is_a_published_vector() -> None:
    vectors = make.transactions()
    case = next(row for row in vectors["transactions"] if row["name"] == "withdraw")
    shown = dict(re.findall(r"^([a-z ]+?)  +([0-9a-f]{64,}|tonne-vectors)$", TEXT, re.MULTILINE))
    assert shown == {
        "chain id": vectors["chain_id"],
        "genesis hash": vectors["genesis_hash"],
        "seed": vectors["seeds"]["operator"],
        "body": case["body"],
        "sign bytes": case["sign_bytes"],
        "signature": case["signatures"][0]["sig"],
        "id": case["tx_id"],
    }
    assert build.tx_from_json(block("json")).hex() == case["tx"]
    assert json.loads(block("json")) == case["json"]


def test_the_bounds_on_the_page_are_those_of_the_chain() -> None:
    rows = dict(re.findall(r"^\| ([^|]+?) \| (\d+)[^|]* \|$", TEXT, re.MULTILINE))
    assert rows == {
        "bytes of a transaction": str(limits.TX_BYTES_MAX),
        "signers": str(limits.SIGNERS_MAX),
        "signatures": str(limits.SIGNATURES_MAX),
        "actions": str(limits.ACTIONS_MAX),
        "bytes of the memo": str(limits.MEMO_BYTES_MAX),
        "`valid_until_s` ahead of the block time": str(limits.VALIDITY_S_MAX),
    }
    assert f"{limits.LANES} lanes, 0 to {limits.LANES - 1}" in TEXT
    assert f"s ≤ highest + {limits.LANE_WINDOW}" in TEXT
    assert f"pages of at most {limits.PAGE_ROWS_MAX} rows" in TEXT


def test_every_code_and_status_on_the_page_exists() -> None:
    known = {
        *codes_pb2.Code.keys(),
        *service_pb2.TxStatus.keys(),
        *("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INSECURE-TEST"),
    }
    sources = "".join(path.read_text() for path in (ROOT / "node" / "gateway").glob("*.py"))
    for word in sorted({*re.findall(r"\b[A-Z]+_[A-Z_]+[A-Z]\b", TEXT)}):
        assert word in known or f'"{word}"' in sources, word
    assert all(name in TEXT for name in ("UNKNOWN", "PENDING_TX", "REFUSED", "COMMITTED"))
    assert DETAILS_KEY in TEXT
    assert f"`{DOMAIN}`" in TEXT


def test_every_file_that_the_page_points_at_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links
    for link in links:
        assert (PAGE.parent / link).is_file(), link
    for name in re.findall(r"`((?:tests|proto|node)/[\w./]+)`", TEXT):
        assert (ROOT / name).is_file(), name
