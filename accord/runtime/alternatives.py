"""Operations at one address: told apart by the query that they require, then by the body."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from accord.runtime.endpoint import Endpoint
from accord.runtime.media_types import covers
from accord.runtime.sent import parse_query

# Beyond this a body is not looked at: nobody has been asked yet who is sending it.
_MOST = 1024 * 1024


class Alternatives:
    """Serves several operations, those that ask for more first. What none of them takes is answered
    by one that asks for least."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        last = endpoints[-1]
        self.path = last.path
        self.operation = last.operation
        self.failing = last.failing
        self._last = last
        self._endpoints = [(endpoint, _required_query(endpoint)) for endpoint in endpoints]

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, path: Sequence[str], head: bool
    ) -> None:
        chosen, receive = await self._choose(scope, receive)
        scope["route"] = chosen
        await chosen.serve(scope, receive, send, path, head)

    async def _choose(self, scope: Scope, receive: Receive) -> tuple[Endpoint, Receive]:
        given = parse_query(scope["query_string"]).keys()
        possible = [(one, required) for one, required in self._endpoints if required <= given]
        if not possible:
            return self._last, receive
        # Of those that require as much the body decides.
        most = max(len(required) for _, required in possible)
        fitting = [one for one, required in possible if len(required) == most]
        if len(fitting) == 1 or not any(one.operation.body for one in fitting):
            return fitting[0], receive
        content_type = next((v for n, v in scope["headers"] if n == b"content-type"), b"")
        messages = await _received(receive)
        for endpoint in fitting:
            if await endpoint.takes(content_type, _again(messages, receive)):
                return endpoint, _again(messages, receive)
        # Its faults are told: of those that take its type, the one that asks for least.
        name = content_type.decode("latin-1")
        likely = [one for one in fitting if _lists(one, name)]
        return (likely or fitting)[-1], _again(messages, receive)


def _required_query(endpoint: Endpoint) -> frozenset[str]:
    return frozenset(
        parameter.name
        for parameter in endpoint.operation.parameters
        if parameter.location == "query" and parameter.required
    )


def _lists(endpoint: Endpoint, media_type: str) -> bool:
    body = endpoint.operation.body
    return body is not None and any(covers(one.media_type, media_type) for one in body.media)


async def _received(receive: Receive) -> list[Message]:
    """The messages of a body; of a long one the first."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        messages.append(message)
        size += len(message.get("body", b""))
        if size > _MOST or not message.get("more_body", False):
            return messages


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """`receive` with messages that were taken from it put back."""
    waiting = list(reversed(messages))

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
