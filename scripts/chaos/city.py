"""Everything that there is: databases, fakes, three replicas, a balancer, an operator."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.chaos.balancer import Balancer
from scripts.rig.nursery import Nursery
from scripts.rig.programs import Program, free_port, postgresql, redis
from scripts.rig.store import ITEM, Fakes, Replica, environment, migrate, token

_LOOKS_EVERY = 2.0
# How slow the services are on a good day, so that there are always sagas under way.
GOOD_DAY = [{"kind": "slow", "seconds": {"distribution": "lognormal", "median": 0.03}}]


@dataclass(slots=True)
class City:
    """All processes, the balancer's address, and the `resumed` orders counted by their operator."""

    postgresql: Program
    redis: Program
    fakes: Fakes
    replicas: list[Replica]
    balancer: Balancer
    token: str
    item_id: str
    resumed: int = 0

    @property
    def url(self) -> str:
        return self.balancer.url


@asynccontextmanager
async def city(
    folder: Path, *, replicas: int = 3, ignore_keys: bool = False, **settings: str
) -> AsyncIterator[City]:
    """A city in the empty folder `folder`; `settings` are the store's, by variable."""
    with tempfile.TemporaryDirectory(prefix="chaos-postgresql-") as data, Nursery() as nursery:
        async with AsyncExitStack() as stack:
            database, cache = postgresql(Path(data)), redis(folder)
            fakes = Fakes(nursery, folder / "fakes", ignore_keys=ignore_keys)
            for program in (database, cache):
                program.start()
                stack.callback(program.stop)
                await asyncio.to_thread(program.wait_ready)
            stack.callback(fakes.stop)
            await asyncio.to_thread(fakes.start)
            for service in fakes.ports:
                await asyncio.to_thread(fakes.tell, service, GOOD_DAY)
            given = {**_environment(database, cache, fakes), **settings}
            await asyncio.to_thread(migrate, given)
            serving = [
                Replica(f"replica{number}", nursery, folder, given)
                for number in range(1, replicas + 1)
            ]
            for replica in serving:
                replica.start()
                stack.callback(replica.kill)
            balancer = await stack.enter_async_context(Balancer(serving, free_port()))
            await balancer.all_ready()
            bearer = token()
            built = City(
                database, cache, fakes, serving, balancer, bearer, await _item(balancer, bearer)
            )
            operating = asyncio.create_task(_operate(built))
            yield built
            operating.cancel()


def _environment(database: Program, cache: Program, fakes: Fakes) -> Mapping[str, str]:
    return {
        **environment(database.url),
        **fakes.environment,
        "STORE_REDIS_URL": cache.url,
        "STORE_SAGA_LEASE": "3",
        "STORE_DRAIN_DELAY": "1",
        "STORE_DOWNSTREAM_TIMEOUT": "2",
        "STORE_UNDO_PATIENCE": "30",
    }


async def _item(balancer: Balancer, bearer: str) -> str:
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {bearer}"}) as client:
        made = await client.post(f"{balancer.url}/v2/items", json={**ITEM, "sku": "MUG-1"})
    item_id: str = made.raise_for_status().json()["id"]
    return item_id


async def _operate(built: City) -> None:
    """Resume parked orders, as an operator would who looks now and then."""
    headers = {"authorization": f"Bearer {built.token}"}
    async with httpx.AsyncClient(base_url=built.url, headers=headers, timeout=10) as client:
        while True:
            await asyncio.sleep(_LOOKS_EVERY)
            with suppress(httpx.HTTPError, KeyError, ValueError):
                for order in (await client.get("/v2/parked-orders")).json()["orders"]:
                    path = f"/v2/parked-orders/{order['id']}/resumption"
                    if (await client.put(path)).status_code == 202:
                        built.resumed += 1
