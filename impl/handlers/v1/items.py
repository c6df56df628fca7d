"""Items, as version 1 shows them: what version 2 does, converted."""

from __future__ import annotations

from uuid import UUID

from accord.runtime import Principal
from generated.store.v1 import models
from generated.store.v1.conversions import item_category_to_v2, item_sort_to_v2
from generated.store.v1.handlers import CreateItem201, GetItem200, UpdateItem200
from impl.dependencies import ItemServiceDep
from impl.handlers.v2.items import condition, create_key, draft, item_model, page_model, patch
from impl.handlers.v2.items import query as query_of
from impl.versions.v1 import CONVERSIONS


class Items:
    """`ItemsHandler` of version 1."""

    def __init__(self, items: ItemServiceDep) -> None:
        self._items = items

    async def list_items(
        self,
        *,
        category: models.ItemCategory | None,
        sort: models.ItemSort,
        limit: int,
        cursor: str | None,
        principal: Principal,
    ) -> models.ItemPage:
        page = await self._items.page(
            query_of(
                category=None if category is None else item_category_to_v2(category),
                sort=item_sort_to_v2(sort),
                size=limit,
                cursor=cursor,
                cursor_parameter="cursor",
            )
        )
        return CONVERSIONS.item_page_to_v1(page_model(page))

    async def create_item(
        self, *, idempotency_key: str | None, body: models.ItemCreate, principal: Principal
    ) -> CreateItem201:
        item = await self._items.create(
            draft(CONVERSIONS.item_create_to_v2(body)),
            key=create_key(idempotency_key, principal.subject),
        )
        return CreateItem201(
            body=CONVERSIONS.item_to_v1(item_model(item)),
            location=f"/v1/items/{item.id}",
            etag=item.etag,
        )

    async def get_item(self, *, item_id: UUID, principal: Principal) -> GetItem200:
        item = await self._items.get(item_id)
        return GetItem200(body=CONVERSIONS.item_to_v1(item_model(item)), etag=item.etag)

    async def update_item(
        self, *, item_id: UUID, if_match: str | None, body: models.ItemPatch, principal: Principal
    ) -> UpdateItem200:
        item = await self._items.update(
            item_id, patch(CONVERSIONS.item_patch_to_v2(body)), if_match=condition(if_match)
        )
        return UpdateItem200(body=CONVERSIONS.item_to_v1(item_model(item)), etag=item.etag)

    async def delete_item(
        self, *, item_id: UUID, if_match: str | None, principal: Principal
    ) -> None:
        await self._items.delete(item_id, if_match=condition(if_match))
