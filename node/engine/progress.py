"""How long work tells the person who waits what it is doing.

Long work takes a `Progress` and calls it; it knows no terminal. Invariant: reporting never changes
what the work does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

# What is being done, how many steps of it are done, and how many there are (None: not known).
Progress = Callable[[str, int, int | None], None]


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Report nothing."""


@contextmanager
def on_screen(console: Console | None = None) -> Iterator[Progress]:
    """Give a progress bar on a terminal, and one line for each new piece of work elsewhere."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        last = ""

        def line(what: str, _done: int, _total: int | None) -> None:
            nonlocal last
            if what != last:
                console.print(what, soft_wrap=True, markup=False, highlight=False)
            last = what

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("", total=None, visible=False)

        def draw(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total, visible=True)

        yield draw
