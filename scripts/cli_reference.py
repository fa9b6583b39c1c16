"""Writes the part of docs/reference/cli.md that says every command, from the commands themselves.

`python -m scripts.cli_reference` rewrites the page; a test holds it to what this says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from promptwire.cli.app import app

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"
MARK = "<!-- From here on by `python -m scripts.cli_reference`. -->\n"


def page() -> str:
    """Give the page as it should be: what stands above the mark, and every command below it."""
    above = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    return above + MARK + "".join(commands())


def commands() -> Iterator[str]:
    """Give the section of each command, in the order of `promptwire --help`."""
    return _sections(get_command(app), "promptwire")


def _sections(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - typer's own, private class
    inner: dict[str, Any] = getattr(command, "commands", {})
    if inner:
        for one, under in inner.items():
            if not under.hidden:
                yield from _sections(under, f"{name} {one}")
        return
    context = command.context_class(command, info_name=name)
    usage = " ".join([name, *_pieces(command, context)])
    rows = [row for one in command.get_params(context) if (row := _row(one))]
    table = "| | |\n|---|---|\n" + "".join(rows) + "\n" if rows else ""
    yield f"\n## {name}\n\n`{usage}`\n\n{_text(command.help or '')}\n\n{table}".rstrip("\n") + "\n"


def _pieces(command: Any, context: Any) -> Iterator[str]:  # noqa: ANN401 - the same
    if any(one.param_type_name == "option" and one.name != "help" for one in command.get_params(context)):
        yield "[OPTIONS]"
    for one in command.get_params(context):
        if one.param_type_name == "argument":
            shown = (one.metavar or one.name.upper()).strip("[].{}")
            many = "..." if one.nargs == -1 else ""
            yield f"{shown}{many}" if one.required else f"[{shown}]{many}"


def _row(one: Any) -> str | None:  # noqa: ANN401 - the same
    if one.name == "help":
        return None
    if one.param_type_name == "argument":
        return f"| `{(one.metavar or one.name.upper()).strip('[].')}` | {_cell(one.help or '')} |\n"
    names = ", ".join([*one.opts, *one.secondary_opts])
    value = "" if one.is_flag else f" {one.metavar or _kind(one)}"
    default = one.default if one.show_default and not one.is_flag and one.default not in (None, "", []) else None
    told = "" if default is None or callable(default) else f" Default: `{getattr(default, 'value', default)}`."
    told += f" Environment: `{one.envvar}`." if one.envvar else ""
    return f"| `{names}{value}` | {_cell((one.help or '') + told)} |\n"


def _kind(one: Any) -> str:  # noqa: ANN401 - the same
    choices = getattr(one.type, "choices", None)
    if choices:
        return "|".join(str(getattr(choice, "value", choice)) for choice in choices)
    return {"integer": "NUMBER", "integer range": "NUMBER", "float": "NUMBER", "path": "PATH"}.get(
        one.type.name, "TEXT"
    )


def _text(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text.replace("\b", ""))).strip()


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
