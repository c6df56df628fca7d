"""The log lines of calls to other services: one for each failed call, one for each turn of a
breaker. They carry the request's ids by way of `accord.service.logging`."""

from __future__ import annotations

from typing import Any

import structlog

from accord.downstream.breaker import Breaker
from accord.downstream.errors import DownstreamError, DownstreamRefused, DownstreamUnavailable

_log = structlog.get_logger("accord.downstream")


def call_failed(error: DownstreamError, **more: Any) -> None:
    """`more`: operation and duration_ms, as far as they are known."""
    # A refusal is an answer like any other: a customer who is not there, a card declined.
    write = _log.info if isinstance(error, DownstreamRefused) else _log.warning
    if isinstance(error, DownstreamRefused | DownstreamUnavailable) and error.status is not None:
        more["status"] = error.status
    if error.retry_after is not None:
        more["retry_after_s"] = round(error.retry_after, 3)
    write(
        "downstream_call_failed",
        service=error.service,
        reason=error.reason,
        sent=error.sent,
        attempts=error.attempts,
        error=str(error),
        **more,
    )


def breaker_turned(service: str, breaker: Breaker, now: float) -> None:
    _log.warning(
        "downstream_breaker",
        service=service,
        state=breaker.state.name.lower(),
        retry_in_s=round(breaker.retry_in(now), 3),
    )
