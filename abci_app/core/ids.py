"""Ids and texts: which are well formed.

Must not know: which exist. Invariant: an id is short ASCII; a text has no character that hides or
reorders another (X11).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from abci_app.core.codes import Code, refuse
from abci_app.core.limits import ID_BYTES_MAX, U64_MAX

CHAIN_PROGRAM = "chain"  # the chain's own program: it has seats, and no body

_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{ID_BYTES_MAX - 1}}}")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# Scripts of the languages that the registry speaks; punctuation that neither hides nor reorders.
_SCRIPTS = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xAC),  # Latin-1 signs, without the soft hyphen
    (0xAE, 0x24F),  # Latin-1 and Latin extended
    (0x386, 0x3FF),  # Greek
    (0x400, 0x482),  # Cyrillic, without its combining signs
    (0x48A, 0x52F),  # Cyrillic continued, Kazakh letters included
    (0x1E00, 0x1EFF),  # Latin extended additional, Vietnamese
    (0x2010, 0x2015),  # dashes
    (0x2018, 0x201F),  # quotes
    (0x2020, 0x2027),  # daggers, bullets, ellipsis
    (0x2030, 0x205E),  # per mille to primes and marks
    (0x2080, 0x2089),  # subscripts, for CO2
    (0x20A0, 0x20BF),  # currencies
    (0x2103, 0x2122),  # letter-like signs
    (0x3001, 0x3020),  # CJK punctuation
    (0x3041, 0x3096),  # Hiragana
    (0x30A0, 0x30FF),  # Katakana
    (0x3400, 0x4DBF),  # CJK extension A
    (0x4E00, 0x9FFF),  # CJK
    (0xAC00, 0xD7A3),  # Hangul
    (0xFF01, 0xFF5E),  # full-width forms
)

ACCOUNT_NUMBER_MAX = 10**15 - 1


def is_id(text: str) -> bool:
    """Tell whether `text` is an id: 1 to 32 of A-Z a-z 0-9 . _ -, first a letter or digit."""
    return len(text) <= ID_BYTES_MAX and _is_id(text)


@lru_cache(maxsize=1 << 16)  # ids repeat; long junk is never kept
def _is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def need_id(text: str, field: str) -> str:
    """Return `text`; ACTION_SHAPE naming `field` when it is not an id."""
    if not is_id(text):
        refuse(Code.ACTION_SHAPE, f"{field}: {text[:40]!r} is not an id")
    return text


def is_country(text: str) -> bool:
    """Tell whether `text` has the form of an ISO 3166-1 alpha-2 code."""
    return len(text) == 2 and all(char in _UPPER for char in text)


def is_currency(text: str) -> bool:
    """Tell whether `text` has the form of an ISO 4217 code."""
    return len(text) == 3 and all(char in _UPPER for char in text)


def text_fault(text: str, bytes_max: int) -> str:
    """Return what is wrong with a free text, or the empty string."""
    if text.isascii() and text.isprintable() and len(text) <= bytes_max:
        return "white space at an end" if text != text.strip() else ""
    if len(text.encode("utf-8", "surrogatepass")) > bytes_max:
        return f"longer than {bytes_max} bytes"
    for char in text:
        point = ord(char)
        if not any(low <= point <= high for low, high in _SCRIPTS):
            return f"character U+{point:04X} is not allowed"
    if text != text.strip():
        return "white space at an end"
    return ""


def need_text(text: str, field: str, bytes_max: int, *, empty: bool = True) -> str:
    """Return `text`; TEXT_NOT_ALLOWED or ACTION_SHAPE naming `field` otherwise."""
    fault = text_fault(text, bytes_max) if text else ""
    if fault:
        refuse(Code.TEXT_NOT_ALLOWED, f"{field}: {fault}")
    if not empty and not text:
        refuse(Code.ACTION_SHAPE, f"{field}: empty")
    return text


@dataclass(frozen=True)
class AccountId:
    """The parts of an account id `CC-type-number-period-check` (domain D1)."""

    registry: str
    code: int
    number: int
    period: int

    def __str__(self) -> str:
        check = check_digits(self.registry, self.code, self.number, self.period)
        return f"{self.registry}-{self.code}-{self.number}-{self.period}-{check:02}"


def check_digits(registry: str, code: int, number: int, period: int) -> int:
    """Return 98 - (number, letters as 10..35, type of 3, period of 2 digits, 00) mod 97."""
    letters = "".join(str(ord(char) - 55) for char in registry)
    return 98 - int(f"{number}{letters}{code:03}{period:02}00") % 97


@lru_cache(maxsize=1 << 16)  # the same accounts come again and again
def parse_account_id(text: str) -> AccountId:
    """Return the parts; ValueError that says what is wrong, check digits included."""
    parts = text.split("-")
    if len(parts) != 5 or not all(part.isascii() and part.isdigit() for part in parts[1:]):
        raise ValueError(f"{text[:40]!r} is not of the form CC-type-number-period-check")
    registry = parts[0]
    code, number, period = int(parts[1][:4]), int(parts[2][:20]), int(parts[3][:4])
    if not (is_country(registry) and 100 <= code <= 999 and period <= 99):
        raise ValueError(f"{text[:40]!r} is not of the form CC-type-number-period-check")
    if not 1 <= number <= min(ACCOUNT_NUMBER_MAX, U64_MAX):
        raise ValueError(f"{text[:40]!r}: the number must be in 1..{ACCOUNT_NUMBER_MAX}")
    result = AccountId(registry, code, number, period)
    if str(result) != text:
        raise ValueError(f"{text[:40]!r}: the check digits do not fit")
    return result
