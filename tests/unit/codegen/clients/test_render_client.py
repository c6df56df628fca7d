"""Clients: nothing of a contract is left out, and none of its text becomes code."""

from __future__ import annotations

import ast
import builtins
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml
from openapi_python_client import Project
from openapi_python_client.parser.errors import GeneratorError

from accord.codegen.clients import render_client
from accord.errors import ContractErrors
from accord.spec import read
from accord.spec.ir import Contract

ROOT = Path(__file__).parents[4]

OPERATION = """
openapi: 3.1.0
info: {title: Things, version: 1.0.0}
servers: [{url: /v3}]
paths:
  /things/{thingId}:
    get:
      operationId: getThing
      tags: [things]
      security: [{apiKey: []}]
      parameters:
        - {name: thingId, in: path, required: true, schema: {type: string}}
      responses:
        200:
          description: A thing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  securitySchemes:
    apiKey: {type: apiKey, in: header, name: X-Key}
  schemas:
    Thing:
      type: object
      required: [size]
      properties:
        size: {type: string, enum: [a-b, a_b]}
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that modules can be imported from."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def contract(folder: Path, document: str | Mapping[str, Any]) -> Contract:
    path = folder / "things.yaml"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return read(path)


def imported(folder: Path, files: Mapping[str, bytes], name: str) -> ModuleType:
    """The rendered client as a package, all of its modules imported."""
    for relative, content in files.items():
        path = folder / name / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for relative in files:
        if relative.endswith(".py"):
            importlib.import_module(".".join((name, *Path(relative).with_suffix("").parts)))
    return sys.modules[name]


def test_calls_what_the_contract_says(packages: Path) -> None:
    """Path with the servers' base, credentials in the contract's header, reply parsed: also
    members of an enum that differ in punctuation alone."""
    client = imported(packages, render_client(contract(packages, OPERATION)), "made_client")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"size": "a_b"})

    made = client.AuthenticatedClient(
        "http://things", token="secret", httpx_args={"transport": httpx.MockTransport(answer)}
    )
    operation = importlib.import_module("made_client.api.things.get_thing")
    thing = operation.sync("a/b", client=made)

    assert thing.size == "a_b"
    assert seen[0].url.raw_path == b"/v3/things/a%2Fb"
    assert seen[0].headers["X-Key"] == "secret"


def test_same_contract_same_bytes(packages: Path) -> None:
    """Rendering twice gives the same files."""
    once, twice = (render_client(contract(packages, OPERATION)) for _ in range(2))
    assert dict(once) == dict(twice)


@pytest.mark.parametrize("kind", ["api", "models"])
def test_what_would_be_left_out_is_a_fault(
    packages: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Should the generator write all but an operation, or a schema, what is missing is named and
    nothing is made."""
    build = Project.build

    def forgetful(project: Project) -> Any:
        errors = build(project)
        next(
            path
            for path in sorted((project.package_dir / kind).rglob("*.py"))
            if path.stem != "__init__"
        ).unlink()
        return errors

    monkeypatch.setattr(Project, "build", forgetful)
    with pytest.raises(ContractErrors) as refused:
        render_client(contract(packages, OPERATION))
    (fault,) = refused.value.faults
    assert "would lack" in fault.reason
    assert ("getThing" in fault.reason) == (kind == "api")
    assert fault.file.endswith("things.yaml")


def test_a_warning_of_the_generator_is_a_fault(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It warns and goes on; here nothing is made."""
    warning = GeneratorError(header="WARNING parsing GET /things", detail="will be omitted")
    monkeypatch.setattr(Project, "build", lambda project: [warning])
    with pytest.raises(ContractErrors, match="will be omitted"):
        render_client(contract(packages, OPERATION))


def test_names_that_differ_little(packages: Path) -> None:
    """Operations, schemas and properties that other generators give one name have one each."""
    document = yaml.safe_load(OPERATION)
    (item,) = document["paths"].values()
    document["paths"]["/other/{thingId}"] = {"get": {**item["get"], "operationId": "get-thing"}}
    document["components"]["schemas"]["thing"] = {
        "type": "object",
        "properties": {"+1": {"type": "integer"}, "-1": {"type": "integer"}, "class": {}},
    }
    package = imported(packages, render_client(contract(packages, document)), "alike_client")
    models = importlib.import_module("alike_client.models")
    data = {"+1": 1, "-1": 2, "class": 3}
    (other,) = set(models.__all__) - {"Thing", "ThingSize"}
    assert getattr(models, other).from_dict(data).to_dict() == data
    modules = [path.stem for path in Path(package.__path__[0]).glob("api/things/*.py")]
    assert len(modules) == 3


def test_brings_the_runtime_along(packages: Path) -> None:
    """Embedded, a client does without accord, which is not installed where it is used."""
    files = render_client(contract(packages, OPERATION), embed=True)
    for name, content in files.items():
        assert b"import accord" not in content, name
        assert b"from accord" not in content, name
    client = imported(packages, files, "embedded_client")
    operation = importlib.import_module("embedded_client.api.things.get_thing")
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"size": "a-b"}))
    made = client.AuthenticatedClient("http://things", httpx_args={"transport": transport})
    assert operation.sync("1", client=made).size == "a-b"


HOSTILE = '"""\nimport builtins; builtins.HARMED = True\n"""\\'


def test_text_never_becomes_code(packages: Path) -> None:
    """Titles, descriptions, tags, ids, names, values and headers are data in what is made."""
    document = yaml.safe_load(OPERATION)
    document["info"] |= {"title": HOSTILE, "description": HOSTILE}
    (item,) = document["paths"].values()
    item["get"] |= {"summary": HOSTILE, "description": HOSTILE, "operationId": "get" + HOSTILE}
    item["get"]["tags"] = ["../../" + HOSTILE]
    item["get"]["parameters"].append(
        {"name": f"q{HOSTILE}", "in": "query", "description": HOSTILE, "schema": {"type": "string"}}
    )
    document["paths"] = {'/things/{thingId}/"+builtins.HARMED+"': item}
    document["components"]["securitySchemes"]["apiKey"]["name"] = 'X"+builtins.HARMED+"'
    thing = document["components"]["schemas"]["Thing"]
    thing |= {"description": HOSTILE, "title": HOSTILE}
    thing["properties"][HOSTILE] = {"type": "string", "default": HOSTILE, "description": HOSTILE}
    thing["properties"]["size"]["enum"] = [HOSTILE, "'); builtins.HARMED = True; ('"]

    files = render_client(contract(packages, document))
    imported(packages, files, "hostile_client")

    assert not hasattr(builtins, "HARMED")
    for name, content in files.items():
        assert ".." not in Path(name).parts
        assert not Path(name).is_absolute()
        for node in ast.walk(ast.parse(content)):
            assert getattr(node, "attr", "") != "HARMED"
            assert getattr(node, "id", "") != "builtins"


def test_the_committed_clients_have_every_operation() -> None:
    """What `clients/` holds is what the contracts say: one module for each operation."""
    for path in sorted((ROOT / "openapi" / "downstream").glob("*.yaml")):
        api = ROOT / "clients" / "downstream" / path.stem / "api"
        modules = {module.stem for module in api.glob("*/*.py")} - {"__init__"}
        operations = {operation.python_name for operation in read(path).operations}
        assert operations == modules, path.stem
