"""Resolve and render from memory: one function for each, however the request reached it (DESIGN section 8)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from starlette.responses import Response

from promptwire.api.bodies import LARGE_BODY, MAX_DEPTH
from promptwire.api.v1.errors import answer_of
from promptwire.api.v1.targets import Target
from promptwire.api.v1.turns import Turns
from promptwire.domain.errors import DomainError, InvalidVariables, RenderFailed, RenderLimitExceeded, Unavailable
from promptwire.ports.renderer import Renderer
from promptwire.readmodel.finding import Found
from promptwire.readmodel.model import ReadModel
from promptwire.readmodel.prompts import KeptVersion
from promptwire.readmodel.readers import Reader
from promptwire.readmodel.templates import Slow
from promptwire.readmodel.use import Use
from promptwire.wire.canonical import JsonValue

JSON = b"application/json"
STALE = b"promptwire-stale"
"""The header of an answer that may be old: for how many seconds nothing has been heard of the store."""
UNNOTICED = 3.0
"""Seconds for which nothing need be heard of the store: it is looked at every second or so."""
_UNAVAILABLE = 503
_RECOGNIZED = 1_000
Variables: TypeAlias = Mapping[str, JsonValue]
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Read:
    """What a read needs to know of its request."""

    __slots__ = ("authorization", "body", "content_type", "known", "target", "variables")

    def __init__(
        self, target: Target, authorization: bytes | None, known: bytes | None, content_type: bytes | None
    ) -> None:
        self.target = target
        self.authorization = authorization
        self.known = known
        """The `If-None-Match`."""
        self.content_type = content_type
        self.body = b""
        self.variables: Variables | None = None
        """Those in a large body, once they have been read beside the event loop."""


class Answer:
    """A status, headers and a body, ready to be sent."""

    __slots__ = ("body", "headers", "lines", "status")

    def __init__(
        self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, lines: bytes | None = None
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.lines = lines if lines is not None else b"".join(b"%b: %b\r\n" % header for header in headers)
        """The headers as HTTP/1.1 has them."""

    @classmethod
    def of(cls, response: Response) -> Answer:
        """Make one of the framework's."""
        return cls(response.status_code, response.raw_headers, bytes(response.body))

    def response(self) -> Response:
        """Make one for the framework."""
        response = Response(self.body, self.status)
        response.raw_headers = self.headers
        return response


class Encoded:
    """What is answered for a version, encoded when it is first asked for and kept with it."""

    __slots__ = ("behind", "behind_text", "between", "observed", "resolved", "unchanged")

    def __init__(self, version: KeptVersion) -> None:
        cached = [(b"etag", version.etag.encode()), (b"cache-control", b"private, no-cache")]
        length = (b"content-length", b"%d" % len(version.answer))
        self.resolved = Answer(200, [*cached, length, (b"content-type", JSON)], version.answer)
        self.unchanged = Answer(304, cached, b"")
        one = version.version
        which = {"version": one.number, "slug": version.prompt.slug, "tags": list(one.labels), "kind": one.content.kind}
        self.between = b"," + to_json(which)[1:-1] + b',"messages":'
        """What stands between the text and the messages in the answer to a render."""
        how = {name: getattr(one.content, name) for name in ("model", "model_params", "tools", "response_format")}
        self.behind = b"," + to_json(how)[1:]
        """What stands behind them."""
        self.behind_text = self.between + b"null" + self.behind
        self.observed: Any = None
        """What telemetry keeps of it, where there is any."""


