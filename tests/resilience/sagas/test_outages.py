"""What the store stands on goes away and comes back: clear problems meanwhile, and no restart."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from impl.problems import KINDS
from impl.repositories.database import Database, DatabaseOptions
from scripts.chaos.shoppers import Shoppers
from scripts.rig import ledgers
from scripts.rig.nursery import Nursery
from scripts.rig.programs import postgresql, redis
from scripts.rig.store import ITEM, Fakes, Replica, environment, migrate, token

pytestmark = pytest.mark.slow
UNLIMITED = resource.RLIM_INFINITY


class Store:
    """One replica, and a client that may do everything."""

    def __init__(self, replica: Replica, fakes: Fakes, http: httpx.Client) -> None:
        self.replica = replica
        self.fakes = fakes
        self.http = http
        self.item_id = http.post("/v2/items", json={**ITEM, "sku": "MUG-1"}).json()["id"]

    def place(self, key: str) -> httpx.Response:
        body = Shoppers.body_of(key, self.item_id)
        return self.http.post("/v2/orders", json=body, headers={"idempotency-key": key})

    def places_again(self, key: str) -> None:
        """With the same key, the order is placed as soon as that is possible: once."""
        reply = self._until(lambda: self.place(key), 201)
        assert reply.json()["status"] == "confirmed"
        traces = ledgers.read(self.fakes.state)[reply.json()["id"]]
        assert traces.is_complete, traces
        assert not traces.doubled, traces

    def is_unavailable(self, ask: Callable[[], httpx.Response]) -> None:
        """It is answered with a problem that says so and when to come back; the replica is well."""
        reply = self._until(ask, 503)
        problem: dict[str, Any] = reply.json()
        assert problem["code"] == "service_unavailable"
        assert problem["title"] == KINDS["service_unavailable"].title
        assert int(reply.headers["retry-after"]) >= 1
        for check in ("live", "ready", "startup"):
            assert self.http.get(f"/health/{check}").status_code == 200

    def _until(self, ask: Callable[[], httpx.Response], status: int) -> httpx.Response:
        until = time.monotonic() + 40
        while (reply := ask()).status_code != status:
            assert time.monotonic() < until, reply.text
            time.sleep(0.2)
        return reply


@contextmanager
def store(folder: Path, database_url: str, **settings: str) -> Iterator[Store]:
    with Nursery() as nursery:
        fakes = Fakes(nursery, folder / "fakes")
        given = {**environment(database_url), **fakes.environment, **settings}
        migrate(given)
        fakes.start()
        replica = Replica("replica", nursery, folder, given)
        replica.start()
        replica.wait_ready()
        headers = {"authorization": f"Bearer {token()}", "x-request-deadline-ms": "5000"}
        with httpx.Client(base_url=replica.url, headers=headers, timeout=20) as http:
            yield Store(replica, fakes, http)
        replica.kill()
        fakes.stop()


def test_postgresql_and_redis_are_started_again(tmp_path: Path) -> None:
    """Without PostgreSQL there are problems; without Redis there are none that callers see."""
    with tempfile.TemporaryDirectory(prefix="outage-") as data:
        database, cache = postgresql(Path(data)), redis(tmp_path)
        for program in (database, cache):
            program.start()
            program.wait_ready()
        try:
            with store(tmp_path, database.url, STORE_REDIS_URL=cache.url) as served:
                served.places_again(uuid4().hex)

                cache.kill()
                assert served.http.get(f"/v2/items/{served.item_id}").status_code == 200
                assert served.http.get("/v2/items/statistics").status_code == 200
                served.places_again(uuid4().hex)
                cache.start()
                cache.wait_ready()

                key = uuid4().hex
                database.stop()
                served.is_unavailable(lambda: served.place(key))
                served.is_unavailable(lambda: served.http.get(f"/v2/items/{served.item_id}"))
                database.start()
                database.wait_ready()
                served.places_again(key)
        finally:
            database.stop()
            cache.stop()


def test_the_disk_of_sqlite_cannot_be_written(tmp_path: Path) -> None:
    """Reading goes on; what was under way is carried on when the disk can be written again."""
    with store(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'store.db'}") as served:
        served.fakes.tell("shipping", [{"kind": "slow", "seconds": 2, "count": 1}])
        under_way, key = uuid4().hex, uuid4().hex
        begun = served.http.post(
            "/v2/orders",
            json=Shoppers.body_of(under_way, served.item_id),
            headers={"idempotency-key": under_way, "prefer": "respond-async"},
        )
        assert begun.status_code == 202
        served.replica.limit_files(0)
        served.is_unavailable(lambda: served.place(key))
        assert served.http.get(f"/v2/items/{served.item_id}").status_code == 200
        time.sleep(2)
        served.replica.limit_files(UNLIMITED)
        served.places_again(key)
        served.places_again(under_way)


async def test_a_frozen_transaction_is_ended(postgresql: str) -> None:
    """What it has locked must not hold up whoever takes over."""
    url = postgresql.replace("postgresql://", "postgresql+asyncpg://")
    database = Database(DatabaseOptions(url=url, cursor_key=b"k" * 32))
    async with database.writes.connect() as connection:
        shown = await connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
    await database.close()
    assert shown == "5s"
