"""Items, as version 2 shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from uuid import UUID

from accord.runtime import ABSENT, Principal
from generated.store.v2 import models
from generated.store.v2.handlers import CreateItem201, GetItem200, GetItem304, UpdateItem200
from impl.dependencies import ItemBatchesDep, ItemExportDep, ItemServiceDep, ItemStatisticsDep
from impl.domain.errors import PreconditionRequired
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import (
    UNCHANGED,
    Category,
    CategoryStatistics,
    Item,
    ItemChange,
    ItemDraft,
    ItemPatch,
)
from impl.domain.money import Money
from impl.domain.pages import ItemQuery, ItemSort, Page, PageCursor

CREATE_ITEM = "create_item"


class Items:
    """`ItemsHandler` of version 2."""

    def __init__(
        self,
        items: ItemServiceDep,
        batches: ItemBatchesDep,
        statistics: ItemStatisticsDep,
        export: ItemExportDep,
    ) -> None:
        self._items = items
        self._batches = batches
        self._statistics = statistics
        self._export = export

    async def list_items(
        self,
        *,
        category: models.ItemCategory | None,
        sort: models.ItemSort,
        page_size: int,
        page_cursor: str | None,
        include_total: bool,
        principal: Principal,
    ) -> models.ItemPage:
        page = await self._items.page(
            query(
                category=category,
                sort=sort,
                size=page_size,
                cursor=page_cursor,
                cursor_parameter="page_cursor",
                with_total=include_total,
            )
        )
        return page_model(page)

    async def create_item(
        self, *, idempotency_key: str | None, body: models.ItemCreate, principal: Principal
    ) -> CreateItem201:
        item = await self._items.create(
            draft(body), key=create_key(idempotency_key, principal.subject)
        )
        return CreateItem201(body=item_model(item), location=f"/v2/items/{item.id}", etag=item.etag)

    async def create_items(
        self, *, idempotency_key: str | None, body: models.ItemsCreate, principal: Principal
    ) -> models.ItemList:
        key = None
        if idempotency_key is not None:
            key = IdempotencyKey(principal.subject, "create_items", idempotency_key)
        made = await self._batches.create([draft(item) for item in body.items], key=key)
        return models.ItemList(items=[item_model(item) for item in made])

    async def update_items(
        self, *, body: models.ItemsPatch, principal: Principal
    ) -> models.ItemList:
        changes = [
            ItemChange(change.id, EntityTags.parse(change.etag), patch(change.patch))
            for change in body.items
        ]
        items = await self._batches.update(changes)
        return models.ItemList(items=[item_model(item) for item in items])

    async def get_item_statistics(self, *, principal: Principal) -> models.ItemStatistics:
        return models.ItemStatistics(
            categories=[_statistics(each) for each in await self._statistics.by_category()]
        )

    async def export_items(self, *, principal: Principal) -> AsyncIterator[bytes]:
        return await self._export.begin(_line)

    async def get_item(
        self,
        *,
        item_id: UUID,
        view: models.ViewName,
        if_none_match: str | None,
        principal: Principal,
    ) -> GetItem200 | GetItem304:
        item = await self._items.get(item_id)
        if if_none_match is not None and EntityTags.parse(if_none_match).match_weakly(item.etag):
            return GetItem304(etag=item.etag)
        return GetItem200(body=_VIEWS[view](item), etag=item.etag)

    async def update_item(
        self, *, item_id: UUID, if_match: str | None, body: models.ItemPatch, principal: Principal
    ) -> UpdateItem200:
        if if_match is None:
            raise PreconditionRequired("This operation needs an If-Match header.")
        item = await self._items.update(item_id, patch(body), if_match=EntityTags.parse(if_match))
        return UpdateItem200(body=item_model(item), etag=item.etag)

    async def delete_item(
        self, *, item_id: UUID, if_match: str | None, principal: Principal
    ) -> None:
        await self._items.delete(item_id, if_match=condition(if_match))


def query(
    *,
    category: models.ItemCategory | None,
    sort: models.ItemSort,
    size: int,
    cursor: str | None,
    cursor_parameter: str,
    with_total: bool = False,
) -> ItemQuery:
    """Which page a caller asks for; `cursor_parameter` is what its version calls the cursor."""
    return ItemQuery(
        sort=ItemSort(sort),
        size=size,
        category=None if category is None else Category(category),
        cursor=None if cursor is None else PageCursor(cursor, cursor_parameter),
        with_total=with_total,
    )


def condition(if_match: str | None) -> EntityTags | None:
    """An If-Match header that may be left out."""
    return None if if_match is None else EntityTags.parse(if_match)


def create_key(key: str | None, subject: str) -> IdempotencyKey | None:
    """The key of a creation; versions share it, so that a retry may come by either."""
    return None if key is None else IdempotencyKey(subject, CREATE_ITEM, key)


def draft(body: models.ItemCreate) -> ItemDraft:
    """The item that a caller wants created."""
    return ItemDraft(
        sku=body.sku,
        name=body.name,
        description=body.description,
        category=Category(body.category),
        tags=tuple(body.tags),
        price=money(body.price),
    )


def item_model(item: Item) -> models.Item:
    """An item on the wire."""
    return models.Item(
        id=item.id,
        sku=item.sku,
        name=item.name,
        description=item.description,
        category=models.ItemCategory(item.category),
        tags=list(item.tags),
        price=money_model(item.price),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def page_model(page: Page[Item]) -> models.ItemPage:
    """A page on the wire."""
    return models.ItemPage(
        items=[item_model(item) for item in page.entries],
        next_cursor=page.next_cursor,
        prev_cursor=page.previous_cursor,
        total_count=page.total,
    )


def _line(item: Item) -> bytes:
    return item_model(item).model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n"


def _statistics(figures: CategoryStatistics) -> models.CategoryStatistics:
    return models.CategoryStatistics(
        category=models.ItemCategory(figures.category),
        count=figures.count,
        average_price=money_model(figures.average_price),
        latest_created_at=figures.latest_created_at,
    )


def money(sent: models.MoneyInput) -> Money:
    """An amount that a caller sent."""
    return Money(sent.amount_minor, sent.currency)


def money_model(money: Money) -> models.Money:
    """An amount on the wire."""
    return models.Money(amount_minor=money.amount_minor, currency=money.currency)


def patch(body: models.ItemPatch) -> ItemPatch:
    """What a merge patch changes."""
    price = body.price or models.MoneyPatch()
    return ItemPatch(
        name=UNCHANGED if body.name is None else body.name,
        description=UNCHANGED if body.description is ABSENT else body.description,
        category=UNCHANGED if body.category is None else Category(body.category),
        tags=UNCHANGED if body.tags is None else tuple(body.tags),
        price_amount_minor=UNCHANGED if price.amount_minor is None else price.amount_minor,
        price_currency=UNCHANGED if price.currency is None else price.currency,
    )


def _minimal(item: Item) -> models.ItemMinimal:
    return models.ItemMinimal(
        view="minimal", id=item.id, name=item.name, price=money_model(item.price)
    )


def _standard(item: Item) -> models.ItemStandard:
    return models.ItemStandard(
        view="standard",
        id=item.id,
        sku=item.sku,
        name=item.name,
        description=item.description,
        category=models.ItemCategory(item.category),
        tags=list(item.tags),
        price=money_model(item.price),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _detailed(item: Item) -> models.ItemDetailed:
    return models.ItemDetailed(
        view="detailed",
        id=item.id,
        sku=item.sku,
        name=item.name,
        description=item.description,
        category=models.ItemCategory(item.category),
        tags=list(item.tags),
        price=money_model(item.price),
        created_at=item.created_at,
        updated_at=item.updated_at,
        revision=item.revision,
        links=models.ItemLinks(
            self=f"/v2/items/{item.id}", category=f"/v2/items?category={item.category}"
        ),
    )


_VIEWS: Mapping[models.ViewName, Callable[[Item], models.ItemView]] = {
    models.ViewName.MINIMAL: _minimal,
    models.ViewName.STANDARD: _standard,
    models.ViewName.DETAILED: _detailed,
}
