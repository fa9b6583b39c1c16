"""What reads are compared with: as little as can be done for a request, in the same server and with the same answer.

    python benchmarks/_bare.py asgi|protocol PORT ANSWER_FILE

`asgi` is a handler that sends the headers and the body of the answer, after it has read the body of a request that has
one. `protocol` is an asyncio protocol that feeds httptools, which calls it for the URL and at the end of a request, and
writes the bytes of the answer. Neither looks at who asks for what.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httptools
import uvicorn
import uvloop


class Bare(asyncio.Protocol):
    """Answers every request with the same bytes."""

    answer = b""

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Keep the URL."""
        self.url = url

    def on_message_complete(self) -> None:
        """Answer."""
        self.transport.write(self.answer)


def handler(answer: bytes) -> Any:  # noqa: ANN401 - an ASGI application
    """Give an ASGI application that answers every request alike."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    headers = [(name, value) for name, value in lines if name != b"date"]  # uvicorn's own
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    end = {"type": "http.response.body", "body": body}

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - the same
        if scope["method"] == "POST":
            await receive()
        await send(start)
        await send(end)

    return application


async def _serve_protocol(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    kind, port, answer = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).read_bytes()
    if kind == "asgi":
        quiet: Any = {"lifespan": "off", "log_config": None, "access_log": False}
        uvicorn.run(handler(answer), port=port, server_header=False, proxy_headers=False, **quiet)
    else:
        Bare.answer = answer
        uvloop.run(_serve_protocol(port))


if __name__ == "__main__":
    main()
