"""Before a node starts: interpreter and libraries are the ones consensus relies on.

Must not know: state. Invariant: a node whose protobuf or ed25519 could answer otherwise than its
peers' does not start.
"""

import sys

from google.protobuf.internal import api_implementation

from abci_app.core import signing

_ORDER = 2**252 + 27742317777372353535851937790883648493
_SEED = bytes(range(32))
_MESSAGE = b"tonne self-check"

SMALL_ORDER_KEYS = tuple(
    bytes.fromhex(text)
    for text in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)


class SelfCheckFailed(Exception):  # noqa: N818 - the name states the fact
    """This installation must not take part in consensus; the text says what to install."""


def run() -> None:
    """Raise SelfCheckFailed unless everything is as it must be (X14)."""
    if not __debug__:
        raise SelfCheckFailed("python -O drops the invariants; start without -O")
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        raise SelfCheckFailed("Python 3.11 or 3.12 is needed")
    if api_implementation.Type() != "upb":
        raise SelfCheckFailed("protobuf runs without its upb back end; install the locked wheel")
    for name, holds in vectors():
        if not holds:
            raise SelfCheckFailed(f"ed25519 differs from its vector ({name}); install PyNaCl 1.6.2")


def vectors() -> list[tuple[str, bool]]:
    """Return ten ed25519 cases on which verifiers differ, and whether each comes out right."""
    key = signing.public_key(_SEED)
    good = signing.sign(_SEED, _MESSAGE)
    scalar = int.from_bytes(good[32:], "little")
    stretched = good[:32] + (scalar + _ORDER).to_bytes(32, "little")
    cases = [
        ("a good signature", signing.verify(key, good, _MESSAGE)),
        ("another message", not signing.verify(key, good, _MESSAGE + b"!")),
        ("a stretched scalar", not signing.verify(key, stretched, _MESSAGE)),
        ("RFC 8032 test 1", _rfc8032()),
    ]
    for index, small in enumerate(SMALL_ORDER_KEYS):
        forged = small + bytes(32)
        refused = not signing.verify(small, forged, _MESSAGE) and not signing.is_key(small)
        cases.append((f"small-order key {index + 1}", refused))
    return cases


def _rfc8032() -> bool:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    expected = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    return signing.sign(seed, b"") == expected
