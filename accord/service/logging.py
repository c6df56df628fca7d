"""Logging, set up once: every line is one JSON object, whoever writes it.

structlog's loggers and the standard library's (uvicorn's, SQLAlchemy's) end in the same
`LineWriter`, and each line written while a request is served carries its ids.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from accord.runtime import context

Write = Callable[[str], None]


def configure_logging(write: Write, *, level: str = "INFO") -> None:
    """Send every log line of this process to `write`; `level` is a standard level's name."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    render = structlog.processors.JSONRenderer(default=repr)
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Lines(write),
        cache_logger_on_first_use=False,
    )
    handler = _Handler(write)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(number)


class _Lines:
    """What structlog calls with a rendered line, by the name of its level."""

    def __init__(self, write: Write) -> None:
        self.msg = write

    debug = info = warning = error = critical = exception = property(lambda self: self.msg)


class _Handler(logging.Handler):
    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._write(self.format(record))
        except Exception:
            self.handleError(record)


def _add_request(_: Any, __: str, event: EventDict) -> EventDict:
    if request_id := context.request_id.get():
        event.setdefault("request_id", request_id)
    if traceparent := context.traceparent.get():
        event.setdefault("trace_id", traceparent[3:35])
    return event
