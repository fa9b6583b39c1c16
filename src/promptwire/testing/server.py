"""The in-memory server: the delivery protocol over real HTTP, without a store, an account or an installation."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, Unpack, cast

from promptwire.client.asynchronous import AsyncPromptwire
from promptwire.client.blocking import Promptwire
from promptwire.client.settings import Given
from promptwire.testing.registry import GivenScore, Registry
from promptwire.testing.routes import Door, Routes
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.use import UseReport


class InMemoryServer:
    """A Promptwire server on a port of its own, for as long as a test takes.

    It speaks the delivery protocol as the real one does, so the SDK under test is the real one too.
    """

    api_key: str = "ak_testing"
    """The key that it accepts."""

    def __init__(self, *, heartbeat: float = 15.0, report_every: float = 60.0) -> None:
        """Start to serve.

        Args:
            heartbeat: Seconds between two signs of life on a stream.
            report_every: Seconds between two reports of use that clients are asked for.
        """
        self._registry = Registry()
        self._door = Door(self._registry, self.api_key, heartbeat, report_every)
        self._http = _Server(("127.0.0.1", 0), Routes)
        self._http.door = self._door
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Give the address it serves."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def requests(self) -> Sequence[str]:
        """Give the method and path of every request so far."""
        return tuple(self._door.requests)

    @property
    def reports(self) -> Sequence[UseReport]:
        """Give what clients have reported of their use, each report once."""
        return tuple(self._door.reports.values())

    @property
    def scores(self) -> Sequence[GivenScore]:
        """Give the scores that were given, each with the prompt's slug and the version's number."""
        return tuple(self._door.scores.values())

    def client(self, **given: Unpack[Given]) -> Promptwire:
        """Give a client of this server that keeps nothing on disk; other settings as for `Promptwire`."""
        return Promptwire(**self._settings(given))

    def async_client(self, **given: Unpack[Given]) -> AsyncPromptwire:
        """Give a client for asyncio, as `client` does."""
        return AsyncPromptwire(**self._settings(given))

    def put(self, name: str, template: str, *, label: str | None = None, **content: Any) -> int:  # noqa: ANN401 (JSON)
        """Add a version of a text, and make it live, or put a label on it; gives its number.

        Args:
            name: The slug, or `team/slug`; the prompt is made if need be.
            template: Its text.
            label: The label to put on it instead of making it live.
            content: What else it says: `model`, `model_params`, `tools`, `response_format`, `input_schema`.
        """
        return self._put(name, Content(template=template, **content), label)

    def put_chat(
        self,
        name: str,
        messages: Sequence[Mapping[str, object]],
        *,
        label: str | None = None,
        **content: Any,  # noqa: ANN401 (JSON)
    ) -> int:
        """Add a version of a chat, as `put` does."""
        return self._put(name, Content(kind="chat", messages=cast("JsonValue", list(messages)), **content), label)

    def label(self, name: str, label: str, version: int | None) -> None:
        """Put a label on a version, or take it away (None)."""

        def change(prompt: Any) -> None:  # noqa: ANN401 (the registry's own)
            prompt.labels.pop(label, None)
            if version is not None:
                prompt.labels[label] = version

        self._registry.change(name, change)

    def live(self, name: str, version: int | None) -> None:
        """Make a version live, or none (None)."""
        self._registry.change(name, lambda prompt: setattr(prompt, "live", version))

    def purge(self, name: str, version: int) -> None:
        """Erase a version for good."""
        self._registry.purge(name, version)

    def hang(self) -> None:
        """Accept requests, and answer none, until `recover`."""
        self._door.hangs.set()

    def fail(self, status: int = 500) -> None:
        """Answer every request with an error, until `recover`."""
        self._door.fails = status
        self.cut_streams()

    def refuse_key(self) -> None:
        """Accept no key, until `recover`."""
        self._door.refuses_key = True
        self.cut_streams()

    def recover(self) -> None:
        """End `hang`, `fail` and `refuse_key`."""
        self._door.hangs.clear()
        self._door.fails = None
        self._door.refuses_key = False

    def cut_streams(self) -> None:
        """End every open stream, as a network does."""
        self._door.cut()

    def close(self) -> None:
        """Serve no more."""
        self._door.closed.set()
        self._door.cut()
        self._http.shutdown()
        self._http.server_close()
        self._http.drop()

    def _put(self, name: str, content: Content, label: str | None) -> int:
        number = self._registry.add(name, content)
        if label is None:
            self.live(name, number)
        else:
            self.label(name, label, number)
        return number

    def _settings(self, given: Given) -> Given:
        ours: Given = {"url": self.url, "api_key": self.api_key, "cache_dir": False}
        return {**ours, **given}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    door: Door
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], routes: type[Routes]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, routes)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 (the library's)
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 (the library's)
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 (the library's)
        """Say nothing: a client that went away is no news."""

    def drop(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
