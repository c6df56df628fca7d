"""Orders that wait for a person, of whichever caller."""

from __future__ import annotations

from impl.domain.orders import Order
from impl.domain.pages import Page, ParkedOrderQuery
from impl.repositories.database import Database


class ParkedOrders:
    """What an operator sees of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, query: ParkedOrderQuery) -> Page[Order]:
        """Those that have waited longest first. Raises `Invalid` for a cursor that is not one of
        this list."""
        async with self._database.reading() as work:
            return await work.orders.parked_page(query)
