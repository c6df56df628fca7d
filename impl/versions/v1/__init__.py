"""Version 1 in terms of version 2.

accord writes down what has to be converted: `generated.store.v1.conversions`. A conversion that is
missing here is a type error at `CONVERSIONS`.
"""

from __future__ import annotations

from typing import Final

from generated.store.v1.conversions import Conversions
from impl.versions.v1.items import ItemConversions
from impl.versions.v1.orders import OrderConversions


class StoreConversions(ItemConversions, OrderConversions):
    """All of them."""


CONVERSIONS: Final = StoreConversions()
_complete: Conversions = CONVERSIONS
