"""The scorer: keeps scores until they are sent, many at a time; whoever gives one never waits for that."""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from promptwire.client.book import Book
from promptwire.client.errors import InvalidScoreError
from promptwire.client.exchange import Reply, Request, Response
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.wire.scores import MAX_SCORES, Score, ScoreValue, check, scores_path

_MOST: Final = 10_000  # scores that wait; more are dropped
_WINDOW: Final = 1.0  # seconds for which scores are gathered
_FIRST_PAUSE: Final = 1.0  # seconds after a request that failed; doubles
_MOST_DOUBLINGS: Final = 5
_LATER: Final = frozenset({401, 408, 425, 429})


@dataclass(frozen=True, slots=True)
class Batch:
    """Scores of one version that are sent together."""

    path: str
    scores: Sequence[Score]

    @property
    def request(self) -> Request:
        """Give the request that sends them."""
        body = json.dumps({"scores": [one.as_json() for one in self.scores]}, ensure_ascii=False)
        return Request("POST", self.path, body=body.encode())


class Scorer:
    """Keeps scores until they are sent."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self._lock = threading.Lock()
        self._queue: deque[tuple[str, Score]] = deque()
        self._due = math.inf
        self._failures = 0
        self.dropped: int = 0
        """Scores that there was no room for, or that the server refused."""

    def in_child(self) -> Scorer:
        """Give the scorer of a forked child: what waits is its parent's to send."""
        return Scorer(self._jitter)

    @property
    def waiting(self) -> int:
        """Give how many scores have not been sent."""
        return len(self._queue)

    def add(self, path: str, score: Score, now: float) -> bool:
        """Keep a score; says whether it is the first, so that somebody may have to be woken. Safe in every thread."""
        with self._lock:
            if len(self._queue) >= _MOST:
                self.dropped += 1
                return False
            self._queue.append((path, score))
            if self._due == math.inf:
                self._due = now + _WINDOW
                return True
            return False

    def due(self, now: float) -> float:
        """Give the seconds until there is something to send; infinity: there is nothing."""
        with self._lock:
            if not self._queue:
                return math.inf
            if len(self._queue) >= MAX_SCORES and self._failures == 0:
                return 0.0
            return max(0.0, self._due - now)

    def hasten(self) -> None:
        """Let whatever there is be due now."""
        with self._lock:
            if self._queue:
                self._due = -math.inf

    def batch(self) -> Batch | None:
        """Take scores of one version, to be sent together."""
        with self._lock:
            if not self._queue:
                return None
            path = self._queue[0][0]
            taken = [one for one in self._queue if one[0] == path][:MAX_SCORES]
            ids = {id(one) for one in taken}
            self._queue = deque(one for one in self._queue if id(one) not in ids)
            return Batch(path, [score for _, score in taken])

    def heard(self, batch: Batch, reply: Reply, now: float) -> bool:
        """Take in what came of a batch: one that may succeed later is kept; says whether the server had an answer."""
        status = reply.status if isinstance(reply, Response) else 0
        later = status == 0 or status >= 500 or status in _LATER  # noqa: PLR2004 (HTTP's own number)
        with self._lock:
            if later:
                self._queue.extendleft((batch.path, score) for score in reversed(batch.scores))
                pause = _FIRST_PAUSE * 2 ** min(self._failures, _MOST_DOUBLINGS)
                self._due = now + pause * (1 - self._jitter() / 4)
                self._failures += 1
                return False
            self._failures = 0
            if status != 200:  # noqa: PLR2004
                self.dropped += len(batch.scores)
            self._due = now if self._queue else math.inf
            return True


def place_of(prompt: Prompt | Reference, book: Book) -> str | None:
    """Give where the scores of a version go; None for what a caller fell back on, which is no version."""
    if isinstance(prompt, Reference):
        copy = book.copies.get(prompt)
        if copy is None:
            team, _, slug = prompt.name.rpartition("/")
            which = prompt.label or ("live" if prompt.version is None else str(prompt.version))
            return scores_path(
                quote(slug, safe=""), quote(which, safe=""), {"team": quote(team, safe="")} if team else {}
            )
        prompt = copy.prompt
    prompt_id = prompt._uses.prompt_id  # noqa: SLF001 (the same part)
    return scores_path(prompt_id, str(prompt.version)) if prompt_id and prompt.version else None


def made_score(
    name: str, value: ScoreValue, *, score_id: str | None, trace_id: str | None, comment: str | None
) -> Score:
    """Make a score.

    Raises:
        InvalidScoreError: When the server would refuse it.
    """
    given = str(uuid4()) if score_id is None else str(score_id).lower()
    score = Score(id=given, name=name, value=value, trace_id=trace_id, comment=comment)
    try:
        check(score)
    except ValueError as error:
        raise InvalidScoreError(f"a score's {error}") from None
    return score
