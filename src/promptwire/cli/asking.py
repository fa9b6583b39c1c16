"""The options of every command that asks a server, and groups of options in general."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer

from promptwire.cli import completing
from promptwire.cli.exits import Exit, Failure, end
from promptwire.cli.printing import shown
from promptwire.cli.remote.connection import connect
from promptwire.cli.remote.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which server, as whom, and in which form the answer is printed."""

    server: Annotated[
        str | None,
        typer.Option(help="The server. (PROMPTWIRE_URL; default: the one signed in to last)", show_default=False),
    ] = None
    key: Annotated[
        str | None,
        typer.Option(
            help="An API key; other users of this machine can see it here. (PROMPTWIRE_API_KEY; default: the session "
            "of promptwire login)",
            show_default=False,
        ),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False

    @contextmanager
    def registry(self) -> Iterator[Registry]:
        """Give the registry, and end the command in clear words where it cannot do what is asked."""
        with failing(as_json=self.json), connect(self.server, self.key) as connection:
            yield Registry(connection)

    def show(self, value: object, people: Callable[[], None]) -> None:
        """Print JSON if that is asked for; else let it be printed for people."""
        shown(value, as_json=self.json, people=people)


@contextmanager
def failing(*, as_json: bool = False) -> Iterator[None]:
    """End the command in clear words, and with the right status, where it cannot do what is asked."""
    try:
        yield
    except Failure as failure:
        end(failure, as_json=as_json)
    except KeyboardInterrupt:
        end(Failure("stopped", Exit.FAILED), as_json=as_json)


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take groups of options: of each parameter whose type is a dataclass the fields are options."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if is_dataclass(hint) and isinstance(hint, type)}
    given = inspect.signature(command).parameters.values()
    own = [_option(one.name, hints[one.name], one.default) for one in given if one.name not in groups]
    theirs = {name: [_field(group, one.name, one.default) for one in fields(group)] for name, group in groups.items()}

    @functools.wraps(command)
    def run(**told: Any) -> None:  # noqa: ANN401 - as typer gives them
        taken = {
            name: groups[name](**{one.name: told.pop(one.name) for one in options}) for name, options in theirs.items()
        }
        command(**told, **taken)

    parameters = [*own, *(one for options in theirs.values() for one in options)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer looks at
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _field(group: type, name: str, default: object) -> inspect.Parameter:
    return _option(name, get_type_hints(group, include_extras=True)[name], _default(default))


def _default(default: object) -> object:
    return inspect.Parameter.empty if default is MISSING else default


def _option(name: str, annotation: Any, default: object) -> inspect.Parameter:  # noqa: ANN401 - a type
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


PromptArgument = Annotated[
    str,
    typer.Argument(
        metavar="PROMPT",
        help="slug, team/slug, or an id; a version may stand behind it: slug@prod.",
        autocompletion=completing.prompts,
    ),
]
OnePromptArgument = Annotated[
    str, typer.Argument(metavar="PROMPT", help="slug, team/slug, or an id.", autocompletion=completing.prompts)
]
VersionArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="VERSION",
        help="A number, a label, or live.",
        show_default=False,
        autocompletion=completing.versions,
    ),
]
Team = Annotated[
    str | None,
    typer.Option(
        help="The team, by slug, name or id, where there are several.",
        show_default=False,
        autocompletion=completing.teams,
    ),
]
Org = Annotated[
    str | None, typer.Option(help="The organization, by name or id, where there are several.", show_default=False)
]
Reason = Annotated[str | None, typer.Option("--reason", "-m", help="Why; the change log keeps it.", show_default=False)]
