"""Putting a server together."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from starlette.applications import Starlette

from promptwire.api.context import Context
from promptwire.api.evalguard.app import create_app as create_evalguard
from promptwire.api.v1.app import create_app as create_v1
from promptwire.integrations.passwords import Argon2Passwords
from promptwire.integrations.renderer import ThreadRenderer
from promptwire.server.clock import now
from promptwire.server.front import Front
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore
from promptwire.web.app import create_app as create_web

_WRITE_USE_EVERY = 5.0  # seconds
log = logging.getLogger("promptwire.server")


def create_app(settings: ServerSettings, store: SqlStore, passwords: Argon2Passwords) -> Front:
    """Make the ASGI application of a server over an open, migrated store."""
    renderer = ThreadRenderer(settings.numbers)
    context = Context(
        store=store,
        passwords=passwords,
        renderer=renderer,
        clock=now,
        session_lifetime=timedelta(hours=settings.session_hours),
        numbers=settings.numbers,
    )

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        writer = asyncio.create_task(_write_use(context))
        gc.collect()
        gc.freeze()
        yield
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        await _write_use_once(context)
        renderer.close()

    lifespan = Starlette(lifespan=life)
    return Front(v1=create_v1(context), evalguard=create_evalguard(context), web=create_web(), lifespan=lifespan)


async def _write_use(context: Context) -> None:
    while True:
        await asyncio.sleep(_WRITE_USE_EVERY)
        await _write_use_once(context)


async def _write_use_once(context: Context) -> None:
    """Write down when keys were last used; not a change, and not worth failing for."""
    used = dict(context.used_keys)
    if not used:
        return
    context.used_keys.clear()
    try:
        await context.store.write(lambda tx: tx.keys.touch(used))
    except Exception:
        log.exception("could not write down when keys were last used", extra={"keys": len(used)})
