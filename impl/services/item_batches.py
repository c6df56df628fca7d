"""Many items at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from impl.domain.errors import Fault, Invalid, PreconditionFailed, SkuTaken
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import Item, ItemChange, ItemDraft
from impl.repositories.database import Database, Work
from impl.services.idempotency import Claim, Idempotency
from impl.services.item_statistics import ItemStatistics

_DRAFTS = TypeAdapter(tuple[ItemDraft, ...])
_ITEMS = TypeAdapter(tuple[Item, ...])


class ItemBatches:
    """Creates and changes items, a batch in one statement. Faults point into a body whose `items`
    are the batch."""

    def __init__(
        self, database: Database, idempotency: Idempotency, statistics: ItemStatistics
    ) -> None:
        self._database = database
        self._idempotency = idempotency
        self._statistics = statistics

    async def create(
        self, drafts: Sequence[ItemDraft], *, key: IdempotencyKey | None = None
    ) -> tuple[Item, ...]:
        """Raises `Invalid` with `sku_repeated`, `SkuTaken` which names those that are; with a
        `key`, also what `Idempotency.claim_within` raises."""
        _refuse_repeated([draft.sku for draft in drafts], "sku")
        async with self._database.transaction() as work:
            if key is None:
                made = await _add(work, drafts)
            else:
                request = _DRAFTS.dump_json(tuple(drafts))
                claim = await self._idempotency.claim_within(work, key, request)
                if not isinstance(claim, Claim):
                    return _ITEMS.validate_json(claim.reply)
                made = await _add(work, drafts)
                await work.idempotency.finish(key, _ITEMS.dump_json(made).decode())
        await self._statistics.forget()
        return made

    async def update(self, changes: Sequence[ItemChange]) -> tuple[Item, ...]:
        """Raises `Invalid` with `item_repeated` or `item_unknown`, and `PreconditionFailed` which
        names the items that have changed."""
        _refuse_repeated([change.id for change in changes], "id")
        async with self._database.transaction() as work:
            present = await work.items.locked(change.id for change in changes)
            _refuse_unknown(changes, present)
            _refuse_changed(changes, present)
            now = datetime.now(UTC)
            patched = tuple(change.patch.apply(present[change.id], at=now) for change in changes)
            changed = [item for item in patched if item is not present[item.id]]
            if changed:
                await work.items.save_all(changed)
        if changed:
            await self._statistics.forget()
        return patched


async def _add(work: Work, drafts: Sequence[ItemDraft]) -> tuple[Item, ...]:
    now = datetime.now(UTC)
    new = tuple(draft.item(id=uuid4(), at=now) for draft in drafts)
    added = await work.items.add_new(new)
    taken = [
        Fault("sku_taken", f"Another item has the sku {item.sku}.", pointer=f"/items/{index}/sku")
        for index, item in enumerate(new)
        if item.id not in added
    ]
    if taken:
        raise SkuTaken("Nothing was created: other items have some of the skus.", faults=taken)
    return new


def _refuse_repeated(values: Sequence[str] | Sequence[UUID], name: str) -> None:
    code = "sku_repeated" if name == "sku" else "item_repeated"
    first: dict[object, int] = {}
    faults = [
        Fault(code, f"Is that of /items/{earlier} already.", pointer=f"/items/{index}/{name}")
        for index, value in enumerate(values)
        if (earlier := first.setdefault(value, index)) != index
    ]
    if faults:
        raise Invalid(*faults)


def _refuse_unknown(changes: Sequence[ItemChange], present: dict[UUID, Item]) -> None:
    unknown = [
        Fault("item_unknown", "No item has this id.", pointer=f"/items/{index}/id")
        for index, change in enumerate(changes)
        if change.id not in present
    ]
    if unknown:
        raise Invalid(*unknown)


def _refuse_changed(changes: Sequence[ItemChange], present: dict[UUID, Item]) -> None:
    changed = [
        Fault("changed", "The item has changed since.", pointer=f"/items/{index}/etag")
        for index, change in enumerate(changes)
        if not change.if_match.match(present[change.id].etag)
    ]
    if changed:
        raise PreconditionFailed(
            "Nothing was changed: some items have changed since they were read.", faults=changed
        )
