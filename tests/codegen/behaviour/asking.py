"""A generated package, asked over ASGI with exactly the bytes that a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pydantic_core import to_jsonable_python
from starlette.types import Message

from accord.runtime import Model

from .conftest import Package
from .serving import Served, served


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, the problem if it is one, and what the handler was given."""

    status: int
    body: bytes
    given: dict[str, Any] | None

    @property
    def errors(self) -> list[dict[str, str]]:
        """The faults of a problem."""
        return list(json.loads(self.body).get("errors", ()))


class Asking:
    """Keeps a loop and a served package for many requests."""

    def __init__(
        self, package: Package, answer: Callable[..., Any] | None = None, **options: Any
    ) -> None:
        self._served: Served = served(package, answer, **options)
        self._runner = asyncio.Runner()
        self._served.application.warm()

    def close(self) -> None:
        self._runner.close()

    def ask(
        self,
        method: str,
        raw_path: str,
        query: str = "",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Answer:
        return self._runner.run(self._ask(method, raw_path, query, headers, body))

    async def _ask(
        self,
        method: str,
        raw_path: str,
        query: str,
        headers: Iterable[tuple[str, str]],
        body: bytes,
    ) -> Answer:
        del self._served.given[:]
        sent: list[Message] = []
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": unquote(raw_path, errors="surrogateescape"),
            "raw_path": raw_path.encode("latin-1"),
            "query_string": query.encode(),
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in headers],
        }
        await self._served.application(scope, receive, send)
        given = self._served.given[-1] if self._served.given else None
        data = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], data, given)


def plain(value: Any) -> Any:
    """What a handler was given, as the JSON value that it came from."""
    if isinstance(value, Model):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, list):
        return [plain(item) for item in value]
    return to_jsonable_python(value)
