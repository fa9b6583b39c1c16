"""What commands the blocks of the documentation give, and what docs/reference/cli.md says they take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_PAGE = (Path(__file__).parents[2] / "docs/reference/cli.md").read_text(encoding="utf-8")
_SECTION = re.compile(r"^## promptwire (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
DOCUMENTED_OPTIONS = {
    name: {
        "--help",
        *re.findall(r"(?<![\w-])(--?[a-z][\w-]*)", "\n".join(re.findall(r"^\| `(-.*?)`", text, re.MULTILINE))),
    }
    for name, text in _SECTION.findall(_PAGE)
}
"""The options of each command, by its name without `promptwire`."""
_COMMAND = re.compile(r"(?:^|[(;|&]|run:|=\S+)\s*promptwire +([^\n#;|&)]+)", re.MULTILINE)


def commands_of(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Give every call of `promptwire` in a block, with its options. A command that there is not is a KeyError later."""
    for call in _COMMAND.findall(text.replace("\\\n", " ")):
        words = re.sub(r"""\\?"[^"]*"?|'[^']*'?""", "x", call).split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in DOCUMENTED_OPTIONS else words[0]
        yield name, [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
