"""Simple Jinja templates: variables and their attributes, `if`, `for`, comments and `raw`; no filters or calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from promptwire.imports.go_text import GoText, is_name

_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_TAG: Final = re.compile(
    r"\{(?:"
    r"%(?P<raw_cut>[-+]?)\s*raw\s*(?P<raw_gap>-%\}\s*|%\})(?P<raw>.*?)\{%(?P<end_cut>[-+]?)\s*endraw\s*"
    r"(?P<raw_end>\+%\}|-%\}\s*|%\})"
    r"|\{(?P<value_cut>[-+]?)(?P<value>.*?)(?P<value_end>-\}\}\s*|\}\})"
    r"|%(?P<block_cut>[-+]?)(?P<block>.*?)(?P<block_end>\+%\}|-%\}\s*|%\})"
    r"|\#(?P<comment_cut>[-+]?)(?P<comment>.*?)(?P<comment_end>\+\#\}|-\#\}\s*|\#\})"
    r")",
    re.DOTALL,
)
_OPENING: Final = re.compile(r"\{[{%#]")
_FOR: Final = re.compile(r"for\s+(\w+)\s+in\s+(\S+)")
_IF: Final = re.compile(r"(if|elif)\s+(not\s+)?(\S+)")
_TAKEN: Final = frozenset(
    {
        *(
            "and",
            "or",
            "not",
            "in",
            "is",
            "if",
            "else",
            "elif",
            "for",
            "true",
            "false",
            "none",
            "True",
            "False",
            "None",
        ),
        *("loop", "self", "super", "caller", "varargs", "kwargs"),
        *("range", "dict", "lipsum", "cycler", "joiner", "namespace"),
    }
)
"""Words that mean something to Jinja already."""
_KINDS: Final = (dict, list, str, int, float, bool)


@dataclass(slots=True)
class _Open:
    """An `if` or a `for` that has not ended."""

    kind: str
    name: str | None = None
    """What the loop calls each item."""
    variable: str = ""
    """What Go calls it."""
    otherwise: bool = False


@dataclass(slots=True)
class _Reader:
    into: GoText
    open: list[_Open] = field(default_factory=list)

    def place(self, words: str) -> str | None:
        """Give the Go operand for `a.b`; None where it is more than a name and names of keys behind it."""
        first, *keys = words.split(".")
        if not is_name(first) or first in _TAKEN:
            return None
        if not all(is_name(key) and not any(hasattr(kind, key) for kind in _KINDS) for key in keys):
            return None
        loops = [one for one in self.open if one.kind == "for"]
        own = next((one.variable for one in reversed(loops) if one.name == first and not one.otherwise), None)
        root = own or (f"$.{first}" if loops else f".{first}")
        return ".".join([root, *keys])

    def value(self, words: str) -> str | None:
        """Print a value; gives why it cannot be, if it cannot."""
        place = self.place(words)
        if place is None:
            return "is more than a name, or names with dots between them"
        self.into.action(place)
        return None

    def block(self, words: str) -> str | None:
        """Begin, divide or end a block; gives why it cannot be, if it cannot."""
        if words in {"else", "endif", "endfor"}:
            return self._divide(words)
        if loop := _FOR.fullmatch(words):
            return self._begin_for(loop[1], loop[2])
        if condition := _IF.fullmatch(words):
            return self._begin_if(condition[1], bool(condition[2]), condition[3])
        return "is neither an if of a name nor a for over one"

    def _divide(self, word: str) -> str | None:
        if not self.open or (word != "else" and self.open[-1].kind != word.removeprefix("end")):
            return "stands where nothing is open that it could belong to"
        if word != "else":
            self.open.pop()
            self.into.action("end")
            return None
        if self.open[-1].otherwise:
            return "comes twice"
        self.open[-1].otherwise = True
        self.into.action("else")
        return None

    def _begin_for(self, name: str, over: str) -> str | None:
        place = self.place(over)
        if place is None or not is_name(name) or name in _TAKEN:
            return "does not loop over a name"
        variable = self._fresh(f"${name}")
        self.into.action(f"range {variable} := {place}")
        self.open.append(_Open("for", name, variable))
        return None

    def _fresh(self, variable: str) -> str:
        """Give a variable that no loop around has: Go's `else` sees that of its own loop."""
        taken = {one.variable for one in self.open}
        while variable in taken:
            variable += "_"
        return variable

    def _begin_if(self, word: str, turned: bool, about: str) -> str | None:  # noqa: FBT001 - "if not"
        place = self.place(about)
        if place is None:
            return "asks for more than whether a name has a value"
        condition = f"if not {place}" if turned else f"if {place}"
        if word == "if":
            self.open.append(_Open("if"))
            self.into.action(condition)
            return None
        if not self.open or self.open[-1].kind != "if" or self.open[-1].otherwise:
            return "stands where no if is open"
        self.into.action(f"else {condition}")
        return None


def read(text: str, into: GoText) -> None:
    """Translate as Jinja reads with its defaults: one line break at the end goes, the others become line feeds."""
    text = _NEWLINE.sub("\n", text).removesuffix("\n")
    reader, at = _Reader(into), 0
    while opening := _OPENING.search(text, at):
        line = text.count("\n", 0, opening.start()) + 1
        tag = _TAG.match(text, opening.start())
        if tag is None:
            into.refuse(f"{opening[0]} is never closed", line)
            return
        into.text(_cut(text[at : opening.start()], tag))
        at = tag.end()
        if why := _one(reader, tag):
            into.refuse(f"{tag[0].strip()} {why}", line)
    into.text(text[at:])
    for one in reader.open:
        into.refuse(f"a block of {one.kind} is never ended", None)


def _cut(text: str, tag: re.Match[str]) -> str:
    marks = (tag[f"{kind}_cut"] for kind in ("raw", "value", "block", "comment"))
    return text.rstrip() if "-" in marks else text


def _one(reader: _Reader, tag: re.Match[str]) -> str | None:
    if tag["raw"] is not None:
        reader.into.text(tag["raw"].rstrip() if tag["end_cut"] == "-" else tag["raw"])
        return None
    if tag["comment"] is not None:
        return None
    ask: Callable[[str], str | None] = reader.block if tag["value"] is None else reader.value
    return ask((tag["block"] if tag["value"] is None else tag["value"]).strip())
