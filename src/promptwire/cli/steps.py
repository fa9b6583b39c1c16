"""What `pull`, `status`, `diff` and `push` begin with: the files, the server's prompts, and how each stands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.folders import Folder
from promptwire.cli.git import Git
from promptwire.cli.printing import note
from promptwire.cli.upstream import ServerPrompts
from promptwire.files.pairing import items
from promptwire.files.standing import Files, Item

FOLDER = Path("prompts")
Dir = Annotated[
    Path,
    typer.Option(
        "--dir", envvar="PROMPTWIRE_DIR", help="The folder of the files; in it one folder a team.", show_envvar=True
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")]
RequestApproval = Annotated[
    bool, typer.Option("--request-approval", help="Open a change request where the approval of others is missing.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a command is to work on."""

    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROMPT]...", help="Only these: slug, team/slug, or a file.", show_default=False),
    ] = None
    dir: Dir = FOLDER
    team: Annotated[
        list[str] | None,
        typer.Option("--team", help="Only this team, by slug or id; once for each.", show_default=False),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Both sides, as they are now."""

    folder: Folder
    git: Git
    upstream: ServerPrompts
    files: Files
    items: tuple[Item, ...]


@contextmanager
def both_sides(chosen: Chosen, asking: Asking) -> Iterator[Work]:
    """Read both sides, and end the command in clear words where one cannot be, or what was named is on neither."""
    with asking.registry() as registry:
        folder, git = Folder(chosen.dir), Git(chosen.dir)
        files = folder.read()
        upstream = ServerPrompts(registry, only=chosen.team or (), told=_progress())
        found = items(files, upstream.prompts(), git.knows)
        if chosen.team:
            found = tuple(item for item in found if item.team in upstream.teams())
        named = _named(found, chosen.names or (), chosen.dir)
        yield Work(folder=folder, git=git, upstream=upstream, files=files, items=named)


def _progress() -> Callable[[int, int], None]:
    """Show how far it is on standard error, where somebody is looking."""
    if not sys.stderr.isatty():
        return lambda _done, _all: None

    def told(done: int, of: int) -> None:
        sys.stderr.write("\r\x1b[K" if done == of else f"\rprompt {done + 1} of {of}")

    return told


def _named(found: tuple[Item, ...], names: Sequence[str], folder: Path) -> tuple[Item, ...]:
    for name in names:
        if not any(_is(item, name, folder) for item in found):
            hint = "Name it as slug, team/slug, or by the path of its file. What there is: promptwire status"
            raise Failure(f"there is no prompt {name}, here or on the server", Exit.NOT_FOUND, hint)
    return tuple(item for item in found if not names or any(_is(item, name, folder) for name in names))


def _is(item: Item, name: str, folder: Path) -> bool:
    if name in {item.slug, item.name, item.path}:
        return True
    return item.path is not None and Path(name).absolute() == (folder / item.path).absolute()


def item_json(item: Item) -> dict[str, Any]:
    """Give what programs get of a prompt."""
    return {
        "prompt": item.name,
        "path": item.path,
        "standing": item.standing.value,
        "server_version": item.remote.version if item.remote and item.remote.content else None,
        "error": str(item.error) if item.error else None,
    }


def note_errors(found: Iterable[Item], folder: Path) -> None:
    """Say what is wrong with files."""
    for item in found:
        if item.error is not None:
            line = f":{item.error.line}" if item.error.line else ""
            note(f"{folder / (item.path or '')}{line}: {item.error.reason}")
