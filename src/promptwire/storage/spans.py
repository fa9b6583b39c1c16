"""A span for each statement of a traced request: what kind of statement on which table, never a value."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, event

from promptwire.storage.engines import Engines
from promptwire.telemetry.tracing import client_span, traced

_TABLE: Final = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?(\w+)", re.IGNORECASE)
_OPEN: Final = "promptwire.span"


def trace_statements(engines: Engines) -> None:
    """Give statements spans from now on, where the request that causes them is traced."""
    for engine in (engines.reader, engines.writer):
        _follow(engine)


def _follow(engine: Engine) -> None:
    system = {"sqlite": "sqlite"}.get(engine.dialect.name, "postgresql")

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the driver's
        if traced.get() is None:
            return
        verb = statement.split(None, 1)[0].upper()
        table = _TABLE.search(statement)
        attributes = {"db.system.name": system, "db.operation.name": verb}
        if table:
            attributes["db.collection.name"] = table[1]
        made = client_span(f"{verb} {table[1]}" if table else verb, attributes)
        made.__enter__()
        connection.info[_OPEN] = made

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Connection, *_: Any) -> None:  # noqa: ANN401 - the same
        _close(connection)

    @event.listens_for(engine, "handle_error")
    def fail(context: ExceptionContext) -> None:
        if context.connection is not None:
            _close(context.connection, context.original_exception)


def _close(connection: Connection, error: BaseException | None = None) -> None:
    made: AbstractContextManager[Any] | None = connection.info.pop(_OPEN, None)
    if made is None:
        return
    if error is None:
        made.__exit__(None, None, None)
        return
    try:
        made.__exit__(type(error), error, error.__traceback__)
    except BaseException as raised:
        if raised is not error:
            raise
