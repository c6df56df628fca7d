"""A FastAPI application that serves contracts."""

from __future__ import annotations

import gc
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.telemetry._asgi import ExceptionTelemetryMiddleware
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import context
from accord.runtime.completeness import absence, all_verifiers, misfit, refuse
from accord.runtime.declare import Api, Contract, Operation
from accord.runtime.dependencies import HandlerSource, Shared
from accord.runtime.dispatch import Dispatcher
from accord.runtime.endpoint import Endpoint
from accord.runtime.failures import ErrorBody, Failures, Translations, handled
from accord.runtime.problem import Problem
from accord.runtime.security import Verifier
from accord.runtime.stand_in import StandIn, stand_in
from accord.runtime.streamed_body import arrives_in_parts
from accord.runtime.upload_endpoint import UploadEndpoint
from accord.runtime.uploads import UploadLimits

Lifespan = Callable[[Any], AbstractAsyncContextManager[Any]]


class Application(FastAPI):
    """FastAPI, with the operations of contracts answered ahead of its router.

    - `apis`: what the generated `routes.api(...)` functions gave.
    - `verify`: for each security scheme of the contracts, what verifies its credentials.
    - `problems`: domain errors by type (or a base of it) to the `Problem` that answers them.
    - `problem_types`: the path that kinds of problems have their pages below (`/problems`), for
      the `type` of those that name none; see `accord.service.problem_pages`.
    - `missing`: `"refuse"` to start with an operation that nobody handles, answer it `"501"`, or
      from the contract (`"mock"`, or an `accord.mock.Mock`; needs the extra `accord[mock]`).
    - `unverified`: `"refuse"` to start with a scheme that nobody verifies, `"deny"` all its
      callers, or `"accept"` any credential of theirs as an anonymous principal with every scope
      (mocks, tests).
    - `check_replies`: the share of replies (0 to 1) that are validated before they are sent; a
      reply that breaks the contract is answered 500 and logged, never sent.
    - `uploads`: how much of a form with files is taken.
    - `error_body`: writes problems where a contract declares errors of another media type.

    Everything else is FastAPI's: middlewares, lifespan, exception handlers,
    `dependency_overrides`, own routes and mounts. Raises `IncompleteApplication`.
    """

    def __init__(
        self,
        *,
        apis: Sequence[Api],
        verify: Mapping[str, Verifier] | None = None,
        problems: Translations | None = None,
        problem_types: str = "",
        missing: Literal["refuse", "501", "mock"] | StandIn = "refuse",
        unverified: Literal["refuse", "deny", "accept"] = "refuse",
        check_replies: float = 0.0,
        uploads: UploadLimits | None = None,
        error_body: ErrorBody | None = None,
        lifespan: Lifespan | None = None,
        **fastapi: Any,
    ) -> None:
        newest = apis[-1].contract if apis else None
        # FastAPI takes no empty title; a contract may have one.
        fastapi.setdefault("title", (newest and (newest.title or newest.name)) or "accord")
        fastapi.setdefault("version", (newest and newest.release) or "0")
        super().__init__(lifespan=self._warm_after(lifespan), **fastapi)
        self._observed = True
        self._unhandled: Callable[..., Any] | None = None
        self._contract_document = newest.document if newest else None
        self.problem_types = problem_types
        self.failures = Failures(problems or {}, self.exception_handlers, error_body)
        self._answer_errors_as_problems(problems or {})
        verifiers = all_verifiers(apis, verify or {}, unverified)
        self.endpoints: list[Endpoint] = []
        self._sources: list[HandlerSource] = []
        shared = Shared()
        lacking: list[str] = []
        wrong: list[str] = []
        standing_in = stand_in(missing)
        for api in apis:
            instead = _Instead(standing_in, api.contract, self, shared) if standing_in else None
            sources = {
                tag: HandlerSource(handler, self, shared)
                for tag, handler in api.handlers.items()
                if handler is not None
            }
            self._sources.extend(sources.values())
            for operation in api.contract.operations:
                source = sources.get(operation.tag)
                if absent := absence(operation, source):
                    lacking.append(f"{api.contract.name}: {absent}")
                    source = instead.source(operation) if instead else None
                elif source and (fault := misfit(operation, source)):
                    wrong.append(f"{api.contract.name}: {fault}")
                endpoint: Callable[..., Endpoint] = Endpoint
                if arrives_in_parts(operation.body):
                    endpoint = partial(UploadEndpoint, limits=uploads or UploadLimits())
                self.endpoints.append(
                    endpoint(
                        api.contract, operation, source, verifiers, self.failures, check_replies
                    )
                )
        refuse(lacking if missing == "refuse" else [], wrong)
        if standing_in is not None:
            standing_in.install(self)
            self.user_middleware.append(Middleware(standing_in.middleware))
        # The last of the user's middlewares is the innermost: those added later go outside it.
        self.user_middleware.append(Middleware(Dispatcher, endpoints=self.endpoints))

    @property
    def routes(self) -> list[BaseRoute]:
        """FastAPI's own routes, and the contracts' operations."""
        return [*self.router.routes, *getattr(self, "endpoints", ())]

    def openapi(self) -> dict[str, Any]:
        """The contract; of several, the one given last."""
        if self._contract_document is None:
            return super().openapi()
        if self.openapi_schema is None:
            self.openapi_schema = json.loads(self._contract_document.read_text("utf-8"))
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's stack, without its layers for telemetry and body limits where neither is on.

        Whether telemetry is on is asked here and at the end of start-up: FastAPI asks on every
        request, which costs as much as serving it.
        """
        self._observed = self._native_telemetry.enabled()
        if self._observed or self.debug or self.max_body_size is not None:
            return super().build_middleware_stack()
        own = dict(self.exception_handlers)
        # Starlette takes either for the same.
        by_type = own.pop(Exception)
        self._unhandled = own.pop(500, by_type)
        app: ASGIApp = ExceptionMiddleware(AsyncExitStackMiddleware(self.router), handlers=own)
        for middleware in reversed(self.user_middleware):
            app = middleware.cls(app, *middleware.args, **middleware.kwargs)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if context.problem_types.get() != self.problem_types:
            context.problem_types.set(self.problem_types)
        stack = self.middleware_stack
        try:
            if stack is None or self._observed or scope["type"] != "http":
                await super().__call__(scope, receive, send)
                return
            scope["app"] = self
            if self.root_path:
                scope["root_path"] = self.root_path
            await stack(scope, receive, send)
        except Exception as error:
            # FastAPI's own stack has a layer for this, which would wrap `send`.
            if self._unhandled is None or scope["type"] != "http":
                raise
            if isinstance(error, ClientDisconnect):
                return
            await _answer_unhandled(self._unhandled, error, scope, receive, send)
            raise

    def _observe(self) -> None:
        """Gives telemetry its place where a lifespan has configured it: the stack is older."""
        if not self._observed and self._native_telemetry.enabled():
            self._observed = True
            if self._unhandled is not None and self.middleware_stack is not None:
                self.middleware_stack = ExceptionTelemetryMiddleware(self.middleware_stack)

    def warm(self) -> None:
        """Builds every validator and encoder, so that no request waits for one."""
        for endpoint in self.endpoints:
            endpoint.compile()

    def _warm_after(self, lifespan: Lifespan | None) -> Lifespan:
        @asynccontextmanager
        async def run(app: Application) -> AsyncIterator[Any]:
            async with lifespan(app) if lifespan else _nothing() as state:
                app._observe()
                app.warm()
                for source in app._sources:
                    await source.prepare()
                # What was built lives as long as the application: the collector need not look
                # at it again and again, which with a large contract shows in every figure.
                gc.collect()
                gc.freeze()
                try:
                    yield state
                finally:
                    gc.unfreeze()

        return run

    def _answer_errors_as_problems(self, translated: Translations) -> None:
        async def respond(request: Request, error: Exception) -> Response:
            return await self.failures.default_handler(request, error)

        respond.accord_default = True  # type: ignore[attr-defined]
        own = (HTTPException, RequestValidationError, Problem, Exception)
        for error in (*own, *translated):
            # A handler that was passed to the constructor stays.
            given = self.exception_handlers.get(error)
            if given is None or given.__module__.startswith("fastapi."):
                self.exception_handlers[error] = respond


class _Instead:
    """The handlers that stand in for those that a contract lacks."""

    def __init__(
        self, standing_in: StandIn, contract: Contract, app: Application, shared: Shared
    ) -> None:
        self._handlers = standing_in.handlers(contract)
        self._app = app
        self._shared = shared
        self._sources: dict[str, HandlerSource] = {}

    def source(self, operation: Operation) -> HandlerSource:
        tag = operation.tag
        if tag not in self._sources:
            self._sources[tag] = HandlerSource(self._handlers[tag], self._app, self._shared)
        return self._sources[tag]


async def _answer_unhandled(
    handler: Callable[..., Any], error: Exception, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answers what nobody translated; the server logs it. Where the response had started, the
    server refuses the second start, and what it says to that is not the error to report."""
    response = await handled(handler, Request(scope, receive, send), error)
    with suppress(Exception):
        await response(scope, receive, send)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
