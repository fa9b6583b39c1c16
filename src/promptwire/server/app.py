"""Putting a server together."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from starlette.applications import Starlette

from promptwire.api.context import Context
from promptwire.api.evalguard.app import create_app as create_evalguard
from promptwire.api.v1.app import create_app as create_v1
from promptwire.api.v1.documents import document_of
from promptwire.api.v1.reads import Reads
from promptwire.api.v1.renders import variables_in
from promptwire.api.v1.targets import Targets
from promptwire.api.v1.viewers import recognize
from promptwire.api.v1.webhook_events import body_of
from promptwire.domain.keeping import Keeping
from promptwire.domain.reach import read_networks
from promptwire.integrations.checker import ThreadChecker
from promptwire.integrations.comparer import ThreadComparer
from promptwire.integrations.mail import Outbox
from promptwire.integrations.passwords import Argon2Passwords
from promptwire.integrations.renderer import ProcessRenderer
from promptwire.integrations.schemas import JsonSchemas
from promptwire.integrations.seal import AesSeal
from promptwire.integrations.webhook_sender import HttpSender
from promptwire.ports.feed import Feed
from promptwire.readmodel.delivery.delivery import Delivery
from promptwire.readmodel.model import MEBIBYTE, ReadModel
from promptwire.readmodel.use import Use
from promptwire.server.clock import now
from promptwire.server.dispatcher import Dispatcher
from promptwire.server.forgetting import Forgetting
from promptwire.server.front import Front, Surfaces
from promptwire.server.gate import Gate, Rates
from promptwire.server.identity import single_sign_on
from promptwire.server.mail import make_carrier
from promptwire.server.observed_parts import ObservedReads, ObservedRenderer
from promptwire.server.readiness import Readiness
from promptwire.server.reading import Reading
from promptwire.server.telemetry import Telemetry
from promptwire.server.use_writer import UseWriter
from promptwire.services.desk import Desk
from promptwire.services.limits import Limits, Throttle
from promptwire.services.upkeep import FORGETTING, forget
from promptwire.settings import ServerSettings
from promptwire.settings.shown import shown
from promptwire.storage.feed import SqlFeed
from promptwire.storage.store import SqlStore
from promptwire.web.app import create_app as create_web
from promptwire.wire.sync import Engine

_LOOK_EVERY = 0.5  # seconds
_WRITE_USE_EVERY = 5.0  # seconds
_PURGE_FIRST, _PURGE_EVERY, _PURGE_PAUSE = 60.0, 600.0, 1.0  # seconds
log = logging.getLogger("promptwire.server")


def create_app(
    settings: ServerSettings, store: SqlStore, passwords: Argon2Passwords, telemetry: Telemetry | None = None
) -> Front | Reading:
    """Make the ASGI application of a server over an open, migrated store."""
    schemas = JsonSchemas()
    renderer = ObservedRenderer(settings.numbers) if telemetry else ProcessRenderer(settings.numbers)
    comparer, checker = ThreadComparer(), ThreadChecker(schemas, settings.numbers)
    feed = SqlFeed(store, settings.change_poll_ms and settings.change_poll_ms / 1000)
    sender = HttpSender(settings.reach)
    dispatcher = Dispatcher(store, telemetry.sender(sender) if telemetry else sender, settings.patience, body_of)
    delivery = Delivery(store, feed, Engine(numbers=settings.numbers))
    outbox = Outbox(telemetry.carrier(make_carrier(settings)) if telemetry else make_carrier(settings))
    desk = _desk(settings, store, passwords, outbox)
    model = ReadModel(store, schemas, settings.numbers, memory=settings.read_memory * MEBIBYTE)
    use = Use(counts=settings.use == "on")
    use_writer = UseWriter(store, use)
    make_reads = Reads if telemetry is None else partial(ObservedReads, metrics=telemetry.metrics)
    reads = make_reads(model, renderer, variables_in, max_stale=settings.max_stale, use=use)
    readiness = Readiness(store, feed)
    if telemetry:
        telemetry.watch(store, feed, delivery.streams)
    context = Context(
        ready=readiness.examine,
        store=store,
        renderer=renderer,
        comparer=comparer,
        checker=checker,
        schemas=schemas,
        clock=now,
        desk=desk,
        delivery=delivery,
        model=model,
        seal=AesSeal(),
        reach=settings.reach,
        numbers=settings.numbers,
        use=use,
        report_every=timedelta(seconds=settings.use_report_seconds),
        single_sign_on=single_sign_on(settings),
        public_url=settings.public_url,
        settings=shown(settings),
    )
    throttled = replace(context, throttle=Throttle(time.monotonic, per_minute=settings.key_limit))

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        feed.subscribe(model)
        feed.subscribe(delivery)
        feed.subscribe(Forgetting(schemas, checker, renderer))
        await feed.start()
        feed.subscribe(dispatcher)
        dispatcher.start()
        delivery.streams.start(partial(recognize, model))
        works = (_look(feed, reads), _write_use(context, reads), _purge(context, settings.keeping))
        tasks = [asyncio.create_task(work) for work in works]
        use_writer.start()
        gc.freeze()
        gc.enable()
        yield
        await _cancel(tasks)
        await dispatcher.close()
        sender.close()
        await outbox.close()
        await _write_use_once(context, reads)
        await use_writer.close()
        await delivery.streams.close()
        await feed.close()
        await renderer.close()
        comparer.close()
        checker.close()

    def stop() -> None:
        readiness.stopping = True
        delivery.streams.stop()

    lifespan = Starlette(lifespan=life)
    front = Front(
        surfaces=_surfaces(context, throttled, reads),
        lifespan=lifespan,
        prefix=context.prefix,
        stop=stop,
        gate=Gate(_rates(settings)),
    )
    return front if settings.read_path == "routes" else Reading(reads, Targets(), front)


def _surfaces(context: Context, throttled: Context, reads: Reads) -> Surfaces:
    v1 = create_v1(context, reads)
    return Surfaces(v1, create_evalguard(throttled), create_web(partial(document_of, v1), context.public_url))


def _rates(settings: ServerSettings) -> Rates:
    return Rates(
        per_key=settings.requests_per_key,
        per_address=settings.requests_per_address,
        at_work=settings.max_requests,
        seconds=settings.answer_seconds,
        proxies=read_networks(settings.trusted_proxies),
    )


def _desk(settings: ServerSettings, store: SqlStore, passwords: Argon2Passwords, outbox: Outbox) -> Desk:
    return Desk(
        store=store,
        passwords=passwords,
        mail=outbox,
        limits=Limits(time.monotonic, address_burst=settings.address_limit),
        session_lifetime=timedelta(hours=settings.session_hours),
        sign_up=settings.sign_up,
        first_registers=settings.bootstrap == "off",
        takes_passwords=settings.password_sign_in == "on",  # noqa: S105 - a word
        public_url=settings.public_url,
    )


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _purge(context: Context, keeping: Keeping) -> None:
    """Forget what has expired, now and then; the first time soon, for servers that are restarted often."""
    wait = _PURGE_FIRST
    while True:
        await asyncio.sleep(wait)
        more = [await _forget(context, keeping, what) for what in FORGETTING]
        wait = _PURGE_PAUSE if any(more) else _PURGE_EVERY


async def _forget(context: Context, keeping: Keeping, what: str) -> bool:
    try:
        return await context.store.write(lambda tx: forget(tx, what, now(), keeping))
    except Exception:
        log.exception("could not forget what has expired", extra={"what": what})
        return False


async def _look(feed: Feed, reads: Reads) -> None:
    """Tell those who answer from memory how long nothing has been heard of the store."""
    while True:
        reads.look(feed.behind)
        await asyncio.sleep(_LOOK_EVERY)


async def _write_use(context: Context, reads: Reads) -> None:
    while True:
        await asyncio.sleep(_WRITE_USE_EVERY)
        await _write_use_once(context, reads)


async def _write_use_once(context: Context, reads: Reads) -> None:
    """Write down when keys were last used; not a change, and not worth failing for."""
    used = context.used_keys | {key: datetime.fromtimestamp(at, UTC) for key, at in reads.uses.items()}
    if not used:
        return
    context.used_keys.clear()
    reads.uses.clear()
    try:
        await context.store.write(lambda tx: tx.keys.touch(used))
    except Exception:
        log.exception("could not write down when keys were last used", extra={"keys": len(used)})
