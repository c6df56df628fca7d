"""What lives as long as the application, put together in one place and taken down in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context, copy_context

from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from accord.downstream import DownstreamMetrics
from accord.runtime import context
from accord.service.cache import Cache
from accord.service.scaling import ScalingSignals
from impl import migrations
from impl.dependencies import Services
from impl.gateways import open_gateways
from impl.repositories.database import Database, DatabaseOptions
from impl.sagas.change_order import ChangeOrder
from impl.sagas.detached import Detached
from impl.sagas.place_order import PlaceOrder
from impl.sagas.resume_order import ResumeOrder
from impl.services.idempotency import Idempotency
from impl.services.item_batches import ItemBatches
from impl.services.item_export import ItemExport
from impl.services.item_statistics import ItemStatistics
from impl.services.items import ItemService
from impl.services.orders import OrderService
from impl.services.parked_orders import ParkedOrders
from impl.settings import Settings

_LEASE = 180.0
"""Seconds after which a request that was never answered is taken over: longer than the steps of
an order and their undoing can take."""


@asynccontextmanager
async def open_services(
    settings: Settings, cache: Cache, signals: ScalingSignals, downstream: DownstreamMetrics
) -> AsyncIterator[Services]:
    """The use cases, ready to serve; `signals` and `downstream` show what they do.

    Raises `WrongSchema` where the database is not migrated. At the end, orders that are still
    being carried out are waited for, then connections are closed, the database's last.
    """
    async with (
        open_database(settings) as database,
        open_gateways(
            settings.downstream_urls,
            api_key=settings.key("downstream_key"),
            call_timeout=settings.downstream_timeout,
            max_connections=settings.downstream_connections,
            metrics=downstream,
        ) as gateways,
    ):
        await migrations.check(database.reads)
        detached = Detached(new_context=_without_deadline, deadline=context.deadline.get)
        idempotency = Idempotency(
            database,
            lease=settings.placement_timeout + _LEASE,
            wait=settings.idempotency_wait,
        )
        statistics = ItemStatistics(database, cache)
        export = ItemExport(database, at_once=settings.exports_at_once)
        signals.watch(
            "database_read_connections_in_use",
            "Connections of the pool for reading that are in use.",
            lambda: _in_use(database.reads),
        )
        signals.watch(
            "database_write_connections_in_use",
            "Connections of the pool for writing that are in use.",
            lambda: _in_use(database.writes),
        )
        signals.watch("exports_running", "Exports of all items under way.", lambda: export.running)
        try:
            yield Services(
                items=ItemService(database, idempotency, statistics),
                item_batches=ItemBatches(database, idempotency, statistics),
                item_statistics=statistics,
                item_export=export,
                orders=OrderService(database, gateways, timeout=settings.details_timeout),
                place_order=PlaceOrder(
                    database, gateways, idempotency, detached, timeout=settings.placement_timeout
                ),
                change_order=ChangeOrder(
                    database, gateways, detached, timeout=settings.placement_timeout
                ),
                parked_orders=ParkedOrders(database),
                resume_order=ResumeOrder(database, gateways, detached),
            )
        finally:
            export.close()
            await detached.finish()


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database that the settings name, whatever its schema."""
    database = Database(
        DatabaseOptions(
            url=settings.database_url,
            cursor_key=settings.key("cursor_key").encode(),
            pool_size=settings.database_pool_size,
            pool_timeout=settings.database_timeout,
            busy_timeout=settings.database_timeout,
        )
    )
    try:
        yield database
    finally:
        await database.close()


def _without_deadline() -> Context:
    """The caller's context, but for its deadline: work that outlives the caller is not bound by
    how long the caller waits."""
    detached = copy_context()
    detached.run(context.deadline.set, None)
    return detached


def _in_use(engine: AsyncEngine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()
