"""Small inline contracts, both sides of which are generated and talk to each other."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from accord.codegen.clients import render_client
from accord.codegen.single import generate_one
from accord.runtime import Application
from accord.runtime.uploads import UploadFile
from accord.spec import read

_HEAD = """\
openapi: 3.2.0
info: {title: Test, version: 1.0.0}
"""


@dataclass
class Both:
    """A client and the server of its contract. The handler of every operation keeps what it was
    given in `inputs`, as JSON data, and gives what is in `answers` under the operation's name."""

    client: str
    """The client's package."""
    routes: ModuleType
    answers: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)

    @property
    def models(self) -> Any:
        return importlib.import_module(f"{self.client}.models")

    def operation(self, name: str) -> Any:
        """The client's module of an operation."""
        (path,) = Path(sys.modules[self.client].__path__[0]).glob(f"api/*/{name}.py")
        return importlib.import_module(f"{self.client}.api.{path.parent.name}.{name}")

    def connection(self, **settings: Any) -> Any:
        """A client that calls the server in this process."""
        transport = httpx.ASGITransport(self._application())
        package = sys.modules[self.client]
        return package.AuthenticatedClient(
            "http://test", httpx_args={"transport": transport}, **settings
        )

    def answering(self, respond: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Any:
        """A client whose requests `respond` answers."""
        transport = httpx.MockTransport(respond)
        package = sys.modules[self.client]
        return package.AuthenticatedClient(
            "http://test", httpx_args={"transport": transport}, **settings
        )

    def _application(self) -> Application:
        methods: dict[str, dict[str, Any]] = {}
        for operation in self.routes.CONTRACT.operations:
            methods.setdefault(operation.tag, {})[operation.handler] = self._method(
                operation.handler
            )
        handlers = {tag: type(tag, (), each)() for tag, each in methods.items()}
        return Application(
            apis=[self.routes.api(**handlers)], unverified="accept", check_replies=1.0
        )

    def _method(self, name: str) -> Callable[..., Any]:
        async def method(_: object, **inputs: Any) -> Any:
            self.inputs = {key: await as_json(value) for key, value in inputs.items()}
            return self.answers.get(name)

        return method


async def as_json(value: Any) -> Any:
    """What a handler was given, as JSON data; files as bytes, streams as lists."""
    if isinstance(value, UploadFile):
        return await value.read()
    if isinstance(value, bytes):
        return value
    if hasattr(value, "__aiter__"):
        return [await as_json(item) async for item in value]
    if isinstance(value, BaseModel):
        names = {
            field.validation_alias or name: name for name, field in type(value).model_fields.items()
        }
        sent = {wire: getattr(value, name) for wire, name in names.items()}
        return {
            str(wire): await as_json(item)
            for wire, item in {**sent, **(value.model_extra or {})}.items()
            if names.get(wire, wire) in value.model_fields_set
        }
    if isinstance(value, list):
        return [await as_json(item) for item in value]
    return to_jsonable_python(value)


MakeBoth = Callable[[str], Both]


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeBoth]:
    """`both(text)` imports both sides of a contract; `text` is YAML that follows the contract's
    head, or a whole contract. The same text is generated once."""
    folder = tmp_path_factory.mktemp("clients")
    made: dict[str, Both] = {}
    sys.path.insert(0, str(folder))

    def make(text: str) -> Both:
        if text not in made:
            made[text] = _generate(text, folder, f"sides_{len(made)}")
        return made[text]

    yield make
    sys.path.remove(str(folder))


def _generate(text: str, folder: Path, name: str) -> Both:
    contract = folder / name / "contract.yaml"
    contract.parent.mkdir()
    head = "" if re.search(r'(?m)^(\{")?openapi', text) else _HEAD
    contract.write_text(f"{head}{dedent(text)}\n", "utf-8")
    generate_one(contract, folder / f"{name}_server", root=folder / name)
    client = f"{name}_client"
    for path, content in render_client(read(contract)).items():
        file = folder / client / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    importlib.import_module(client)
    return Both(client, importlib.import_module(f"{name}_server.routes"))


def body_of(request: httpx.Request) -> Any:
    """The JSON of a request's body."""
    return json.loads(request.content)
