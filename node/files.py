"""Files that are there whole or not at all.

Must not know: what is in them. Invariant: a file that is there is not written over unless asked.
"""

import contextlib
import os
import secrets
from pathlib import Path


def write_whole(path: Path, text: str, *, replace: bool = True, mode: int = 0o644) -> None:
    """Write a text file in one step, on the disk when this returns.

    FileExistsError when it is there and may not be replaced; OSError when it cannot be written.
    What was there before stays in either case.
    """
    fresh = path.parent / f".{path.name[:100]}.{secrets.token_hex(4)}.new"
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            os.link(fresh, path)  # unlike a rename, refuses what is there
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
