"""Names every request: `X-Request-Id`, and the W3C trace it belongs to.

What a caller sends ends up in logs, answers and calls to others, so it is taken only if well
formed; anything else is replaced (the id) or dropped (the trace), never repaired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from random import getrandbits

from opentelemetry.trace import get_current_span
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import context
from accord.service.exchange import join

_ID = re.compile(rb"[A-Za-z0-9._-]{8,128}").fullmatch
_TRACEPARENT = re.compile(
    rb"(?!ff)([0-9a-f]{2})(-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?"
).fullmatch
_TRACESTATE = re.compile(rb"[\x20-\x7e]{1,512}").fullmatch


class RequestIds:
    """Sets `context.request_id`, `context.traceparent` and `context.tracestate`, echoes the id.

    Where FastAPI's telemetry has begun a span for the request, that is what calls to others and
    log lines belong to; else it is what the caller sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, send = join(scope, send)
        given = exchange.request.get(b"x-request-id")
        if given is None or not _ID(given):
            given = b"%032x" % getrandbits(128)
        exchange.headers.append((b"x-request-id", given))
        token = context.request_id.set(given.decode("ascii"))
        trace: Sequence[tuple[ContextVar[str], Token[str]]] = ()
        if "fastapi.telemetry" in scope:
            trace = _enter_span()
        elif b"traceparent" in exchange.request:
            trace = _enter_trace(exchange.request)
        try:
            await self.app(scope, receive, send)
        finally:
            context.request_id.reset(token)
            for variable, previous in trace:
                variable.reset(previous)


def _enter_span() -> list[tuple[ContextVar[str], Token[str]]]:
    span = get_current_span().get_span_context()
    if not span.is_valid:
        return []
    parent = f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"
    return [
        (context.traceparent, context.traceparent.set(parent)),
        (context.tracestate, context.tracestate.set(span.trace_state.to_header())),
    ]


def _enter_trace(headers: Mapping[bytes, bytes]) -> list[tuple[ContextVar[str], Token[str]]]:
    trace = well_formed_traceparent(headers[b"traceparent"])
    if not trace:
        return []
    entered = [(context.traceparent, context.traceparent.set(trace))]
    state = headers.get(b"tracestate", b"")
    if _TRACESTATE(state):
        entered.append((context.tracestate, context.tracestate.set(state.decode("ascii"))))
    return entered


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
