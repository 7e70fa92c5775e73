"""Ports of tests: no two test processes get the same block, and none gets a port that is taken."""

import socket
import subprocess
import sys
from pathlib import Path

from tests import ports
from tests.ports import SIZE, free_ports

ROOT = Path(__file__).parents[2]
OTHER = """
import os
os.getpid = lambda: {pid}
from tests.ports import free_ports
print(free_ports().p2p, flush=True)
input()
"""


def test_another_process_that_begins_at_the_same_place_gets_another_block() -> None:
    own = free_ports().p2p
    turn = (own - ports.FIRST) // SIZE
    with subprocess.Popen(
        [sys.executable, "-c", OTHER.format(pid=turn)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        theirs = int(other.stdout.readline())
        assert theirs != own
        mine = [free_ports().p2p for _ in range(3)]
        other.communicate("\n", timeout=30)
    assert len({own, theirs, *mine}) == 5


def test_a_block_with_a_port_that_is_taken_is_left_alone() -> None:
    first = free_ports().p2p
    following = first + SIZE if first + 2 * SIZE <= ports.LAST else ports.FIRST
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", following + 101))
        assert free_ports().p2p != following
