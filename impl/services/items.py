"""What can be done with items."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from impl.domain.errors import NotFound, PreconditionFailed
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item, ItemDraft, ItemPatch
from impl.domain.pages import ItemQuery, Page
from impl.repositories.database import Database, Work
from impl.services.idempotency import Claim, Idempotency
from impl.services.item_statistics import ItemStatistics

_DRAFT = TypeAdapter(ItemDraft)
_ITEM = TypeAdapter(Item)


class ItemService:
    """Items of the store. All methods raise `Unavailable` where the database cannot answer."""

    def __init__(
        self, database: Database, idempotency: Idempotency, statistics: ItemStatistics
    ) -> None:
        self._database = database
        self._idempotency = idempotency
        self._statistics = statistics

    async def get(self, item_id: UUID) -> Item:
        """Raises `NotFound`."""
        async with self._database.reading() as work:
            item = await work.items.get(item_id)
        if item is None:
            raise _no_item()
        return item

    async def page(self, query: ItemQuery) -> Page[Item]:
        """Raises `Invalid` where the cursor is not one of this query."""
        async with self._database.reading() as work:
            return await work.items.page(query)

    async def create(self, draft: ItemDraft, *, key: IdempotencyKey | None = None) -> Item:
        """Raises `SkuTaken`; with a `key`, also what `Idempotency.claim_within` raises."""
        async with self._database.transaction() as work:
            if key is None:
                item = await _add(work, draft, uuid4())
            else:
                claim = await self._idempotency.claim_within(work, key, _DRAFT.dump_json(draft))
                if not isinstance(claim, Claim):
                    return _ITEM.validate_json(claim.reply)
                item = await _add(work, draft, claim.resource_id)
                await work.idempotency.finish(key, _ITEM.dump_json(item).decode())
        await self._statistics.forget()
        return item

    async def update(
        self, item_id: UUID, patch: ItemPatch, *, if_match: EntityTags | None = None
    ) -> Item:
        """Raises `NotFound`, and `PreconditionFailed` where `if_match` no longer holds."""
        async with self._database.transaction() as work:
            item = await _get_locked(work, item_id, if_match)
            patched = patch.apply(item, at=datetime.now(UTC))
            if patched is not item:
                await work.items.save(patched)
        if patched is not item:
            await self._statistics.forget()
        return patched

    async def delete(self, item_id: UUID, *, if_match: EntityTags | None = None) -> None:
        """Raises `NotFound`, and `PreconditionFailed` where `if_match` no longer holds."""
        async with self._database.transaction() as work:
            await _get_locked(work, item_id, if_match)
            await work.items.remove(item_id)
        await self._statistics.forget()


async def _add(work: Work, draft: ItemDraft, item_id: UUID) -> Item:
    item = draft.item(id=item_id, at=datetime.now(UTC))
    await work.items.add(item)
    return item


async def _get_locked(work: Work, item_id: UUID, if_match: EntityTags | None) -> Item:
    item = await work.items.get(item_id, lock=True)
    if item is None:
        raise _no_item()
    if if_match is not None and not if_match.match(item.etag):
        raise PreconditionFailed(
            "The item has changed since it was read. Read it again, then repeat the change."
        )
    return item


def _no_item() -> NotFound:
    return NotFound("No item has this id.")
