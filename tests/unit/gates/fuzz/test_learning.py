"""A planted bug: found, made small, kept, found at once the next time, and gone when mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from accord.gates.application import Running
from accord.gates.fuzz.campaign import Campaign
from accord.gates.fuzz.report import Report
from tests.conftest import Serve

pytestmark = pytest.mark.slow
CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /things:
    post:
      operationId: createThing
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              additionalProperties: false
              properties:
                name: {type: string, minLength: 1, maxLength: 40, pattern: '^[a-z0-9]+$'}
                note: {type: string, maxLength: 9}
      responses:
        '201':
          description: Made.
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties: {id: {type: string}}
          links:
            read: {operationId: getThing, parameters: {id: '$response.body#/id'}}
        '400': {description: That is none.}
        '422': {description: That is none.}
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The thing.
          content: {application/json: {schema: {type: object, required: [name]}}}
        '404': {description: There is none.}
"""


class Shop:
    """A shop that takes names of up to `longest` characters, and shows things with `name`."""

    def __init__(self, *, longest: int = 40, name: str = "name") -> None:
        self.longest, self.name = longest, name
        self.made: dict[str, dict[str, Any]] = {}
        self.app = Starlette(
            routes=[
                Route("/things", self.create, methods=["POST"]),
                Route("/things/{id}", self.read, methods=["GET"]),
            ]
        )

    async def create(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if not self.is_sound(body):
            return Response(status_code=422)
        id_ = f"thing-{len(self.made) + 1000}"
        self.made[id_] = {self.name: body["name"]}
        return JSONResponse({"id": id_}, 201)

    def is_sound(self, body: Any) -> bool:
        if not isinstance(body, dict) or not {"name"} <= body.keys() <= {"name", "note"}:
            return False
        name, note = body["name"], body.get("note", "")
        return (
            isinstance(name, str)
            and isinstance(note, str)
            and 1 <= len(name) <= self.longest
            and name.isascii()
            and name.isalnum()
            and name == name.lower()
            and len(note) <= 9
        )

    async def read(self, request: Request) -> Response:
        found = self.made.get(request.path_params["id"])
        return Response(status_code=404) if found is None else JSONResponse(found)


CHECKS = """\
[tool.accord.fuzz.checks]
unsupported_method = { enabled = false }
negative_data_rejection = { enabled = false }
[[tool.accord.fuzz.operations]]
include-operation-id = "getThing"
checks.positive_data_acceptance.expected-statuses = ["2xx", "404"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that serves one contract."""
    (tmp_path / "openapi" / "shop").mkdir(parents=True)
    (tmp_path / "openapi" / "shop" / "v1.yaml").write_text(CONTRACT)
    (tmp_path / "pyproject.toml").write_text(CHECKS)
    return tmp_path


def fuzz(root: Path, serve: Serve, shop: Shop) -> Report:
    campaign = Campaign(root, ("shop/v1",), max_examples=20)
    (report,) = campaign.run(Running(serve(shop.app), None))
    return report


def test_a_planted_bug_is_learnt(root: Path, serve: Serve) -> None:
    """Names of more than 30 characters are refused: the case has 31 and nothing else."""
    assert fuzz(root, serve, Shop()).passed
    report = fuzz(root, serve, Shop(longest=30))
    (failure,) = report.failures
    assert failure.check == "positive_data_acceptance"
    assert report.replayed == 0
    case = json.loads((root / failure.case).read_text())
    (request,) = case["requests"]
    assert request["operation"] == "POST /things"
    assert request["body"]["json"].keys() == {"name"}
    assert len(request["body"]["json"]["name"]) == 31

    again = fuzz(root, serve, Shop(longest=30))
    assert (again.passed, again.replayed, again.cases) == (False, 1, 1)
    assert [each.case for each in again.failures] == [failure.case]
    assert [phase.name for phase in again.phases] == ["cases"], "nothing is generated"

    mended = fuzz(root, serve, Shop())
    assert (mended.passed, mended.replayed) == (True, 1)


def test_a_bug_behind_another_request_is_learnt_with_it(root: Path, serve: Serve) -> None:
    """What is made first is asked for by the id that it has this time."""
    shop = Shop(name="title")
    report = fuzz(root, serve, shop)
    failure = next(each for each in report.failures if each.operation == "GET /things/{id}")
    case = json.loads((root / failure.case).read_text())
    assert [each["operation"] for each in case["requests"]] == ["POST /things", "GET /things/{id}"]
    assert case["bound"] == {"/1/path_parameters/id": "/0/body/id"}
    other = Shop(name="title")
    other.made = {f"thing-{number}": {"title": "x"} for number in range(5)}
    assert not fuzz(root, serve, other).passed
    assert fuzz(root, serve, Shop()).passed
