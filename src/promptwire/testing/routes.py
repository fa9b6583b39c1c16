"""The routes of the in-memory server: sync, stream, resolve."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from promptwire.testing.registry import GivenScore, Registry
from promptwire.wire.codes import ErrorCode
from promptwire.wire.content import Content
from promptwire.wire.delivery import etag
from promptwire.wire.scores import Score
from promptwire.wire.stream import CHANGED, HEARTBEAT, HELLO, STREAM_PATH, encode
from promptwire.wire.sync import SYNC_PATH, Asked, Engine, Found, Gone, SyncAnswer
from promptwire.wire.use import USE_PATH, UseReport

_LOOK_EVERY = 0.5  # seconds between two looks at whether a stream is to end


class Door:
    """What the requests of one server share."""

    def __init__(self, registry: Registry, api_key: str, heartbeat: float, report_every: float) -> None:
        self.registry: Registry = registry
        self.api_key: str = api_key
        self.heartbeat: float = heartbeat
        self.report_every: float = report_every
        self.epoch: str = uuid4().hex[:12]
        self.requests: list[str] = []
        self.reports: dict[tuple[str, int], UseReport] = {}
        self.scores: dict[str, GivenScore] = {}
        self.hangs: threading.Event = threading.Event()
        self.closed: threading.Event = threading.Event()
        self.fails: int | None = None
        self.refuses_key: bool = False
        self.cuts: int = 0
        self._names: dict[tuple[Asked, ...], int] = {}
        self._sets: dict[str, tuple[Asked, ...]] = {}

    def cut(self) -> None:
        """End the streams that are open."""
        with self.registry.lock:
            self.cuts += 1
            self.registry.lock.notify_all()

    def sync(self, body: dict[str, Any]) -> SyncAnswer | None:
        """Answer a sync; None where the names are needed."""
        with self.registry.lock:
            since, known = self._read_cursor(body.get("cursor"))
            add = tuple(Asked.from_json(one) for one in body.get("add", ()))
            given = body.get("prompts")
            if given is None and known is None:
                return None
            asked = known or () if given is None else tuple(Asked.from_json(one) for one in given)
            if known is None or asked != known:
                since = None
            return self._answer(asked, add, since, frozenset(body.get("have", ())))

    def _answer(
        self, asked: tuple[Asked, ...], add: tuple[Asked, ...], since: int | None, have: frozenset[str]
    ) -> SyncAnswer:
        registry = self.registry
        named = [one for one in asked if since is None or registry.changed_since(one, since)]
        answers = [registry.find(one) for one in dict.fromkeys((*named, *add))]
        found: list[Found] = []
        contents: dict[str, Content] = {}
        gone: list[Gone] = []
        for answer in answers:
            if isinstance(answer, Gone):
                gone.append(answer)
            else:
                found.append(answer[0])
                contents[answer[0].content_hash] = answer[1]
        return SyncAnswer(
            cursor=self._cursor(tuple(dict.fromkeys((*asked, *add)))),
            reset=since is None,
            engine=Engine(),
            prompts=tuple(found),
            contents={name: content for name, content in contents.items() if name not in have},
            gone=tuple(gone),
            purged=tuple(one for revision, one in registry.purges if revision > (since or 0)),
        )

    def _cursor(self, asked: tuple[Asked, ...]) -> str:
        name = str(self._names.setdefault(asked, len(self._names)))
        self._sets[name] = asked
        return f"{self.epoch}.{self.registry.revision}.{name}"

    def _read_cursor(self, cursor: object) -> tuple[int | None, tuple[Asked, ...] | None]:
        epoch, _, rest = str(cursor or "").partition(".")
        revision, _, name = rest.partition(".")
        if epoch != self.epoch or not revision.isdigit():
            return None, None
        return int(revision), self._sets.get(name)


class Routes(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    @property
    def door(self) -> Door:
        """Give what the requests share."""
        door: Door = self.server.door  # type: ignore[attr-defined]  # the server's own
        return door

    def do_GET(self) -> None:
        """Answer the stream and resolve."""
        if not self._admitted():
            return
        parts = urlsplit(self.path)
        if parts.path == STREAM_PATH:
            self._stream()
        elif parts.path.startswith("/v1/prompts/") and parts.path.endswith("/resolve"):
            slug = unquote(parts.path.removeprefix("/v1/prompts/").removesuffix("/resolve"))
            self._resolve(slug, {name: values[0] for name, values in parse_qs(parts.query).items()})
        else:
            self._refuse(404, ErrorCode.NOT_FOUND, "not found")

    def do_POST(self) -> None:
        """Answer sync, reports and scores."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._admitted():
            return
        if self.path == SYNC_PATH:
            self._sync(body)
        elif self.path == USE_PATH:
            self._report(body)
        elif (parts := urlsplit(self.path).path.split("/"))[1:3] == ["v1", "prompts"] and parts[-1] == "scores":
            self._score(body, [unquote(part) for part in parts])
        else:
            self._refuse(404, ErrorCode.NOT_FOUND, "not found")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing: a test's output is its own."""

    def _report(self, body: bytes) -> None:
        try:
            report = UseReport.from_json(json.loads(body))
        except ValueError as error:
            self._refuse(400, ErrorCode.INVALID_INPUT, str(error))
            return
        self.door.reports.setdefault((report.process.id, report.number), report)
        self._send(200, json.dumps({"wait": self.door.report_every}).encode())

    def _score(self, body: bytes, parts: list[str]) -> None:
        team = parse_qs(urlsplit(self.path).query).get("team", [""])[0]
        found = self.door.registry.version(parts[3], parts[5], team) if len(parts) == 7 else None  # noqa: PLR2004 (the path's)
        if found is None:
            self._refuse(404, ErrorCode.VERSION_NOT_FOUND, "version not found")
            return
        try:
            scores = [Score.from_json(one) for one in json.loads(body)["scores"]]
        except (ValueError, KeyError, TypeError) as error:
            self._refuse(400, ErrorCode.INVALID_INPUT, str(error))
            return
        new = [one for one in scores if one.id not in self.door.scores]
        self.door.scores |= {one.id: GivenScore(*found, one) for one in new}
        self._send(200, json.dumps({"new": len(new), "known": len(scores) - len(new)}).encode())

    def _sync(self, body: bytes) -> None:
        try:
            answer = self.door.sync(json.loads(body))
        except (ValueError, AttributeError, TypeError) as error:
            self._refuse(400, ErrorCode.INVALID_INPUT, str(error))
            return
        if answer is None:
            self._refuse(409, ErrorCode.PROMPTS_NEEDED, "send the prompts again")
            return
        self._send(200, json.dumps(answer.as_json()).encode())

    def _admitted(self) -> bool:
        door = self.door
        door.requests.append(f"{self.command} {self.path}")
        while door.hangs.is_set() and not door.closed.wait(0.01):
            pass
        if door.fails is not None:
            self._refuse(door.fails, ErrorCode.INTERNAL, "internal server error")
        elif door.refuses_key or self.headers.get("Authorization") != f"Bearer {door.api_key}":
            self._refuse(401, ErrorCode.UNAUTHORIZED, "unauthorized")
        else:
            return True
        return False

    def _resolve(self, slug: str, query: dict[str, str]) -> None:
        name = f"{query['team']}/{slug}" if "team" in query else slug
        version = query.get("version", "")
        with self.door.registry.lock:
            asked = Asked(name, query.get("label"), int(version) if version.isdigit() else None)
            answer = self.door.registry.find(asked)
        if isinstance(answer, Gone):
            self._refuse(409 if answer.candidates else 404, answer.reason, answer.reason.replace("_", " "))
            return
        body = json.dumps(answer[0].resolved(answer[1], Engine()).as_json()).encode()
        tag = etag(body)
        if self.headers.get("If-None-Match") == tag:
            self._send(304, b"", tag)
        else:
            self._send(200, body, tag)

    def _stream(self) -> None:
        door, registry = self.door, self.door.registry
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        epoch, _, rest = self.headers.get("Last-Event-ID", "").partition(".")
        resumed = epoch == door.epoch
        at = int(rest.partition(".")[0]) if resumed else registry.revision
        cuts = door.cuts
        self._event(encode(HELLO, f"{door.epoch}.{at}", {"heartbeat": door.heartbeat, "resumed": resumed}))
        said_at = monotonic()
        while not door.closed.is_set() and door.cuts == cuts:
            with registry.lock:
                if registry.revision == at:
                    registry.lock.wait(min(_LOOK_EVERY, door.heartbeat / 4))
                changes = [(change_id, slug) for revision, change_id, slug in registry.changes if revision > at]
                at = registry.revision
            if changes:
                prompts = [{"id": change_id, "slug": slug} for change_id, slug in dict.fromkeys(changes)]
                self._event(encode(CHANGED, f"{door.epoch}.{at}", {"prompts": prompts}))
                said_at = monotonic()
            elif monotonic() - said_at >= door.heartbeat:
                self._event(HEARTBEAT)
                said_at = monotonic()

    def _event(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _refuse(self, status: int, code: str, words: str) -> None:
        self._send(status, json.dumps({"error": words, "code": code}).encode())

    def _send(self, status: int, body: bytes, tag: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
