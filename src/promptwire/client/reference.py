"""References: which version of which prompt a caller means."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from promptwire.client.errors import InvalidReferenceError

Which: TypeAlias = "str | tuple[str | None, int] | None"
"""Which version a read looks up under a name: None is live, a text is a label, a pair is label and number."""


_LONGEST = 300


class Reference(NamedTuple):
    """A checked reference."""

    name: str
    """The prompt's slug, or `team/slug`."""
    label: str | None
    version: int | None

    @classmethod
    def checked(cls, name: object, label: object, version: object) -> Reference:
        """Accept what can name a version.

        Raises:
            InvalidReferenceError: When it cannot, with the reason.
        """
        if label is not None and version is not None:
            raise InvalidReferenceError(f"give a label or a version of {name!r}, not both")
        if label is not None and (not isinstance(label, str) or not label):
            raise InvalidReferenceError(f"a label is a text that is not empty, not {label!r}")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 1):
            raise InvalidReferenceError(f"a version is a whole number from 1 up, not {version!r}")
        if label is not None:
            _check_text(label)
        return cls(_checked_name(name), label, version)

    @property
    def slug(self) -> str:
        """Give the slug without its team."""
        return self.name.rpartition("/")[2]

    @property
    def which(self) -> Which:
        """Give what a read looks up under the name."""
        return self.label if self.version is None else (self.label, self.version)

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
    _check_text(name)
    return name


def _check_text(text: str) -> None:
    """Refuse what the server would refuse together with everything else that is asked for."""
    if len(text) > _LONGEST:
        raise InvalidReferenceError(f"{text[:20]!r}… is longer than {_LONGEST} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidReferenceError(f"{text!r} is not Unicode: it holds half of a character") from None
