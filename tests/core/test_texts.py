"""Free texts: the languages of the registry pass, characters that hide or reorder do not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abci_app.core.codes import Code, Refusal
from abci_app.core.ids import need_text, text_fault

WELCOME = (
    "Waste heat recovery, 1 t CO₂e — “quoted” (50 %)",
    "Утилизация тепла, Қарағанды облысы, Ұлытау",
    "バイオ炭、二国間クレジット制度",
    "碳排放权交易，自愿减排",  # noqa: RUF001 - the comma of the language
    "탄소 배출권",
    "Thị trường các-bon, phát thải",
    "Πρόγραμμα, façade, Ærø, ½ €",
)

HIDDEN = {
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c",
    "right-to-left embedding": "\u202b",
    "right-to-left override": "\u202e",
    "pop directional formatting": "\u202c",
    "right-to-left isolate": "\u2067",
    "pop directional isolate": "\u2069",
    "zero width space": "\u200b",
    "zero width non-joiner": "\u200c",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "combining grapheme joiner": "\u034f",
    "combining acute accent": "\u0301",
    "Mongolian vowel separator": "\u180e",
    "Hangul filler": "\u3164",
    "half-width Hangul filler": "\uffa0",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "ideographic space": "\u3000",
    "new line": "\n",
    "tabulator": "\t",
    "null": "\0",
    "delete": "\x7f",
    "next line": "\x85",
    "variation selector": "\ufe0f",
    "tag letter": "\U000e0041",
    "private use": "\ue000",
    "emoji": "\U0001f600",
    "lone surrogate": "\ud800",
    "noncharacter": "\uffff",
}


@pytest.mark.parametrize("text", WELCOME)
def test_texts_of_the_languages_served_pass(text: str) -> None:
    assert text_fault(text, 512) == ""


@pytest.mark.parametrize("name", HIDDEN)
def test_a_character_that_hides_or_reorders_is_refused_and_named(name: str) -> None:
    char = HIDDEN[name]
    with pytest.raises(Refusal) as caught:
        need_text(f"a{char}b", "note", 512)
    assert caught.value.code == Code.TEXT_NOT_ALLOWED
    assert f"U+{ord(char):04X}" in caught.value.detail


def test_no_allowed_character_is_invisible_combining_or_right_to_left() -> None:
    shown = [chr(point) for point in range(0x10000) if not text_fault(f"a{chr(point)}b", 512)]
    assert len(shown) > 40_000
    for char in shown:
        assert unicodedata.category(char)[0] not in "MC" or unicodedata.category(char) == "Cn"
        assert unicodedata.bidirectional(char) not in ("R", "AL", "AN", "BN", "NSM"), hex(ord(char))


@given(st.characters(min_codepoint=0x10000))
def test_characters_beyond_the_basic_plane_are_refused(char: str) -> None:
    assert text_fault(char, 512)


def test_length_is_counted_in_bytes() -> None:
    assert text_fault("ж" * 64, 128) == ""
    assert text_fault("ж" * 65, 128) == "longer than 128 bytes"


@pytest.mark.parametrize("text", [" a", "a ", "a\u00a0", " "])
def test_white_space_at_an_end_is_refused(text: str) -> None:
    assert text_fault(text, 512) == "white space at an end"


def test_an_empty_text_is_refused_where_one_is_needed() -> None:
    assert need_text("", "memo", 10) == ""
    with pytest.raises(Refusal) as caught:
        need_text("", "title", 10, empty=False)
    assert caught.value.code == Code.ACTION_SHAPE
