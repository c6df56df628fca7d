"""Starlette's middlewares for CORS and trusted hosts, refusing with problems."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, problem_bytes
from accord.service.answer import send_problem


class Cors(CORSMiddleware):
    """`CORSMiddleware`, with its arguments; a refused preflight is a problem with status 400."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        problem = Problem(
            400,
            code="cors_refused",
            title="Cross-origin request refused",
            detail=bytes(response.body).decode("latin-1") + ".",
        )
        kept = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-type", "content-length")
        }
        body = problem_bytes(problem, request_id=context.request_id.get())
        return Response(body, 400, kept, media_type=PROBLEM)


class TrustedHosts:
    """Answers 400 where `Host` is none of `hosts`; `*.example.com` admits its subdomains."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str]) -> None:
        self.app = app
        self._check = TrustedHostMiddleware(_admitted, allowed_hosts=hosts, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = _Refusal()
            await self._check(scope, receive, refusal)
            if refusal.sent:
                detail = "The Host header names no host that is served here."
                await send_problem(scope, send, Problem(400, code="unknown_host", detail=detail))
                return
        await self.app(scope, receive, send)


class _Refusal:
    """A `send` that swallows an answer and remembers that there was one."""

    sent = False

    async def __call__(self, message: Message) -> None:
        self.sent = True


async def _admitted(scope: Scope, receive: Receive, send: Send) -> None:
    return None
