"""Examples for property tests: ids, texts, numbers and messages of the protocol.

Must not know: chains. Invariant: small alphabets, so that what could collide does.
"""

from hypothesis import strategies as st

from abci_app.core import ids
from abci_app.core.limits import U64_MAX
from tonne.v1 import tx_pb2 as t

SHORT = st.text("ab", max_size=3)  # that run together when joined without a length
small = st.integers(0, 3)
u64s = st.one_of(st.integers(0, 3), st.integers(U64_MAX - 3, U64_MAX), st.integers(0, U64_MAX))
hashes = st.sampled_from([b"a" * 32, b"b" * 32])

record_ids = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")

account_ids = st.builds(
    ids.AccountId,
    registry=st.text("ABXYZ", min_size=2, max_size=2),
    code=st.integers(100, 999),
    number=st.integers(1, ids.ACCOUNT_NUMBER_MAX),
    period=st.integers(0, 99),
)

signed_txs = st.builds(
    t.SignedTx,
    body=st.binary(max_size=40),
    signatures=st.lists(
        st.builds(
            t.Signature,
            signer_index=st.integers(0, 300),
            key=st.binary(max_size=33),
            sig=st.binary(max_size=65),
        ),
        max_size=3,
    ),
)
