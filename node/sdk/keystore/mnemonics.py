"""Twenty-four words and the ed25519 seeds that they stand for.

Must not know: files. Invariant: the same words and number give the same seed for ever, in any
wallet that follows BIP-39 and SLIP-0010.
"""

import hmac
import unicodedata
from collections.abc import Sequence
from typing import cast

from mnemonic import Mnemonic

from node.sdk.keystore.vault import KeyStoreError

WORDS = 24
HARDENED = 1 << 31
NUMBER_MAX = HARDENED - 1

_CURVE = b"ed25519 seed"
_ENGLISH = Mnemonic("english")


def new_mnemonic() -> str:
    """Return 24 fresh words (256 bits from the system's random source)."""
    return str(_ENGLISH.generate(strength=256))


def seed_from_mnemonic(words: str, number: int = 0) -> bytes:
    """Return the 32-byte ed25519 seed of key `number` of these 24 English words.

    BIP-39 turns the words, with the empty BIP-39 passphrase, into 64 bytes; SLIP-0010 for ed25519
    derives m/number' from them. KeyStoreError names the word or the sum that is wrong.
    """
    if not 0 <= number <= NUMBER_MAX:
        raise KeyStoreError(f"a key's number is 0 to {NUMBER_MAX}, not {number}")
    root = cast("bytes", Mnemonic.to_seed(_checked(words), ""))
    return derive(root, (number,))


def derive(root: bytes, path: Sequence[int]) -> bytes:
    """Return the SLIP-0010 ed25519 private key of 32 bytes; every step of the path is hardened."""
    state = hmac.digest(_CURVE, root, "sha512")
    for step in path:
        index = (step + HARDENED).to_bytes(4, "big")
        state = hmac.digest(state[32:], b"\0" + state[:32] + index, "sha512")
    return state[:32]


def _checked(words: str) -> str:
    """Return the words in lower case with single spaces; KeyStoreError when one is wrong."""
    found = unicodedata.normalize("NFKD", words).lower().split()
    if len(found) != WORDS:
        raise KeyStoreError(f"{len(found)} words were given; a key has {WORDS}")
    known = frozenset(_ENGLISH.wordlist)
    wrong = [str(place) for place, word in enumerate(found, 1) if word not in known]
    if wrong:
        # By place, not by word: the message may end in a log.
        words_, are = ("words", "are") if len(wrong) > 1 else ("word", "is")
        raise KeyStoreError(
            f"{words_} {', '.join(wrong)} {are} not in the English BIP-39 list; check the spelling"
        )
    joined = " ".join(found)
    if not _ENGLISH.check(joined):
        raise KeyStoreError(
            "the 24 words do not belong together (their check sum is wrong); "
            "look for a word that is in the wrong place or was copied wrongly"
        )
    return joined
