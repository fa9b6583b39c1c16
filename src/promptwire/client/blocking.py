"""The face of the SDK for code that runs in threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from promptwire.client.errors import PromptwireError
from promptwire.client.face import Client, Name, references
from promptwire.client.reference import Reference
from promptwire.client.variables import NO_VARIABLES, Variables

if TYPE_CHECKING:  # loaded when a client is made: `import promptwire` stays light
    from types import TracebackType

    from promptwire.client.announcer import Callback
    from promptwire.client.fallbacks import Fallback
    from promptwire.client.prompt import Prompt


class Promptwire(Client):
    """A client of one Promptwire server, which keeps what it fetched in memory and up to date.

    Make one for the process and share it among its threads. Nothing is fetched, and no thread runs, before the first
    call that needs it.
    """

    __slots__ = ()

    def get(
        self, slug: str, *, label: str | None = None, version: int | None = None, fallback: Fallback | None = None
    ) -> Prompt:
        """Give a prompt: the version with a label, or of a number, or else the live one.

        From memory if it was asked for before; else from the disk cache or the bundle; else it is fetched, which takes
        `timeout` seconds at the longest.

        Args:
            slug: The prompt's slug; `team/slug` where several teams have one.
            label: The label of the version; `live` means the live version.
            version: The number of the version.
            fallback: What to give instead of raising: a template, or the messages of a chat.

        Raises:
            InvalidReferenceError: When label and version are both given, or one of the three cannot be right.
            NotFoundError: When there is no such prompt, label or version, or none is live.
            AmbiguousSlugError: When several teams have the slug; it names them.
            UnauthorizedError: When the API key is missing or not accepted.
            UnavailableError: When there is no copy of it and the server gives no usable answer in time.
        """
        try:
            return self._shown.served[slug][label if version is None else (label, version)]
        except (KeyError, TypeError):
            return self._miss(Reference.checked(slug, label, version), fallback)

    def render(
        self,
        slug: str,
        variables: Variables = NO_VARIABLES,
        *,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
    ) -> str:
        """Give the text of a prompt with its variables filled in; which version, as for `get`.

        Raises:
            gotemplate.TemplateError: When a variable is missing or the template fails, with line and reason.
            VariablesError: When one is missing that the prompt's schema requires, or, with `strict`, one is unknown.
            PromptwireError: As for `get`.
        """
        try:
            prompt = self._shown.served[slug][label if version is None else (label, version)]
        except (KeyError, TypeError):
            prompt = self._miss(Reference.checked(slug, label, version), fallback)
        return prompt.render(variables)

    def messages(
        self,
        slug: str,
        variables: Variables = NO_VARIABLES,
        *,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
    ) -> list[Any]:
        """Give the messages of a chat with its variables filled in, as OpenAI's client takes them; else as `render`."""
        return self.get(slug, label=label, version=version, fallback=fallback).messages(variables)

    def prefetch(self, *names: Name, label: str | None = None, timeout: float | None = None) -> None:
        """Have these prompts in memory, as fresh as can be had: for the start of a process.

        All are asked for together. Where the server gives no answer in time, what is on disk or in the bundle will do.

        Args:
            names: Each a slug or `team/slug`, or a pair of one with a label or a number.
            label: The label of those that have none of their own.
            timeout: Seconds to wait in all; the client's `timeout` if not given.

        Raises:
            PromptwireError: When there is no copy of one at all; as for `get`.
        """
        asked = references(names, label)
        seconds = self._driver.office.settings.timeout if timeout is None else timeout
        for error in self._driver.prefetch(asked, seconds).values():
            raise error
        self._shown = self._driver.shown

    def on_change(self, callback: Callback) -> Callable[[], None]:
        """Call something, on a thread of its own, whenever a prompt that this process uses means something else.

        Returns:
            What ends it.
        """
        return self._driver.office.announcer.add(callback)

    def flush(self, timeout: float | None = None) -> bool:
        """Send the scores that wait, and say what was used, now; says whether all of that was done in time.

        Nobody needs it but a serverless function before it returns: everything is sent in the background.

        Args:
            timeout: Seconds to wait; the client's `timeout` if not given.
        """
        return self._driver.flush(self._driver.office.settings.timeout if timeout is None else timeout)

    def close(self) -> None:
        """End the refresh. What is in memory can still be read; it ages."""
        self._driver.close()

    def _miss(self, reference: Reference, fallback: Fallback | None) -> Prompt:
        driver = self._driver
        try:
            prompt = driver.at_hand(reference) or driver.fetch(reference)
        except PromptwireError:
            if fallback is None:
                raise
            prompt = self._driver.fallback(reference, fallback)
        self._shown = driver.shown
        return prompt

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
