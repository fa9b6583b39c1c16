"""What both faces of the SDK share: how a client is made, and what it says about itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

from promptwire.client import forking
from promptwire.client.reference import Reference

if TYPE_CHECKING:  # loaded when a client is made: `import promptwire` stays light
    from pathlib import Path

    from promptwire.client.drivers import AnyDriver
    from promptwire.client.office import Shown
    from promptwire.client.prompt import Prompt
    from promptwire.client.report import Explanation, Status
    from promptwire.client.settings import Mode
    from promptwire.wire.scores import ScoreValue

Name: TypeAlias = "str | tuple[str, str | int | None]"
"""What `prefetch` takes: a slug or `team/slug`, alone or in a pair with a label or a version number."""


class Client:
    """A client of one Promptwire server, which keeps what it fetched in memory and up to date.

    Make one for the process, before it forks and where it may take 0.1 s, and share it. Nothing is fetched, and no
    thread runs, before the first call that needs it.
    """

    __slots__ = ("__weakref__", "_driver", "_shown")

    def __init__(  # noqa: PLR0913 (each is a setting by its name; none is positional)
        self,
        *,
        url: str | None = None,
        api_key: str | None = None,
        mode: Mode | None = None,
        refresh: float | None = None,
        timeout: float | None = None,
        max_stale: float | None = None,
        grace: float | None = None,
        strict: bool | None = None,
        cache_dir: str | Path | Literal[False] | None = None,
        bundle: str | Path | None = None,
        bundle_key: str | None = None,
        report: bool | None = None,
        service: str | None = None,
        instance: str | None = None,
    ) -> None:
        """Make a client. What is not given comes from the environment (`PROMPTWIRE_URL` and so on), else the default.

        Args:
            url: The server's address; http://127.0.0.1:8000.
            api_key: The key that says who asks.
            mode: `stream` (the server tells of changes), `poll` (it is asked every `refresh` seconds), or `none`
                (no thread: it is asked when something is read), which is the default on serverless platforms.
            refresh: Seconds between two looks for changes, where nobody tells of them; 1.
            timeout: Seconds that a call which finds nothing in memory waits in all; 1.
            max_stale: Seconds without a word from the server after which a copy calls itself stale; 60.
            grace: Seconds for which something that the server withdrew is still served; 86400.
            strict: Whether a variable that the prompt does not have is an error; no.
            cache_dir: Where the last known good is kept; False: nowhere; `~/.cache/promptwire`.
            bundle: A file of prompts that came with the application.
            bundle_key: The key that the bundle is signed with.
            report: Whether the server is told what is used, as counts, never texts or values; yes.
            service: Which application this is; what OpenTelemetry calls the service, if it is told.
            instance: Which of its processes this is; its machine and process id.

        Raises:
            ConfigurationError: When a setting cannot work.
        """
        from promptwire.client.drivers import driver_of  # noqa: PLC0415 (see above)

        self._driver: AnyDriver = driver_of(
            {
                "url": url,
                "api_key": api_key,
                "mode": mode,
                "refresh": refresh,
                "timeout": timeout,
                "max_stale": max_stale,
                "grace": grace,
                "strict": strict,
                "cache_dir": cache_dir,
                "bundle": bundle,
                "bundle_key": bundle_key,
                "report": report,
                "service": service,
                "instance": instance,
            },
            os.environ,
        )
        self._shown: Shown = self._driver.shown
        forking.remember(self, Client._recover_in_child)

    def status(self) -> Status:
        """Say how the client does: how fresh it is, what the last attempts met, where its cache is. Never waits."""
        return self._driver.status()

    def explain(self, slug: str, *, label: str | None = None, version: int | None = None) -> Explanation:
        """Say what a read of this would give and why: which version, from where, how old, and what is wrong.

        Raises:
            InvalidReferenceError: As for `get`.
        """
        return self._driver.explain(Reference.checked(slug, label, version))

    def score(  # noqa: PLR0913 (each is a part of a score, by its name)
        self,
        prompt: Prompt | str,
        name: str,
        value: ScoreValue,
        *,
        label: str | None = None,
        version: int | None = None,
        trace_id: str | None = None,
        comment: str | None = None,
        score_id: str | None = None,
    ) -> None:
        """Say what is thought of what a version led to. Never waits, and never raises because of the network.

        Scores are sent in the background, many at a time; what cannot be sent waits, up to 10,000 of them.

        Args:
            prompt: The prompt that was rendered, or a slug or `team/slug`; then which version, as for `get`.
            name: What was judged: `helpful`.
            value: True or false, a number, or a category.
            label: The label of the version, where the prompt is named by its slug.
            version: The number of the version, likewise.
            trace_id: The trace of the model call.
            comment: Up to 2,000 characters.
            score_id: A UUID; a score that is given twice under one id counts once.

        Raises:
            InvalidScoreError: When the server would refuse it.
            InvalidReferenceError: As for `get`.
        """
        from promptwire.client.scorer import made_score, place_of  # noqa: PLC0415 (see above)

        score = made_score(name, value, score_id=score_id, trace_id=trace_id, comment=comment)
        driver = self._driver
        named = Reference.checked(prompt, label, version) if isinstance(prompt, str) else prompt
        path = place_of(named, driver.office.book)
        if path is None:  # what the caller fell back on is no version of anything
            driver.office.outbox.scorer.dropped += 1
        else:
            driver.score(path, score)

    def _recover_in_child(self) -> None:
        from promptwire.client.drivers import BLANK  # noqa: PLC0415 (it is loaded, if there is a client)

        self._driver = self._driver.in_child()
        self._shown = BLANK  # so that the first read of the child misses, and starts the refresh again

    def __del__(self) -> None:
        with suppress(AttributeError):  # one that was refused its settings has no driver
            self._driver.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self._driver.office.settings.url!r})"


def references(names: Sequence[Name], label: str | None) -> list[Reference]:
    """Read what `prefetch` was given.

    Raises:
        InvalidReferenceError: When one can name nothing.
    """
    found = []
    for name in names:
        slug, which = (name, label) if isinstance(name, str) else name
        is_number = isinstance(which, int) and not isinstance(which, bool)
        found.append(Reference.checked(slug, None if is_number else which, which if is_number else None))
    return list(dict.fromkeys(found))
