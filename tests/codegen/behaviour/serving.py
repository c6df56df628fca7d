"""A generated package, served: handlers that keep what they are given and answer as told."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from accord.runtime import Application
from accord.runtime.declare import Operation

from .conftest import Package


@dataclass
class Served:
    """`client` calls the application, `given` holds the inputs of every call to a handler, `called`
    the operation that it was for."""

    application: Application
    given: list[dict[str, Any]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    @property
    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.application)
        return httpx.AsyncClient(transport=transport, base_url="http://test")

    @property
    def last(self) -> dict[str, Any]:
        return self.given[-1]


def served(package: Package, answer: Callable[..., Any] | None = None, **options: Any) -> Served:
    """Serves every operation of `package`. Handlers return what `answer`, given their inputs,
    does; a coroutine is awaited. Without it they return None."""
    given: list[dict[str, Any]] = []
    called: list[str] = []
    methods: dict[str, dict[str, Any]] = {}
    for operation in package.routes.CONTRACT.operations:
        methods.setdefault(operation.tag, {})[operation.handler] = _method(
            operation, given, called, answer
        )
    tags = inspect.signature(package.routes.api).parameters
    api = package.routes.api(**{tag: type(tag, (), methods[tag])() for tag in tags})
    options.setdefault("unverified", "accept")
    return Served(Application(apis=[api], **options), given, called)


def _method(
    operation: Operation,
    given: list[dict[str, Any]],
    called: list[str],
    answer: Callable[..., Any] | None,
) -> Callable[..., Any]:
    async def method(self: object, **inputs: Any) -> Any:
        given.append(inputs)
        called.append(operation.id)
        reply = answer(**inputs) if answer else None
        return await reply if inspect.isawaitable(reply) else reply

    return method
