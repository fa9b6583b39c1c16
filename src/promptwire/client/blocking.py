"""The face of the SDK for code that runs in threads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from promptwire.client import forking
from promptwire.client.fetcher import Fetcher
from promptwire.client.prompt import NO_VARIABLES, Prompt
from promptwire.client.reference import Key, Reference
from promptwire.client.settings import Settings


class Promptwire:
    """A client of one Promptwire server, which keeps what it fetched in memory and up to date.

    Make one for the process and share it among its threads. Nothing is fetched, and no thread runs, before the first
    call that needs it.
    """

    __slots__ = ("__weakref__", "_fetcher", "_served")

    def __init__(
        self, *, url: str | None = None, api_key: str | None = None, refresh: float = 1.0, timeout: float = 1.0
    ) -> None:
        """Make a client.

        Args:
            url: The server's address; else `PROMPTWIRE_URL`, else http://127.0.0.1:8000.
            api_key: The key that says who asks; else `PROMPTWIRE_API_KEY`.
            refresh: Seconds between two looks for changes.
            timeout: Seconds that a call which finds nothing in memory waits in all.

        Raises:
            ConfigurationError: When a setting cannot work.
        """
        settings = Settings.read(url=url, api_key=api_key, refresh=refresh, timeout=timeout, environ=os.environ)
        self._fetcher = Fetcher(settings)
        self._served: Mapping[Key, Prompt] = self._fetcher.served
        forking.remember(self, Promptwire._recover_in_child)

    def get(self, slug: str, *, label: str | None = None, version: int | None = None) -> Prompt:
        """Give a prompt: the version with a label, or of a number, or else the live one.

        From memory if it was asked for before; else it is fetched, which takes `timeout` seconds at the longest.

        Args:
            slug: The prompt's slug; `team/slug` where several teams have one.
            label: The label of the version; `live` means the live version.
            version: The number of the version.

        Raises:
            InvalidReferenceError: When label and version are both given, or one of the three cannot be right.
            NotFoundError: When there is no such prompt, label or version, or none is live.
            AmbiguousSlugError: When several teams have the slug; it names them.
            UnauthorizedError: When the API key is missing or not accepted.
            UnavailableError: When it is not in memory and the server gives no usable answer in time.
        """
        try:
            return self._served[slug, label, version]
        except KeyError:
            return self._fetch((slug, label, version))

    def render(
        self,
        slug: str,
        variables: Mapping[str, object] = NO_VARIABLES,
        *,
        label: str | None = None,
        version: int | None = None,
    ) -> str:
        """Give the text of a prompt with its variables filled in; which version, as for `get`.

        Raises:
            gotemplate.TemplateError: When a variable is missing or the template fails, with line and reason.
            PromptwireError: As for `get`.
        """
        return self.get(slug, label=label, version=version).render(variables)

    def close(self) -> None:
        """End the refresh. What is in memory can still be read; it ages."""
        self._fetcher.close()

    def _fetch(self, key: Key) -> Prompt:
        reference = Reference.checked(key)
        fetcher = self._fetcher
        self._served = fetcher.served
        prompt = fetcher.served.get(reference)
        if prompt is None:
            return fetcher.fetch(reference)
        fetcher.start()
        return prompt

    def _recover_in_child(self) -> None:
        self._fetcher = self._fetcher.in_child()
        self._served = {}  # so that the first read of the child misses, and starts the refresh again

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with suppress(AttributeError):  # one that was refused its settings has no fetcher
            self._fetcher.stop()

    def __repr__(self) -> str:
        return f"Promptwire(url={self._fetcher.url!r})"
