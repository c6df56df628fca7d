"""The `type` of every problem opens a page."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from accord.runtime import Application, Problem, context
from accord.runtime.problem import CODES, problem_bytes
from accord.service.access_log import AccessLog
from accord.service.body_limit import BodyLimit
from accord.service.problem_pages import ENGINE_KINDS, Kind, problem_routes
from accord.service.rate_limit import MemoryLimiter, Quota, RateLimit
from accord.service.security_headers import SecurityHeaders

ACCORD = Path(__file__).parents[3] / "accord"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def said_by_the_engine() -> set[str]:
    """Every `code="…"` of a Problem in the packages that serve."""
    return {
        keyword.value.value
        for package in ("runtime", "service")
        for file in (ACCORD / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
        for keyword in node.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }


def test_every_code_of_the_engine_has_a_page() -> None:
    """Those written in its source and those made of a status, and no page without a code."""
    assert said_by_the_engine() | set(CODES.values()) == set(ENGINE_KINDS)


@pytest.mark.parametrize("code", sorted(ENGINE_KINDS.keys() - {"cors_refused", "uri_too_long"}))
def test_a_kind_has_one_title(code: str) -> None:
    """RFC 9457: the title of a type is the same on its page and in every answer."""
    token = context.problem_types.set("/problems")
    body = json.loads(problem_bytes(Problem(ENGINE_KINDS[code].status, code=code)))
    context.problem_types.reset(token)
    assert body["title"] == ENGINE_KINDS[code].title


def test_statuses_agree() -> None:
    """The page of a status' own code names that status."""
    for status, code in CODES.items():
        assert ENGINE_KINDS[code].status == status


@pytest.mark.parametrize("code", ENGINE_KINDS)
async def test_a_page_is_read_by_people_and_programs(call: Any, code: str) -> None:
    """HTML for browsers, JSON for everybody else; nothing is loaded from anywhere."""
    app = Starlette(routes=problem_routes(ENGINE_KINDS))
    page = await call(app, url=f"/problems/{code}", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert ENGINE_KINDS[code].title in page.text
    for foreign in ("<script", "<link", "<img", "http"):
        assert foreign not in page.text
    members = (await call(app, url=f"/problems/{code}")).json()
    assert (members["type"], members["code"]) == (f"/problems/{code}", code)


async def test_the_index_lists_them_all(call: Any) -> None:
    """With a link to each."""
    app = Starlette(routes=problem_routes(ENGINE_KINDS))
    page = await call(app, url="/problems", headers=BROWSER)
    assert all(f'href="/problems/{code}"' in page.text for code in ENGINE_KINDS)
    listed = (await call(app, url="/problems")).json()["problems"]
    assert [each["code"] for each in listed] == list(ENGINE_KINDS)


async def test_text_is_escaped(call: Any) -> None:
    """A title is text, whatever is in it."""
    kinds = {"odd": Kind(400, "<b>&", '"<i>', "</p>")}
    page = await call(Starlette(routes=problem_routes(kinds)), url="/problems/odd", headers=BROWSER)
    assert "<b>" not in page.text
    assert "<i>" not in page.text


async def test_problems_of_every_layer_name_their_page(call: Any) -> None:
    """Of a middleware, of the router, of a method, and of the page that is not there: the type
    opens."""
    app = Application(
        apis=[],
        problem_types="/problems",
        routes=problem_routes(ENGINE_KINDS),
        middleware=[
            Middleware(AccessLog, write=lambda line: None),
            Middleware(SecurityHeaders),
            Middleware(RateLimit, limiter=MemoryLimiter(Quota(10, 3600)), exempt={"/nowhere"}),
            Middleware(BodyLimit, max_bytes=10),
        ],
    )
    replies = [
        await call(app, url="/nowhere"),
        await call(app, "POST", "/problems"),
        await call(app, "POST", "/problems", content=b"x" * 11),
        await call(app, url="/problems/unheard_of"),
    ]
    seen = [(reply.status_code, reply.json()["type"]) for reply in replies]
    assert seen == [
        (404, "/problems/not_found"),
        (405, "/problems/method_not_allowed"),
        (413, "/problems/content_too_large"),
        (404, "/problems/not_found"),
    ]
    for _, type_ in seen:
        assert (await call(app, url=type_)).status_code == 200
    while (limited := await call(app, url="/problems")).status_code == 200:
        pass
    assert limited.json()["type"] == "/problems/too_many_requests"


async def test_without_pages_the_type_says_nothing(call: Any) -> None:
    """An application that has none answers `about:blank`, as RFC 9457 has it."""
    assert (await call(Application(apis=[]), url="/nowhere")).json()["type"] == "about:blank"
