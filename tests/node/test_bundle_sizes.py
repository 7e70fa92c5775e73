"""Files of proofs that would keep who checks them busy for minutes."""

import pytest

from node.sdk import light
from node.sdk.proofs import bundle
from node.sdk.proofs.bundle import FORMAT
from tests.node.light_world import Signed
from tonne.v1 import bundle_pb2 as b
from tonne.v1 import light_pb2 as w


def test_a_file_that_would_take_minutes_to_check_is_refused_at_once() -> None:
    chain = Signed()
    crowd = list(chain.block(1).validators) * 250
    made = b.Bundle(format=FORMAT, chain_id=chain.chain_id)
    for height in range(bundle.SIGNATURES_MAX // len(crowd)):
        header = w.BlockHeader(height=height + 1)
        made.blocks.append(w.LightBlock(header=header, validators=crowd))
    with pytest.raises(light.Malformed, match="last_commit_hash has 0 bytes"):
        bundle.check(made, chain.root)
    made.blocks[0].validators.append(crowd[0])
    with pytest.raises(light.Malformed, match="50001 signatures to check; 50000 at most"):
        bundle.check(made, chain.root)
