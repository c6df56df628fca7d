"""Ours: handler, the store's item service and its repository."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from bench_contracts.items import models, routes
from fastapi import Depends, Request

from accord.runtime import Application, Problem, per_application, provide
from accord.service.cache import Cache
from impl.domain.errors import NotFound
from impl.repositories.database import Database, DatabaseOptions
from impl.services.idempotency import Idempotency
from impl.services.item_statistics import ItemStatistics
from impl.services.items import ItemService
from scripts.bench.apps.database import POOL_SIZE, URL


@per_application
def item_service(request: Request) -> ItemService:
    service: ItemService = request.app.state.items
    return service


class Items:
    def __init__(self, items: Annotated[ItemService, Depends(item_service)]) -> None:
        self._items = items

    async def get_item(self, *, item_id: UUID) -> models.Item:
        item = await self._items.get(item_id)
        return models.Item(
            id=item.id,
            sku=item.sku,
            name=item.name,
            description=item.description,
            category=models.Category(item.category),
            tags=list(item.tags),
            price=models.Money(amount_minor=item.price.amount_minor, currency=item.price.currency),
            created_at=item.created_at,
            updated_at=item.updated_at,
        )


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    database = Database(DatabaseOptions(url=URL, cursor_key=b"bench" * 8, pool_size=POOL_SIZE))
    app.state.items = ItemService(
        database,
        Idempotency(),
        ItemStatistics(database, Cache(version="bench")),
    )
    yield
    await database.close()


app = Application(
    apis=[routes.api(items=provide(Items))],
    missing="501",
    problems={NotFound: lambda error: Problem(404, code="not_found", detail=str(error))},
    lifespan=lifespan,
)
