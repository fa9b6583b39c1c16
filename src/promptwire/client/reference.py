"""References: which version of which prompt a caller means."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from promptwire.client.errors import InvalidReferenceError

Key: TypeAlias = tuple[str, str | None, int | None]
"""What a read looks up: name, label, version, as the caller wrote them."""


class Reference(NamedTuple):
    """A checked reference; equal to its plain `Key`, so that a read of what is in memory builds no object."""

    name: str
    """The prompt's slug, or `team/slug`."""
    label: str | None
    version: int | None

    @classmethod
    def checked(cls, key: tuple[object, object, object]) -> Reference:
        """Accept a key that can name a version.

        Raises:
            InvalidReferenceError: When it cannot, with the reason.
        """
        name, label, version = key
        if label is not None and version is not None:
            raise InvalidReferenceError(f"give a label or a version of {name!r}, not both")
        if label is not None and (not isinstance(label, str) or not label):
            raise InvalidReferenceError(f"a label is a text that is not empty, not {label!r}")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
            raise InvalidReferenceError(f"a version is a whole number from 1 up, not {version!r}")
        return cls(_checked_name(name), label, version)

    @property
    def slug(self) -> str:
        """Give the slug without its team."""
        return self.name.rpartition("/")[2]

    @property
    def team(self) -> str | None:
        """Give the slug of the team, where the caller named one."""
        return self.name.rpartition("/")[0] or None

    def __str__(self) -> str:
        if self.label is not None:
            return f"prompt {self.name!r}, label {self.label!r}"
        if self.version is not None:
            return f"prompt {self.name!r}, version {self.version}"
        return f"prompt {self.name!r}"


def _checked_name(name: object) -> str:
    if not isinstance(name, str):
        raise InvalidReferenceError(f"a prompt is named by a text, not {name!r}")
    parts = name.split("/")
    if len(parts) > 2 or any(part in {"", ".", ".."} for part in parts):  # noqa: PLR2004 (team and slug)
        raise InvalidReferenceError(f"a prompt is named 'slug' or 'team/slug', not {name!r}")
    return name
