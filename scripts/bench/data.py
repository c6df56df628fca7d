"""The items that every rival serves, and the requests that they are asked."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

NOW = "2026-03-04T05:06:07Z"
"""What every rival's clock says, so that all answers are the same."""
NEW_ID = UUID(int=0xC0FFEE << 96 | 1)

NEW: dict[str, Any] = {
    "sku": "MUG-BLUE-350",
    "name": "Blue mug, 350 ml",
    "description": "Stoneware, glazed by hand; fit for the dishwasher.",
    "category": "kitchen",
    "tags": ["blue", "stoneware", "gift"],
    "price": {"amount_minor": 1490, "currency": "EUR"},
}

INVALID: dict[str, Any] = {
    "sku": "no",
    "name": "",
    "category": "weapons",
    "tags": ["Not A Tag", "gift"],
    "price": {"amount_minor": -1, "currency": "euro"},
}
"""Seven faults."""

ITEMS: list[dict[str, Any]] = [
    {
        "id": str(UUID(int=0x5EED << 112 | number)),
        **NEW,
        "sku": f"MUG-{number:04}",
        "name": f"Mug number {number}",
        "price": {"amount_minor": 100 * number, "currency": "EUR"},
        "created_at": NOW,
        "updated_at": NOW,
    }
    for number in range(1, 101)
]

CREATED: dict[str, Any] = {"id": str(NEW_ID), **NEW, "created_at": NOW, "updated_at": NOW}

ONE_PATH = f"/items/{ITEMS[41]['id']}"
LIST_PATH = "/items?limit=20"


def encoded(value: object) -> bytes:
    """JSON as the rivals write it: no spaces."""
    return json.dumps(value, separators=(",", ":")).encode()
