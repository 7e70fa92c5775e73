"""Strict JSON has one meaning, or is refused with the reason."""

import json
from pathlib import Path

import pytest

from node.sdk import strictjson
from node.sdk.strictjson import JsonFault


def parsed(text: str, depth_max: int = 32) -> object:
    return strictjson.parse(text.encode(), bytes_max=1 << 20, depth_max=depth_max)


def test_what_json_writes_is_read() -> None:
    data = {"a": [1, -5, True, None, {"b": "ә \U0001f331"}], "": "", "n": (1 << 64) - 1}
    assert parsed(json.dumps(data)) == data
    assert parsed(json.dumps(data, ensure_ascii=False, indent=2)) == data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cut off"),
        ('{"a": 1', "cut off"),
        ('{"a": 1} {}', "Extra data"),
        ('\ufeff{"a": 1}', "BOM"),
        ("{'a': 1}", "not JSON"),
        ('{"a": 1, "a": 1}', "'a' stands twice"),
        ('{"a": 1, "\\u0061": 2}', "'a' stands twice"),
        ('[{"x": {"b": 1, "b": 2}}]', "'b' stands twice"),
        ("1.0", "1.0 is not an integer"),
        ('{"a": 1e3}', "1e3 is not an integer"),
        ("[-0.5]", "-0.5 is not an integer"),
        ("NaN", "NaN is not an integer"),
        ("[Infinity]", "Infinity is not an integer"),
        ("-Infinity", "-Infinity is not an integer"),
        ("-0", "-0 is not an integer"),
        (str(1 << 64), "64 bits"),
        (str(-(1 << 63) - 1), "64 bits"),
        ("9" * 100_000, "64 bits"),
        ('["\\ud800"]', "half a character"),
        ('{"\\udfff": 1}', "half a character"),
        ('"a\nb"', "control character"),
        ("[" * 200_000, "nested deeper"),
        ("[" * 500_000 + "]" * 500_000, "nested deeper"),
        ('{"a":' * 33 + "1" + "}" * 33, "nested deeper than 32"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str, reason: str) -> None:
    with pytest.raises(JsonFault) as caught:
        parsed(text)
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


def test_depth_counts_objects_and_lists() -> None:
    assert parsed('[{"a": [1]}]', depth_max=3) == [{"a": [1]}]
    with pytest.raises(JsonFault, match="deeper than 2"):
        parsed('[{"a": [1]}]', depth_max=2)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(JsonFault, match="not UTF-8"):
        strictjson.parse(b'"\xff"', bytes_max=100)
    with pytest.raises(JsonFault, match="not UTF-8"):
        strictjson.parse('"a"'.encode("utf-16"), bytes_max=100)


def test_a_text_may_have_the_bytes_allowed_and_no_more() -> None:
    assert strictjson.parse(b'"abc"', bytes_max=5) == "abc"
    with pytest.raises(JsonFault, match="longer than 4 bytes"):
        strictjson.parse(b'"abc"', bytes_max=4)


def test_a_file_is_named_when_it_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for reason in ("no such file", "longer than 4", "stands twice"):
        with pytest.raises(JsonFault, match=reason) as caught:
            strictjson.read(path, bytes_max=4 if reason.startswith("longer") else 100)
        assert str(path) in str(caught.value)
        path.write_text('{"a": 1, "a": 1}')
    with pytest.raises(JsonFault, match="cannot be read"):
        strictjson.read(tmp_path, bytes_max=100)


def test_an_endless_file_is_read_up_to_the_limit() -> None:
    with pytest.raises(JsonFault, match="longer than 1000"):
        strictjson.read(Path("/dev/zero"), bytes_max=1000)
