"""Handler classes and what they need, solved by FastAPI's own machinery.

What lives as long as the application is solved once; everything else for each request, with
`yield` dependencies closed as FastAPI closes them.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant, solve_dependencies
from fastapi.exceptions import RequestValidationError
from starlette.background import BackgroundTasks
from starlette.types import Message, Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import FastAPI

T = TypeVar("T")
P = ParamSpec("P")
_MARK = "__accord_per_application__"


@dataclass(frozen=True, slots=True)
class Provided(Generic[T]):
    """A class whose instance is made when the application needs it."""

    factory: Callable[..., T]


def provide(factory: Callable[..., T]) -> T:
    """Hands over a handler class; its `__init__` takes `Annotated[..., Depends(...)]`.

    Typed as the instance, so that a type checker names the method that is missing where the
    class is handed over, as FastAPI's `Depends()` is typed as what it gives.
    """
    return cast(T, Provided(factory))


def unfinished(factory: Callable[..., object]) -> Any:
    """`provide` for a class that does not handle every operation of its tag yet.

    No type checker asks for the rest, and the application's `missing` says what becomes of it.
    """
    return Provided(factory)


def per_application(function: Callable[P, T]) -> Callable[P, T]:
    """Marks a dependency whose value lives as long as the application.

    It may take the `Request`, for `request.app.state` alone: it is called once, before the first
    real request. Raises `TypeError` for a function with `yield`: what must be closed belongs into
    the application's lifespan.
    """
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"{function.__qualname__} yields: open what must be closed in the lifespan, keep it in"
            " app.state and return it here"
        )
    setattr(function, _MARK, True)
    return function


def _reads_request(dependant: Dependant) -> bool:
    return bool(
        dependant.path_params
        or dependant.query_params
        or dependant.header_params
        or dependant.cookie_params
        or dependant.body_params
        or dependant.request_param_name
        or dependant.websocket_param_name
        or dependant.http_connection_param_name
        or dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
    )


def _is_lasting(dependant: Dependant) -> bool:
    """Whether it is marked `per_application`, or made of nothing else.

    A plain function with no inputs could be anything, a new session for instance.
    """
    if getattr(dependant.call, _MARK, False):
        return True
    if inspect.isgeneratorfunction(dependant.call) or inspect.isasyncgenfunction(dependant.call):
        return False
    inner = dependant.dependencies
    return bool(inner) and not _reads_request(dependant) and all(map(_is_lasting, inner))


def _lasting(dependant: Dependant) -> list[Dependant]:
    """The topmost dependencies that live as long as the application."""
    found: list[Dependant] = []
    for inner in dependant.dependencies:
        found += [inner] if _is_lasting(inner) else _lasting(inner)
    return found


class Shared:
    """Values that live as long as the application, by dependency: each is made once, whoever
    asks for it."""

    def __init__(self) -> None:
        self.values: dict[Any, Any] = {}
        self.lock = asyncio.Lock()


class HandlerSource:
    """Gives the handler object of one tag: once, or anew for each request.

    `instance` serves every request; it is None until `prepare` made it, and stays None where
    each request needs its own.
    """

    def __init__(self, handler: object, app: FastAPI, shared: Shared) -> None:
        self.app = app
        self.instance: object | None = None
        self.type: object = handler
        self.dependant: Dependant | None = None
        self._shared = shared
        self._per_request = False
        self._prepared = False
        if isinstance(handler, Provided):
            self.type = handler.factory
            self.dependant = get_dependant(path="", call=handler.factory)
            inner = self.dependant.dependencies
            self._per_request = _reads_request(self.dependant) or not all(map(_is_lasting, inner))
        else:
            self.instance = handler

    async def prepare(self) -> object | None:
        """The instance that serves every request; None where the request at hand needs its own,
        or dependencies are overridden now. Makes, once, what lives as long as the application,
        from the application's state."""
        if self.dependant is None:
            return self.instance
        if self.app.dependency_overrides:
            return None
        if not self._prepared:
            async with self._shared.lock:
                if not self._prepared:
                    await self._make_lasting(self.dependant)
                    self._prepared = True
        return self.instance

    async def _make_lasting(self, dependant: Dependant) -> None:
        wanted = Dependant(dependencies=_lasting(dependant)) if self._per_request else dependant
        scope: Scope = {
            "type": "http",
            "app": self.app,
            "method": "GET",
            "path": "/",
            "headers": [],
            "query_string": b"",
            "path_params": {},
        }
        async with AsyncExitStack() as stack:
            scope["fastapi_inner_astack"] = scope["fastapi_function_astack"] = stack
            solved = await solve_dependencies(
                request=Request(scope, _no_message, _no_send),
                dependant=wanted,
                dependency_cache=self._shared.values,
                async_exit_stack=stack,
                embed_body_fields=False,
            )
        if not self._per_request:
            assert dependant.call is not None
            self.instance = dependant.call(**solved.values)

    @asynccontextmanager
    async def opened(self, scope: Scope, receive: Receive, send: Send) -> AsyncIterator[Solving]:
        """For one request that needs a handler of its own. What its dependencies opened is closed
        as FastAPI closes it: function scope by `close_function_scope`, request scope at the end.
        """
        async with AsyncExitStack() as of_request:
            scope["fastapi_middleware_astack"] = of_request
            scope["fastapi_inner_astack"] = of_request
            async with AsyncExitStack() as of_function:
                scope["fastapi_function_astack"] = of_function
                # An override replaces what is shared, too.
                overridden = bool(self.app.dependency_overrides)
                known = {} if overridden else dict(self._shared.values)
                request = Request(scope, receive, send)
                yield Solving(self, request, known, of_function.aclose)


class Solving:
    """A handler for one request, made when it is asked for."""

    def __init__(
        self,
        source: HandlerSource,
        request: Request,
        known: dict[Any, Any],
        close_function_scope: Callable[[], Awaitable[None]],
    ) -> None:
        self._source = source
        self._request = request
        self._known = known
        self.close_function_scope = close_function_scope
        self.tasks: BackgroundTasks | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        """What dependencies set on their `Response`."""

    async def make(self) -> object:
        """Solves the dependencies and makes the handler. Raises `RequestValidationError` where a
        dependency's own parameters are not met."""
        dependant = self._source.dependant
        assert dependant is not None
        assert dependant.call is not None
        solved = await solve_dependencies(
            request=self._request,
            dependant=dependant,
            dependency_overrides_provider=self._source.app,
            dependency_cache=self._known,
            async_exit_stack=self._request.scope["fastapi_inner_astack"],
            embed_body_fields=False,
        )
        if solved.errors:
            raise RequestValidationError(solved.errors)
        self.tasks = solved.background_tasks
        self.headers = solved.response.headers.raw
        return dependant.call(**solved.values)

    async def receive(self) -> Message:
        """The request's messages, also where a dependency has read the body already."""
        body = getattr(self._request, "_body", None)
        if body is None:
            return await self._request.receive()
        return {"type": "http.request", "body": body, "more_body": False}


async def _no_message() -> dict[str, Any]:
    raise RuntimeError("A dependency that lives as long as the application read a request")


async def _no_send(message: Any) -> None:
    raise RuntimeError("A dependency that lives as long as the application sent a message")
