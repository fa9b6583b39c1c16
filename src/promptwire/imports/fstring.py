"""Templates of `str.format`, which LangChain and others call f-strings."""

from __future__ import annotations

from string import Formatter

from promptwire.imports.go_text import GoText, is_name


def read(text: str, into: GoText) -> None:
    """Translate `{name}`, `{{` and `}}`; anything else in braces is refused."""
    line = 1
    try:
        for literal, name, spec, conversion in Formatter().parse(text):
            into.text(literal)
            line += literal.count("\n")
            if name is None:
                continue
            if is_name(name) and not spec and not conversion:
                into.action(f".{name}")
            else:
                into.refuse(f"{_written(name, spec, conversion)} is more than the name of a variable", line)
            line += name.count("\n") + (spec or "").count("\n")
    except ValueError as error:
        into.refuse(f"str.format does not read it: {error}", line)


def _written(name: str, spec: str | None, conversion: str | None) -> str:
    return f"{{{name}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}"
