"""A generated server that takes one schema an operation, and says what it made of a body."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from accord.codegen.single import generate_one
from accord.runtime import Application

Place = tuple[str | int, ...]


def contract(schemas: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """For each schema `POST /<name>`, with the schema in place, and `POST /<name>/named`, where
    it is a component."""
    paths: dict[str, Any] = {}
    named = {}
    for name, schema in schemas.items():
        named[f"{name}_schema"] = schema
        reference = {"$ref": f"#/components/schemas/{name}_schema"}
        for path, body in ((f"/{name}", schema), (f"/{name}/named", reference)):
            paths[path] = {
                "post": {
                    "operationId": path[1:].replace("/", "_"),
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": body}},
                    },
                    "responses": {"204": {"description": "Taken."}},
                }
            }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keywords", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": {**shared, **named}},
    }


class Service:
    """The application generated from `document`, asked without a socket: there are thousands of
    requests, and what is tested is what is read."""

    def __init__(self, document: Mapping[str, Any], folder: Path, package: str) -> None:
        source = folder / "contract.json"
        source.write_text(json.dumps(document), "utf-8")
        generate_one(source, folder / package, root=folder)
        routes = importlib.import_module(f"{package}.routes")
        self._received: list[Any] = []
        methods: dict[str, dict[str, Any]] = {}
        for operation in routes.CONTRACT.operations:
            methods.setdefault(operation.tag, {})[operation.handler] = self._method()
        handlers = {
            tag: type(tag, (), methods[tag])() for tag in inspect.signature(routes.api).parameters
        }
        self._app = Application(apis=[routes.api(**handlers)])

    def _method(self) -> Any:
        async def method(handler: object, *, body: Any) -> None:
            self._received.append(body)

        return method

    def post(self, path: str, value: Any) -> tuple[int, Any, list[Place]]:
        """The status; what the handler received, as JSON, or None; where the faults are."""
        self._received.clear()
        status, answer = asyncio.run(self._ask(path, json.dumps(value).encode()))
        if status == 204:
            return status, _as_json(self._received[-1]), []
        errors = json.loads(answer).get("errors", [])
        return status, None, [_place(error["pointer"], value) for error in errors]

    async def _ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ],
            "client": ("test", 1),
            "server": ("test", 80),
        }
        await self._app(scope, receive, send)
        sent = b"".join(each.get("body", b"") for each in messages)
        return messages[0]["status"], sent


def _as_json(value: Any) -> Any:
    return to_jsonable_python(value, by_alias=True)


def _place(pointer: str, value: Any) -> Place:
    """A JSON pointer as the steps into `value`: what is an index, is a number."""
    steps: list[str | int] = []
    for token in pointer.split("/")[1:]:
        text = token.replace("~1", "/").replace("~0", "~")
        step: str | int = int(text) if isinstance(value, list) and text.isdecimal() else text
        steps.append(step)
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
    return tuple(steps)


def same(received: Any, sent: Any, named: Iterable[str]) -> bool:
    """Whether a handler received what was sent. Properties that no schema names (`named` are those
    that one does) may be left out of a model."""
    if isinstance(sent, dict) and isinstance(received, dict):
        left = sent.keys() - received.keys()
        return (
            received.keys() <= sent.keys()
            and not left & set(named)
            and all(same(received[name], sent[name], named) for name in received)
        )
    if isinstance(sent, list) and isinstance(received, list):
        return len(sent) == len(received) and all(
            same(one, other, named) for one, other in zip(received, sent, strict=True)
        )
    return bool(received == sent) and isinstance(received, bool) == isinstance(sent, bool)
