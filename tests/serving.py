"""A real uvicorn in the process of the tests, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import uvicorn

_GRACE_SECONDS = 5


class Server(uvicorn.Server):
    """uvicorn, but it stops as soon as it is told to and nothing is open. Stock, it looks ten times
    a second whether it should, and then waits as long again: most of the time of a short test.

    Options are those of `uvicorn.Config`.
    """

    def __init__(self, app: Any, **options: Any) -> None:
        # log_config=None: uvicorn would set up logging for the whole process, other tests too.
        super().__init__(uvicorn.Config(app, port=0, log_config=None, **options))
        self._told_to_stop = asyncio.Event()

    @property
    def port(self) -> int:
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        """May be called from any thread."""
        self.should_exit = True
        if self.started:
            self._loop.call_soon_threadsafe(self._told_to_stop.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_stop.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        until = time.monotonic() + _GRACE_SECONDS
        while (state.connections or state.tasks) and time.monotonic() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        for task in state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@asynccontextmanager
async def serving_here(app: Any, **options: Any) -> AsyncIterator[int]:
    """An ASGI application in the running loop, without its lifespan: its port."""
    # As the service has it: uvicorn's own line of every request makes it answer in another way.
    server = Server(app, lifespan="off", access_log=False, **options)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.001)
        yield server.port
    finally:
        server.stop()
        await task


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An ASGI application, lifespan included, on a free port: its URL without a trailing slash."""
    server = Server(app, lifespan="on")
    # A loop of its own, so that tests which are not async can use it too.
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the application refused to start: see its log above"
            assert time.monotonic() < until, "the application did not start in 20 s"
            time.sleep(0.002)
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()
        thread.join(10)
