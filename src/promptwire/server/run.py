"""Running a server: take the port, open the store, make the first start's things, serve, stop in order."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import uvicorn

from promptwire.domain.errors import InvalidInput
from promptwire.integrations.passwords import Argon2Passwords
from promptwire.server.app import create_app
from promptwire.server.connections import BoundedProtocol, Bounds, protocol_within
from promptwire.server.crew import Crew
from promptwire.server.first_start import FirstStart, open_for_serving
from promptwire.server.front import Front
from promptwire.server.greeting import greeting
from promptwire.server.mail import make_carrier
from promptwire.server.protocol import protocol_over
from promptwire.server.reading import Reading
from promptwire.server.sockets import allow_many_connections, listen, open_files, origin
from promptwire.server.telemetry import Telemetry
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore
from promptwire.telemetry.choice import BadTelemetry, Choice
from promptwire.telemetry.logs import set_up_logs

_LEFT_OVER = 5.0  # seconds that a worker may take to end after its requests have had their time
_RESERVED = 256  # files that are no connections
_SWEEP = 10  # ticks of uvicorn's, which come every tenth of a second


@dataclass(frozen=True, slots=True)
class Serving:
    """What a process serves, and where."""

    settings: ServerSettings
    listener: socket.socket
    choice: Choice
    ready: Callable[[], None]
    """Called once requests are taken."""


def run(settings: ServerSettings) -> None:
    """Serve until the process is told to stop.

    Raises:
        InvalidInput: When the port, the store or a preset of the first start cannot be used.
    """
    set_up_logs()
    choice = _choice()
    make_carrier(settings)  # before there is anything: a setting that cannot be read leaves nothing behind
    _stop_quietly()
    allow_many_connections()
    listener = listen(settings.host, settings.port)
    try:
        if settings.workers > 1:
            _run_many(settings, listener, choice)
        else:
            _run_alone(settings, listener, choice)
    finally:
        listener.close()


def _choice() -> Choice:
    try:
        return Choice.of(os.environ)
    except BadTelemetry as error:
        raise InvalidInput(str(error)) from None


def _run_alone(settings: ServerSettings, listener: socket.socket, choice: Choice) -> None:
    passwords = Argon2Passwords()
    passwords.prepare()
    try:
        store, made = open_for_serving(settings, passwords.hash_now)
        serving = Serving(settings, listener, choice, ready=lambda: _announce(listener, made))
        _serve_store(serving, store, passwords)
    finally:
        passwords.close()


def _run_many(settings: ServerSettings, listener: socket.socket, choice: Choice) -> None:
    """Have processes of their own serve; what is done once, the tables and the first start, is done before."""
    store, made = open_for_serving(settings, Argon2Passwords().hash_now)
    store.close()

    def work(ready: Callable[[], None]) -> None:
        passwords = Argon2Passwords()
        passwords.prepare()
        try:
            _serve_store(Serving(settings, listener, choice, ready), SqlStore.open(settings.store), passwords)
        finally:
            passwords.close()

    if status := Crew(
        settings.workers,
        work,
        lambda: _announce(listener, made),
        patience=settings.grace_seconds + _LEFT_OVER,
    ).run():
        sys.exit(status)


def _serve_store(serving: Serving, store: SqlStore, passwords: Argon2Passwords) -> None:
    settings = serving.settings
    telemetry = Telemetry(serving.choice, workers=settings.workers) if serving.choice.is_any else None
    try:
        app = create_app(settings, store, passwords, telemetry)
        if telemetry:
            telemetry.start()
        _serve(app, serving, telemetry)
    finally:
        if telemetry:
            telemetry.close()
        store.close()


def _stop_quietly() -> None:
    """End with status 0 when told to stop; uvicorn raises the signal again once it has shut down."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: sys.exit(0))


def _announce(listener: socket.socket, made: FirstStart | None) -> None:
    sys.stdout.write(greeting(origin(listener), made))
    sys.stdout.flush()


def _serve(app: Front | Reading, serving: Serving, telemetry: Telemetry | None) -> None:
    settings, files = serving.settings, open_files()
    most = settings.max_connections if files is None else min(settings.max_connections, max(1, files - _RESERVED))
    bounds = Bounds(connections=most, seconds=settings.request_seconds)
    http = protocol_within(bounds)
    if settings.read_path == "protocol" and isinstance(app, Reading):
        http = telemetry.protocol(app, bounds) if telemetry else protocol_over(app, bounds)
    config = uvicorn.Config(
        telemetry.app(app) if telemetry else app,
        http=http,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever is nearby could say to be anybody; `server.gate` knows whom to believe
        timeout_graceful_shutdown=ceil(settings.grace_seconds),
    )
    _Server(config, serving.ready, app.stop).run(sockets=[serving.listener])


class _Server(uvicorn.Server):
    """Says when it is there, so that what it prints can be pasted at once, and that it stops, before it waits."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % _SWEEP == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, BoundedProtocol):
                    connection.check(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await super().shutdown(sockets=sockets)
