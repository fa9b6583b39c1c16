"""Mail: texts to people, on their way after the request that caused them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text to a person."""

    to: str
    """An address that has the form of one."""
    subject: str
    text: str


class Mail(Protocol):
    """Takes messages and brings them to people."""

    def send(self, message: Message) -> None:
        """Take a message; it returns at once and never fails, whatever becomes of the message."""
        ...
