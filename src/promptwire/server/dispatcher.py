"""Telling webhooks what changed, behind everything else: one server process of a store at a time."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from promptwire.domain.changes import Entry
from promptwire.domain.subjects import OperatorSubject
from promptwire.domain.webhooks import Outcome, Patience
from promptwire.ports.storage import Store, Transaction
from promptwire.ports.webhooks import Post, Sender, Work
from promptwire.server.clock import now
from promptwire.server.lease import LeaseHolder
from promptwire.services import dispatch
from promptwire.services.calls import Act, Call
from promptwire.services.dispatch import Done, Job

AT_ONCE = 64
"""Endpoints that are spoken to at once."""
AT_ONCE_OF_ORG = 8
"""Of one organization: the endpoints of one, hanging, leave room for all others."""
_IN_A_ROW = 100
"""Things that a webhook is told before another gets its turn."""
_READY = 1_000
"""Webhooks that are looked at in one go."""
_LOOK_EVERY = 1.0  # seconds: what other processes were asked for (tests, redeliveries) is seen by then
_LOOK_IDLE = 30.0  # seconds, while there is no webhook
_GRACE = 2.0  # seconds for requests that are out when the server stops
log = logging.getLogger("promptwire.webhooks")


class Dispatcher:
    """Tells every webhook what it is to be told, in order, one thing at a time; a subscriber of the feed."""

    def __init__(self, store: Store, sender: Sender, patience: Patience, body_of: Callable[[Job], bytes]) -> None:
        self._store = store
        self._sender = sender
        self._patience = patience
        self._body_of = body_of
        self._holder = LeaseHolder(store, dispatch.LEASE, time.monotonic)
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._of_org: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._is_idle = False

    def changed(self, entries: Sequence[Entry]) -> None:
        """Look for work when something happened in an organization; without webhooks, when there may be one."""
        changes = [entry.change for entry in entries]
        if any(one.object_kind == "webhook" if self._is_idle else one.scope.kind == "org" for one in changes):
            self._wake.set()

    def lost(self) -> None:
        """Look for work, for anything may have happened."""
        self._wake.set()

    def start(self) -> None:
        """Begin to look for work, on the event loop's thread."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Begin nothing any more, and leave the rest to the next."""
        self._closing = True
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=_GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._holder.let_go()
        except Exception:
            log.exception("could not leave the webhooks to another process")

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                wait = await self._look()
            except Exception:
                log.exception("could not look for what webhooks are to be told")
                wait = _LOOK_EVERY
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def _look(self) -> float:
        """Begin what there is to do; gives the seconds until it is time to look again."""
        at = now()
        work = await self._store.read(lambda tx: tx.webhooks.work(at, _READY))
        self._is_idle = not work.any
        if self._is_idle:
            await self._holder.let_go()
            return _LOOK_IDLE
        if await self._holder.keep():
            for webhook_id, org_id in work.webhooks:
                room = len(self._busy) < AT_ONCE and self._of_org[org_id] < AT_ONCE_OF_ORG
                if room and webhook_id not in self._busy:
                    self._begin(webhook_id, org_id)
        return _until_next(work, at)

    def _begin(self, webhook_id: str, org_id: str) -> None:
        self._of_org[org_id] += 1
        task = self._busy[webhook_id] = asyncio.create_task(self._tell(webhook_id))
        task.add_done_callback(lambda _: self._ended(webhook_id, org_id))

    def _ended(self, webhook_id: str, org_id: str) -> None:
        del self._busy[webhook_id]
        self._of_org[org_id] -= 1
        if not self._of_org[org_id]:
            del self._of_org[org_id]
        self._wake.set()

    async def _tell(self, webhook_id: str) -> None:
        """Tell a webhook what it is to be told now, one after the other."""
        try:
            job = await self._store.write(lambda tx: dispatch.begin(tx, self._holder.lease, webhook_id, now()))
            for _ in range(_IN_A_ROW):
                if job is None or self._closing or not self._holder.is_held:
                    return
                job = await self._deliver(job)
        except Exception:
            log.exception("a webhook could not be told", extra={"webhook_id": webhook_id})
            await asyncio.sleep(_LOOK_EVERY)

    async def _deliver(self, job: Job) -> Job | None:
        at = now()
        outcome = await self._send(job, at)
        done = Done(job=job, at=at, outcome=outcome, luck=random.random())  # noqa: S311 - no secret
        return await self._store.write(lambda tx: self._finish(tx, done))

    async def _send(self, job: Job, at: datetime) -> Outcome:
        secrets = job.webhook.secrets(at)
        try:
            cause = job.entry.change.request_id if job.entry else ""
            body = self._body_of(job)
            post = Post(url=job.webhook.url, id=job.delivery.id, body=body, secrets=secrets, at=at, cause=cause)
            return await self._sender.send(post)
        except Exception:  # a bug; it must not hold up what comes after for ever
            log.exception("a webhook could not be called", extra={"webhook_id": job.webhook.id})
            return Outcome(milliseconds=0, error="the server could not make the request; its log says why")

    def _finish(self, tx: Transaction, done: Done) -> Job | None:
        act = Act(OperatorSubject(), Call(token=None, request_id=f"webhooks-{uuid4().hex}", now=now()))
        dispatch.finish(tx, self._holder.lease, done, patience=self._patience, act=act)
        return dispatch.begin(tx, self._holder.lease, done.job.webhook.id, act.now)


def _until_next(work: Work, at: datetime) -> float:
    if work.next_at is None:
        return _LOOK_EVERY
    return min(_LOOK_EVERY, max(0.0, (work.next_at - at).total_seconds()))