class Reads:
    """Answers reads: at once where memory has all that is needed, else after it has been read from the store."""

    def __init__(
        self,
        model: ReadModel,
        renderer: Renderer,
        variables_in: Callable[[bytes, str | None], Variables],
        *,
        max_stale: float = float("inf"),
        use: Use | None = None,
    ) -> None:
        """Make them.

        Args:
            model: What memory has.
            renderer: Renders what takes longer.
            variables_in: Reads any body, given its content type.
            max_stale: For how many seconds answers are given while the store is away.
            use: Where it is counted what is read.
        """
        self._model = model
        self._renderer = renderer
        self._variables_in = variables_in
        self._turns = Turns()
        self._max_stale = max_stale
        self._behind = 0
        self._recognized: dict[bytes | None, Reader] = {}
        """Whose the credentials are that were shown lately; the read model would hash each again."""
        self._use = use or Use(counts=False)
        self._counts = self._use.counts
        self.hits = self.misses = 0
        """Of reads: those that memory answered at once, and those that took longer."""
        self.uses: dict[str, float] = {}
        """When keys were last used, in seconds since the epoch, until that is written down."""

    def look(self, behind: float) -> None:
        """Take in for how many seconds it has not been known what others wrote, because the store is away."""
        self._behind = int(behind) if behind > UNNOTICED else 0

    def now(self, read: Read) -> Answer | None:
        """Answer from memory; None where that takes longer."""
        try:
            answer = self._now(read)
        except DomainError as error:
            answer = Answer.of(answer_of(error))
        if answer is None:
            return None
        self.hits += 1
        return self._marked(answer) if self._behind else answer

    def _marked(self, answer: Answer) -> Answer:
        """Say how old an answer may be, or that it is too old."""
        if self._behind > self._max_stale:
            return Answer.of(answer_of(Unavailable()))
        return Answer(answer.status, [*answer.headers, (STALE, b"%d" % self._behind)], answer.body)

    def _now(self, read: Read) -> Answer | None:
        now, target = time.time(), read.target
        reader = self._recognized.get(read.authorization)
        if reader is None or not reader.fresh or reader.until <= now:
            reader = self._recognize(read.authorization)
            if reader is None:
                return None
        found: Found | None = reader.memo.get(target)
        if found is None or not found.owners.fresh or not found.version.prompt.fresh:
            found = self._find(reader, target)
            if found is None:
                return None
        else:
            reader.used = found.owners.used = found.version.prompt.used = True
        if reader.key_id is not None:
            self.uses[reader.key_id] = now
        return self._rendered(found, read) if target.renders else self._resolved(found, read)

    def _recognize(self, authorization: bytes | None) -> Reader | None:
        self._recognized.pop(authorization, None)
        reader = self._model.reader(authorization)
        if reader is not None:
            if len(self._recognized) >= _RECOGNIZED:
                self._recognized.clear()
            self._recognized[authorization] = reader
        return reader

    async def later(self, read: Read) -> Answer:
        """Answer, reading what is needed from the store and rendering where it holds nobody up."""
        self.misses += 1
        try:
            answer = await self._later(read)
        except DomainError as error:
            answer = Answer.of(answer_of(error))
        return self._marked(answer) if self._behind and answer.status != _UNAVAILABLE else answer

    async def _later(self, read: Read) -> Answer:
        reader = self._model.reader(read.authorization)
        found = self._find(reader, read.target) if reader is not None else None
        renders = read.target.renders
        if reader is None or found is None or (renders and found.version.template is None):
            assert read.authorization is not None  # noqa: S101 - `reader` refuses nothing at all
            wanted = read.target.wanted
            reader, found = await self._model.load(read.authorization, wanted, renders=renders)
        if reader.key_id is not None:
            self.uses[reader.key_id] = time.time()
        if not renders:
            return self._resolved(found, read)
        if len(read.body) > LARGE_BODY:
            read.variables = await asyncio.to_thread(self._variables, read)
        answer = self._rendered(found, read)
        return answer or await self._rendered_elsewhere(reader, found, read)

    def _find(self, reader: Reader, target: Target) -> Found | None:
        found = self._model.find(reader, target.wanted)
        if found is not None:
            self._model.remember(reader, target, found)
        return found

    def _resolved(self, found: Found, read: Read) -> Answer:
        if self._counts:
            self._use.resolves[found] += 1
        encoded: Encoded = found.version.encoded or encoded_of(found.version)
        if read.known is not None and _names(read.known, found.version.etag):
            return encoded.unchanged
        return encoded.resolved

    def _failed(self, found: Found) -> None:
        if self._counts:
            self._use.errors[found] += 1

    def _rendered(self, found: Found, read: Read) -> Answer | None:
        template = found.version.template
        if template is None or (len(read.body) > LARGE_BODY and read.variables is None):
            return None
        variables = self._variables(read)
        try:
            filled = template.render(variables, len(read.body))
        except Slow:
            return None
        except DomainError:
            self._failed(found)
            raise
        if self._counts:
            self._use.renders[found] += 1
        return _filled(found.version, filled) if isinstance(filled, str) else _filled(found.version, *filled)

    async def _rendered_elsewhere(self, reader: Reader, found: Found, read: Read) -> Answer:
        """Render in another process; of everybody one at a time, so that nobody has all of them."""
        content, variables = found.version.version.content, self._variables(read)
        async with self._turns.of(":".join(reader.subject.log_name)):
            try:
                rendered = await self._renderer.render(content, variables)
            except (RenderFailed, RenderLimitExceeded, InvalidVariables):
                self._failed(found)
                raise
        if self._counts:
            self._use.renders[found] += 1
        return _filled(found.version, rendered.text, rendered.messages)

    def _variables(self, read: Read) -> Variables:
        if read.variables is not None:
            return read.variables
        variables = _quickly(read)
        if variables is not None:
            return variables
        content_type = read.content_type.decode("latin-1") if read.content_type is not None else None
        return self._variables_in(read.body, content_type)


def encoded_of(version: KeptVersion) -> Encoded:
    """Give what is answered for a version."""
    encoded: Encoded | None = version.encoded
    if encoded is None:
        encoded = version.encoded = Encoded(version)
    return encoded


def _filled(version: KeptVersion, text: str, messages: list[Any] | None = None) -> Answer:
    encoded = encoded_of(version)
    if messages is None:
        body = b"".join((b'{"rendered":', _encode(text), encoded.behind_text))
    else:
        body = b"".join((b'{"rendered":', _encode(text), encoded.between, to_json(messages), encoded.behind))
    length = b"%d" % len(body)
    lines = b"content-length: " + length + b"\r\ncontent-type: application/json\r\n"
    return Answer(200, [(b"content-length", length), (b"content-type", JSON)], body, lines)


def to_json(value: object) -> bytes:
    """Write JSON; integers of any size keep all their digits."""
    try:
        return _encode(value)
    except OverflowError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _names(known: bytes, etag: str) -> bool:
    """Tell whether an `If-None-Match` names a tag, compared weakly: a proxy that compresses marks it `W/`."""
    text = known.decode("latin-1")
    return text == etag or text.strip() == "*" or etag in {one.strip().removeprefix("W/") for one in text.split(",")}


def _quickly(read: Read) -> Variables | None:
    """Read the variables of the usual body; whatever is unusual about one is left to the way all bodies are read."""
    body = read.body
    if read.content_type != JSON or body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        return None
    try:
        value = _decode(body)
    except (ValueError, RecursionError):
        return None
    if value.__class__ is not dict or len(value) != 1:
        return None
    variables = value.get("variables")
    return variables if variables.__class__ is dict else None
