"""`promptwire check`: what is wrong with prompt files, for CI and before a commit; no server is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from promptwire.cli.asking import failing
from promptwire.cli.exits import Exit, Failure, visible
from promptwire.cli.printing import note, print_json

if TYPE_CHECKING:
    from promptwire.files.checking import Problem

_LARGEST = 8 * 1024 * 1024


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    GITHUB = "github"
    JSON = "json"


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Only what is wrong with these.", show_default=False),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--dir", envvar="PROMPTWIRE_DIR", help="The folder of the files; in it one folder a team.")
    ] = Path("prompts"),
    form: Annotated[
        Format | None,
        typer.Option("--format", help="How to print it; in GitHub Actions annotations, else text.", show_default=False),
    ] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail too.")] = False,
) -> None:
    """Check prompt files without a server; ends with status 1 where something is wrong.

    Templates parse, front matter is valid, the input schema says what the templates need, saved payloads
    (NAME.payloads.json beside NAME.prompt.md) satisfy it and render, and nothing looks like a secret.
    """
    with failing():
        count, found = _check(folder, files or [])
    form = form or (Format.GITHUB if os.environ.get("GITHUB_ACTIONS") == "true" else Format.TEXT)
    if form is Format.JSON:
        told = [asdict(one) | {"path": (folder / one.path).as_posix()} for one in found]
        print_json({"checked": count, "problems": told})
    else:
        write = _annotation if form is Format.GITHUB else _line
        for problem in found:
            sys.stdout.write(f"{write(folder, problem)}\n")
        wrong = sum(one.severity == "error" for one in found)
        note(f"{count} prompts checked: {wrong} errors, {len(found) - wrong} warnings")
    failed = [one for one in found if strict or one.severity == "error"]
    sys.exit(Exit.FAILED if failed else Exit.OK)


def _check(folder: Path, only: Iterable[Path]) -> tuple[int, list[Problem]]:
    from promptwire.cli.folders import Folder  # noqa: PLC0415 - with what it takes to read templates, schemas and YAML
    from promptwire.files.checking import check_files  # noqa: PLC0415 - the same
    from promptwire.integrations.schemas import JsonSchemas  # noqa: PLC0415 - the same

    if not folder.is_dir():
        raise Failure(f"there is no folder {folder}", Exit.USAGE, "Name the one with the prompt files: --dir")
    files = Folder(folder).read()
    count = len(files.prompts) + len(files.broken)
    if not count:
        hint = "They stand in one folder for each team: prompts/support/greeting.prompt.md"
        raise Failure(f"there are no prompt files below {folder}", Exit.USAGE, hint)
    wanted = {one.resolve() for one in only}
    found = check_files(files, dict(_payloads(folder)), JsonSchemas().compile)
    return count, [one for one in found if not wanted or (folder / one.path).resolve() in wanted]


def _payloads(folder: Path) -> Iterator[tuple[str, bytes]]:
    from promptwire.files.checking import PAYLOADS  # noqa: PLC0415 - not before it is needed

    for place in sorted(folder.glob(f"*/*{PAYLOADS}")):
        path = place.relative_to(folder).as_posix()
        try:
            with place.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise Failure(f"{place} cannot be read: {error.strerror}") from None
        if len(data) > _LARGEST:
            raise Failure(f"{place} is larger than 8 MiB")
        yield path, data


def _line(folder: Path, problem: Problem) -> str:
    where = f"{folder / problem.path}:{problem.line}" + (f":{problem.column}" if problem.column else "")
    return visible(f"{where}: {problem.severity}: {problem.message} [{problem.check}]")


def _annotation(folder: Path, problem: Problem) -> str:
    """Write a command of GitHub's workflows, which shows the problem at its line."""
    place = {"file": (folder / problem.path).as_posix(), "line": problem.line, "col": problem.column}
    told = place | {"title": f"promptwire check: {problem.check}"}
    parts = ",".join(f"{name}={_property(str(value))}" for name, value in told.items() if value is not None)
    return f"::{problem.severity} {parts}::{_data(problem.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
