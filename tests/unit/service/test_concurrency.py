"""No more requests at once than the service can carry."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send

from accord.service.concurrency import ConcurrencyLimit


class Gate:
    """An application whose answers wait until the gate is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.entered: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.entered.put_nowait(scope["path"])
        if scope["path"] == "/broken":
            raise ZeroDivisionError
        await self.open.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def test_further_requests_are_refused_at_once(call: Any) -> None:
    """503 as a problem, with Retry-After; when one has been answered there is room again."""
    gate = Gate()
    app = ConcurrencyLimit(gate, most=2, exempt=("/live",))
    waiting = [asyncio.create_task(call(app)) for _ in range(2)]
    for _ in waiting:
        await gate.entered.get()
    refused = await call(app)
    assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
    assert refused.headers["retry-after"] == "1"
    assert gate.entered.empty()

    probe = asyncio.create_task(call(app, url="/live"))
    assert await gate.entered.get() == "/live"
    gate.open.set()
    assert {reply.status_code for reply in await asyncio.gather(*waiting, probe)} == {204}
    assert (await call(app)).status_code == 204
    assert app.running == 0


async def test_what_fails_makes_room(call: Any) -> None:
    """An error of the application does not take a place for good."""
    app = ConcurrencyLimit(Gate(), most=1)
    for _ in range(3):
        try:
            await call(app, url="/broken")
        except ZeroDivisionError:
            continue
    assert app.running == 0
