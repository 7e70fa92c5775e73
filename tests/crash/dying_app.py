"""The app, killed by its own hand at a point that the environment names.

TONNE_TEST_DIE is `call:moment` or `call:moment#n`: at the n-th time (first by default) that the
moment `before` or `after` of a call of the application comes, or of `batch`, the write of a block
to LevelDB, the process ends as by SIGKILL: nothing is flushed, closed or answered.

TONNE_TEST_FILE_BYTES limits the size of the files it may write. TONNE_TEST_BOUND takes from it the
right of root to write where the permissions of a folder say no.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from abci_app import __main__ as process
from abci_app.application import Application
from abci_app.store.leveldb import LevelDb

CALLS = (
    "info",
    "init_chain",
    "check_tx",
    "prepare_proposal",
    "process_proposal",
    "finalize_block",
    "commit",
    "query",
)
DIE, FILE_BYTES, BOUND = "TONNE_TEST_DIE", "TONNE_TEST_FILE_BYTES", "TONNE_TEST_BOUND"
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


def build_in(point: str) -> None:
    """Wrap the call that a point names, so that the process ends there."""
    place, _, number = point.partition("#")
    call, _, moment = place.partition(":")
    owner: type = LevelDb if call == "batch" else Application
    name = "write" if call == "batch" else call
    assert moment in ("before", "after"), point
    assert call == "batch" or call in CALLS, point
    setattr(owner, name, deadly(getattr(owner, name), moment, int(number or 1)))


def deadly(function: Callable[..., Any], moment: str, number: int) -> Callable[..., Any]:
    """Return a function that ends the process at the n-th time that a moment of it comes."""
    times = 0

    @wraps(function)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        nonlocal times
        times += 1
        if moment == "before" and times == number:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        if moment == "after" and times == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


if __name__ == "__main__":
    if os.environ.get(DIE):
        build_in(os.environ[DIE])
    if os.environ.get(FILE_BYTES):
        limit = int(os.environ[FILE_BYTES])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if os.environ.pop(BOUND, ""):  # it counts from the next program on; who is not root has not it
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)
        os.execv(sys.executable, [sys.executable, "-m", "dying_app", *sys.argv[1:]])
    sys.exit(process.main())
