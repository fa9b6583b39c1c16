"""How far a command is, on standard error, where somebody may be looking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watching() -> Iterator[Callable[[str], Callable[[int, int | None], None]]]:
    """Give what shows one bar for each thing that is begun; on anything but a terminal nothing is shown."""
    from rich.console import Console  # noqa: PLC0415 - not before it is needed
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bars:

        def begin(doing: str) -> Callable[[int, int | None], None]:
            task = bars.add_task(doing, total=None)
            return lambda done, all_of_it: bars.update(task, completed=done, total=all_of_it)

        yield begin
