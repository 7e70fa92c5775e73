"""Chains of signed headers for tests: keys from names, sets that change, votes that are missing.

Must not know: what a proof shows. Invariant: header h + 1 names header h; a set named at h is in
force at h + 1, as on a real chain.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from abci_app.core import signing
from node.sdk.light import Trusted, encoding, from_genesis
from node.sdk.proofs.bundle import GenesisRoot
from tonne.v1 import light_pb2 as w
from tonne.v1.state_pb2 import Validator

CHAIN_ID = "tonne-light"
TIME_S = 1_770_000_000
FOUR = {"a": 10, "b": 10, "c": 10, "d": 10}

Sets = Callable[[int], Mapping[str, int]]  # height -> power by name


def seed(name: str) -> bytes:
    return sha256(b"light test " + name.encode()).digest()


def digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def members(powers: Mapping[str, int]) -> list[w.SetMember]:
    rows = [
        w.SetMember(key=signing.public_key(seed(name)), power=power)
        for name, power in powers.items()
    ]
    return encoding.in_order(rows)


def block_id(header: w.BlockHeader) -> w.BlockId:
    return w.BlockId(
        hash=encoding.header_hash(header), parts_total=1, parts_hash=digest(f"{header.height}")
    )


class Signed:
    """A chain whose sets are given by height; everybody signs but who is named as silent."""

    def __init__(
        self,
        sets: Sets = lambda _height: FOUR,
        *,
        chain_id: str = CHAIN_ID,
        history: str = "",
        silent: Sequence[str] = (),
        nil: Sequence[str] = (),
    ) -> None:
        self.sets, self.chain_id, self.history = sets, chain_id, history
        self.silent, self.nil = silent, nil
        self.app_hashes: dict[int, bytes] = {}  # of the state after a height
        self.data_hashes: dict[int, bytes] = {}
        self.results_hashes: dict[int, bytes] = {}
        self.fetched: list[int] = []
        self._headers: list[w.BlockHeader] = []

    @property
    def genesis(self) -> Trusted:
        return from_genesis(self.chain_id, TIME_S, self.root.validators)

    @property
    def root(self) -> GenesisRoot:
        rows = [Validator(key=row.key, power=row.power) for row in members(self.sets(1))]
        return GenesisRoot(self.chain_id, TIME_S, rows)

    def header(self, height: int) -> w.BlockHeader:
        while len(self._headers) < height:
            self._headers.append(self._next(len(self._headers) + 1))
        return self._headers[height - 1]

    def _next(self, height: int) -> w.BlockHeader:
        rows = members(self.sets(height))
        return w.BlockHeader(
            block_version=11,
            chain_id=self.chain_id,
            height=height,
            time=w.Moment(time_s=TIME_S + height - 1, nanos=height * 7),
            last_block_id=block_id(self._headers[-1]) if height > 1 else None,
            last_commit_hash=digest(f"last commit {height}"),
            data_hash=self.data_hashes.get(height, digest("")),
            validators_hash=encoding.set_hash(rows),
            next_validators_hash=encoding.set_hash(members(self.sets(height + 1))),
            consensus_hash=digest("params"),
            app_hash=self.app_hashes.get(height - 1, digest(f"{self.history}{height - 1}")),
            last_results_hash=self.results_hashes.get(height - 1, digest("")),
            evidence_hash=digest(""),
            proposer_address=encoding.address(rows[0].key),
        )

    def block(self, height: int) -> w.LightBlock:
        self.fetched.append(height)
        return self.sign(self.header(height), self.sets(height))

    def sign(self, header: w.BlockHeader, powers: Mapping[str, int]) -> w.LightBlock:
        """Return a header with the votes of a set, whatever the header says."""
        names = {signing.public_key(seed(name)): name for name in powers}
        rows = members(powers)
        commit = w.BlockCommit(height=header.height, round=1, block_id=block_id(header))
        for row in rows:
            name = names[row.key]
            if name in self.silent:
                commit.signatures.add(flag=w.VOTE_ABSENT)
                continue
            vote = commit.signatures.add(
                flag=w.VOTE_NIL if name in self.nil else w.VOTE_BLOCK,
                address=encoding.address(row.key),
                time=w.Moment(time_s=header.time.time_s + 1, nanos=5),
            )
            vote.signature = signing.sign(
                seed(name), encoding.vote_bytes(self.chain_id, commit, vote)
            )
        return w.LightBlock(header=header, commit=commit, validators=rows)
