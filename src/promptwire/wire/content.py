"""The content of a version, and the hash that names it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from promptwire.wire.canonical import JsonValue, canonical_json
from promptwire.wire.chat_text import text_of

Kind = Literal["text", "chat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a version says: a text template or chat messages, and how to call the model with it.

    Frozen when its version leaves draft (DESIGN section 2a).
    """

    kind: Kind = "text"
    template: str | None = None
    messages: JsonValue = None
    model: str | None = None
    model_params: JsonValue = None
    tools: JsonValue = None
    response_format: JsonValue = None
    input_schema: JsonValue = None

    def as_json(self) -> dict[str, JsonValue]:
        """Give the content as a JSON object with every field."""
        return {
            "kind": self.kind,
            "template": self.template,
            "messages": self.messages,
            "model": self.model,
            "model_params": self.model_params,
            "tools": self.tools,
            "response_format": self.response_format,
            "input_schema": self.input_schema,
        }

    @property
    def text(self) -> str:
        """Give the template; of a chat, the one text that shows it (`wire.chat_text`), which is for reading only."""
        if self.kind == "text":
            return self.template or ""
        return text_of(self.messages if isinstance(self.messages, list | tuple) else ())

    @property
    def content_hash(self) -> str:
        """Give the lower-case hexadecimal SHA-256 of the canonical JSON of the content."""
        return sha256(canonical_json(self.as_json())).hexdigest()
