"""Names every request: `X-Request-Id`, and the W3C trace it belongs to.

What a caller sends ends up in logs, answers and calls to others, so it is taken only if well
formed; anything else is replaced (the id) or dropped (the trace), never repaired.
"""

from __future__ import annotations

import re
from random import getrandbits

from opentelemetry.trace import get_current_span
from starlette.types import ASGIApp, Scope

from accord.runtime import context
from accord.service.exchange import Exchange, Layer

_ID = re.compile(rb"[A-Za-z0-9._-]{8,128}").fullmatch
_TRACEPARENT = re.compile(
    rb"(?!ff)([0-9a-f]{2})(-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?"
).fullmatch
_TRACESTATE = re.compile(rb"[\x20-\x7e]{1,512}").fullmatch


class RequestIds(Layer):
    """Sets `context.request_id`, `context.traceparent` and `context.tracestate`, echoes the id.

    Where FastAPI's telemetry has begun a span for the request, that is what calls to others and
    log lines belong to; else it is what the caller sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def enter(self, exchange: Exchange, scope: Scope) -> None:
        given = exchange.request.get(b"x-request-id")
        if given is not None and _ID(given):
            name = given.decode("ascii")
        else:
            name = getrandbits(128).to_bytes(16).hex()
        exchange.headers.append((b"x-request-id", name.encode()))
        exchange.enter(context.request_id, name)
        if "fastapi.telemetry" in scope:
            _enter_span(exchange)
        elif b"traceparent" in exchange.request:
            _enter_trace(exchange)


def _enter_span(exchange: Exchange) -> None:
    span = get_current_span().get_span_context()
    if span.is_valid:
        parent = f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"
        exchange.enter(context.traceparent, parent)
        exchange.enter(context.tracestate, span.trace_state.to_header())


def _enter_trace(exchange: Exchange) -> None:
    trace = well_formed_traceparent(exchange.request[b"traceparent"])
    if trace:
        exchange.enter(context.traceparent, trace)
        state = exchange.request.get(b"tracestate", b"")
        if _TRACESTATE(state):
            exchange.enter(context.tracestate, state.decode("ascii"))


def well_formed_traceparent(value: bytes) -> str:
    """`value` as text if it is a valid `traceparent`, else empty.

    Version 00 has exactly four fields; what a later version adds after a further dash is cut off,
    as the recommendation asks of one who does not know it.
    """
    match = _TRACEPARENT(value)
    if match is None:
        return ""
    version, fields, more = match.groups()
    if version == b"00" and more is not None:
        return ""
    return "00" + fields.decode("ascii")
