"""The fakes over sockets, and clients with policies made for short tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from accord.downstream import CallPolicy, Downstream, DownstreamClient, Timeouts, open_client
from impl.fakes import Fakes, running

KEY = "secret"
QUICK = CallPolicy(timeouts=Timeouts(connect=0.5, read=0.4, total=1.0))
Open = Callable[..., Awaitable[DownstreamClient]]


@pytest.fixture(scope="session")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the fakes' ledgers."""
    return tmp_path_factory.mktemp("ledgers")


@pytest.fixture(scope="session")
def running_fakes(ledgers: Path) -> Iterator[Fakes]:
    """The fakes on a loop of their own, started once: that takes longer than most tests."""
    started: Future[tuple[Fakes, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        async with running(ledgers, api_key=KEY) as fakes:
            started.set_result((fakes, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    fakes, loop, stop = started.result(30)
    yield fakes
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)


@pytest.fixture
def fakes(running_fakes: Fakes) -> Iterator[Fakes]:
    """The fakes with no faults and nothing counted."""
    running_fakes.faults.clear()
    for counted in running_fakes.faults.requests.values():
        counted.clear()
    yield running_fakes
    running_fakes.faults.clear()


@pytest.fixture
async def open_to(fakes: Fakes) -> AsyncIterator[Open]:
    """`await open_to("payments", policy=…)`: a client of one fake, closed with the test."""
    async with AsyncExitStack() as stack:

        async def open_to(
            service: str, metrics: Any = None, policy: CallPolicy = QUICK, **policies: Any
        ) -> DownstreamClient:
            downstream = Downstream(
                service=service,
                base_url=fakes[service],
                headers={"X-Api-Key": KEY},
                policy=policy,
                **policies,
            )
            return await stack.enter_async_context(open_client(downstream, metrics=metrics))

        yield open_to
