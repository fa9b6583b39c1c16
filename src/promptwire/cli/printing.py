"""What a command prints: tables and texts for people, JSON for programs; colour on a terminal only."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from promptwire.cli.exits import visible

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_WIDEST = 60
"""Characters of a cell on a terminal."""


def print_json(value: object) -> None:
    """Print a value for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_line(text: str) -> None:
    """Print a line for people."""
    sys.stdout.write(f"{visible(text)}\n")


def note(text: str) -> None:
    """Say something beside what the command gives, on standard error."""
    sys.stderr.write(f"{visible(text)}\n")


def print_text(text: str) -> None:
    """Print a text as it is; on a terminal nothing in it can speak to the terminal, and the line ends."""
    if not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="surrogatepass"))
        sys.stdout.buffer.flush()
        return
    sys.stdout.write(visible(text) + ("" if text.endswith("\n") else "\n"))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """Print a table: one that fits a terminal, or columns with tabs between them for what reads lines."""
    cells = [[cell(one) for one in row] for row in rows]
    if not cells:
        note(empty)
        return
    if not sys.stdout.isatty():
        for row in [[head.upper() for head in heads], *cells]:
            sys.stdout.write("\t".join(row) + "\n")
        return
    from rich.table import Table  # noqa: PLC0415 - not before it is needed
    from rich.text import Text  # noqa: PLC0415 - the same

    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        table.add_column(head.upper(), overflow="fold")
    for row in cells:
        table.add_row(*(Text(one if len(one) <= _WIDEST else f"{one[: _WIDEST - 1]}…") for one in row))
    console().print(table)


def print_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Print what there is to say of one thing; what is nothing is left out."""
    told = [(name, cell(value)) for name, value in fields if value not in (None, "", [], ())]
    width = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        sys.stdout.write(f"{name:<{width}}  {value}\n")


def print_diff(diff: str) -> None:
    """Print a unified diff."""
    if not sys.stdout.isatty():
        sys.stdout.write(diff)
        return
    from rich.text import Text  # noqa: PLC0415 - not before it is needed

    screen = console()
    for line in diff.splitlines():
        screen.print(Text(visible(line), style=_COLOURS.get(line[:1], "")), soft_wrap=True)


def console(*, stderr: bool = False) -> Console:
    """Give rich's terminal, which knows about NO_COLOR."""
    from rich.console import Console  # noqa: PLC0415 - not before it is needed

    return Console(stderr=stderr, highlight=False)


def cell(value: object) -> str:
    """Write a value in one line: a time to the second, a list with commas, nothing as nothing."""
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    text = "" if value is None else str(value)
    return visible(text).replace("\n", " ").replace("\t", " ")


def at(time: str | None) -> str:
    """Write a time of the server's to the second."""
    return f"{time[:10]} {time[11:19]}Z" if time else ""


def shown(value: object, *, as_json: bool, people: Callable[[], None]) -> None:
    """Print a value for programs, or let it be printed for people."""
    if as_json:
        print_json(value)
    else:
        people()
