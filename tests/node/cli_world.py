"""A solo chain behind a real gateway, and the command line in front of it, for tests."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from abci_app.application import Application
from abci_app.store.ledger import Ledger
from node.cli.solo import prepare
from node.gateway.server import gateway
from node.gateway.solo_backend import SoloBackend
from node.solo import Driver


@dataclass(frozen=True)
class Node:
    """A gateway that serves: its address, and a home with test keys that is made for it."""

    address: str
    home: Path


@contextmanager
def served(home: Path, network: str = "local") -> Iterator[Node]:
    """Serve a new chain while the context lasts."""
    raw = prepare(home, "tonne-cli-test", network, "")
    ready, address = threading.Event(), [""]
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        driver = Driver(Application(Ledger.memory()), raw, clock=lambda: int(time.time()))
        async with gateway(SoloBackend(driver, block_s=0.01), None, "127.0.0.1:0") as running:
            address[0] = running.address
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(20), "the gateway did not start"
        yield Node(address[0], home)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()
