"""Which prompt and version somebody means: `greeting`, `support/greeting`, `greeting@prod`, `greeting@12`, an id."""

from __future__ import annotations

from dataclasses import dataclass

from promptwire.cli.exits import Exit, Failure
from promptwire.client.errors import InvalidReferenceError
from promptwire.client.reference import Reference

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Named:
    """A prompt that is named, and perhaps a version of it."""

    slug: str
    """Or an id."""
    team: str | None
    """The slug or the id of one."""
    version: str | None
    """A number, a label, or `live`."""

    @classmethod
    def read(cls, text: str, version: str | None = None, *, team: str | None = None) -> Named:
        """Read how a prompt is named; the version stands behind its name, or apart from it.

        Raises:
            Failure: When it can name nothing, or names two versions.
        """
        name, at, behind = text.partition("@")
        if at and version is not None:
            raise Failure(f"{text} names a version, and {version} is another: name one", Exit.USAGE)
        if at and not behind:
            raise Failure(f"{text} ends with @: name a label or a number there", Exit.USAGE)
        try:
            Reference.checked(name, None, None)
        except InvalidReferenceError as error:
            raise Failure(str(error), Exit.USAGE, "Such as: greeting, support/greeting, greeting@prod") from None
        before, _, slug = name.rpartition("/")
        return cls(slug, before or team or None, behind if at else version)

    def __str__(self) -> str:
        return f"{self.team}/{self.slug}" if self.team else self.slug
