"""A contract by hand, an application of it, and a caller that sends exactly what a test says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import ASGIApp, Message

from accord.runtime import Application
from accord.runtime.declare import Api, Contract, Operation, Parameter, Reply, Scheme, problems

Call = Callable[..., Awaitable["Response"]]


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; `headers` are in order, names in lower case. `raised` is what a server
    would have logged after it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raised: Exception | None = None

    def header(self, name: str) -> str | None:
        """The values of a header, joined as HTTP joins them; None where it was not sent."""
        found = [value for known, value in self.headers if known == name]
        return ", ".join(found) if found else None

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def faults(self) -> list[tuple[str, ...]]:
        """Of a problem: where each fault is, `("query", "size")` or `("/lines/0",)`."""
        return [
            (fault["in"], fault["parameter"]) if "parameter" in fault else (fault["pointer"],)
            for fault in self.json().get("errors", [])
        ]


def operation(path: str, method: str = "GET", **declared: Any) -> Operation:
    """An operation of the tag `things`, handled by `handle` unless `handler` says otherwise."""
    declared.setdefault("id", f"{method} {path}")
    declared.setdefault("errors", problems(400, 401, 403, 404, 406, 415, 422, 500))
    declared.setdefault("handler", "handle")
    return Operation(tag="things", path=path, method=method, **declared)


def application(
    *operations: Operation,
    handler: object,
    schemes: Mapping[str, Scheme] | None = None,
    **options: Any,
) -> Application:
    """An application of one contract; `handler` is an object, or a function that is its one
    method `handle`."""
    if callable(handler) and not hasattr(handler, "handle"):
        handler = type("Things", (), {"handle": staticmethod(handler)})()
    contract = Contract(
        name="things/v1",
        title="Things",
        release="1.0.0",
        document=Path("contract.json"),
        operations=operations,
        schemes=schemes or {},
    )
    return Application(apis=[Api(contract, {"things": handler})], **options)


class Received:
    """Keeps what the handler was given."""

    def __init__(self) -> None:
        self.keywords: dict[str, Any] = {}

    async def handle(self, **keywords: Any) -> None:
        self.keywords = keywords


async def sent(
    call: Call,
    *parameters: Parameter,
    path: str = "/things",
    target: str = "/things",
    headers: Any = (),
) -> tuple[Response, dict[str, Any]]:
    """The answer, and what the handler received."""
    declared = operation(path, parameters=parameters, replies=(Reply(204),))
    received = Received()
    response = await call(application(declared, handler=received), "GET", target, headers)
    return response, received.keywords


@pytest.fixture
def call() -> Call:
    """`await call(app, "GET", "/path?query", headers=…, body=…)`: sends the target as it stands.

    `body` is bytes, or several pieces that come one by one. What the application raises after it
    has answered is in the response.
    """

    async def call(
        app: ASGIApp,
        method: str,
        target: str,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes | Sequence[bytes] = b"",
        **scope: Any,
    ) -> Response:
        path, _, query = target.partition("?")
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        pieces = [body] if isinstance(body, bytes) else list(body)
        sent: list[Message] = []

        async def receive() -> Message:
            if not pieces:
                return {"type": "http.disconnect"}
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            sent.append(message)

        whole = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in pairs],
            "server": ("service.test", 80),
            "client": ("192.0.2.1", 50000),
            "state": {},
            **scope,
        }
        raised: Exception | None = None
        try:
            await app(whole, receive, send)
        except Exception as error:
            if not sent:
                raise
            raised = error
        return Response(
            sent[0]["status"],
            tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in sent[0]["headers"]),
            b"".join(message.get("body", b"") for message in sent[1:]),
            raised,
        )

    return call
