"""One operation, compiled: request in, reply out, nothing decided twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from accord.runtime.accept import Negotiation, negotiate
from accord.runtime.body import BodyReader
from accord.runtime.complete import complete
from accord.runtime.declare import Body, Contract, Operation
from accord.runtime.dependencies import HandlerSource, Solving
from accord.runtime.failures import Failures, OperationFailures
from accord.runtime.inputs import Inputs
from accord.runtime.lifecycle import Lifecycle
from accord.runtime.paths import PathTree, route_path, template_names
from accord.runtime.problem import Problem
from accord.runtime.reply import ReplyWriter
from accord.runtime.security import Guard, Presented, Verifier
from accord.runtime.sent import RawPath, parse_cookies
from accord.runtime.whole import body_at_hand, respond

_NOTHING: Mapping[str, list[str]] = {}


class Endpoint(BaseRoute):
    """The route of one operation.

    It is among `app.routes`, so that instrumentation finds its template; requests reach it
    through the dispatcher. Where `handlers` is None it answers 501.
    """

    def __init__(
        self,
        contract: Contract,
        operation: Operation,
        handlers: HandlerSource | None,
        verifiers: Mapping[str, Verifier],
        failures: Failures,
        check_replies: float,
    ) -> None:
        self.operation = operation
        self.operation_id = operation.id
        self.contract = contract
        self.path = self.path_format = operation.path
        self.name = operation.id
        self.methods = {operation.method}
        self.include_in_schema = False
        self._handlers = handlers
        self._verifiers = verifiers
        self._method = operation.handler
        self.failing = OperationFailures(failures, operation)
        self._check_replies = check_replies
        self._compiled = False
        self._tree: PathTree[Endpoint] | None = None

    def compile(self) -> None:
        """Builds validators and encoders; done on first use, or before the service is ready."""
        operation = self.operation
        complete(operation)
        self._inputs = Inputs(operation)
        self._body = self._body_reader(operation.body) if operation.body else None
        self._guard = (
            Guard(operation, self.contract.schemes, self._verifiers) if operation.security else None
        )
        self._writer = ReplyWriter(operation, self._check_replies)
        self._negotiation = Negotiation(operation) or None
        self._raw_path = RawPath(self.path) if self._inputs.reads_raw_path else None
        self._lifecycle = Lifecycle(operation) or None
        self._plain = None if self._lifecycle else self._writer.plain
        guard = self._guard
        self._parse_query = self._inputs.parse_query
        self._reads_query = self._inputs.reads_query or bool(guard and guard.reads_query)
        self._reads_cookies = self._inputs.reads_cookies or bool(guard and guard.reads_cookies)
        self._compiled = True

    def _body_reader(self, body: Body) -> BodyReader:
        return BodyReader(body)

    async def takes(self, content_type: bytes, receive: Receive) -> bool:
        """Whether a body is one of this operation's."""
        if not self._compiled:
            self.compile()
        if self._body is None:
            return not content_type
        try:
            await self._body.read(content_type, receive)
        except Problem:
            return False
        return True

    async def serve(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        path: Sequence[str],
        head: bool,
        solving: Solving | None = None,
    ) -> None:
        """Answers one request; `path` holds the template's values in order.

        Exceptions that nobody translates pass through to the application's own error handling.
        """
        # All of it in one coroutine, since each takes its share of a request's time.
        body = None
        try:
            if not self._compiled:
                self.compile()
            instance = None
            if solving is None:
                handlers = self._handlers
                if handlers is None:
                    raise self._not_implemented()
                instance = handlers.instance
                if instance is None or handlers.app.dependency_overrides:
                    instance = await handlers.prepare()
                    if instance is None:
                        await self._serve_solved(handlers, scope, receive, send, path, head)
                        return
            sent: list[tuple[bytes, bytes]] = scope["headers"]
            headers = dict(sent)
            if len(headers) != len(sent):
                headers = _joined(sent)
            accept = headers.get(b"accept")
            if accept == b"*/*":
                accept = None
            elif accept is not None:
                negotiate(accept, self._writer.media_types)
            query = cookies = _NOTHING
            if self._reads_query:
                query = self._parse_query(scope["query_string"])
            if self._reads_cookies:
                cookies = parse_cookies(headers.get(b"cookie", b""))
            if self._guard is not None:
                scope["principal"] = await self._guard(Presented(headers, query, cookies, scope))
            if self._raw_path is not None:
                path = self._raw_path.segments(scope, path)
            keywords = self._inputs.read(path, query, headers, cookies)
            if self._guard is not None:
                keywords["principal"] = scope["principal"]
            if solving is not None:
                # Only now: who is refused opens nothing.
                instance = await solving.make()
                receive = solving.receive
            if self._body is not None:
                content_type = headers.get(b"content-type", b"")
                data = body_at_hand(receive) if self._body.waits else None
                if data is not None:
                    keywords["body"] = self._body.parse(content_type, data)
                else:
                    keywords["body"] = await self._body.read(content_type, receive)
            if self._negotiation is not None:
                self._negotiation.tell(keywords, headers)
            value = await getattr(instance, self._method)(**keywords)
            plain = self._plain
            if plain is not None and accept is None and solving is None and not head:
                encode = plain.encoders.get(type(value))
                body = encode(value) if encode is not None else plain.encode(value)
            if body is None:
                answer = self._writer.write(value, accept)
                if self._lifecycle is not None:
                    answer.headers.extend(self._lifecycle.headers(path))
                if solving is not None:
                    answer.headers.extend(solving.headers)
                    await solving.close_function_scope()
        except Exception as error:
            if solving is not None:
                # Past the dependencies first, which may want to know of it.
                raise
            await self.failing.respond(error, scope, receive, send, head)
            return
        if body is None or plain is None:
            await answer.send(scope, receive, send, head)
            return
        waiting = respond(send, plain.status, [], body, plain.headers)
        if waiting is not None:
            await waiting

    async def _serve_solved(
        self,
        handlers: HandlerSource,
        scope: Scope,
        receive: Receive,
        send: Send,
        path: Sequence[str],
        head: bool,
    ) -> None:
        """The same with a handler made for this request: what it asked for is closed as FastAPI
        closes it, function scope before the answer is sent and request scope after."""
        scope["path_params"] = dict(zip(template_names(self.path), path, strict=True))
        answered = False
        async with handlers.opened(scope, receive, send) as solving:
            # Within what a subclass does around all of it.
            await Endpoint.serve(self, scope, receive, send, path, head, solving)
            if solving.tasks is not None:
                await solving.tasks()
            answered = True
        if not answered:
            raise RuntimeError(
                f"A dependency of {self.operation_id} caught an exception and did not raise it"
                " again: there is no answer to send"
            )

    def _not_implemented(self) -> Problem:
        return Problem(
            501, code="not_implemented", detail=f"{self.operation_id} is not implemented."
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """For instrumentation that walks `app.routes`; requests are dispatched without it."""
        if scope["type"] != "http":
            return Match.NONE, {}
        if self._tree is None:
            self._tree = PathTree()
            self._tree.add(self.path, self.operation.method, self)
        found = self._tree.find(route_path(scope))
        if found is None:
            return Match.NONE, {}
        values = dict(zip(template_names(self.path), found[1], strict=True))
        matched = Match.FULL if scope["method"] in self.methods else Match.PARTIAL
        return matched, {"path_params": values}


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """A header that was sent twice is one with both values (RFC 9110, 5.3; RFC 9113, 8.2.3)."""
    joined: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in joined:
            value = joined[name] + (b"; " if name == b"cookie" else b", ") + value
        joined[name] = value
    return joined
