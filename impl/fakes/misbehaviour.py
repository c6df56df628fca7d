"""The fakes' faults at work: a middleware, and what it needs of the server to reset a connection.

`/_faults` on each of the six ports, for callers on this machine only, tells of the faults of all
six (GET), replaces them (PUT), adds some (POST: a plan, a list or one fault) and clears them
(DELETE, `?service=` for those of one service). Every answer is the list as it then is, with how
often each struck and the requests that came by operation.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Sequence
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from accord.runtime import Problem
from accord.runtime.declare import PROBLEM, Operation
from accord.runtime.paths import PathTree
from accord.runtime.problem import problem_bytes
from impl.fakes.faults import Break, Fail, Faults, Limit, WrongFaults, read_plan

ADMIN_PATH = "/_faults"
_RESET = "reset"
_NO_LINGERING = struct.pack("ii", 1, 0)


class ResettableProtocol(HttpToolsProtocol):
    """uvicorn's protocol; `scope["state"]["reset"]` resets the connection of a request."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"][_RESET] = self._reset

    def _reset(self) -> None:
        # Closed without lingering, a connection is reset, and not ended in good order.
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
        self.transport.abort()


class Misbehaviour:
    """Lets `faults` happen to the requests of one service, served by a `ResettableProtocol`."""

    def __init__(
        self, app: ASGIApp, *, service: str, operations: Sequence[Operation], faults: Faults
    ) -> None:
        self.app = app
        self.service = service
        self.faults = faults
        self._operations: PathTree[str] = PathTree()
        for operation in operations:
            self._operations.add(operation.path, operation.method.upper(), operation.id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == ADMIN_PATH and _is_local(scope):
            answer = await _administer(Request(scope, receive), self.faults)
            await answer(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._operations.find(scope["raw_path"].decode("ascii"))
        operation = found and found[0].get(scope["method"])
        if not operation:
            await self.app(scope, receive, send)
            return
        held_up, fault = self.faults.strike(self.service, operation)
        if held_up:
            await asyncio.sleep(held_up)
        match fault:
            case None:
                await self.app(scope, receive, send)
            case Fail(status=status, retry_after=seconds):
                await _problem(scope, status, seconds)(scope, receive, send)
            case Limit(retry_after=seconds):
                await _problem(scope, 429, seconds)(scope, receive, send)
            case Break(kind="garbage"):
                await Response(b'{"id": <html>', media_type="application/json")(
                    scope, receive, send
                )
            case Break(kind="hang"):
                await _gone(receive)
            case Break(kind="lose"):
                await self.app(scope, receive, _nowhere)
                await _reset(scope, receive)
            case _:
                await _reset(scope, receive)


async def _administer(request: Request, faults: Faults) -> Response:
    try:
        match request.method:
            case "GET":
                pass
            case "PUT":
                faults.replace(read_plan(await request.body()))
            case "POST":
                faults.add(read_plan(await request.body()))
            case "DELETE":
                faults.clear(request.query_params.get("service"))
            case _:
                return Response(status_code=405, headers={"Allow": "GET, PUT, POST, DELETE"})
    except WrongFaults as error:
        return JSONResponse({"code": "validation_failed", "detail": str(error)}, 422)
    return JSONResponse(faults.as_json())


def _is_local(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and ip_address(client[0]).is_loopback


def _problem(scope: Scope, status: int, retry_after: int | None) -> Response:
    code = "too_many_requests" if status == 429 else "service_unavailable"
    problem = Problem(status, code=code, detail="This is a fault that was asked for.")
    return Response(
        problem_bytes(problem, request_id="", instance=scope["path"]),
        status,
        {} if retry_after is None else {"Retry-After": str(retry_after)},
        PROBLEM,
    )


async def _nowhere(_: Message) -> None:
    """Where an answer goes that is lost."""


async def _reset(scope: Scope, receive: Receive) -> None:
    scope["state"][_RESET]()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Returns when the caller has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
