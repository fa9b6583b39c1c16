"""Logs: one JSON object a line on standard error; never secrets, never variables."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from promptwire.telemetry.tracing import trace_ids

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is served; every line that is logged meanwhile has it."""

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON, with whatever was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (serving := request_id.get()) is not None:
            line["request_id"] = serving
        if ids := trace_ids():
            line["trace_id"], line["span_id"] = ids
        line |= extras(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """Give what was passed as `extra`."""
    return {key: value for key, value in record.__dict__.items() if key not in _OWN}


def attributes(record: logging.LogRecord) -> dict[str, Any]:
    """Give what a line says beside its words, as OpenTelemetry names it."""
    found = {
        f"promptwire.{key}": value if isinstance(value, str | int | float) else str(value)
        for key, value in extras(record).items()
    }
    if (serving := request_id.get()) is not None:
        found["promptwire.request_id"] = serving
    if record.exc_info and record.exc_info[0] is not None:
        found["exception.type"] = record.exc_info[0].__name__
        found["exception.stacktrace"] = logging.Formatter().formatException(record.exc_info)
    return found


def set_up_logs(level: str = "INFO") -> None:
    """Send every log of the process to standard error, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel(logging.WARNING)
