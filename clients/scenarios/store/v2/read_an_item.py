"""A product page: as much of an item as it shows, and only when it has changed."""

from __future__ import annotations

from uuid import UUID

from store_v2_client import Store
from store_v2_client.models import ItemDetailed, ItemMinimal, ItemStandard

SINCE = "0.1.0"
MUG = UUID("0b9f3c1e-6a52-4a0e-9d7c-2f1f5b8e4a10")


def run(store: Store) -> None:
    read = store.items.get_item_response(MUG)
    mug = read.parsed
    assert isinstance(mug, ItemStandard)
    assert (mug.sku, mug.price.amount_minor, mug.tags) == ("MUG-0001", 1490, ["stoneware", "gift"])
    assert mug.created_at.utcoffset() is not None

    small = store.items.get_item(MUG, view="minimal")
    assert isinstance(small, ItemMinimal)
    assert (small.name, small.price) == (mug.name, mug.price)
    whole = store.items.get_item_response(MUG, view="detailed")
    assert isinstance(whole.parsed, ItemDetailed)
    assert whole.parsed.revision >= 1
    assert whole.parsed.links.self_.endswith(str(MUG))
    assert whole.headers["etag"] == read.headers["etag"], "all views share one ETag"

    again = store.items.get_item_response(MUG, if_none_match=read.headers["etag"])
    assert (again.status_code, again.parsed) == (304, None)
    assert store.items.get_item(MUG, if_none_match='"of-another"') == mug
