"""Exceptions become problems in one place, as the operation's contract declares them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from accord.runtime import context
from accord.runtime.answer import Answer, header_value
from accord.runtime.declare import PROBLEM, Operation
from accord.runtime.problem import (
    FieldError,
    Problem,
    code_of,
    json_pointer,
    phrase,
    problem_bytes,
)

Translations = Mapping[type[Exception], Callable[[Any], Problem]]
ErrorBody = Callable[[Problem, str], bytes]
"""Writes a problem in the shape that a contract of another style declares: given the problem and
the declared media type, the body."""

INTERNAL_ERROR = Problem(
    500,
    code="internal_error",
    detail="The service failed to answer. The request id tells the operators which request it was.",
)


class Failures:
    """How an application answers its exceptions.

    `translations` maps domain errors to problems, by type or a base of it; `handlers` are
    FastAPI's exception handlers, looked up at each use since tests and plug-ins add to them.
    """

    def __init__(
        self,
        translations: Translations,
        handlers: Mapping[Any, Callable[..., Any]],
        error_body: ErrorBody | None = None,
    ) -> None:
        self._translations = dict(translations)
        self._handlers = handlers
        self.error_body = error_body

    def problem(self, error: Exception) -> Problem | None:
        """The problem that answers `error`; None where nobody translates it."""
        if isinstance(error, Problem):
            return error
        for base in type(error).__mro__:
            if (translate := self._translations.get(base)) is not None:
                return translate(error)
        if isinstance(error, HTTPException):
            return from_http_exception(error)
        if isinstance(error, RequestValidationError):
            return _from_validation_error(error)
        return None

    def leaf(self, error: Exception) -> Exception:
        """What a task group raised for one failed task, if that is what somebody answers."""
        inner: BaseException = error
        while isinstance(inner, BaseExceptionGroup) and len(inner.exceptions) == 1:
            inner = inner.exceptions[0]
        if inner is error or not isinstance(inner, Exception) or self.problem(error) is not None:
            return error
        answered = self.problem(inner) is not None or self.handler(inner) is not None
        return inner if answered else error

    def handler(self, error: Exception) -> Callable[..., Any] | None:
        """The exception handler that the application registered for `error`, if any."""
        if isinstance(error, HTTPException) and error.status_code in self._handlers:
            return self._handlers[error.status_code]
        for base in type(error).__mro__[:-2]:
            if base is not Exception and (found := self._handlers.get(base)) is not None:
                return None if getattr(found, "accord_default", False) else found
        return None

    async def default_handler(self, request: Request, error: Exception) -> Response:
        """For FastAPI's own routes and errors: the problem as a response."""
        problem = self.problem(error) or INTERNAL_ERROR
        return Response(
            problem_bytes(problem, request_id=context.request_id.get(), instance=request.url.path),
            status_code=problem.status,
            headers=problem.headers,
            media_type=PROBLEM,
        )


class OperationFailures:
    """How one operation answers exceptions: with the first that its contract declares."""

    def __init__(self, failures: Failures, operation: Operation) -> None:
        self._failures = failures
        self._declared = operation.errors

    async def respond(
        self, error: Exception, scope: Scope, receive: Receive, send: Send, head: bool = False
    ) -> None:
        """Sends the answer to `error`, or raises it again where nobody translates it."""
        if isinstance(error, ClientDisconnect):
            return
        error = self._failures.leaf(error)
        handler = self._failures.handler(error)
        if handler is not None:
            response = await handled(handler, Request(scope, receive, send), error)
            await response(scope, receive, send)
            return
        problem = self._failures.problem(error)
        if problem is None:
            raise error
        answer = self.answer(problem, scope["path"])
        await answer.send(scope, receive, send, head)

    def answer(self, problem: Problem, instance: str) -> Answer:
        status, media_type = self._select(problem.status)
        shape = self._failures.error_body
        if media_type == PROBLEM or shape is None:
            media_type = PROBLEM
            body = problem_bytes(
                problem, request_id=context.request_id.get(), instance=instance, status=status
            )
        else:
            body = shape(problem, media_type)
        headers = [(b"content-type", media_type.encode("latin-1"))]
        headers += [
            (name.lower().encode(), header_value(value)) for name, value in problem.headers.items()
        ]
        return Answer(status, headers, body)

    def _select(self, status: int) -> tuple[int, str]:
        declared = self._declared
        exact = str(status)
        if exact in declared:
            return status, declared[exact] or PROBLEM
        if status == HTTPStatus.UNPROCESSABLE_ENTITY and "400" in declared:
            return 400, declared["400"] or PROBLEM
        return status, declared.get(f"{exact[0]}XX") or declared.get("default") or PROBLEM


async def handled(handler: Callable[..., Any], request: Request, error: Exception) -> Response:
    """The response of an exception handler, which may be a plain function."""
    if inspect.iscoroutinefunction(handler):
        response: Response = await handler(request, error)
        return response
    return await run_in_threadpool(handler, request, error)


def from_http_exception(error: HTTPException) -> Problem:
    """What FastAPI or a handler of its kind raised, by its status."""
    title = phrase(error.status_code)
    detail = error.detail if isinstance(error.detail, str) and error.detail != title else None
    return Problem(
        error.status_code,
        code=code_of(error.status_code),
        detail=detail,
        headers=error.headers,
    )


def _from_validation_error(error: RequestValidationError) -> Problem:
    found = []
    for detail in error.errors():
        place, *path = detail["loc"]
        if place == "body":
            found.append(FieldError(detail["type"], detail["msg"], pointer=json_pointer(path)))
        else:
            name = str(path[0]) if path else ""
            found.append(
                FieldError(detail["type"], detail["msg"], parameter=name, location=str(place))
            )
    return Problem(
        422,
        code="validation_failed",
        detail="The request does not fit what this operation takes.",
        errors=found,
    )
