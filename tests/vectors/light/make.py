"""Writes the vectors of this folder from a real network of four validators.

It knows the network of the end-to-end tests. Its invariant: what is written is the engine's own
answer, and bundles made of nothing else. Each run gives other bytes: keys, times and signatures are
new; the tests hold for any of them.

    python -m tests.vectors.light.make
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import httpx

from node.sdk.proofs import bundle, making
from tests import acts
from tests.e2e import live
from tests.names import account_id
from tonne.v1 import service_pb2 as v
from tonne.v1 import tx_pb2 as t

FOLDER = Path(__file__).parent


def engine(network: live.Network, call: str, **fields: int) -> Any:
    words = "&".join(f"{name}={value}" for name, value in fields.items())
    return httpx.get(f"{network.net.rpc(0)}/{call}?{words}", timeout=5).json()["result"]


def requests(tx_id: bytes) -> dict[str, Any]:
    holding: Any = {"account": account_id("issuer"), "program": "IPCI", "class_id": "TMU"}
    return {
        "retirement": v.GetRetirementRequest(id=1),
        "no_retirement": v.GetRetirementRequest(id=999),
        "holding": v.GetHoldingRequest(**holding),
        "lots": v.ListLotsRequest(**holding),
        "lot": v.GetLotRequest(space="IPCI.R1", serial=7),
        "accreditation": v.GetAccreditationRequest(
            program="IPCI", role=t.AUDITOR, list="ACL-1", account=account_id("auditor")
        ),
        "program": v.GetProgramRequest(id="IPCI"),
        "transaction": v.GetTransactionRequest(tx_id=tx_id),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch, live.network(Path(scratch)) as network:
        network.set_up()
        for quantity in (300, 200):
            network.ok("issuer", acts.move(quantity, "issuer", "user"))
        done = network.ok("user", acts.retire(30, "user"))
        height = done.height
        network.net.wait_for_height(height + 1)
        rows = {}
        for at in (1, 2, height, height + 1):
            rows[str(at)] = {
                call: engine(network, call, height=at)
                for call in ("commit", "validators", "block", "block_results")
            }
        (FOLDER / "engine.json").write_text(json.dumps(rows, indent=1) + "\n")
        for name, request in requests(done.tx_id).items():
            made = making.make(network.client(), request)
            (FOLDER / f"{name}.json").write_text(bundle.write(made))
        shutil.copy(network.net.home(0) / "config" / "genesis.json", FOLDER / "genesis.json")


if __name__ == "__main__":
    main()
