"""Identifiers from an application's own lists."""

from __future__ import annotations

import httpx
import pytest

from accord.gates.witness.resources import Resources

LISTS = {
    "/items": {"count": 1, "items": [{"id": "i-1"}]},
    "/orders": [{"order_id": "o-1", "id": "x"}],
    "/empty": {"items": []},
}


def answer(request: httpx.Request) -> httpx.Response:
    path = request.url.path
    return httpx.Response(200, json=LISTS[path]) if path in LISTS else httpx.Response(404)


@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("/items/{item_id}", "i-1"),
        ("/items/{item_id}/prices/{price_id}", "i-1"),
        ("/orders/{order_id}", "o-1"),
        ("/empty/{id}", None),
        ("/nothing/{id}", None),
        ("/items", None),
        ("/items.{format}", None),
    ],
)
def test_identifier(path: str, identifier: str | None) -> None:
    """The first in the collection above the parameter, by the parameter's name or `id`."""
    client = httpx.Client(base_url="http://shop", transport=httpx.MockTransport(answer))
    assert Resources(client).identifier(path) == identifier
