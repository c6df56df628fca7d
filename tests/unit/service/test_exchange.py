from __future__ import annotations

from typing import Any

import httpx
import pytest
import uvicorn
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from accord.runtime import context
from accord.service.access_log import AccessLog
from accord.service.compression import Compression
from accord.service.deadline import Deadline
from accord.service.exchange import KEY, begin
from accord.service.metrics import Metrics, RequestMetrics
from accord.service.request_id import RequestIds
from accord.service.security_headers import SecurityHeaders


def answers(size: int = 2, **seen: Any) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.get("scopes", []).append(scope)
        seen.get("sends", []).append(send)
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * size})

    return app


ALONE = [
    Middleware(RequestIds),
    Middleware(AccessLog, write=lambda line: None),
    Middleware(Metrics, metrics=RequestMetrics(CollectorRegistry())),
    Middleware(SecurityHeaders),
    Middleware(Deadline, default_s=1, longest_s=2),
    Middleware(Compression),
]


@pytest.mark.parametrize("middleware", ALONE, ids=lambda each: each.cls.__name__)
async def test_each_middleware_is_an_application_by_itself(
    middleware: Middleware, serve: Any
) -> None:
    """A server takes any of them for ASGI 3, with nothing around it."""
    app = middleware.cls(answers(), *middleware.args, **middleware.kwargs)
    config = uvicorn.Config(app, log_config=None)
    config.load()
    assert config.interface == "asgi3"
    async with serve(app) as port, httpx.AsyncClient() as http:
        assert (await http.get(f"http://127.0.0.1:{port}/")).text == "xx"


async def test_what_was_entered_ends_with_the_request(call: Any) -> None:
    """Context that a request is given is the caller's again afterwards, errors or not."""

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        assert context.request_id.get() == "request-1"
        assert context.deadline.get() is not None
        raise LookupError

    app = RequestIds(Deadline(fails, default_s=1, longest_s=2))
    with pytest.raises(LookupError):
        await call(app, headers={"x-request-id": "request-1"})
    assert context.request_id.get() == ""
    assert context.deadline.get() is None


async def test_ends_are_told_of_every_end_innermost_first(call: Any) -> None:
    """Of an answer, and of an error; the status is known by then."""
    told: list[tuple[str, int]] = []

    class Tells:
        def __init__(self, app: Any, name: str) -> None:
            self.app, self.name = app, name

        def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
            if KEY not in scope:
                return begin(self, scope, receive, send)
            scope[KEY].ends.append(lambda _, exchange: told.append((self.name, exchange.status)))
            return self.app(scope, receive, send)

    await call(Tells(Tells(answers(), "inner"), "outer"))
    assert told == [("inner", 200), ("outer", 200)]

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError

    told.clear()
    with pytest.raises(LookupError):
        await call(Tells(fails, "only"))
    assert told == [("only", 0)]


async def test_nothing_is_sent_once_a_request_has_ended(call: Any) -> None:
    """What outlives its request is told so, instead of writing into another's connection."""
    sends: list[Send] = []
    await call(RequestIds(answers(sends=sends)))
    with pytest.raises(RuntimeError, match="after the request had ended"):
        await sends[0]({"type": "http.response.body", "body": b"late"})


@pytest.mark.parametrize(("size", "vary"), [(999, None), (1000, "Accept-Encoding")])
async def test_vary_is_said_where_size_makes_it_true(
    call: Any, size: int, vary: str | None
) -> None:
    """An answer too small to be compressed is the same for every caller."""
    answer = await call(Compression(answers(size)), headers={"accept-encoding": "identity"})
    assert answer.headers.get("vary") == vary
