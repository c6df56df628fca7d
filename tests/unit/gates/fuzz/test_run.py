"""`accord fuzz`: finds what breaks the contract, and shows how to repeat it."""

from __future__ import annotations

import copy
import subprocess
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accord.errors import UsageError
from accord.gates.application import Running
from accord.gates.fuzz.report import Report
from accord.gates.fuzz.run import fuzz
from tests.conftest import Serve

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1.0.0"},
    "servers": [{"url": "/api"}],
    "security": [{"bearer": []}],
    "paths": {
        "/things/{size}": {
            "get": {
                "operationId": "getThing",
                "parameters": [
                    {
                        "name": "size",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer", "minimum": 0, "maximum": 1000},
                        "example": 7,
                    }
                ],
                "responses": {
                    "200": {
                        "description": "A thing.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["size"],
                                    "properties": {"size": {"type": "integer"}},
                                }
                            }
                        },
                    },
                    "401": {"description": "Who are you?"},
                    "422": {"description": "Not a size."},
                },
            }
        }
    },
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}


def shop(reply: dict[str, Any]) -> Starlette:
    """An application that checks the token and the size, and answers with `reply`."""

    async def get_thing(request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer t0ken":
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        size = request.path_params["size"]
        if not (size.isascii() and size.isdecimal() and int(size) <= 1000):
            return Response(status_code=422)
        return JSONResponse(reply)

    return Starlette(routes=[Route("/api/things/{size}", get_thing, methods=["GET"])])


def run(url: str, **options: Any) -> Report:
    return fuzz("shop/v1", DOCUMENT, Running(url, "t0ken"), max_examples=10, **options)


def test_application_that_keeps_its_contract(serve: Serve) -> None:
    """No failure; cases and operations are counted by phase; the contract is left as it was."""
    before = copy.deepcopy(DOCUMENT)
    report = run(serve(shop({"size": 1})))
    assert report.passed, str(report)
    assert report.operations == 1
    phases = {phase.name: phase for phase in report.phases}
    for name in ("examples", "coverage", "fuzzing"):
        assert phases[name].cases > 0
        assert phases[name].operations == 1
    assert report.cases == sum(phase.cases for phase in report.phases)
    assert before == DOCUMENT


def test_answers_by_operation(serve: Serve) -> None:
    """How many of each status came, and which of those listed never did."""
    listed = copy.deepcopy(DOCUMENT)
    responses = listed["paths"]["/things/{size}"]["get"]["responses"]
    responses |= {"409": {"description": "Never."}, "5XX": {"description": "Never."}}
    running = Running(serve(shop({"size": 1})), "t0ken")
    report = fuzz("shop/v1", listed, running, max_examples=10)
    (reached,) = report.reached.values()
    assert reached.counts["200"] > 0
    assert sum(reached.counts.values()) <= report.cases
    assert reached.missed == ("409", "5XX")
    assert "GET /things/{size}: 200×" in str(report)
    assert "not reached: 409 5XX" in str(report)


def test_planted_bug(serve: Serve) -> None:
    """A reply that the contract does not allow is found, with a command that shows it again."""
    report = run(serve(shop({"size": "large"})))
    assert not report.passed
    failures = {failure.check: failure for failure in report.failures}
    failure = failures["response_schema_conformance"]
    assert failure.operation == "GET /things/{size}"
    assert failure.answer == """200 '{"size":"large"}'"""
    shown = subprocess.run(
        failure.curl, shell=True, capture_output=True, text=True, timeout=20, check=True
    )
    assert shown.stdout == '{"size":"large"}'
    assert "GET /things/{size}: response_schema_conformance" in str(report)
    assert report.as_json()["passed"] is False


def test_same_seed_same_cases(serve: Serve) -> None:
    """The verdict can be repeated: the same seed sends as many cases to the same end."""
    url = serve(shop({"size": 1}))
    one, two = run(url, seed=7), run(url, seed=7)
    assert [phase.cases for phase in one.phases] == [phase.cases for phase in two.phases]


def test_settings_of_the_project(serve: Serve) -> None:
    """Schemathesis' own settings are passed on, and a wrong one is a fault of use."""
    url = serve(shop({"size": "large"}))
    quiet = {"checks": {"response_schema_conformance": {"enabled": False}}}
    assert run(url, settings=quiet).passed
    with pytest.raises(UsageError, match=r"\[tool\.accord\.fuzz\]"):
        run(url, settings={"chekcs": {}})


def test_a_reply_that_is_no_text_is_shown(serve: Serve) -> None:
    """Bytes where JSON was promised: a failure, shown as far as it can be read."""

    async def thing(request: Request) -> Response:
        return Response(b"\x1f\x8b\x08 packed", media_type="application/json")

    url = serve(Starlette(routes=[Route("/api/things/{size}", thing)]))
    report = fuzz("shop", DOCUMENT, Running(url, None), max_examples=1)
    assert any("packed" in failure.answer for failure in report.failures)
