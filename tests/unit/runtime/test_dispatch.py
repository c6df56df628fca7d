"""Operations answered ahead of FastAPI's router, and everything else still by it."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse

from accord.runtime import Application
from accord.runtime.declare import JSON, Api, Body, Contract, Media, Operation, Path, Reply
from tests.conftest import Serve
from tests.unit.runtime.conftest import Call, application, operation

TEXT = (Reply(200, (Media(JSON, str),)),)
READ = operation("/things/{name}", id="getThing", parameters=(Path("name", str),), replies=TEXT)
WRITE = operation(
    "/things/{name}", "PUT", parameters=(Path("name", str),), replies=TEXT, handler="put"
)
LIST = operation("/things", replies=TEXT, handler="list")
FOLDER = operation("/folders/", replies=TEXT, handler="list")


class Things:
    async def handle(self, *, name: str) -> str:
        return name

    async def put(self, *, name: str) -> str:
        return f"put {name}"

    async def list(self) -> str:
        return "all"


def things(*more: Operation, **options: Any) -> Application:
    return application(READ, WRITE, LIST, FOLDER, *more, handler=Things(), **options)


async def test_head_is_get_without_its_body(call: Call) -> None:
    """Same status and headers, length included; problems too."""
    app = things()
    got, head = await call(app, "GET", "/things/mug"), await call(app, "HEAD", "/things/mug")

    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    refused = await call(
        application(operation("/x", replies=TEXT), handler=None, missing="501"), "HEAD", "/x"
    )
    assert (refused.status, refused.body) == (501, b"")
    assert int(refused.header("content-length") or 0) > 0


async def test_options_says_what_the_path_takes(call: Call) -> None:
    """204 with Allow, HEAD included where there is a GET."""
    response = await call(things(), "OPTIONS", "/things/mug")

    assert (response.status, response.body) == (204, b"")
    assert response.header("allow") == "GET, HEAD, OPTIONS, PUT"


async def test_declared_head_and_options_are_served(call: Call) -> None:
    """A contract that has them is answered by its handlers."""

    async def handle() -> None:
        return None

    app = application(
        operation("/x", "HEAD", replies=(Reply(204),)),
        operation("/x", "OPTIONS", replies=(Reply(200),)),
        handler=handle,
    )
    assert (await call(app, "HEAD", "/x")).status == 204
    assert (await call(app, "OPTIONS", "/x")).status == 200


@pytest.mark.parametrize("method", ["POST", "DELETE", "TRACE", "BREW"])
async def test_another_method_is_a_405(call: Call, method: str) -> None:
    """A problem with Allow."""
    response = await call(things(), method, "/things/mug")

    assert response.status == 405
    assert response.header("allow") == "GET, HEAD, OPTIONS, PUT"
    assert response.header("content-type") == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "code": "method_not_allowed",
        "detail": "This path takes GET, HEAD, OPTIONS, PUT.",
        "instance": "/things/mug",
    }


async def test_405_of_a_path_without_get(call: Call) -> None:
    """HEAD is not promised where there is no GET."""
    app = application(
        operation("/jobs", "POST", replies=(Reply(204),)), handler=None, missing="501"
    )
    response = await call(app, "HEAD", "/jobs")

    assert (response.status, response.body) == (405, b"")
    assert response.header("allow") == "OPTIONS, POST"


async def test_an_unknown_path_is_a_404_problem(call: Call) -> None:
    """Whether or not it resembles one of the contract."""
    for path in ("/nothing", "/things/a/b", "/things//", "/", "//things"):
        response = await call(things(), "GET", path)
        assert (response.status, response.json()["code"]) == (404, "not_found"), path
        assert response.header("content-type") == "application/problem+json"


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/things/", "/things"),
        ("/things/?q=1&r=%20", "/things?q=1&r=%20"),
        ("/folders", "/folders/"),
        ("/things/a%2Fb/", "/things/a%2Fb"),
    ],
)
async def test_a_slash_too_many_or_too_few_redirects(call: Call, asked: str, location: str) -> None:
    """307, so that method and body stay; the query is kept."""
    response = await call(things(), "GET", asked)

    assert (response.status, response.header("location")) == (307, location)


async def test_redirects_can_be_switched_off_and_keep_the_root_path(call: Call) -> None:
    """As FastAPI's own `redirect_slashes`; behind a proxy the location has its prefix."""
    off = await call(things(redirect_slashes=False), "GET", "/things/")
    proxied = await call(things(), "GET", "/api/things/", root_path="/api")

    assert off.status == 404
    assert proxied.header("location") == "/api/things"


