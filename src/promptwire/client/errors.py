"""What the SDK raises; the errors of a template itself are those of `gotemplate`."""

from __future__ import annotations

from collections.abc import Sequence


class PromptwireError(Exception):
    """The base of everything the SDK raises on its own account."""


class ConfigurationError(PromptwireError, ValueError):
    """The client cannot be built from the settings it was given."""


class InvalidReferenceError(PromptwireError, ValueError):
    """What was asked for can name no version of any prompt, so the server was not asked."""


class InvalidScoreError(PromptwireError, ValueError):
    """A score has a name, a value or something else that the server would refuse, so it was not sent."""


class ClosedError(PromptwireError):
    """A prompt that is not in memory was asked of a client that is closed."""


class UnsupportedPromptError(PromptwireError):
    """A text was asked of a chat, or messages of a text."""

    @classmethod
    def chat(cls, name: str, version: int) -> UnsupportedPromptError:
        """Say that a chat was used as if it were a text."""
        return cls(
            f"version {version} of prompt {name!r} is a chat, which has no one text: "
            "use messages() where you used render()"
        )

    @classmethod
    def text(cls, name: str, version: int) -> UnsupportedPromptError:
        """Say that a text was used as if it were a chat."""
        return cls(f"version {version} of prompt {name!r} is one text, not a chat: use render(), and choose its role")


class VariablesError(PromptwireError, ValueError):
    """The variables are not those of the prompt: one is missing, or, with `strict`, one is unknown."""

    def __init__(self, message: str, *, missing: Sequence[str] = (), unknown: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.missing: tuple[str, ...] = tuple(missing)
        """The names that the prompt asks for and that were not given."""
        self.unknown: tuple[str, ...] = tuple(unknown)
        """The names that were given and that the prompt does not have."""


class UnavailableError(PromptwireError):
    """There is no copy of the prompt, and the server gave no usable answer; another attempt may succeed."""

    def __init__(self, message: str, *, slow: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.slow = slow
        """Whether the attempt took all the time it was given."""
        self.retry_after = retry_after
        """Seconds after which the server asked to be tried again, if it did."""


class RefusedError(PromptwireError):
    """The server answered, and the answer is no."""

    def __init__(self, message: str, *, code: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.code = code
        """The server's stable error code (`promptwire.wire.codes.ErrorCode`)."""
        self.status = status
        """The HTTP status of the answer."""


class UnauthorizedError(RefusedError):
    """The server does not accept the API key, or none was given."""


class NotFoundError(RefusedError):
    """The prompt, or the version that was asked for, does not exist for this API key."""


class AmbiguousSlugError(RefusedError):
    """The slug exists in several teams; `team/slug` decides."""

    def __init__(self, message: str, *, code: str = "", status: int = 0, candidates: Sequence[str] = ()) -> None:
        super().__init__(message, code=code, status=status)
        self.candidates: tuple[str, ...] = tuple(candidates)
        """The names to choose from, each as `team/slug`."""
