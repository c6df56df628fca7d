"""Plain ASGI that sends ready-made bytes and as many headers as our stack does: the limit of what
any stack of middlewares can reach, if it did nothing but send them."""

from __future__ import annotations

from typing import Any

from accord.service.security_headers import STANDARD
from scripts.bench.apps import raw

_HEADERS = [
    (b"x-request-id", b"e71de25cce9e0ccaf33069dc741d40b4"),
    (b"ratelimit", b'"default";r=999999391;t=28'),
    *((name.encode(), value.encode()) for name, value in STANDARD.items()),
]


async def app(scope: Any, receive: Any, send: Any) -> None:
    async def with_headers(message: Any) -> None:
        if "headers" in message:
            message = {**message, "headers": [*message["headers"], *_HEADERS]}
        await send(message)

    await raw.app(scope, receive, with_headers)
