"""The first page of a list, and one in the middle of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from scripts.scale.times import Times, timed

_TURNS = 300
_LARGEST = "100"


@dataclass(frozen=True, slots=True)
class Pages:
    """`ratio` is of the medians."""

    name: str
    first: Times
    deep: Times

    @property
    def ratio(self) -> float:
        return self.deep.median / self.first.median


def measure_pages(client: httpx.Client, query: Mapping[str, str]) -> Pages:
    """Both pages of 20 items, in turns, so that whatever else the machine does hits both."""
    deep = {**query, "page_cursor": _cursor_in_the_middle(client, query)}
    first_took, deep_took = [], []
    for _ in range(_TURNS):
        first_took.append(timed(client, "/v2/items", params=query)[0])
        took, reply = timed(client, "/v2/items", params=deep)
        assert len(reply.json()["items"]) == 20
        deep_took.append(took)
    name = " ".join(f"{key}={value}" for key, value in query.items()) or "-created_at"
    return Pages(name, Times.of(first_took), Times.of(deep_took))


def _cursor_in_the_middle(client: httpx.Client, query: Mapping[str, str]) -> str:
    asked = {**query, "include_total": "true", "page_size": "1"}
    total = client.get("/v2/items", params=asked).json()["total_count"]
    seen, cursor = 0, ""
    while seen < total / 2:
        turned = {"page_cursor": cursor} if cursor else {}
        page = client.get("/v2/items", params={**query, "page_size": _LARGEST, **turned}).json()
        seen += len(page["items"])
        cursor = page["next_cursor"]
    return cursor
