"""How far a long task is and how long it will take, in lines that also suit a log.

Must not know: the task. Invariant: a line comes when a stage begins and every few seconds, and not
more often, whether a person or a file reads it.
"""

import time
from collections.abc import Callable

EVERY_S = 3.0


class Teller:
    """Turns (stage, done, total) into lines; called as often as the task likes."""

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what says a line; `clock` gives seconds."""
        self._say = say
        self._every_s = every_s
        self._clock = clock
        self._stage = ""
        self._began_s = self._said_s = 0.0
        self._began_at = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that `done` of `total` pieces of a stage are finished; a total of 0 is unknown."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._began_s, self._said_s, self._began_at = stage, now, now, done
            self._say(stage)
            return
        if now - self._said_s < self._every_s:
            return
        self._said_s = now
        if not total:
            self._say(f"  {done:,} done")
            return
        pace = (done - self._began_at) / (now - self._began_s)
        left = f", about {_duration((total - done) / pace)} left" if pace > 0 else ""
        self._say(f"  {done:,} of {total:,} ({100 * done // total} %){left}")


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 6000:
        return f"{round(whole / 60)} min"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
