"""A file is there whole or not at all, and is not written over by accident."""

import os
from pathlib import Path

import pytest

from node.files import write_whole


def test_a_file_is_written_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "one\n", replace=False)
    write_whole(path, "two\n")
    assert path.read_text() == "two\n"
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]


def test_what_is_there_is_not_written_over_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_whole(path, "theirs", replace=False)
    assert path.read_text() == "mine"
    assert [item.name for item in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("replace", [True, False])
def test_a_disk_that_fails_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    path = tmp_path / "a.json"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "text", replace=replace)
    assert list(tmp_path.iterdir()) == []
