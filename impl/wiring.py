"""What lives as long as the application, put together in one place and taken down in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from accord.downstream import DownstreamMetrics
from accord.runtime import context
from accord.service.cache import Cache
from accord.service.scaling import ScalingSignals
from impl import migrations
from impl.dependencies import Services
from impl.gateways import Gateways, open_gateways
from impl.repositories.database import Database, DatabaseOptions
from impl.sagas.answers import Answers, News
from impl.sagas.cancel_order import CANCEL_ORDER, CancelOrderSaga
from impl.sagas.change_address import CHANGE_ADDRESS, ChangeAddressSaga
from impl.sagas.change_order import ChangeOrder
from impl.sagas.durable import Durable, SagaMetrics, SagaStore, Timing
from impl.sagas.endings import Endings
from impl.sagas.housekeeping import Housekeeping
from impl.sagas.place_order import PLACE_ORDER, PlaceOrder, PlaceOrderSaga
from impl.sagas.resume_order import RESUME_ORDER, ResumeOrder, ResumeOrderSaga
from impl.sagas.steps import Limits
from impl.services.idempotency import Idempotency
from impl.services.item_batches import ItemBatches
from impl.services.item_export import ItemExport
from impl.services.item_statistics import ItemStatistics
from impl.services.items import ItemService
from impl.services.orders import OrderService
from impl.services.parked_orders import ParkedOrders
from impl.settings import Settings


@asynccontextmanager
async def open_services(
    settings: Settings,
    cache: Cache,
    signals: ScalingSignals,
    downstream: DownstreamMetrics,
    saga_metrics: SagaMetrics,
) -> AsyncIterator[Services]:
    """The use cases, ready to serve; `signals` and the metrics show what they do.

    Raises `WrongSchema` where the database is not migrated. At the end, orders that are still
    being carried out are handed over, then connections are closed, the database's last.
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
        idempotency = Idempotency()
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
        signals.watch(
            "database_pool_saturation",
            "How much of the fuller of the two pools is in use: 1 is all of it.",
            lambda: max(_saturation(database.reads), _saturation(database.writes)),
        )
        signals.watch("exports_running", "Exports of all items under way.", lambda: export.running)
        try:
            async with open_sagas(settings, database, gateways, saga_metrics) as answers:
                yield Services(
                    items=ItemService(database, idempotency, statistics),
                    item_batches=ItemBatches(database, idempotency, statistics),
                    item_statistics=statistics,
                    item_export=export,
                    orders=OrderService(database, gateways, timeout=settings.details_timeout),
                    place_order=PlaceOrder(answers),
                    change_order=ChangeOrder(database, answers),
                    parked_orders=ParkedOrders(database),
                    resume_order=ResumeOrder(database, answers),
                )
        finally:
            export.close()


@asynccontextmanager
async def open_sagas(
    settings: Settings, database: Database, gateways: Gateways, metrics: SagaMetrics
) -> AsyncIterator[Answers]:
    """What carries sagas out, and where their answers come from. At the end, those under way are
    handed over to other processes."""
    news = News()
    endings = Endings(database, news, metrics.tally)
    limits = Limits(steps=settings.placement_timeout, patience=settings.undo_patience)
    place = PlaceOrderSaga(database, gateways, endings, limits)
    cancel = CancelOrderSaga(database, gateways, endings, limits)
    change = ChangeAddressSaga(database, gateways, endings, limits)
    resumes = {
        PLACE_ORDER: place.resume,
        CANCEL_ORDER: cancel.resume,
        CHANGE_ADDRESS: change.resume,
    }
    store = SagaStore(database.writes.url, pool_size=settings.database_pool_size)
    durable = Durable(
        store,
        {
            PLACE_ORDER: place,
            CANCEL_ORDER: cancel,
            CHANGE_ADDRESS: change,
            RESUME_ORDER: ResumeOrderSaga(database, endings, resumes),
        },
        metrics=metrics,
        timing=Timing(lease=settings.saga_lease, beat=settings.saga_lease / 4),
    )
    try:
        async with (
            durable,
            Housekeeping(
                database,
                durable,
                keep=timedelta(days=settings.saga_retention_days),
                parked=metrics.parked,
            ),
        ):
            yield Answers(database, durable, news, deadline=context.deadline.get)
    finally:
        store.close()


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


def _in_use(engine: AsyncEngine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


def _saturation(engine: AsyncEngine) -> float:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    # What comes on top of the pool's own size is in use beyond all of it.
    return pool.checkedout() / pool.size()
