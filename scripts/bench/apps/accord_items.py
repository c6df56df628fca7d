"""Ours: the handler of the benchmark's contract, over memory."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from accord.runtime import Problem
from scripts.bench import data

NOW = datetime.fromisoformat(data.NOW)


def items_over_memory(models: ModuleType) -> Any:
    """The handler for `models`, one of the generated packages that hold the contract."""
    items = {item.id: item for item in map(models.Item.model_validate, data.ITEMS)}

    class Items:
        async def get_item(self, *, item_id: UUID) -> Any:
            item = items.get(item_id)
            if item is None:
                raise Problem(404, code="not_found", detail="No item has this id.")
            return item

        async def list_items(self, *, limit: int) -> Any:
            return models.ItemPage(items=list(items.values())[:limit])

        async def create_item(self, *, body: Any) -> Any:
            return models.Item(
                id=data.NEW_ID,
                sku=body.sku,
                name=body.name,
                description=body.description,
                category=body.category,
                tags=body.tags,
                price=body.price,
                created_at=NOW,
                updated_at=NOW,
            )

    return Items()
