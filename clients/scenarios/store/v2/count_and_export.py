"""A report: figures by department, and every item as a file."""

from __future__ import annotations

import gzip
import json

from store_v2_client import Store

SINCE = "0.2.0"


def run(store: Store) -> None:
    figures = store.items.get_item_statistics().categories
    kitchen = next(each for each in figures if each.category == "kitchen")
    assert kitchen.count >= 3
    assert kitchen.average_price.currency == "EUR"
    assert kitchen.latest_created_at.utcoffset() is not None

    lines = gzip.decompress(store.items.export_items()).splitlines()
    skus = [json.loads(line)["sku"] for line in lines]
    assert len(skus) == len(set(skus)) == sum(each.count for each in figures)
    assert "MUG-0001" in skus
