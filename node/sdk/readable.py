"""What a body says, in words, from the very bytes that are signed (X13).

Must not know: what any action means. Invariant: every field that the bytes carry is shown, whole;
no character of a text can hide, reorder or end the lines around it.
"""

from functools import lru_cache

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from abci_app.core import ids
from abci_app.core.calendar import iso
from abci_app.core.codec import parse_canonical
from abci_app.core.limits import TIME_S_MAX
from tonne.v1.tx_pb2 import Action, Body

_WIDTH = 20
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


# Fields that end in _s and are a length of time, not a moment.
_LENGTHS = frozenset(
    (
        "comment_s",
        "delay_s",
        "fill_confirm_s",
        "max_age_s",
        "min_age_s",
        "noon_s",
        "offset_s",
        "proposal_expires_s",
        "quota_window_s",
        "window_s",
    )
)
_ROWS = ("ApprovalRule", "ConvertRule", "LabelDef", "Link", "MoveRule", "NoticeRule")


def is_moment(field: FieldDescriptor) -> bool:
    """Tell whether a field holds a moment in UTC seconds."""
    if field.cpp_type != FieldDescriptor.CPPTYPE_UINT64 or not field.name.endswith("_s"):
        return False
    return field.name not in _LENGTHS and field.containing_type.name not in (*_ROWS, "WorkflowRule")


def describe(body: bytes) -> str:
    """Return every field of a body, one a line; Refusal for bytes that are not canonical."""
    message = parse_canonical(Body, body)
    lines = [
        _line("", "chain", quoted(message.chain_id)),
        _line("", "valid until", _moment(message.valid_until_s)),
        _line("", "memo", quoted(message.memo) if message.memo else "(none)"),
    ]
    accounts = [quoted(signer.account) for signer in message.signers]
    for index, signer in enumerate(message.signers):
        place = f"lane {signer.lane}, sequence {signer.sequence}"
        lines.append(_line("", f"signer {index}", f"{accounts[index]}, {place}"))
    for index, action in enumerate(message.actions):
        lines += _action(index, action, accounts)
    return "\n".join(lines)


def _action(index: int, action: Action, accounts: list[str]) -> list[str]:
    known = action.signer_index < len(accounts)
    who = accounts[action.signer_index] if known else "NO SUCH SIGNER"
    arm = action.WhichOneof("action")
    head = f"{arm or 'NOTHING'}, by signer {action.signer_index} ({who})"
    lines = [_line("", f"action {index}", head)]
    if arm:
        lines += _fields(getattr(action, arm), "  ")
    return lines


def _fields(message: Message, indent: str) -> list[str]:
    lines: list[str] = []
    for field, value in message.ListFields():
        items = list(value) if field.is_repeated else [value]
        for place, item in enumerate(items):
            name = f"{field.name}[{place}]" if field.is_repeated else field.name
            if isinstance(item, Message):
                lines.append(indent + name)
                lines += _fields(item, indent + "  ")
            else:
                lines.append(_line(indent, name, _value(field, item)))
    return lines or [f"{indent}(no fields)"]


def _line(indent: str, name: str, value: str) -> str:
    return f"{indent}{name:<{_WIDTH - len(indent)}} {value}"


def _value(field: FieldDescriptor, value: object) -> str:
    if isinstance(value, bytes):
        return value.hex() or "(empty)"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, int):
        raise TypeError(f"{field.full_name} has a type that cannot be shown")
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known is not None else f"UNKNOWN VALUE {value}"
    if is_moment(field):
        return _moment(value)
    if field.name.endswith("_s"):
        return f"{value} seconds"
    return f"{value} t" if field.name.endswith("_t") else str(value)


def _moment(value: int) -> str:
    return f"{iso(value)} ({value})" if value <= TIME_S_MAX else f"{value} (beyond the year 9999)"


def quoted(text: str) -> str:
    """Return a text as it may be shown: as it is when it is a plain id, else in quotes, escaped."""
    if text and all(char in _PLAIN for char in text):
        return text
    return '"' + "".join(_shown(char) for char in text) + '"'


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """Return a character, or its code point when the law of texts would not let it through."""
    if char in '"\\':
        return "\\" + char
    # Between two letters, so that a blank at an end is not what is judged.
    if ids.text_fault(f"a{char}a", 16) or (char.isspace() and char != " "):
        return f"\\u{{{ord(char):04x}}}"
    return char
