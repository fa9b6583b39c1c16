"""Options that several commands share, and how a command ends when it cannot do its work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from promptwire.cli.exits import Failure, end

if TYPE_CHECKING:
    from promptwire.settings import ServerSettings

Data = Annotated[
    Path | None,
    typer.Option(help="Directory of the SQLite file. (PROMPTWIRE_DATA; default: ./data)", show_default=False),
]
Database = Annotated[
    str | None,
    typer.Option(
        help="Database URL instead of the file, such as postgresql://user@host/name. (PROMPTWIRE_DATABASE)",
        show_default=False,
    ),
]


def settings(**options: object) -> ServerSettings:
    """Read the settings: options first, then the environment, then the defaults."""
    with server_errors():
        from pydantic import ValidationError  # noqa: PLC0415 - comes with the server extra

        from promptwire.settings import ServerSettings  # noqa: PLC0415 - the same

        try:
            return ServerSettings.given({name: value for name, value in options.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            fail(_complaint([str(part) for part in first["loc"]], first["msg"]))


def _complaint(place: Sequence[str], words: str) -> str:
    """Say what is wrong with which setting, and where in it; of several together the words name them."""
    name, *inside = place or [""]
    named = f"{setting_name(name)}: " if name else ""
    return f"{named}{'.'.join(inside)}{': ' if inside else ''}{words.removeprefix('Value error, ')}"


def setting_name(field: str) -> str:
    """Give the environment variable of a setting."""
    return f"PROMPTWIRE_{field.upper()}"


@contextmanager
def server_errors() -> Iterator[None]:
    """End a command with one clear line where the server's parts are missing, or refuse the input."""
    try:
        yield
    except ModuleNotFoundError as error:
        fail(f"this command needs the server ({error.name} is missing): pip install 'promptwire[server]'")
    except Exception as error:
        from promptwire.domain.errors import DomainError  # noqa: PLC0415 - not before it is needed

        if not isinstance(error, DomainError):
            raise
        fail(str(error))


def fail(message: str) -> NoReturn:
    """End the command with a line on standard error, and status 1."""
    end(Failure(message))
