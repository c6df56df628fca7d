"""Handlers that answer every operation of a contract: `missing="mock"` of an `Application`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.mock.answers import Answers
from accord.mock.document import Document
from accord.mock.faults import Faults
from accord.mock.prefer import Wish, wish_of
from accord.mock.replies import Replies, Sealed, Streamed
from accord.runtime import Problem, declare

if TYPE_CHECKING:
    from accord.spec import ir

_asked: ContextVar[Scope] = ContextVar("asked")
"""The request being answered: a handler is given what its contract declares and no more."""


class _Answered(Exception):
    """Ends a handler with an answer that is complete."""

    def __init__(self, sealed: Sealed) -> None:
        super().__init__(sealed.status)
        self.sealed = sealed


class Mock:
    """Answers operations with the contract's examples, else with data that its schemas accept.

    The same seed and request give the same answer. `dynamic` makes data even where there are
    examples, another for each request. Callers have wishes: see `accord.mock.prefer`.

    `read` gives what a generated contract was made from; without, its document is read again.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        dynamic: bool = False,
        faults: Faults | None = None,
        read: Callable[[declare.Contract], ir.Contract] | None = None,
    ) -> None:
        self._seed = seed
        self._contract_of = read or _read_again
        self._dynamic = dynamic
        self._faults = faults

    def handlers(
        self, declared: declare.Contract, contract: ir.Contract | None = None
    ) -> Mapping[str, object]:
        """A handler object for each tag of a generated contract.

        What it was made from is read at the first request unless it is given.
        """
        read = self._contract_of if contract is None else lambda _: contract
        answering = _Answering(declared, read, self._seed)
        methods: dict[str, dict[str, Any]] = {}
        for operation in declared.operations:
            methods.setdefault(operation.tag, {})[operation.handler] = self._method(
                operation.id, answering
            )
        return {tag: type(tag, (), below)() for tag, below in methods.items()}

    def install(self, app: Any) -> None:
        """Makes an application ready for these handlers."""
        app.exception_handlers[_Answered] = _respond

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """What tells the handlers of their request; the innermost of an application."""

        def note(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            _asked.set(scope)
            return app(scope, receive, send)

        return note

    def _method(self, operation: str, answering: _Answering) -> Callable[..., Awaitable[Any]]:
        async def method(handler: object, **inputs: Any) -> Any:
            scope = _asked.get()
            replies = answering.ready.get(operation) or await answering.of(operation)
            struck = await self._faults.strike() if self._faults is not None else None
            wish = Wish(struck) if struck else wish_of(scope)
            if struck and not replies.declares(struck):
                raise Problem(struck, code="fault", detail="This is a fault that was asked for.")
            if self._dynamic and not wish.example:
                wish = replace(wish, dynamic=True)
            variant = wish.seed
            if wish.dynamic:
                variant = f"{wish.seed} {scope['path']} {scope['query_string']!r} {inputs!r}"
            given = replies.give(wish, _accept(scope), variant)
            if type(given) is Sealed:
                raise _Answered(given)
            return aiter(given) if type(given) is Streamed else given

        return method


class _Answering:
    """The operations of one contract: `ready` are those that have been asked for."""

    def __init__(
        self,
        declared: declare.Contract,
        read: Callable[[declare.Contract], ir.Contract],
        seed: int,
    ) -> None:
        self.ready: dict[str, Replies] = {}
        self._declared = declared
        self._contract_of = read
        self._seed = seed
        self._make: Callable[[str], Replies] | None = None
        self._lock = asyncio.Lock()

    async def of(self, operation: str) -> Replies:
        """The replies of an operation; the contract is read at the first call."""
        async with self._lock:
            if self._make is None:
                # A large contract takes half a second, which nobody else should wait for.
                self._make = await asyncio.to_thread(self._read)
        return self.ready.setdefault(operation, self._make(operation))

    def _read(self) -> Callable[[str], Replies]:
        from accord.codegen.schemas import Schemas

        declared = self._declared
        contract = self._contract_of(declared)
        operations = {operation.id: operation for operation in contract.operations}
        declarations = {operation.id: operation for operation in declared.operations}
        answers = Answers(Schemas(contract), seed=self._seed)
        document = Document(contract.document)
        return lambda operation: Replies(
            operations[operation], declarations[operation], answers, document
        )


def _read_again(declared: declare.Contract) -> ir.Contract:
    from accord.codegen.lock import read_lock
    from accord.spec import read

    package = declared.document.parent
    return read(declared.document, name=declared.name, base=package, locked=read_lock(package))


async def _respond(request: Request, error: _Answered) -> Response:
    sealed = error.sealed
    response = Response(sealed.body, sealed.status)
    response.raw_headers = [*sealed.headers]
    return response


def _accept(scope: Scope) -> bytes | None:
    accept: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value if accept is None else accept + b", " + value
    return None if accept == b"*/*" else accept
