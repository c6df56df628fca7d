"""The table says what a server really does: each row is held against one that is asked."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from accord.codegen import capabilities
from accord.codegen.capabilities import SCHEMA, Verdict, format_of
from accord.codegen.formats import BY_FORMAT
from accord.codegen.single import generate_one
from accord.gates.explain import explain
from accord.mock import Mock
from accord.runtime import Application, Principal

from .probes import FORMATS, NAMED, PROBES, Probe

_SCHEMES = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
_JSON = "application/json"


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, probe in {
        **PROBES,
        **{f"format-{key}": each for key, each in FORMATS.items()},
    }.items():
        value = {"type": "object", "required": ["v"], "properties": {"v": probe.schema}}
        paths[f"/{name}"] = {
            "post": {
                "requestBody": {"required": True, "content": {_JSON: {"schema": value}}},
                "responses": {"204": {"description": "Done."}},
            }
        }
    number = {"schema": {"type": "integer", "maximum": 2}}
    paths["/number"] = {
        "get": {
            "operationId": "getNumber",
            "tags": ["own"],
            "security": [{"key": ["read"]}],
            "parameters": [{"name": "q", "in": "query", "explode": False, "schema": {
                "type": "array", "items": {"type": "integer"}}}],
            "responses": {
                "200": {
                    "description": "One.",
                    "headers": {"X-Left": {"required": True, "schema": {"type": "integer"}}},
                    "links": {
                        "again": {"operationId": "getNumber"},
                        "next": {
                            "operationId": "getNumber",
                            "parameters": {"q": "$response.body#/next"},
                        },
                    },
                    "content": {_JSON: number, "text/plain": {"schema": {"maxLength": 1}}},
                }
            },
            "callbacks": {"on": {"/hook": {"post": {"responses": {"200": {"description": "."}}}}}},
        },
        "put": {
            "operationId": "putNumber",
            "tags": ["own"],
            "requestBody": {"required": True, "content": {
                "text/plain": {"schema": {"type": "string", "maxLength": 1}},
                "application/xml": {"schema": {"type": "string", "maxLength": 1}}}},
            "responses": {"200": {"description": "One.", "content": {_JSON: number}}},
        },
    }  # fmt: skip
    return paths


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every probe as an operation of its own."""
    path = tmp_path_factory.mktemp("explained") / "contract.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Probes", "version": "1.0.0"},
        "servers": [{"url": "https://example.com/base"}, {"url": "https://other.example.com/not"}],
        "paths": _paths(),
        "components": {"schemas": NAMED, "securitySchemes": _SCHEMES},
    }
    path.write_text(json.dumps(document, indent=1))
    return path


@pytest.fixture(scope="module")
def routes(contract: Path) -> Iterator[Any]:
    generate_one(contract, contract.parent / "explained_probes", root=contract.parent)
    sys.path.insert(0, str(contract.parent))
    yield importlib.import_module("explained_probes.routes")
    sys.path.remove(str(contract.parent))
    for name in [name for name in sys.modules if name.startswith("explained_probes")]:
        del sys.modules[name]


class _Own:
    """Answers what the test asks for, whatever the contract says."""

    def __init__(self, made: Any) -> None:
        self.made = made

    async def get_number(self, **inputs: Any) -> Any:
        return self.made

    async def put_number(self, **inputs: Any) -> Any:
        return self.made


async def _verify(key: str) -> Principal | None:
    return {"all": Principal("a", frozenset({"read"})), "none": Principal("b", frozenset())}.get(
        key
    )


def _caller(routes: Any, made: Any = None, **options: Any) -> httpx.AsyncClient:
    none = dict.fromkeys(inspect.signature(routes.api).parameters)
    api = routes.api(**{**none, "own": _Own(made)})
    app = Application(apis=[api], missing=Mock(), verify={"key": _verify}, **options)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://probes")


