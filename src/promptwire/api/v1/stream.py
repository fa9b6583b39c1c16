"""The delivery protocol's stream on `/v1` (docs/reference/delivery.md, `wire.stream`)."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from starlette.types import Receive, Scope, Send

from promptwire.api.exchange import ONLY_HEAD
from promptwire.api.v1.answers import errors
from promptwire.api.v1.requests import SubjectExchange
from promptwire.api.v1.viewers import authorization_of, viewer_of
from promptwire.domain.errors import InvalidInput
from promptwire.readmodel.delivery.stream import Stream
from promptwire.readmodel.delivery.streams import Streams

router = APIRouter(tags=["Delivery"])

_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LONGEST = 3600
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: hello, changed, reset, closing, and comments as heartbeats.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/v1/stream",
    operation_id="stream",
    summary="Stream Changes",
    response_class=Response,
    responses=_EVENTS | errors(400, 401, 403),
)
async def stream(
    exchange: SubjectExchange,
    last_event_id: Annotated[
        str, Header(alias="Last-Event-ID", description="The id of the last event, or the cursor of a sync.")
    ] = "",
    after: Annotated[str, Query(alias="last_event_id", description="The same, where no header can be set.")] = "",
    seconds: Annotated[
        str | None, Query(description="How long it may go on, 0 to 3600; 0 gives what there is to tell now.")
    ] = None,
) -> Response:
    """Say when something that the credential may see has changed, until either side ends it."""
    viewer, until = await viewer_of(exchange)
    lasts = _seconds(seconds)
    streams = exchange.context.delivery.streams
    sent = authorization_of(exchange) or ""
    opened = await streams.open(viewer, sent, until=until, after=last_event_id or after)
    if lasts is not None:
        asyncio.get_running_loop().call_later(lasts, opened.end, "done")
    return EventStream(streams, opened)


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST)) and int(text) <= _LONGEST):
        raise InvalidInput(f"seconds must be a number from 0 to {_LONGEST}", "seconds")
    return int(text)


class EventStream(Response):
    """An answer that goes on: events as they come."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, stream: Stream) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._streams = streams
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until there are no more, or nobody reads them."""
        stream = self._stream
        stream.writer = asyncio.current_task()
        gone = asyncio.create_task(_end_when_gone(receive, stream))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            if scope.get(ONLY_HEAD):
                stream.end(None)
            while (events := await stream.take()) is not None:
                await send({"type": "http.response.body", "body": events, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except asyncio.CancelledError:
            if not stream.given_up:
                raise
        finally:
            gone.cancel()
            self._streams.drop(stream)


async def _end_when_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end(None)
