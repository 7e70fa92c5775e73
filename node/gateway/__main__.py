"""`python -m node.gateway --home H`: the gateway of one node as a process of its own.

Must not know: anything but the home's configuration. Invariant: it starts whether or not the
engine is there yet, and says so to its clients.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import structlog

from node.gateway.engine_backend import EngineBackend
from node.gateway.server import PortTaken, TableBroken, serve
from node.gateway.tls import TlsFault
from node.settings import Gateway, SettingsFault
from node.settings import gateway as read_settings


async def _run(own: Gateway) -> None:
    assert own.table is not None, "a home has one"
    own.table.parent.mkdir(parents=True, exist_ok=True)
    try:
        backend = EngineBackend.at(own.engine_rpc, own.limits.queue)
    except ValueError as error:
        raise SettingsFault(f"config/tonne.toml: [engine] rpc: {error}") from None
    await serve(backend, own.table, own.address, own)


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; 0 after a stop, 1 with one line of reason otherwise."""
    parser = argparse.ArgumentParser(
        prog="python -m node.gateway", description="Serve gRPC clients in front of one node."
    )
    parser.add_argument("--home", type=Path, required=True, help="the node's home folder")
    options = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        asyncio.run(_run(read_settings(options.home)))
    except (SettingsFault, PortTaken, TableBroken, TlsFault, OSError) as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
