"""What handler classes ask for: solved by FastAPI's machinery, once or for each request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path as FilePath
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, Header, Query, Request, Response

from accord.runtime import Application, per_application, provide
from accord.runtime.declare import JSON, Api, Body, Contract, Http, Media, Operation, Path, Reply
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, operation

TEXT = (Reply(200, (Media(JSON, Any),)),)
events: list[str] = []


@pytest.fixture(autouse=True)
def _empty_log() -> None:
    events.clear()


def serving(
    handler: type, *operations: Operation, also: type | None = None, **options: Any
) -> Application:
    """`handler` for the tag `things`, and perhaps `also` for another contract's."""
    operations = operations or (operation("/x", replies=TEXT),)
    apis = [Api(_contract("one/v1", operations), {"things": provide(handler)})]
    if also is not None:
        second = operation("/y", replies=TEXT)
        apis.append(Api(_contract("two/v1", (second,)), {"things": provide(also)}))
    return Application(apis=apis, **options)


def _contract(name: str, operations: tuple[Operation, ...]) -> Contract:
    return Contract(
        name=name,
        title="",
        release="1",
        document=FilePath("contract.json"),
        operations=operations,
        schemes={"bearer": Http("bearer")},
    )


async def get(call: Call, app: Application, path: str = "/x", headers: Any = ()) -> Any:
    response = await call(app, "GET", path, headers)
    assert response.status == 200, response.body
    return response.json()


# What lives as long as the application.


@per_application
def wiring(request: Request) -> str:
    events.append("wiring")
    return f"wiring of {request.app.title}"


class Service:
    def __init__(self, wiring: Annotated[str, Depends(wiring)]) -> None:
        events.append("service")
        self.wiring = wiring


class Lasting:
    def __init__(self, service: Annotated[Service, Depends()]) -> None:
        events.append("handler")
        self.service = service

    async def handle(self) -> str:
        return self.service.wiring


class AlsoLasting(Lasting):
    pass


async def test_what_lives_as_long_as_the_application_is_made_once(call: Call) -> None:
    """Layer by layer, for all handlers and contracts together, and for any number of requests."""
    app = serving(Lasting, also=AlsoLasting)

    first = await asyncio.gather(*(get(call, app, path) for path in ("/x", "/y") * 5))

    assert first == [f"wiring of {app.title}"] * 10
    assert sorted(events) == ["handler", "handler", "service", "wiring"]


def test_it_is_made_before_the_first_request(serve: Serve) -> None:
    """In the lifespan, after the application's own, so that no caller waits for it."""
    serve(serving(Lasting))

    assert events == ["wiring", "service", "handler"]


class Session:
    def __init__(self, name: str) -> None:
        self.name = name


async def session(wiring: Annotated[str, Depends(wiring)]) -> AsyncIterator[Session]:
    events.append("session opened")
    yield Session(wiring)
    events.append("session closed")


class Mixed:
    def __init__(
        self,
        service: Annotated[Service, Depends()],
        session: Annotated[Session, Depends(session)],
    ) -> None:
        self.service = service
        self.session = session

    async def handle(self) -> bool:
        return self.session.name is self.service.wiring


async def test_a_handler_may_need_both(call: Call) -> None:
    """A session for each request, over services that are made once."""
    app = serving(Mixed)

    assert [await get(call, app), await get(call, app)] == [True, True]
    assert events == ["wiring", "service", *["session opened", "session closed"] * 2]


class PlainInput:
    def __init__(self, request: Request) -> None:
        self.request = request

    async def handle(self) -> str:
        return str(self.request.headers["x-name"])


async def test_a_handler_that_takes_the_request_is_made_for_each(call: Call) -> None:
    """Whatever it is that it asks of the request."""
    app = serving(PlainInput)

    assert await get(call, app, headers={"x-name": "a"}) == "a"
    assert await get(call, app, headers={"x-name": "b"}) == "b"


def test_what_lives_as_long_as_the_application_cannot_yield() -> None:
    """There is no request to close it after; the message says where it belongs."""
    with pytest.raises(TypeError, match=r"session yields: .* in the lifespan"):
        per_application(session)


# For each request.


def fresh() -> int:
    events.append("fresh")
    return len(events)


class Twice:
    def __init__(
        self, one: Annotated[int, Depends(fresh)], two: Annotated[int, Depends(fresh)]
    ) -> None:
        self.values = [one, two]

    async def handle(self) -> list[int]:
        return self.values


async def test_everything_else_is_solved_once_a_request(call: Call) -> None:
    """A function with no inputs too: nobody knows what it makes."""
    app = serving(Twice)

    assert [await get(call, app), await get(call, app)] == [[1, 1], [2, 2]]


