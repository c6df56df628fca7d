"""When what dependencies opened is closed, and what they see of exceptions: as with FastAPI."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Depends

from accord.runtime import Application, Problem, provide
from accord.runtime.declare import JSON, Media, Reply
from tests.unit.runtime.conftest import Call, application, operation

READ = operation("/x", replies=(Reply(200, (Media(JSON, Any),)),))
events: list[str] = []


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    events.clear()


async def of_request() -> AsyncIterator[str]:
    try:
        yield "r"
    except BaseException as error:
        events.append(f"request saw {type(error).__name__}")
        raise
    finally:
        events.append("request closed")


def of_function() -> Iterator[str]:
    try:
        yield "f"
    except BaseException as error:
        events.append(f"function saw {type(error).__name__}")
        raise
    finally:
        events.append("function closed")


class Closing:
    outcome: Any = "fine"

    def __init__(
        self,
        first: Annotated[str, Depends(of_request)],
        second: Annotated[str, Depends(of_function, scope="function")],
        tasks: BackgroundTasks,
    ) -> None:
        tasks.add_task(events.append, "task ran")

    async def handle(self) -> Any:
        events.append("handled")
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        if callable(self.outcome):
            return await self.outcome()
        return self.outcome


class Sending:
    """A middleware that notes when the answer leaves."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start":
                events.append(f"sent {message['status']}")
            await send(message)

        await self.app(scope, receive, noted)


def closing(outcome: Any) -> Application:
    outcome = staticmethod(outcome) if callable(outcome) else outcome
    handler = type("Handler", (Closing,), {"outcome": outcome})
    app = application(READ, handler=provide(handler))
    app.add_middleware(Sending)
    return app


async def test_when_dependencies_are_closed(call: Call) -> None:
    """As with FastAPI: function scope before the answer, request scope after it and its tasks."""
    await call(closing("fine"), "GET", "/x")

    assert events == ["handled", "function closed", "sent 200", "task ran", "request closed"]


@pytest.mark.parametrize(
    ("error", "status"), [(Problem(404, code="not_found"), 404), (RuntimeError("x"), 500)]
)
async def test_dependencies_see_exceptions(call: Call, error: Exception, status: int) -> None:
    """A session can roll back; tasks of a failed request do not run; then it is answered, an
    unknown error from outside all middlewares."""
    response = await call(closing(error), "GET", "/x")
    name = type(error).__name__

    assert response.status == status
    assert events == [
        "handled",
        f"function saw {name}",
        "function closed",
        f"request saw {name}",
        "request closed",
        *(["sent 404"] if status == 404 else []),
    ]


async def test_a_cancelled_request_closes_what_it_opened(call: Call) -> None:
    """Cancellation goes through dependencies and out to the server."""
    entered = asyncio.Event()

    async def wait() -> None:
        entered.set()
        await asyncio.sleep(60)

    task = asyncio.ensure_future(call(closing(wait), "GET", "/x"))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert events == [
        "handled",
        "function saw CancelledError",
        "function closed",
        "request saw CancelledError",
        "request closed",
    ]


async def swallowing() -> AsyncIterator[str]:
    try:
        yield "s"
    except ValueError:
        return


class Swallowed:
    def __init__(self, name: Annotated[str, Depends(swallowing)]) -> None: ...

    async def handle(self) -> None:
        raise ValueError("lost")


async def test_a_dependency_that_swallows_exceptions_is_a_defect(call: Call) -> None:
    """There would be no answer: a 500 that names the operation, as FastAPI says it too."""
    response = await call(application(READ, handler=provide(Swallowed)), "GET", "/x")

    assert response.status == 500
    assert "GET /x caught an exception" in str(response.raised)


class Streaming(Closing):
    async def handle(self) -> Any:
        async def chunks() -> AsyncIterator[bytes]:
            events.append("streaming")
            yield b"a"

        return chunks()


async def test_a_stream_is_sent_within_request_scope(call: Call) -> None:
    """What it reads from is closed after its last chunk."""
    declared = operation("/x", replies=(Reply(200, (Media("text/csv", bytes),)),))
    response = await call(application(declared, handler=provide(Streaming)), "GET", "/x")

    assert response.body == b"a"
    assert events == ["function closed", "streaming", "task ran", "request closed"]
