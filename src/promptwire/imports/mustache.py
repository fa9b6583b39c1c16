"""Templates in which `{{name}}` is a variable: Langfuse, MLflow, Phoenix, and Mustache without its sections."""

from __future__ import annotations

import re
from typing import Final

from promptwire.imports.go_text import GoText, is_name

INCLUDES: Final = "@@@langfusePrompt:"
"""How a tag begins where Langfuse puts in the text of another prompt."""
_TAG: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_INCLUDED: Final = re.compile(rf"{INCLUDES}.*?@@@", re.DOTALL)


def read(text: str, into: GoText) -> None:
    """Translate `{{name}}`; anything else between double braces is refused, and what includes another prompt."""
    for tag in _INCLUDED.finditer(text):
        into.refuse(f"{tag[0]} is the text of another prompt", text.count("\n", 0, tag.start()) + 1)
    end = 0
    for tag in _TAG.finditer(text):
        into.text(text[end : tag.start()])
        end = tag.end()
        name = tag[1].strip()
        if is_name(name):
            into.action(f".{name}")
        else:
            into.refuse(f"{tag[0]} is more than the name of a variable", text.count("\n", 0, tag.start()) + 1)
    into.text(text[end:])
