"""Blocks of ports for nodes that tests start; no two test processes get the same one."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO, Final

from node.home import Ports

NODES: Final = 10  # as many nodes find their ports in a block
SIZE: Final = 150
FIRST, LAST = 20_000, 32_000  # below the range that the system gives out by itself
_held: list[IO[bytes]] = []  # the locks of this process's blocks, until it ends


def free_ports() -> Ports:
    """Return the base of a block whose ports nobody uses and no other test process has taken.

    p2p and rpc go up by 10 a node, grpc by 1, as those of a testnet do.
    """
    bases = range(FIRST, LAST, SIZE)
    begin = os.getpid() % len(bases)  # two processes begin apart
    for base in (*bases[begin:], *bases[:begin]):
        if _take(base):
            if all(_is_free(port) for port in range(base, base + SIZE)):
                return Ports(base, base + 1, base + 100)
            _held.pop().close()
    raise AssertionError(f"no block of {SIZE} free ports between {FIRST} and {LAST}")


def _take(base: int) -> bool:
    """Lock a block, which a child process does not inherit."""
    path = Path(tempfile.gettempdir()) / f"tonne-test-ports-{os.getuid()}-{base}"
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _held.append(lock)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