async def test_a_redirect_never_leaves_the_host(call: Call) -> None:
    """`//evil.example/things/` is no path of the contract, and no location either."""
    app = application(operation("/{a}/{b}/{c}", replies=TEXT), handler=None, missing="501")
    response = await call(app, "GET", "//evil.example/things/")

    assert response.status == 404


async def test_below_a_root_path_or_a_mount(call: Call) -> None:
    """The contract's paths start where the application does."""
    outer = FastAPI()
    outer.mount("/shop", things())

    assert (await call(things(), "GET", "/api/things/a%2Fb", root_path="/api")).json() == "a/b"
    assert (await call(outer, "GET", "/shop/things/mug")).json() == "mug"
    assert (await call(outer, "GET", "/things/mug")).status == 404


async def test_the_same_placeholder_twice(call: Call) -> None:
    """Both places hold one value; otherwise there is no such resource."""
    app = application(
        operation("/{name}/of/{name}", parameters=(Path("name", str),), replies=TEXT),
        handler=Things(),
    )
    assert (await call(app, "GET", "/a/of/a")).json() == "a"
    assert (await call(app, "GET", "/a/of/b")).status == 404


async def test_fastapis_own_routes_mounts_and_docs_stay(call: Call) -> None:
    """Beside the contract, also another method on one of its paths."""
    app = things()
    extra = APIRouter()

    @app.get("/own/{n}")
    async def own(n: int) -> int:
        return n

    @extra.post("/things")
    async def add() -> str:
        return "added"

    app.include_router(extra)
    app.mount("/files", PlainTextResponse("mounted"))

    assert (await call(app, "GET", "/own/7")).json() == 7
    assert (await call(app, "POST", "/things")).json() == "added"
    assert (await call(app, "GET", "/files/x")).body == b"mounted"
    assert b"swagger" in (await call(app, "GET", "/docs")).body
    refused = await call(app, "GET", "/own/x")
    assert (refused.status, refused.faults) == (422, [("path", "n")])
    assert refused.header("content-type") == "application/problem+json"


async def test_openapi_is_the_contract(call: Call, tmp_path: FilePath) -> None:
    """Of several contracts the one given last; with none, FastAPI's own."""
    document = tmp_path / "contract.json"
    document.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T"}, "paths": {}}))
    contract = Contract(name="t", title="", release="", document=document, operations=(READ,))
    app = Application(apis=[Api(contract, {"things": Things()})])

    assert app.openapi() == json.loads(document.read_text())
    assert (await call(app, "GET", "/openapi.json")).json() == app.openapi()
    assert (app.title, app.version) == ("t", "0")
    assert Application(apis=[]).openapi()["paths"] == {}


async def test_body_limit_of_fastapi(call: Call) -> None:
    """`max_body_size` is FastAPI's, and holds for operations too."""

    async def handle(*, body: str) -> str:
        return body

    app = application(
        operation("/x", "POST", body=Body((Media(JSON, str),)), replies=TEXT),
        handler=handle,
        max_body_size=10,
    )
    headers = {"content-type": JSON, "content-length": "50"}

    assert (await call(app, "POST", "/x", {"content-type": JSON}, b'"short"')).json() == "short"
    refused = await call(app, "POST", "/x", headers, json.dumps("x" * 48).encode())
    assert refused.status == 413
    chunked = await call(app, "POST", "/x", {"content-type": JSON}, [b'"' + b"x" * 9, b'xx"'])
    assert chunked.status == 413


def test_over_a_socket(serve: Serve) -> None:
    """Raw paths, HEAD, 405 and redirects as a server hands them over."""
    with httpx.Client(base_url=serve(things())) as client:
        assert client.get("/things/a%2Fb").json() == "a/b"
        assert client.get("/things/", follow_redirects=True).json() == "all"
        head = client.head("/things/mug")
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "5", b"")
        assert client.delete("/things/mug").headers["allow"] == "GET, HEAD, OPTIONS, PUT"
        assert client.get("/docs").status_code == 200
