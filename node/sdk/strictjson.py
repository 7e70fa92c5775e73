"""JSON as files of proof and of foundation need it: one meaning, or refused.

Must not know: what a file is for. Invariants: what is returned holds objects, lists, texts, truth
values, null and 64-bit integers only; no name stands twice in an object; nothing is read beyond the
given number of bytes. So two readers, in whatever language, never see two things in one file.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

DEPTH_MAX = 32
INTEGER_MIN = -(1 << 63)
INTEGER_MAX = (1 << 64) - 1
_DIGITS_MAX = 20


class JsonFault(ValueError):  # noqa: N818 - says what is wrong with a file, as TomlFault does
    """A text or file that is not strict JSON; the text says why, and where it can."""


def read(path: Path, *, bytes_max: int, depth_max: int = DEPTH_MAX) -> Any:  # noqa: ANN401 - any JSON
    """Return what a file says; JsonFault names the file when it cannot be read or is not strict."""
    try:
        with path.open("rb") as file:
            raw = file.read(bytes_max + 1)
    except FileNotFoundError:
        raise JsonFault(f"{path}: no such file") from None
    except OSError as error:
        raise JsonFault(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return parse(raw, bytes_max=bytes_max, depth_max=depth_max)
    except JsonFault as fault:
        raise JsonFault(f"{path}: {fault}") from None


def parse(raw: bytes, *, bytes_max: int, depth_max: int = DEPTH_MAX) -> Any:  # noqa: ANN401 - any JSON
    """Return what bytes of JSON say; JsonFault when they could be read in two ways, or not at all.

    Refused: more than `bytes_max` bytes, deeper than `depth_max`, names that stand twice, numbers
    that are no 64-bit integers, NaN and Infinity, halves of characters, what is not UTF-8.
    """
    if len(raw) > bytes_max:
        raise JsonFault(f"longer than {bytes_max} bytes")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonFault("not UTF-8 text") from None
    try:
        data = json.loads(
            decoded,
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
    except json.JSONDecodeError as error:
        raise JsonFault(f"not JSON, or cut off: line {error.lineno}, {error.msg}") from None
    except RecursionError:
        raise JsonFault(f"nested deeper than {depth_max}") from None
    _check(data, depth_max)
    return data


def text(data: object) -> str:
    """Return data as the text of a file that reads back the same; TypeError for what JSON lacks."""
    return json.dumps(data, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise JsonFault(f"the name {name[:40]!r} stands twice in one object")
        found[name] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise JsonFault(f"{text[:40]} is not an integer; other numbers are not used")


def _integer(text: str) -> int:
    number = int(text) if len(text) <= _DIGITS_MAX else INTEGER_MAX + 1
    if text == "-0" or not INTEGER_MIN <= number <= INTEGER_MAX:
        raise JsonFault(f"{text[:40]} is not an integer of 64 bits")
    return number


def _check(data: object, depth_max: int) -> None:
    """Refuse what is too deep, and texts that no UTF-8 could hold; without recursion."""
    waiting: list[tuple[object, int]] = [(data, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, (dict, list)):
            if depth > depth_max:
                raise JsonFault(f"nested deeper than {depth_max}")
            for name in item if isinstance(item, dict) else ():
                _check_text(name)
            rows = item.values() if isinstance(item, dict) else item
            waiting.extend((row, depth + 1) for row in rows)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise JsonFault(f"{text[:40]!a} has half a character") from None
