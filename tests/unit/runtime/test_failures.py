"""What becomes of exceptions: domain errors, FastAPI's, the user's handlers, and defects."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import httpx
import pytest
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.requests import ClientDisconnect

from accord.runtime import Application, FieldError, Problem, context
from accord.runtime.declare import Query, Reply, problems
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, Response, application, operation


class StoreError(Exception):
    pass


class NotFound(StoreError):
    pass


class ItemNotFound(NotFound):
    pass


PROBLEMS = {
    StoreError: lambda error: Problem(409, code="conflict", detail=str(error)),
    NotFound: lambda error: Problem(404, code="gone", detail=str(error)),
}


def raising(error: BaseException, **options: Any) -> Application:
    async def handle() -> None:
        raise error

    options.setdefault("problems", PROBLEMS)
    declared = operation("/x", replies=(Reply(204),), errors=problems(404, 409, 418, 422, 500, 503))
    return application(declared, handler=handle, **options)


async def ask(call: Call, app: Application) -> Response:
    return await call(app, "GET", "/x")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (StoreError("a"), 409, "conflict"),
        (NotFound("a"), 404, "gone"),
        (ItemNotFound("a"), 404, "gone"),
    ],
)
async def test_domain_errors_are_translated_by_their_closest_base(
    call: Call, error: Exception, status: int, code: str
) -> None:
    """One table, read along the error's classes."""
    response = await ask(call, raising(error))

    assert (response.status, response.json()["code"]) == (status, code)
    assert response.json()["detail"] == "a"
    assert response.raised is None


async def test_a_problem_is_answered_as_it_says(call: Call) -> None:
    """Every member, extensions and headers included; the request's id is added."""
    problem = Problem(
        503,
        code="away",
        title="Away",
        detail="Back soon.",
        type="https://store.test/away",
        errors=[FieldError("bad", "It is bad.", pointer="/a")],
        headers={"Retry-After": "5"},
        balance=30,
    )
    context.request_id.set("r-1")
    response = await ask(call, raising(problem))

    assert response.header("retry-after") == "5"
    assert response.json() == {
        "type": "https://store.test/away",
        "title": "Away",
        "status": 503,
        "code": "away",
        "detail": "Back soon.",
        "instance": "/x",
        "request_id": "r-1",
        "errors": [{"pointer": "/a", "code": "bad", "detail": "It is bad."}],
        "balance": 30,
    }


async def test_http_exceptions_are_problems(call: Call) -> None:
    """Starlette's and FastAPI's, with their headers."""
    error = HTTPException(418, "No coffee.", headers={"X-Pot": "tea"})
    response = await ask(call, raising(error))

    assert (response.status, response.json()["detail"]) == (418, "No coffee.")
    assert response.header("x-pot") == "tea"


async def test_extensions_are_written_whatever_they_are(call: Call) -> None:
    """An answer does not fail for a date or an object of the application's own."""
    when = datetime(2026, 1, 31, tzinfo=UTC)

    async def handle() -> None:
        raise Problem(409, code="taken", since=when, by=PurePosixPath("me"), rate=math.inf)

    problem = await call(application(operation("/x"), handler=handle), "GET", "/x")

    assert problem.status == 409
    extensions = {name: problem.json()[name] for name in ("since", "by", "rate")}
    assert extensions == {"since": "2026-01-31T00:00:00Z", "by": "me", "rate": "Infinity"}


async def test_an_unknown_error_shows_nothing(call: Call) -> None:
    """A 500 problem; the error goes on to the server, whole."""
    error = RuntimeError("password=hunter2")
    response = await ask(call, raising(error))

    assert (response.status, response.json()["code"]) == (500, "internal_error")
    assert b"hunter2" not in response.body
    assert b"RuntimeError" not in response.body
    assert response.raised is error


