"""What a caller hears whose bytes are no HTTP request: a problem, as from everything else here."""

from __future__ import annotations

from contextvars import copy_context

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from accord.runtime import context
from accord.runtime.declare import PROBLEM
from accord.runtime.problem import Problem, phrase, problem_bytes

LONGEST_URI = 65_535
"""Bytes that the parser can address."""
LONGEST_HEAD = 65_536
"""Bytes of all headers together; a body has a limit of its own."""


class ProblemProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which answers 400 in plain text and takes heads of any length."""

    _head = 0

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_URI:
            raise ValueError("too long")  # the parser stops; the answer is below

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head += len(name) + len(value)
        if self._head > LONGEST_HEAD:
            raise ValueError("too long")
        super().on_header(name, value)

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
