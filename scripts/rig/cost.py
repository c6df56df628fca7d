"""What durability costs: orders placed by sagas, and by the same steps written down nowhere.

`python -m scripts.rig.cost` prints, for SQLite and PostgreSQL, the median milliseconds of one order
at a time and the processor time of this process for each, over six fakes in other processes. The
two ways take turns, because a machine's speed swings.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from prometheus_client import CollectorRegistry
from pydantic import TypeAdapter

from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Category, ItemDraft
from impl.domain.money import Money
from impl.domain.orders import Address, LineDraft, OrderDraft
from impl.gateways import open_gateways
from impl.migrations import migrate
from impl.repositories.database import Database
from impl.sagas.answers import ASKED, Asked, News
from impl.sagas.durable import SagaMetrics
from impl.sagas.endings import Endings
from impl.sagas.place_order import PlaceOrder, PlaceOrderSaga
from impl.sagas.steps import Limits, Result, Work
from impl.settings import Settings
from impl.wiring import open_database, open_sagas
from scripts.rig.nursery import Nursery
from scripts.rig.programs import postgresql
from scripts.rig.store import API_KEY, Fakes

_ROUNDS, _ORDERS = 8, 15
_DRAFT: TypeAdapter[OrderDraft] = TypeAdapter(OrderDraft)


class Unwritten:
    """A journal that forgets."""

    async def once(self, name: str, work: Work) -> Result:
        return await work()


async def measure(database_url: str, fakes: Fakes) -> dict[str, dict[str, float]]:
    """Milliseconds by way: `latency` (median) and `processor`, of one order."""
    settings = Settings(development=True, database_url=database_url)
    urls = {service: f"http://127.0.0.1:{port}" for service, port in fakes.ports.items()}
    async with (
        open_database(settings) as database,
        open_gateways(urls, api_key=API_KEY) as gateways,
    ):
        await migrate(database.writes)
        draft = _draft(await _item(database))
        metrics = SagaMetrics(CollectorRegistry())
        endings = Endings(database, News(), metrics.tally)
        bare = PlaceOrderSaga(database, gateways, endings, Limits(steps=20, patience=20))

        async def unwritten() -> None:
            key = IdempotencyKey("ada", "place_order", uuid4().hex)
            asked = Asked(key, 1, uuid4(), _DRAFT.dump_json(draft).decode())
            await bare(key.saga(1), ASKED.dump_json(asked).decode(), Unwritten())

        async with open_sagas(settings, database, gateways, metrics) as answers:
            place = PlaceOrder(answers)

            async def durable() -> None:
                await place(draft, key=IdempotencyKey("ada", "place_order", uuid4().hex))

            return await _in_turns({"durable": durable, "written down nowhere": unwritten})


async def _in_turns(
    ways: dict[str, Callable[[], Awaitable[None]]],
) -> dict[str, dict[str, float]]:
    latency: dict[str, list[float]] = {name: [] for name in ways}
    processor = dict.fromkeys(ways, 0.0)
    for round_ in range(_ROUNDS + 1):
        for name, way in ways.items():
            used = time.process_time()
            for _ in range(_ORDERS):
                began = time.perf_counter()
                await way()
                # The first round is for connections and caches.
                if round_:
                    latency[name].append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.2)
            if round_:
                processor[name] += (time.process_time() - used) * 1000
    return {
        name: {
            "latency": round(statistics.median(latency[name]), 1),
            "processor": round(processor[name] / (_ROUNDS * _ORDERS), 1),
        }
        for name in ways
    }


async def _item(database: Database) -> UUID:
    draft = ItemDraft(
        sku=f"MUG-{uuid4().hex[:8].upper()}",
        name="Stoneware mug",
        description=None,
        category=Category.KITCHEN,
        tags=(),
        price=Money(1490, "EUR"),
    )
    item = draft.item(id=uuid4(), at=datetime.now(UTC))
    async with database.transaction() as work:
        await work.items.add(item)
    return item.id


def _draft(item_id: UUID) -> OrderDraft:
    return OrderDraft(
        customer_id="cus_8f3k2m9q1z",
        lines=(LineDraft(item_id, 1),),
        shipping_address=Address("Ada Lovelace", "Marktgasse 12", "3011", "Bern", "CH"),
        payment_method_id="pm_4t7v1x9b2c",
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as data:
        folder = Path(name)
        server = postgresql(Path(data))
        server.start()
        server.wait_ready()
        with Nursery() as nursery:
            fakes = Fakes(nursery, folder / "fakes")
            fakes.start()
            databases = {
                "SQLite": f"sqlite+aiosqlite:///{folder / 'store.db'}",
                "PostgreSQL": server.url,
            }
            for database, url in databases.items():
                print(database, json.dumps(asyncio.run(measure(url, fakes))), flush=True)
            fakes.stop()
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
