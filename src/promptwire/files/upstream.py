"""What pushing asks of the server's side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from promptwire.files.prompt_file import State
from promptwire.files.standing import Place, Remote
from promptwire.wire.content import Content


class Refused(Exception):
    """The server does not do it.

    Attributes:
        code: the server's stable error code.
    """

    def __init__(self, words: str, *, code: str = "") -> None:
        super().__init__(words)
        self.code: str = code


@dataclass(frozen=True, slots=True)
class Written:
    """A version that was written."""

    version_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version comes from."""

    message: str | None = None
    source: str | None = None


class Upstream(Protocol):
    """The prompts of a server. Each method that changes something raises `Refused` where that is not allowed."""

    def prompts(self) -> Mapping[Place, Remote]:
        """Give every prompt, archived ones too."""

    def create_prompt(self, place: Place, state: State) -> str:
        """Add a prompt without versions; gives its id."""

    def describe(self, prompt_id: str, description: str) -> None:
        """Replace the description."""

    def archive(self, prompt_id: str) -> None:
        """Take a prompt out of use."""

    def restore(self, prompt_id: str) -> None:
        """Undo `archive`."""

    def add_version(self, prompt_id: str, content: Content, origin: Origin) -> Written:
        """Write a new version."""

    def versions_between(self, prompt_id: str, after: int, before: int) -> Sequence[int]:
        """Give the numbers of versions in use between two numbers."""

    def labels(self, prompt_id: str) -> Mapping[str, int]:
        """Give where each label is."""

    def was_on(self, prompt_id: str, label: str, version: int) -> bool:
        """Tell whether a label was ever on a version."""

    def promote(self, prompt_id: str, version: int, to: str) -> str | None:
        """Bring a version to a status; gives the id of a change request where it waits for approval."""

    def set_label(self, prompt_id: str, version: int, label: str, *, expected: int) -> str | None:
        """Put a label on a version, if it still is on `expected` (0: nowhere); gives the id as `promote` does."""
