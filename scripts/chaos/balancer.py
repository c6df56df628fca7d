"""A small TCP balancer: connections go to the replicas that say they are ready, in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import httpx

from scripts.rig.store import Replica

_PERIOD = 0.25
_TIMEOUT = 1.0


class Balancer:
    """Listens on `port`; an asynchronous context manager. `ready` are the replicas in turn."""

    def __init__(self, replicas: Sequence[Replica], port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.ready: list[Replica] = []
        self._replicas = replicas
        self._port = port
        self._next = 0
        self._all = asyncio.Event()
        self._piping: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Balancer:
        self._probes = [asyncio.create_task(self._probe(replica)) for replica in self._replicas]
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in (*self._probes, *self._piping):
            task.cancel()

    async def all_ready(self, seconds: float = 60) -> None:
        """Wait until all replicas are ready."""
        async with asyncio.timeout(seconds):
            await self._all.wait()

    async def _probe(self, replica: Replica) -> None:
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            while True:
                try:
                    good = (await client.get(f"{replica.url}/health/ready")).is_success
                except httpx.HTTPError:
                    good = False
                if good and replica not in self.ready:
                    self.ready.append(replica)
                elif not good and replica in self.ready:
                    self.ready.remove(replica)
                    self._all.clear()
                if len(self.ready) == len(self._replicas):
                    self._all.set()
                await asyncio.sleep(_PERIOD)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._piping.add(task)
        task.add_done_callback(self._piping.discard)
        for _ in range(len(self._replicas)):
            if not self.ready:
                break
            self._next += 1
            replica = self.ready[self._next % len(self.ready)]
            try:
                there, back = await asyncio.open_connection("127.0.0.1", replica.port)
            except OSError:
                continue
            # Cancelled at the end, and then nobody waits for what becomes of it.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
            back.close()
            break
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until either side ends; then both do."""
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
