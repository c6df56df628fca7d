"""Handler classes and what they need, solved by FastAPI's own machinery.

What lives as long as the application is solved once; everything else for each request, with
`yield` dependencies closed as FastAPI closes them.
"""

from __future__ import annotations

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
from starlette.types import Receive, Scope, Send

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


def per_application(function: Callable[P, T]) -> Callable[P, T]:
    """Marks a dependency whose value lives as long as the application.

    It may take the `Request`, for `request.app.state` alone: it is called once, before the first
    real request.
    """
    setattr(function, _MARK, True)
    return function


def _lives_as_long(dependant: Dependant) -> bool:
    call = dependant.call
    if getattr(call, _MARK, False):
        return True
    if inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call):
        return False
    from_request = (
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
    return not from_request and all(_lives_as_long(inner) for inner in dependant.dependencies)


@dataclass(slots=True)
class Solved:
    """A handler made for one request, with its background tasks."""

    instance: object
    tasks: BackgroundTasks | None
    close_function_scope: Callable[[], Awaitable[None]]


class HandlerSource:
    """Gives the handler object of one tag: once, or anew for each request.

    `instance` serves every request; it is None until `prepare` made it, and stays None where
    each request needs its own or a test overrides dependencies.
    """

    def __init__(self, handler: object, app: FastAPI) -> None:
        self._app = app
        self._dependant: Dependant | None = None
        self._per_request = False
        self.instance: object | None = None
        self.type: object = handler
        if isinstance(handler, Provided):
            self.type = handler.factory
            self._dependant = get_dependant(path="", call=handler.factory)
            # A plain function with no inputs could be anything, a new session for instance:
            # only marked functions, and what is made from them alone, are called once.
            self._per_request = not all(map(_is_rooted, self._dependant.dependencies))
        else:
            self.instance = handler

    async def prepare(self) -> object | None:
        """Makes the one instance, where there is one. Needs the application's state."""
        if self.instance is None and not self._per_request and not self._app.dependency_overrides:
            scope: Scope = {
                "type": "http",
                "app": self._app,
                "method": "GET",
                "path": "/",
                "headers": [],
                "query_string": b"",
                "path_params": {},
            }
            async with self.opened(scope, _no_message, _no_send) as solved:
                self.instance = solved.instance
        return self.instance

    @asynccontextmanager
    async def opened(self, scope: Scope, receive: Receive, send: Send) -> AsyncIterator[Solved]:
        """A handler for one request. Raises `RequestValidationError` where a dependency's own
        parameters are not met."""
        assert self._dependant is not None
        assert self._dependant.call is not None
        async with AsyncExitStack() as of_request:
            scope["fastapi_middleware_astack"] = of_request
            scope["fastapi_inner_astack"] = of_request
            async with AsyncExitStack() as of_function:
                scope["fastapi_function_astack"] = of_function
                solved = await solve_dependencies(
                    request=Request(scope, receive, send),
                    dependant=self._dependant,
                    dependency_overrides_provider=self._app,
                    async_exit_stack=of_request,
                    embed_body_fields=False,
                )
                if solved.errors:
                    raise RequestValidationError(solved.errors)
                yield Solved(
                    self._dependant.call(**solved.values),
                    solved.background_tasks,
                    of_function.aclose,
                )


def _is_rooted(dependant: Dependant) -> bool:
    """Whether all it is made of comes from functions marked `per_application`."""
    if getattr(dependant.call, _MARK, False):
        return True
    inner = dependant.dependencies
    return bool(inner) and _lives_as_long(dependant) and all(_is_rooted(each) for each in inner)


async def _no_message() -> dict[str, Any]:
    raise RuntimeError("A dependency that lives as long as the application read a request")


async def _no_send(message: Any) -> None:
    raise RuntimeError("A dependency that lives as long as the application sent a message")
