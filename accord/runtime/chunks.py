"""The bytes of a request as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect
from starlette.types import Receive


async def chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The pieces of a body. Raises `ClientDisconnect` where the caller went away before its end."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        more = message.get("more_body", False)
