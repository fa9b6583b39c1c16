"""Running a server: take the port, open the store, make the first start's things, serve, stop in order."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable

import uvicorn

from promptwire.integrations.passwords import Argon2Passwords
from promptwire.server.app import create_app
from promptwire.server.first_start import FirstStart, open_for_serving
from promptwire.server.front import Front
from promptwire.server.greeting import greeting
from promptwire.server.mail import make_carrier
from promptwire.server.protocol import protocol_over
from promptwire.server.reading import Reading
from promptwire.server.sockets import allow_many_connections, listen, origin
from promptwire.settings import ServerSettings
from promptwire.telemetry.logs import set_up_logs

_GRACE = 10  # seconds that running requests have when the server stops


def run(settings: ServerSettings) -> None:
    """Serve until the process is told to stop.

    Raises:
        InvalidInput: When the port, the store or a preset of the first start cannot be used.
    """
    set_up_logs()
    make_carrier(settings)  # before there is anything: a setting that cannot be read leaves nothing behind
    _stop_quietly()
    allow_many_connections()
    listener = listen(settings.host, settings.port)
    passwords = Argon2Passwords()
    passwords.prepare()
    try:
        store, made = open_for_serving(settings, passwords.hash_now)
        try:
            app = create_app(settings, store, passwords)
            _serve(app, listener, settings.read_path, lambda: _announce(listener, made))
        finally:
            store.close()
    finally:
        passwords.close()
        listener.close()


def _stop_quietly() -> None:
    """End with status 0 when told to stop; uvicorn raises the signal again once it has shut down."""
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: sys.exit(0))


def _announce(listener: socket.socket, made: FirstStart | None) -> None:
    sys.stdout.write(greeting(origin(listener), made))
    sys.stdout.flush()


def _serve(app: Front | Reading, listener: socket.socket, way: str, ready: Callable[[], None]) -> None:
    config = uvicorn.Config(
        app,
        http=protocol_over(app) if way == "protocol" and isinstance(app, Reading) else "httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whoever is nearby could say to be anybody
        timeout_graceful_shutdown=_GRACE,
    )
    _Server(config, ready, app.stop).run(sockets=[listener])


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

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()
        await super().shutdown(sockets=sockets)