@pytest.fixture
async def caller(routes: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with _caller(routes) as client:
        yield client


async def _is_enforced(caller: httpx.AsyncClient, name: str, probe: Probe) -> bool:
    kept = await caller.post(f"/base/{name}", json={"v": probe.keeps})
    assert kept.status_code == 204, kept.text
    broken = await caller.post(f"/base/{name}", json={"v": probe.breaks})
    assert broken.status_code in (204, 422), broken.text
    return broken.status_code == 422


def test_every_keyword_of_the_table_is_probed() -> None:
    """And every format that has a type of its own."""
    assert SCHEMA.keys() - {"nullable", "$ref"} == PROBES.keys() - {"unheard-of"}
    assert {name for _, name in BY_FORMAT} <= FORMATS.keys()


@pytest.mark.parametrize("keyword", PROBES)
async def test_a_keyword_is_enforced_where_the_table_says_so(
    caller: httpx.AsyncClient, keyword: str
) -> None:
    """A value that breaks it is a 422, or passes."""
    says = SCHEMA.get(keyword, capabilities.UNKNOWN_KEYWORD).verdict
    enforced = await _is_enforced(caller, keyword, PROBES[keyword])
    assert enforced == (says is Verdict.ENFORCED)


@pytest.mark.parametrize("name", FORMATS)
async def test_a_format_is_enforced_where_the_table_says_so(
    caller: httpx.AsyncClient, name: str
) -> None:
    """The same for formats."""
    probe = FORMATS[name]
    says = format_of((probe.schema["type"],), name).verdict
    assert await _is_enforced(caller, f"format-{name}", probe) == (says is Verdict.ENFORCED)


async def test_parameters_and_credentials_are_enforced(routes: Any) -> None:
    """Style, type, credential and scope."""
    ok = routes.CONTRACT.operations  # keeps the package imported
    assert ok
    handlers = importlib.import_module("explained_probes.handlers")
    made = handlers.GetNumber200(body=1, x_left=1)
    async with _caller(routes, made) as caller:
        headers = {"X-Key": "all"}
        number = "/base/number"
        assert (await caller.get(number)).status_code == 401
        assert (await caller.get(number, headers={"X-Key": "none"})).status_code == 403
        assert (await caller.get(f"{number}?q=1,2", headers=headers)).status_code == 200
        assert (await caller.get(f"{number}?q=1,a", headers=headers)).status_code == 422
        assert (await caller.get("/number", headers=headers)).status_code == 404
        assert (await caller.get("/not/number", headers=headers)).status_code == 404
        other = {**headers, "Accept": "image/png"}
        assert (await caller.get(number, headers=other)).status_code == 406
        assert "link" not in (await caller.get(number, headers=headers)).headers


async def test_replies_are_typed_and_held_to_their_schema_only_if_asked(routes: Any) -> None:
    """A number that is too large passes, unless replies are checked; a wrong type never does, and
    no reply lacks a header that is required."""
    handlers = importlib.import_module("explained_probes.handlers")
    headers = {"Content-Type": "text/plain"}
    for made, checked, status in ((9, 0.0, 200), (9, 1.0, 500), (object(), 0.0, 500)):
        async with _caller(routes, made, check_replies=checked) as caller:
            answer = await caller.put("/base/number", content=b"x", headers=headers)
            assert answer.status_code == status, (made, checked)
    lacking = handlers.GetNumber200(body=1, x_left=None)
    async with _caller(routes, lacking) as caller:
        answer = await caller.get("/base/number", headers={"X-Key": "all"})
        assert answer.status_code == 500


async def test_xml_passes_as_it_is(routes: Any) -> None:
    """Unless it is a single value: that is held to its schema. What is not listed is refused."""
    async with _caller(routes, 1) as caller:
        text = {"Content-Type": "text/plain"}
        assert (await caller.put("/base/number", content=b"xxx", headers=text)).status_code == 422
        xml = {"Content-Type": "application/xml"}
        assert (await caller.put("/base/number", content=b"xxx", headers=xml)).status_code == 200
        other = {"Content-Type": "text/html"}
        assert (await caller.put("/base/number", content=b"x", headers=other)).status_code == 415


def test_the_report_says_so(contract: Path) -> None:
    """Each with the line where it stands."""
    found = {(each.kind, each.name): each for each in explain(contract).found}
    verdicts = {key: each.verdict.value for key, each in found.items()}
    assert verdicts["parameter", "query q"] == "enforced"
    assert verdicts["security", "key"] == "enforced"
    assert verdicts["server", "https://example.com/base"] == "enforced"
    assert verdicts["server", "https://other.example.com/not"] == "ignored"
    assert verdicts["response header", "X-Left"] == "enforced"
    assert verdicts["link", "again"] == "ignored"
    assert verdicts["callback", "on"] == "typed only"
    assert verdicts["request media type", "application/xml"] == "typed only"
    assert verdicts["request media type", "text/plain"] == "enforced"
    assert verdicts["schema unheard-of", ""] == "ignored"
    lines = contract.read_text().splitlines()
    assert '"unheard-of": 1' in lines[found["schema unheard-of", ""].line - 1]
