"""Figures about all items, which cost a walk over all of them: cached."""

from __future__ import annotations

from pydantic import TypeAdapter

from accord.service.cache import Cache
from impl.domain.items import CategoryStatistics
from impl.repositories.database import Database

_KEY = "item-statistics"
_TAG = "items"
_SECONDS = 30.0
_FIGURES = TypeAdapter(tuple[CategoryStatistics, ...])


class ItemStatistics:
    """Statistics by category, kept for half a minute or until an item changes."""

    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self._cache = cache

    async def by_category(self) -> tuple[CategoryStatistics, ...]:
        """Raises `Unavailable`."""
        return await self._cache.get(
            _KEY, self._read, type=_FIGURES, seconds=_SECONDS, tags=(_TAG,)
        )

    async def forget(self) -> None:
        """Items have changed: figures of before are of no use, in any replica."""
        await self._cache.forget(_TAG)

    async def _read(self) -> tuple[CategoryStatistics, ...]:
        async with self._database.reading() as work:
            return await work.items.statistics()
