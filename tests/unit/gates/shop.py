"""A small shop with a released contract, to be replayed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from accord.gates import commands
from tests.conftest import ROOT

DAY = date(2027, 1, 1)
CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
tags: [{name: things}]
security: [{bearer: []}]
paths:
  /things:
    get:
      operationId: listThings
      tags: [things]
      responses:
        '200':
          description: All things.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        '401': {description: Who are you?}
    post:
      operationId: createThing
      tags: [things]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewThing'}
      responses:
        '201':
          description: The new thing.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
        '400': {description: That is none.}
        '401': {description: Who are you?}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    NewThing:
      type: object
      required: [name]
      properties: {name: {type: string, minLength: 1, maxLength: 20}}
    Thing:
      type: object
      required: [id, name, made]
      properties: {id: {type: string, format: uuid}, name: {type: string}, made: {type: string}}
"""
APPLICATION = """\
import sys
import uuid
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NAMES = ["anvil", "bell"]


def thing(name):
    return {"id": str(uuid.uuid4()), "name": name, "made": datetime.now(UTC).isoformat()}


THINGS = [thing(name) for name in NAMES]


async def things(request):
    caller = request.headers.get("authorization", "").removeprefix("Bearer ")
    if caller not in ("t0ken", "a-stranger", "nobody-in-particular"):
        return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
    if request.method == "GET":
        return JSONResponse([] if caller == "a-stranger" else THINGS)
    try:
        name = (await request.json())["name"]
        assert isinstance(name, str)
        assert 1 <= len(name) <= 20
    except Exception:
        return Response(status_code=400)
    return JSONResponse(thing(name), 201)


app = Starlette(routes=[Route("/things", things, methods=["GET", "POST"])])
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""
SCENARIO = '''\
"""Wants a bell."""

from shop_v1_client.models import NewThing

SINCE = "1.0.0"


def run(shop):
    assert "bell" in {thing.name for thing in shop.things.list_things()}
    assert shop.things.create_thing(body=NewThing(name="horn")).name == "horn"
'''
PYPROJECT = """\
[tool.accord.application]
serve = "python shop.py {port}"
token = "echo t0ken"
token-for = "echo {caller}"
"""


def release(root: Path) -> Path:
    """The shop as a project at `root`, its contract released as 1.0.0."""
    files = {
        "openapi/shop/v1.yaml": CONTRACT,
        "shop.py": APPLICATION,
        "pyproject.toml": PYPROJECT,
        "clients/scenarios/shop/v1/want_a_bell.py": SCENARIO,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    if (ROOT / "node_modules").is_dir():
        (root / "node_modules").symlink_to(ROOT / "node_modules")
    assert commands.release(root, "shop/v1", "1.0.0", today=DAY) == 0
    return root


def change(project: Path, old: str, new: str) -> None:
    """Edits the shop's code."""
    text = (project / "shop.py").read_text()
    assert text.count(old) == 1
    (project / "shop.py").write_text(text.replace(old, new))
