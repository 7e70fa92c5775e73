"""The app process: joins store, machine and server; also the examinations of a stopped node.

Must not know: gRPC or browsers. Invariant: it opens the state of one home, which no other process
has open.
Exit codes: 0 done, 1 fault found or bug, 2 usage, 3 storage (do not restart without a remedy).
"""

import argparse
import contextlib
import os
import queue
import signal
import sys
import tomllib
from pathlib import Path

from abci_app import doctor, metrics, selfcheck
from abci_app.abci.listener import AddressError
from abci_app.abci.server import ABCIServer
from abci_app.application import VERSION, Application, spare_collector
from abci_app.progress import Teller
from abci_app.state import exported
from abci_app.state.exported import ExportFault
from abci_app.state.schema import CHAIN
from abci_app.store.kv import StorageError
from abci_app.store.ledger import Ledger
from tonne.v1.state_pb2 import Origin

STORAGE_EXIT = 3
STATES = ("tonne", "solo/state")  # below data/: of a node, of a solo chain


def main(argv: list[str] | None = None) -> int:
    """Run one command of the app process and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m abci_app", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("serve", "serve the engine of a home"),
        ("doctor", "examine the whole state of a stopped node"),
        ("export", "write the state of a stopped node to a file that a new chain can begin with"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--home", type=Path, required=True)
        if name == "export":
            command.add_argument("--out", type=Path, required=True)
    commands.add_parser("version", help="print the version")
    arguments = parser.parse_args(argv)
    if arguments.command == "version":
        print(VERSION)  # noqa: T201 - the command's answer
        return 0
    try:
        selfcheck.run()
        if arguments.command == "serve":
            return serve(arguments.home)
        if arguments.command == "export":
            return export(arguments.home, arguments.out)
        return examine(arguments.home)
    except selfcheck.SelfCheckFailed as error:
        _say(f"this installation cannot run a node: {error}")
        return 2
    except (AddressError, ExportFault) as error:
        _say(str(error))
        return 1
    except StorageError as error:
        _say(f"storage: {error}")
        return STORAGE_EXIT


def serve(home: Path) -> int:
    """Serve until SIGTERM or SIGINT; a storage error ends the process with its own code."""
    socket = socket_path(home)
    application = Application(Ledger.open(str(state_path(home))))
    spare_collector()
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()  # safe in a handler
    exposition = contextlib.ExitStack()
    served = exposition.enter_context(
        metrics.exposed(application, state_path(home), metrics_address(home), _say)
    )
    # A disk that fails in a check or a question is as broken as one that fails in a block.
    server = ABCIServer(served, f"unix://{socket}", fatal=(StorageError,), on_fatal=ended.put)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.put(None))
    server.start()
    _say(f"tonne app {VERSION} at height {application.ledger.height}, listening on {socket}")
    fatal = ended.get()
    server.stop()
    exposition.close()
    application.ledger.close()
    if fatal is not None:
        raise fatal
    return 0


def examine(home: Path) -> int:
    """Examine what states a home holds, a solo chain's too; 1 when a fault is found, 2 for none."""
    found = _states(home)
    if not found:  # an empty state, made here, would pass
        return 2
    # Every state is examined, whatever is found in another one.
    return max([_examine_state(path) for path in found])


def _examine_state(path: Path) -> int:
    _say(f"opening {path}")
    ledger = Ledger.open(str(path))
    try:
        _say(f"height {ledger.height}, {ledger.leaves:,} records, root {ledger.root.hex()}")
        faults = doctor.examine(ledger, Teller(_say))
    finally:
        ledger.close()
    for fault in faults:
        _say(f"FAULT {fault}")
    _say(f"height {ledger.height}: {len(faults)} faults" if faults else "no fault found")
    return 1 if faults else 0


def _states(home: Path) -> list[Path]:
    """Return the folders of the states that a home holds, and say so when there are none."""
    states = [home / "data" / name for name in STATES]
    found = [path for path in states if path.is_dir() and any(path.iterdir())]
    if not found:
        _say(f"{home} holds no state of a node; name the home of one that ran: --home")
    return found


def export(home: Path, out: Path) -> int:
    """Write the state of a home at its latest height to a new file; 2 when that cannot be."""
    found = _states(home)
    if len(found) > 1:
        _say(f"{home} holds the states of two chains: move one of {found[0]} and {found[1]} away")
    if len(found) != 1:
        return 2
    if out.exists():
        _say(f"{out} is there already; name another file: --out")
        return 2
    if not out.absolute().parent.is_dir():
        _say(f"{out.parent} is no folder; make it, or name another file: --out")
        return 2
    _say(f"opening {found[0]}")
    ledger = Ledger.open(str(found[0]))
    try:
        watch = Teller(_say)
        doctor.tree_faults(ledger, watch)  # a damaged disk must not leave as a state
        origin, digest = _write_state(ledger, out, watch)
    finally:
        ledger.close()
    _say(f"chain       {origin.chain_id}")
    _say(f"height      {origin.height}")
    _say(f"time_s      {origin.time_s}")
    _say(f"app hash    {origin.app_hash.hex()}")
    _say(f"state hash  {' '.join(digest.hex()[at : at + 8] for at in range(0, 64, 8))}")
    _say(f"written: {out}, {out.stat().st_size:,} bytes")
    return 0


def _write_state(ledger: Ledger, out: Path, watch: Teller) -> tuple[Origin, bytes]:
    """Write the file whole or not at all; return where the state comes from, and its hash."""
    chain = CHAIN.get(ledger)
    origin = Origin(
        chain_id=chain.chain_id if chain else "",
        height=ledger.height,
        time_s=int.from_bytes(ledger.record, "big"),
        app_hash=ledger.root,
    )
    fresh = out.with_name(f".{out.name[:100]}.{os.getpid()}.new")
    last = b""
    try:
        with fresh.open("xb") as file:
            for piece in exported.pieces(ledger, origin, watch, ledger.leaves):
                file.write(piece)
                last = piece
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, out)  # unlike a rename, refuses what is there
    except OSError as error:
        raise ExportFault(f"{out} cannot be written ({error.strerror}): check --out") from None
    finally:
        fresh.unlink(missing_ok=True)
    return origin, last


def state_path(home: Path) -> Path:
    """Return where a home keeps the registry's state; made when missing."""
    path = home / "data" / "tonne"
    path.mkdir(parents=True, exist_ok=True)
    return path


def socket_path(home: Path) -> Path:
    """Return the unix socket of a home, as config/tonne.toml says."""
    return home / str(_settings(home)["socket"])


def metrics_address(home: Path) -> str:
    """Return where the app shows its metrics; empty for nowhere."""
    return str(_settings(home).get("metrics", ""))


def _settings(home: Path) -> dict[str, object]:
    """Return the section [app] of config/tonne.toml, which names a socket."""
    try:
        settings = tomllib.loads((home / "config" / "tonne.toml").read_text())
        section = dict(settings["app"])
        section["socket"]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SystemExit(
            f"{home} is not a node's home ({error}); make one with `tonne init` or `tonne testnet`"
        ) from None
    return section


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a process speaks on stderr


if __name__ == "__main__":
    sys.exit(main())
