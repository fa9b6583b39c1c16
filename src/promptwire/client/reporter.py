"""The reporter: decides when this process says what it uses, and what it says; without a socket or a clock of its own.

It counts nothing itself: a render counts in its prompt (`prompt.Uses`), and a report says how much that is more than in
the report before.
"""

from __future__ import annotations

import json
import math
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import uuid4

from promptwire.client.book import Book, UsesKey
from promptwire.client.exchange import Reply, Request, Response
from promptwire.client.reference import Reference
from promptwire.client.version import SDK
from promptwire.wire.use import MAX_ROWS, MAX_WORDS, USE_PATH, Reporter, Served, Used, UseReport, read_wait

_FIRST_WAIT: Final = 60.0  # seconds between two reports, until the server says otherwise
_LONGEST_WAIT: Final = 3600.0
_NOT_WANTED: Final = 3600.0  # seconds until a server that wants no reports is asked again
_SOON: Final = 0.2  # seconds from a change to the report of it, and up to so much more:
_SPREAD: Final = 0.8  # a label that moves is heard of by a whole fleet at once
_CLOSEST: Final = 1.0  # seconds between two reports at least
_FIRST_PAUSE: Final = 5.0  # seconds after a report that failed; doubles
_MOST_DOUBLINGS: Final = 5
_LATER: Final = frozenset({401, 403, 408, 425, 429})
_LONGEST_LABEL: Final = 60
_ADDRESS: Final = re.compile(r"\d{1,3}[.\-]\d{1,3}[.\-]\d{1,3}[.\-]\d{1,3}|:.*:")
_Told = Mapping[UsesKey, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Pending:
    """A report that was made, and not answered yet: it is sent again as it is, so that it counts once."""

    request: Request
    told: _Told
    """Renders and errors of each thing it speaks of, as they were when it was made."""
    served: object
    """What was served when it was made."""


class UseReporter:
    """Says what one process uses."""

    def __init__(self, service: str, instance: str | None, jitter: Callable[[], float], *, wanted: bool) -> None:
        self._service = service
        self._instance = instance
        self._jitter = jitter
        self._wanted = wanted
        self._process = Reporter(
            id=str(uuid4()),
            service=_words(service),
            instance=_words(instance or own_instance()),
            sdk=SDK,
        )
        self._number = 0
        self._told: dict[UsesKey, tuple[int, int]] = {}
        self._pending: _Pending | None = None
        self._seen: object = None
        self._due = math.inf
        self._not_before = -math.inf
        self._wait = _FIRST_WAIT
        self._failures = 0

    def in_child(self, book: Book) -> UseReporter:
        """Give the reporter of a forked child: another process, which answers for its own renders only."""
        child = UseReporter(self._service, self._instance, self._jitter, wanted=self._wanted)
        child._told = {key: (uses.renders, uses.errors) for key, uses in list(book.uses.items())}
        return child

    def due(self, now: float, book: Book) -> float:
        """Give the seconds until there is something to say; infinity: until there may be something else."""
        if not self._wanted:
            return math.inf
        if book.served is not self._seen:
            self._seen = book.served
            self._due = min(self._due, now + _SOON + _SPREAD * self._jitter())
        elif self._due == math.inf and book.uses:
            self._due = now + _SOON + _SPREAD * self._jitter()  # fallbacks only: nothing is served
        return max(0.0, max(self._due, self._not_before) - now)

    def hasten(self) -> None:
        """Let the next report be due now, whatever was planned."""
        self._due = self._not_before = -math.inf

    def request(self, now: float, book: Book, *, ending: bool = False) -> Request:
        """Give the report to send now: the one that was not answered, or a new one."""
        if self._pending is None or ending:
            self._pending = self._made(now, book, ending=ending)
        self._not_before = now + _CLOSEST
        return self._pending.request

    def unanswered(self) -> Request | None:
        """Give the report that was sent and not answered."""
        return self._pending.request if self._pending else None

    def has_news(self, book: Book) -> bool:
        """Say whether a process that ends has something to say: it was heard of, or rendered something."""
        if not self._wanted:
            return False
        return self._number > 0 or any(uses.renders or uses.errors for uses in list(book.uses.values()))

    def heard(self, reply: Reply, now: float) -> bool:
        """Take in what came of a report; says whether it was taken."""
        status = reply.status if isinstance(reply, Response) else 0
        if status == 200:  # noqa: PLR2004 (HTTP's own number)
            self._taken(reply, now)
            return True
        if status == 0 or status >= 500 or status in _LATER:  # noqa: PLR2004
            pause = _FIRST_PAUSE * 2 ** min(self._failures, _MOST_DOUBLINGS) * (1 - self._jitter() / 4)
            self._failures += 1
        else:  # an older server, or one that does not like it: what it says is lost, but nothing else
            self._settle()
            pause = _NOT_WANTED if status == 404 else self._wait  # noqa: PLR2004
        self._due = self._not_before = now + pause
        return False

    def _taken(self, reply: Reply, now: float) -> None:
        self._failures = 0
        served = self._pending.served if self._pending else None
        self._settle()
        wait = _read_wait(reply)
        self._wait = _NOT_WANTED if wait is None else min(max(wait, _CLOSEST), _LONGEST_WAIT)
        self._due = now + self._wait * (1 - self._jitter() / 10)
        if wait is None:
            self._not_before = self._due
        elif served is not self._seen:
            self._due = min(self._due, now + _CLOSEST)

    def _settle(self) -> None:
        """Take what was said as said."""
        if self._pending is not None:
            self._told.update(self._pending.told)
            self._pending = None

    def _made(self, now: float, book: Book, *, ending: bool) -> _Pending:
        self._number += 1
        told: dict[UsesKey, tuple[int, int]] = {}
        rows: list[Used] = []
        for key, uses in list(book.uses.items()):
            renders, errors = uses.renders, uses.errors
            before = self._told.get(key, (0, 0))
            if (renders, errors) != before and len(rows) < MAX_ROWS:
                told[key] = (renders, errors)
                rows.append(_used(key, renders - before[0], errors - before[1]))
        report = UseReport(
            process=self._process,
            number=self._number,
            age=max(0.0, now - book.confirmation.at) if math.isfinite(book.confirmation.at) else None,
            ending=ending,
            serves=tuple(islice(_serves(book), MAX_ROWS)) if not ending else (),
            uses=tuple(rows),
        )
        body = json.dumps(report.as_json(), ensure_ascii=False, separators=(",", ":"))
        return _Pending(Request("POST", USE_PATH, body=body.encode()), told, book.served)


def own_instance() -> str:
    """Give a name for this process that people recognize: its machine, unless an address is its name, and its id."""
    host = socket.gethostname()
    return f"{'process' if _ADDRESS.search(host) or not host else host}-{os.getpid()}"


def _words(text: str) -> str:
    """Give words that the server takes."""
    return "".join(char if char.isprintable() else " " for char in text)[:MAX_WORDS]


def _label(reference: Reference) -> str | None:
    """Give what was asked for; a label that is none was never served, but may have been fallen back from."""
    label = reference.label or (None if reference.version is not None else "live")
    fits = label is not None and len(label) <= _LONGEST_LABEL and label == label.strip() and label.isprintable()
    return label if fits else None


def _serves(book: Book) -> list[Served]:
    return [
        Served(
            prompt_id=copy.resolved.prompt_id,
            version=copy.prompt.version,
            label=_label(reference),
            source=copy.prompt.source,
        )
        for reference, copy in list(book.copies.items())
        if copy.resolved.prompt_id
    ]


def _used(key: UsesKey, renders: int, errors: int) -> Used:
    reference = key.reference
    return Used(
        prompt_id=key.prompt_id or None,
        prompt=None if key.prompt_id else reference.name,
        version=key.version,
        label=_label(reference),
        source=key.source,
        renders=renders,
        errors=errors,
    )


def _read_wait(reply: Reply) -> float | None:
    try:
        answer = json.loads(reply.body) if isinstance(reply, Response) else None
        return read_wait(answer) if isinstance(answer, dict) else None
    except (ValueError, RecursionError):
        return None
