"""How a middleware says no: a problem, sent without raising anything through the stack."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, problem_bytes
from accord.runtime.whole import in_messages, respond


async def send_problem(scope: Scope, send: Send, problem: Problem) -> None:
    """Answer the request with `problem` as `application/problem+json`."""
    body = problem_bytes(problem, request_id=context.request_id.get(), instance=scope["path"])
    headers = [(b"content-type", PROBLEM.encode())]
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in problem.headers.items()
    ]
    if scope["method"] == "HEAD":
        await in_messages(send, problem.status, headers, body, head=True)
        return
    waiting = respond(send, problem.status, headers, body)
    if waiting is not None:
        await waiting


def answering(problem: Problem) -> ASGIApp:
    """An application that answers whatever it is asked with `problem`."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send_problem(scope, send, problem)

    return answer