class Asking:
    """Its dependencies read the request as any FastAPI dependency does."""

    def __init__(
        self,
        request: Request,
        page: Annotated[int, Query(ge=1)],
        x_trace: Annotated[str, Header()],
        response: Response,
    ) -> None:
        response.headers["x-seen"] = x_trace
        self.value = [request.path_params["number"], page, x_trace]

    async def handle(self, *, number: int) -> list[Any]:
        return self.value


async def test_dependencies_read_the_request(call: Call) -> None:
    """Path, query and headers, and set headers of the answer; faults are a 422 problem."""
    declared = operation("/x/{number}", parameters=(Path("number", int, "integer"),), replies=TEXT)
    app = serving(Asking, declared)

    good = await call(app, "GET", "/x/7?page=2", {"x-trace": "t"})
    assert (good.json(), good.header("x-seen")) == (["7", 2, "t"], "t")
    bad = await call(app, "GET", "/x/7?page=0")
    assert (bad.status, sorted(bad.faults)) == (422, [("header", "x-trace"), ("query", "page")])


async def raw_body(request: Request) -> bytes:
    return await request.body()


class Signed:
    def __init__(self, raw: Annotated[bytes, Depends(raw_body)]) -> None:
        self.raw = raw

    async def handle(self, *, body: Any) -> list[Any]:
        return [self.raw.decode(), body]


async def test_a_dependency_may_read_the_body(call: Call) -> None:
    """To check a signature, for instance: the handler gets it all the same."""
    declared = operation("/x", "POST", body=Body((Media(JSON, Any),)), replies=TEXT)
    response = await call(
        serving(Signed, declared), "POST", "/x", {"content-type": JSON}, [b'{"a"', b":1}"]
    )

    assert response.json() == ['{"a":1}', {"a": 1}]


class Never:
    def __init__(self, session: Annotated[Session, Depends(session)]) -> None: ...

    async def handle(self, *, number: int, principal: Any) -> None: ...


async def test_who_is_refused_opens_nothing(call: Call) -> None:
    """Security and parameters are looked at first."""
    declared = operation(
        "/x/{number}",
        parameters=(Path("number", int, "integer"),),
        replies=(Reply(204),),
        security=({"bearer": ()},),
    )
    app = serving(Never, declared, unverified="accept")

    assert (await call(app, "GET", "/x/7")).status == 401
    assert (await call(app, "GET", "/x/y", {"authorization": "Bearer a"})).status == 422
    assert "session opened" not in events


def careless(method: Any) -> Any:
    """A decorator without functools.wraps: what it returns has neither name nor signature."""

    async def replacement(*args: Any, **keywords: Any) -> Any:
        events.append("decorated")
        return await method(*args, **keywords)

    return replacement


class Decorated:
    def __init__(self, service: Annotated[Service, Depends()]) -> None:
        self.service = service

    @careless
    async def handle(self, *, number: int) -> list[Any]:
        return [number, self.service.wiring]


async def test_a_careless_decorator_loses_nothing(call: Call) -> None:
    """What a request has is read from the contract, never from a method's signature."""
    declared = operation("/x/{number}", parameters=(Path("number", int, "integer"),), replies=TEXT)
    app = serving(Decorated, declared, title="it")

    good = await call(app, "GET", "/x/7")
    assert (good.json(), events[-1]) == ([7, "wiring of it"], "decorated")
    assert (await call(app, "GET", "/x/y")).faults == [("path", "number")]


# Overrides.


def other_wiring() -> str:
    return "another"


async def other_session() -> AsyncIterator[Session]:
    yield Session("other session")


async def test_overrides_take_effect_and_end(call: Call) -> None:
    """Set before or after the instance was made; cleared, the instance serves again."""
    app = serving(Lasting)
    before = await get(call, app)

    app.dependency_overrides[wiring] = other_wiring
    assert await get(call, app) == "another"
    app.dependency_overrides = {}
    assert await get(call, app) == before
    assert events.count("wiring") == 1

    early = serving(Lasting)
    early.dependency_overrides[wiring] = other_wiring
    assert await get(call, early) == "another"
    early.dependency_overrides.clear()
    assert await get(call, early) == f"wiring of {early.title}"


async def test_overrides_of_what_is_made_for_each_request(call: Call) -> None:
    """Beside an override nothing stale is used."""
    app = serving(Mixed)
    assert await get(call, app) is True
    app.dependency_overrides[session] = other_session
    assert await get(call, app) is False


def test_an_override_at_start_up(serve: Serve) -> None:
    """Set before the server starts, what is overridden is never called."""
    app = serving(Lasting)
    app.dependency_overrides[wiring] = other_wiring

    assert httpx.get(f"{serve(app)}/x").json() == "another"
    assert "wiring" not in events
