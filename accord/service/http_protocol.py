"""uvicorn's HTTP, with some differences: who sends what is no HTTP request hears a problem, as from
everything else here, heads have a limit, and a request costs the server half."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import Any
from urllib.parse import unquote

from httptools import parse_url
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, phrase, problem_bytes
from accord.service.http_answer import Cycle

LONGEST_URI = 65_535
"""Bytes that the parser can address."""
LONGEST_HEAD = 65_536
"""Bytes of all headers together; a body has a limit of its own."""


class ServiceProtocol(HttpToolsProtocol):
    """Stock, it answers 400 in plain text, takes heads of any length, and writes twice.

    uvicorn's web sockets, its limit of concurrency (`accord.service.concurrency` is ours) and
    `reset_contextvars` are left out.
    """

    _head = 0
    _idle_since: float | None = None
    """When the last answer was sent; None while there is something to do."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._context = copy_context()

    # Methods of uvicorn's that are one line are written out where `super()` would call them: each
    # of these is called for every request, most of them several times.

    def on_url(self, url: bytes) -> None:
        self.url += url
        self._head = 0
        if len(self.url) > LONGEST_URI:
            raise ValueError("too long")  # the parser stops; the answer is below

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value)
        if self._head > LONGEST_HEAD:
            raise ValueError("too long")
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        parser, scope = self.parser, self.scope
        version = parser.get_http_version()
        if version != "1.1":
            scope["http_version"] = version
        scope["method"] = parser.get_method().decode("ascii")
        raw_path, query = _taken_apart(self.url)
        path = raw_path.decode("ascii")
        if "%" in path:
            path = unquote(path)
        if self.root_path:
            path = self.root_path + path
            raw_path = self.root_path.encode("ascii") + raw_path
        scope["path"] = path
        scope["raw_path"] = raw_path
        scope["query_string"] = query
        before = self.cycle
        self.cycle = cycle = Cycle(self, version != "1.0" and parser.should_keep_alive())
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            # It came before the one before it was answered, and waits.
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        # In a context made of its connection's. The loop's own, which is what is left otherwise, is
        # that of an earlier request where one was just answered, or took a body in parts.
        task = self.loop.create_task(cycle.run_asgi(app), context=self._context.copy())
        # uvicorn has the loop call it back at the end of each, which a cycle does itself: by now,
        # where tasks are begun at once.
        if not task.done():
            cycle.task = task
            self.tasks.add(task)

    # uvicorn starts a timer after every answer and stops it with the next request, which costs as
    # much as all the rest of parsing that. Here a connection has one that goes off now and then,
    # and looks how long nothing has come.

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            seconds, self.timeout_keep_alive_handler, context=self._context
        )

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again_in(left)
        elif not self.transport.is_closing():
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def send_400_response(self, msg: str) -> None:
        if len(self.url) > LONGEST_URI:
            detail = f"The address is longer than {LONGEST_URI} bytes."
            self._refuse(Problem(414, code="uri_too_long", title="URI too long", detail=detail))
        elif self._head > LONGEST_HEAD:
            detail = f"The headers are longer than {LONGEST_HEAD} bytes together."
            self._refuse(Problem(431, code="head_too_large", detail=detail))
        else:
            detail = "This is no HTTP request."
            self._refuse(Problem(400, code="malformed_request", detail=detail))

    def _refuse(self, problem: Problem) -> None:
        # No application has seen the request, so nothing has said where the pages are.
        whole = copy_context()
        whole.run(context.problem_types.set, getattr(self.app, "problem_types", ""))
        body = whole.run(problem_bytes, problem)
        head = (
            f"HTTP/1.1 {problem.status} {phrase(problem.status)}\r\ncontent-type: {PROBLEM}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def _taken_apart(url: bytes) -> tuple[bytes, bytes]:
    """Path and query."""
    if url.startswith(b"/") and b"#" not in url:
        path, _, query = url.partition(b"?")
        return path, query
    # As proxies are asked: `http://here/path`.
    parsed = parse_url(url)
    return parsed.path, parsed.query or b""
