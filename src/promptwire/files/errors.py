"""What is wrong with a prompt file, and where."""

from __future__ import annotations


class FileError(ValueError):
    """A file is no prompt.

    Attributes:
        reason: what is wrong, as a sentence without its full stop.
        line: where, from 1; None where it is about the whole file.
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason, line)
        self.reason: str = reason
        self.line: int | None = line

    def __str__(self) -> str:
        """Give the sentence, behind its line."""
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


class Unresolved(FileError):
    """The file holds both sides of a conflict, and nobody has settled it."""
