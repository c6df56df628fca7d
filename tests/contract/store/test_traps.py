"""What guides get wrong and this store must not: traps that no single part of it could fall into.

Those of one part are tested with that part.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pydantic
import pytest

import impl.dependencies
from accord.runtime.reply import _Content
from generated.store.v2 import models
from impl.services.items import ItemService
from tests.conftest import ROOT
from tests.contract.store.here import Local, running_here
from tests.contract.store.requests import operations
from tests.integration.impl.conftest import item_body

SERVES = ("accord/runtime", "accord/service", "accord/downstream", "impl", "generated")


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file, ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a tree, by the name it is written with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with running_here(tmp_path_factory.mktemp("here")) as local:
        yield local


@pytest.fixture
def http(here: Local) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {here.token}"}
    with httpx.Client(base_url=here.url, headers=headers, timeout=30) as client:
        yield client


# --- parsing and validation


def test_no_spelling_of_pydantic_1() -> None:
    """`regex=`, `@validator`, `class Config` mean something else today, or nothing."""
    found = []
    for file, tree in sources(*SERVES):
        for name, call in calls(tree):
            if name.endswith("Field") and any(k.arg == "regex" for k in call.keywords):
                found.append(f"{file}:{call.lineno}: regex=")
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Config":
                found.append(f"{file}:{node.lineno}: class Config")
            if isinstance(node, ast.ImportFrom) and node.module == "pydantic":
                old = {"validator", "root_validator", "parse_obj_as"} & {n.name for n in node.names}
                found += [f"{file}:{node.lineno}: {name}" for name in old]
    assert found == []


# --- replies and views


@pytest.mark.slow
def test_nothing_is_compiled_while_requests_are_served(http: httpx.Client) -> None:
    """Models, validators and serialisers of all three views are there before the first request."""
    with (
        mock.patch.object(pydantic.TypeAdapter, "__init__", side_effect=AssertionError),
        mock.patch.object(pydantic, "create_model", side_effect=AssertionError),
    ):
        models = set(_models(pydantic.BaseModel))
        item = http.post("/v2/items", json=item_body())
        assert item.status_code == 201
        for view in ("minimal", "standard", "detailed"):
            reply = http.get(item.headers["location"], params={"view": view})
            assert reply.json()["view"] == view
        assert http.get("/v2/items").status_code == 200
        assert http.get(f"/v1/items/{item.json()['id']}").status_code == 200
    assert set(_models(pydantic.BaseModel)) == models


def _models(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _models(each)


@pytest.mark.slow
def test_each_view_has_a_serialiser_of_its_own(here: Local) -> None:
    """And a reply that is none of them is a defect, not an answer."""
    (getting,) = (
        each.operation
        for each in here.app.endpoints
        if (each.operation.method, each.path) == ("GET", "/v2/items/{item_id}")
    )
    writer = _Content(getting.replies[0].media[0])
    views = (models.ItemMinimal, models.ItemStandard, models.ItemDetailed)
    assert set(writer.encoders) == set(views)
    assert len({id(writer.encoders[view]) for view in views}) == 3

    here.replacing(impl.dependencies.item_service, _Nonsense())
    try:
        reply = httpx.get(
            f"{here.url}/v2/items/0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10",
            headers={"authorization": f"Bearer {here.token}"},
        )
    finally:
        here.app.dependency_overrides.clear()
    assert reply.status_code == 500
    assert "nonsense" not in reply.text


class _Nonsense:
    """A service that gives what is no item."""

    async def get(self, item_id: Any) -> Any:
        return {"nonsense": item_id}


@pytest.mark.slow
def test_no_argument_of_ours_is_a_parameter(http: httpx.Client, here: Local) -> None:
    """What is served says that an operation takes what its contract says, and nothing else."""
    served = here.app.openapi()
    for operation in operations():
        if operation.version != "v2":
            continue
        node = served["paths"][operation.path][operation.method.lower()]
        assert node.get("parameters", []) == operation.node.get("parameters", [])
    plain = http.get("/v2/items").json()
    assert http.get("/v2/items?response_model=x&principal=eve&services=1").json() == plain


# --- nothing that blocks, nothing that is made too early


def test_nothing_blocks_the_loop() -> None:
    """No sampling that waits, no collecting of garbage and no sleep where requests are served."""
    blocking = ("time.sleep", "psutil.", "gc.collect", "requests.", "os.system", "subprocess.")
    found = []
    for file, tree in sources("accord/runtime", "accord/service", "accord/downstream", "impl"):
        if "fakes" in file.parts:
            continue
        for node in ast.walk(tree):
            # The application collects once, before it is ready.
            starting = (file.name, getattr(node, "name", "")) == ("application.py", "run")
            if isinstance(node, ast.AsyncFunctionDef) and not starting:
                found += [
                    f"{file}:{call.lineno}: {name}"
                    for name, call in calls(node)
                    if name.startswith(blocking)
                ]
    assert found == []


def test_nothing_is_opened_by_importing() -> None:
    """Caches, pools and clients belong to an application that runs: at import nobody closes
    them, and no loop is there yet."""
    opened = ("Cache", "Shared", "Redis", "create_async_engine", "Database", "httpx.AsyncClient",
              "ThreadPoolExecutor", "open_gateways", "CollectorRegistry")  # fmt: skip
    found = []
    for file, tree in sources("accord/service", "accord/downstream", "impl"):
        for statement in tree.body:
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found += [f"{file}: {name}" for name, _ in calls(statement) if name in opened]
    assert found == []


def test_no_pickle() -> None:
    """What comes from a shared Redis is read as JSON: reading a pickle runs what is in it."""
    for file, tree in sources(*SERVES):
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [n.name for n in node.names] + [getattr(node, "module", None) or ""]
                assert not {"pickle", "dill", "cloudpickle", "shelve"} & set(names), file


# --- versions


@pytest.mark.slow
def test_the_end_of_a_version_is_told_in_standard_headers(http: httpx.Client) -> None:
    """`Deprecation`, `Sunset` and `Link`, and none of one's own making."""
    reply = http.get("/v1/items")
    assert {"deprecation", "sunset", "link"} <= reply.headers.keys()
    assert "deprecated" not in reply.headers
    assert not {"deprecation", "sunset"} & http.get("/v2/items").headers.keys()


# --- dependencies


def test_dependencies_are_fastapis_own() -> None:
    """`Annotated` aliases, layer by layer, over functions that FastAPI solves; no container."""
    tree = ast.parse((ROOT / "impl/dependencies.py").read_text())
    aliases = {
        node.targets[0].id: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert aliases
    for name, value in aliases.items():
        assert name.endswith("Dep")
        assert value.startswith("Annotated[")
        assert "Depends(" in value
    for file, module in sources("impl"):
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in {
                    "dependency_injector", "injector", "lagom", "svcs", "punq",
                }, file  # fmt: skip


@pytest.mark.slow
def test_services_are_made_once(http: httpx.Client) -> None:
    """Not for each request, nor in a thread for each request."""
    with mock.patch.object(ItemService, "__init__", side_effect=AssertionError):
        for _ in range(3):
            assert http.get("/v2/items").status_code == 200
