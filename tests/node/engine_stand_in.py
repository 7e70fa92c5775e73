"""A stand-in for the engine's binary where only its `init` and `show-node-id` matter."""

import sys
from pathlib import Path

SOURCE = """#!{python}
import base64, hashlib, json, os, sys
from pathlib import Path

from nacl import bindings

home = Path(sys.argv[sys.argv.index("--home") + 1])
if os.environ.get("STAND_IN_FAILS"):
    sys.exit("no space left on device")
keys = [home / "config" / name for name in ("node_key.json", "priv_validator_key.json")]
if sys.argv[1] == "init":
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "data").mkdir(exist_ok=True)
    for path in keys:
        if not path.exists():
            public, secret = bindings.crypto_sign_keypair()
            rows = {{"pub_key": public, "priv_key": secret}}
            path.write_text(json.dumps({{
                name: {{"value": base64.b64encode(raw).decode()}} for name, raw in rows.items()
            }}))
    (home / "config" / "config.toml").write_text({config!r})
    (home / "config" / "genesis.json").write_text("{{}}")
else:
    public = base64.b64decode(json.loads(keys[0].read_text())["pub_key"]["value"])
    print(hashlib.sha256(public).hexdigest()[:40])
"""

# The settings that are ours to change, with values that are not ours; and one that stays.
CONFIG = """# the engine's own words
proxy_app = "tcp://127.0.0.1:26658"
moniker = "machine"
filter_peers = false
log_level = "info"
[rpc]
laddr = ""
pprof_laddr = ""
max_body_bytes = 0
max_request_batch_size = 0
[p2p]
laddr = ""
external_address = ""
persistent_peers = ""
pex = true
addr_book_strict = true
allow_duplicate_ip = false
flush_throttle_timeout = ""
send_rate = 0
recv_rate = 0
[mempool]
type = ""
recheck = false
size = 0
cache_size = 0
max_txs_bytes = 0
max_tx_bytes = 0
[consensus]
timeout_propose = ""
timeout_propose_delta = ""
timeout_prevote = ""
timeout_precommit = ""
timeout_commit = ""
create_empty_blocks = true
create_empty_blocks_interval = ""
peer_gossip_sleep_duration = ""
double_sign_check_height = 7
[tx_index]
indexer = "kv"
[instrumentation]
prometheus = true
prometheus_listen_addr = ":26660"
"""


def put_engine(folder: Path, config: str = CONFIG) -> Path:
    """Write the stand-in and return its path."""
    path = folder / "cometbft"
    path.write_text(SOURCE.format(python=sys.executable, config=config))
    path.chmod(0o755)
    return path
