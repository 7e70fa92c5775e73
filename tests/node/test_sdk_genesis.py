"""A genesis that a gateway gives in parts: taken whole, or refused with what is wrong."""

from hashlib import sha256
from typing import Any

import pytest

from node.sdk.build import BuildError
from node.sdk.client import GENESIS_PART_BYTES, Client
from tests.node.sdk_world import Script, scripted
from tonne.v1 import service_pb2 as v

WHOLE = bytes(GENESIS_PART_BYTES)


class Giver(Script):
    """A gateway that gives the parts of its list, each with a total."""

    def __init__(self, *parts: tuple[int, bytes]) -> None:
        super().__init__()
        self.parts = parts
        self.asked: list[int] = []

    def GetGenesis(self, request: v.GetGenesisRequest, context: Any) -> v.GenesisReply:  # noqa: N802 - the service's own name
        del context
        self.asked.append(request.part)
        total, data = self.parts[request.part]
        return v.GenesisReply(parts=total, data=data)


def taken(giver: Giver) -> bytes:
    digest = sha256(b"".join(data for _, data in giver.parts)).digest()
    with scripted(giver) as address, Client(address) as client:
        return client.genesis(digest)


def test_parts_are_put_together() -> None:
    assert taken(Giver((1, b"small"))) == b"small"
    assert taken(Giver((2, WHOLE), (2, WHOLE))) == WHOLE + WHOLE
    assert taken(Giver((3, WHOLE), (3, WHOLE), (3, b"end"))) == WHOLE + WHOLE + b"end"


@pytest.mark.parametrize("total", [1, 3])
def test_a_total_that_changes_is_refused(total: int) -> None:
    with pytest.raises(BuildError, match=f"counts {total} parts of the genesis, 2 before: ask"):
        taken(Giver((2, WHOLE), (total, b"end"), (total, b"more")))


@pytest.mark.parametrize("size", [0, 1, GENESIS_PART_BYTES - 1, GENESIS_PART_BYTES + 1])
def test_only_the_last_part_may_be_short_and_none_long(size: int) -> None:
    giver = Giver((2, bytes(size)), (2, b"end"))
    with pytest.raises(BuildError, match=rf"part 1 of 2 has {size} bytes"):
        taken(giver)
    assert giver.asked == [0], "nothing more is asked of such a node"


def test_an_empty_or_endless_genesis_is_refused_at_once() -> None:
    for giver in (Giver((1, b"")), Giver((65, WHOLE)), Giver((1, bytes(len(WHOLE) + 1)))):
        with pytest.raises(BuildError, match="ask another node"):
            taken(giver)
        assert giver.asked == [0]
