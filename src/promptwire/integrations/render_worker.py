"""A worker process that renders: what takes long here holds nobody up but the next job."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from promptwire.domain.errors import DomainError
from promptwire.domain.templates import Rendered, problems, render
from promptwire.integrations.schemas import JsonSchemas
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

_SIZE = 4
_NICER = 10  # than the server, which answers everybody else meanwhile
_schemas = JsonSchemas()


def fill(content: Content, variables: Mapping[str, JsonValue], numbers: Numbers) -> Rendered:
    """Fill a version with variables that satisfy its schema."""
    if content.input_schema is not None:
        _schemas.compile(content.input_schema).check(variables)
    return render(content, variables, numbers)


JOBS: dict[str, Callable[..., Any]] = {"fill": fill, "problems": problems}


def main() -> None:
    """Do jobs until the server has gone."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)  # the server says when it is over, by closing the pipe
    os.nice(_NICER)
    jobs, results = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write into the results
    while (job := _read(jobs)) is not None:
        result = pickle.dumps(_do(*pickle.loads(job)))  # noqa: S301 - from the server itself
        results.write(len(result).to_bytes(_SIZE, "big") + result)
        results.flush()


def _do(name: str, *args: object) -> object:
    try:
        return JOBS[name](*args)
    except DomainError as error:
        return error.with_traceback(None)


def _read(jobs: BinaryIO) -> bytes | None:
    size = jobs.read(_SIZE)
    return jobs.read(int.from_bytes(size, "big")) if len(size) == _SIZE else None


if __name__ == "__main__":
    main()