def test_an_unknown_error_is_logged_by_the_server(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, with its traceback."""
    assert httpx.get(serve(raising(RuntimeError("broken"))) + "/x").status_code == 500

    # The server logs after it has answered.
    until = time.monotonic() + 5
    while "RuntimeError" not in caplog.text and time.monotonic() < until:
        time.sleep(0.01)
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 1
    assert "RuntimeError: broken" in caplog.text


@pytest.mark.parametrize("depth", [1, 3])
async def test_the_one_error_of_a_task_group_is_answered_as_itself(call: Call, depth: int) -> None:
    """Parallel work in a handler fails like work in order."""

    async def fail(level: int) -> None:
        if level == 0:
            raise ItemNotFound("in a task")
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(level - 1))
            group.create_task(asyncio.sleep(10))

    async def handle() -> None:
        await fail(depth)

    declared = operation("/x", replies=(Reply(204),))
    response = await ask(call, application(declared, handler=handle, problems=PROBLEMS))

    assert (response.status, response.json()["code"]) == (404, "gone")


async def test_other_groups_are_defects(call: Call) -> None:
    """Several errors, or one that nobody translates: the group reaches the log as it is."""
    for group in (
        ExceptionGroup("two", [NotFound("a"), NotFound("b")]),
        ExceptionGroup("one", [RuntimeError("a")]),
    ):
        response = await ask(call, raising(group))
        assert (response.status, response.raised) == (500, group)


async def test_a_group_that_is_translated_itself(call: Call) -> None:
    """An application may have words for groups."""
    table = {ExceptionGroup: lambda error: Problem(409, code="several")}
    response = await ask(call, raising(ExceptionGroup("g", [NotFound("a")]), problems=table))

    assert response.json()["code"] == "several"


async def test_exception_handlers_of_the_user(call: Call) -> None:
    """As with FastAPI: by type or status, plain or async, given at once or added later."""
    app = raising(ItemNotFound("a"))

    @app.exception_handler(NotFound)
    async def not_found(request: Request, error: NotFound) -> JSONResponse:
        return JSONResponse({"mine": str(error), "at": request.url.path}, 410)

    assert (await ask(call, app)).json() == {"mine": "a", "at": "/x"}

    by_status = raising(HTTPException(418), exception_handlers={418: _teapot})
    assert (await ask(call, by_status)).body == b"teapot"
    any_problem = raising(Problem(404, code="x"), exception_handlers={Problem: _teapot})
    assert (await ask(call, any_problem)).body == b"teapot"
    in_a_group = raising(ExceptionGroup("g", [KeyError()]), exception_handlers={KeyError: _teapot})
    assert (await ask(call, in_a_group)).body == b"teapot"


@pytest.mark.parametrize("key", [Exception, 500])
async def test_the_users_last_resort(call: Call, key: Any) -> None:
    """A handler for everything answers, and the error still goes on to the server."""
    response = await ask(call, raising(RuntimeError("x"), exception_handlers={key: _teapot}))

    assert (response.body, type(response.raised)) == (b"teapot", RuntimeError)


def _teapot(request: Request, error: Exception) -> PlainTextResponse:
    return PlainTextResponse("teapot", 418)


async def test_faults_of_the_engine_go_through_the_users_handlers(call: Call) -> None:
    """A 422 is a Problem like any other."""

    async def handle(*, n: int) -> None: ...

    declared = operation("/x", parameters=(Query("n", int, "integer"),), replies=(Reply(204),))
    app = application(declared, handler=handle, exception_handlers={Problem: _teapot})

    assert (await call(app, "GET", "/x?n=x")).body == b"teapot"


async def test_fastapis_own_routes_answer_alike(call: Call) -> None:
    """Problems and domain errors raised there are translated by the same table."""
    app = raising(StoreError())

    @app.get("/own/{kind}")
    async def own(kind: str) -> None:
        raise {"problem": Problem(409, code="taken"), "domain": ItemNotFound("a")}[kind]

    taken = await call(app, "GET", "/own/problem")
    assert (taken.status, taken.json()["code"], taken.raised) == (409, "taken", None)
    gone = await call(app, "GET", "/own/domain")
    assert (gone.status, gone.json()["code"], gone.raised) == (404, "gone", None)
    assert gone.header("content-type") == "application/problem+json"


async def test_faults_in_bodies_of_fastapis_own_routes(call: Call) -> None:
    """FastAPI's validation errors become problems with pointers and parameters."""
    app = raising(StoreError())

    @app.post("/own")
    async def own(numbers: list[int], size: int) -> None: ...

    response = await call(app, "POST", "/own", {"content-type": "application/json"}, b'[1,"x"]')

    assert response.status == 422
    assert sorted(response.faults) == [("/1",), ("query", "size")]


async def test_a_caller_who_left_is_no_error(call: Call) -> None:
    """Nothing is answered and nothing raised."""
    with pytest.raises(IndexError):  # no message was sent
        await ask(call, raising(ClientDisconnect()))


async def test_the_users_handler_of_validation_errors_stays(call: Call) -> None:
    """For FastAPI's own routes."""
    app = raising(StoreError(), exception_handlers={RequestValidationError: _teapot})

    @app.get("/own")
    async def own(size: int) -> None: ...

    assert (await call(app, "GET", "/own")).body == b"teapot"
