"""`make test-docker`: the docker tests, on an engine that answers or on one started for them.

Must not know: what is tested. Invariant: nothing is said to be tested that was not.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from scripts.docker_host import NotAvailableError, base_images, engine

INTERRUPTED = 130


def main() -> int:
    """Run the tests; where there can be no docker say so: 0, but 1 where CI=true."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    start = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {text}", flush=True)

    try:
        with engine(say), base_images(say) as options:
            say("testing")
            return _pytest({**os.environ, "TONNE_DOCKER_BUILD": shlex.join(options)})
    except NotAvailableError as error:
        print(f"docker not available: not tested ({error})", file=sys.stderr)
        return int(os.environ.get("CI", "").lower() == "true")
    except KeyboardInterrupt:
        print("interrupted: not tested", file=sys.stderr)
        return INTERRUPTED


def _pytest(environ: Mapping[str, str]) -> int:
    """Run the tests and wait for their own end: interrupted, they take their containers away."""
    command = [sys.executable, "-m", "pytest", "-m", "docker", "-n", "0", "tests/docker"]
    with subprocess.Popen(command, env=environ) as process:
        signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to the tests as well
        signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
        return process.wait()


if __name__ == "__main__":
    sys.exit(main())
