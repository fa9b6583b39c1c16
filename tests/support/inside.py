"""A server in the test's own process, on a real socket: for what can only be seen from inside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import uvicorn
from sqlalchemy import event

from promptwire.integrations.passwords import Argon2Passwords
from promptwire.server.app import create_app
from promptwire.server.sockets import listen, origin
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore


@asynccontextmanager
async def serving(store: SqlStore, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a store; gives a client."""
    passwords = Argon2Passwords()
    app = create_app(ServerSettings.given(settings), store, passwords)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, access_log=False))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with httpx.AsyncClient(base_url=origin(listener), timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        await task
        passwords.close()


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Collect the SQL that reads need; writers, and what follows the change log, have engines of their own."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.engines.reader, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engines.reader, "before_cursor_execute", note)
