from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from accord.runtime import context
from accord.service.request_id import RequestIds, well_formed_traceparent

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def show(scope: Scope, receive: Receive, send: Send) -> None:
    seen = {
        "id": context.request_id.get(),
        "traceparent": context.traceparent.get(),
        "tracestate": context.tracestate.get(),
    }
    await JSONResponse(seen)(scope, receive, send)


async def test_well_formed_id_is_kept_and_echoed(call: Any) -> None:
    """An id of the allowed characters and length is the request's id, and comes back."""
    response = await call(RequestIds(show), headers={"X-Request-Id": "order-42.retry_1"})
    assert response.headers.get_list("x-request-id") == ["order-42.retry_1"]
    assert response.json()["id"] == "order-42.retry_1"


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 129, "a b c d e f", 'forged","level":"x', "ä" * 9]
)
async def test_malformed_id_is_replaced(call: Any, given: str) -> None:
    """Anything else is not repaired but replaced by a new id."""
    headers = {b"X-Request-Id": given.encode("latin-1")}
    response = await call(RequestIds(show), headers=headers)
    made = response.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert response.json()["id"] == made


async def test_ids_differ_and_leave_nothing_behind(call: Any) -> None:
    """Each request has its own id; after the request the context is as it was."""
    app = RequestIds(show)
    ids = {(await call(app, headers={"traceparent": TRACE})).json()["id"] for _ in range(50)}
    assert len(ids) == 50
    assert (context.request_id.get(), context.traceparent.get()) == ("", "")


async def test_trace_context_is_carried(call: Any) -> None:
    """A valid `traceparent` and its `tracestate` are there for logs and downstream calls."""
    headers = {"traceparent": TRACE, "tracestate": "vendor=1"}
    seen = (await call(RequestIds(show), headers=headers)).json()
    assert (seen["traceparent"], seen["tracestate"]) == (TRACE, "vendor=1")


async def test_tracestate_alone_is_dropped(call: Any) -> None:
    """`tracestate` means nothing where `traceparent` is missing or malformed."""
    headers = {"traceparent": "00-bad", "tracestate": "vendor=1"}
    seen = (await call(RequestIds(show), headers=headers)).json()
    assert (seen["traceparent"], seen["tracestate"]) == ("", "")


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (TRACE, TRACE),
        ("cc" + TRACE[2:], TRACE),
        ("cc" + TRACE[2:] + "-more", TRACE),
        (TRACE + "-more", ""),
        ("cc" + TRACE[2:] + "more", ""),
        ("ff" + TRACE[2:], ""),
        (TRACE.upper(), ""),
        (TRACE + "\n", ""),
        ("00-" + "0" * 32 + TRACE[35:], ""),
        (TRACE[:36] + "0" * 16 + "-01", ""),
        ("", ""),
    ],
)
def test_traceparent_is_checked_as_w3c_says(given: str, taken: str) -> None:
    """Versions, lengths, zero ids and lower case, after the Trace Context recommendation."""
    assert well_formed_traceparent(given.encode()) == taken
