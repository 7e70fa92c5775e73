"""Where things lie: the home of a node or client, the data that comes with the program.

Must not know: what is inside. Invariant: an installed wheel and a checkout find the same files.
"""

import os
from pathlib import Path

import node

_ROOT = Path(node.__file__).resolve().parents[1]

TEST_KEYS = "INSECURE-TEST"  # beside the encrypted keys of a home, never mixed with them


def default_home() -> Path:
    """Return the home used when none is named."""
    return Path.home() / ".tonne"


def genesis() -> Path:
    """Return the folder of programs and networks."""
    checkout = _ROOT / "genesis"
    return checkout if checkout.is_dir() else _ROOT / "tonne_data" / "genesis"


def scenarios() -> Path:
    """Return the folder of the scenarios that come with the program."""
    checkout = _ROOT / "tests" / "scenarios"
    return checkout if checkout.is_dir() else _ROOT / "tonne_data" / "scenarios"


def near(path: Path) -> str:
    """Return a path as one would type it here: relative, unless it lies elsewhere."""
    typed = os.path.relpath(path)
    return str(path) if typed.startswith("..") else typed
