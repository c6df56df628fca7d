"""Items over a socket, in both versions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from impl.problems import KINDS
from tests.integration.impl.conftest import item_body, problem


def test_create_and_read_in_three_views(http: httpx.Client, mug: httpx.Response) -> None:
    """201 with Location and ETag; each view has its own properties and the same ETag."""
    assert mug.status_code == 201
    item = mug.json()
    assert item["tags"] == ["gift", "stoneware"]
    assert mug.headers["location"] == f"/v2/items/{item['id']}"
    assert mug.headers["etag"] == '"1"'

    views = {
        view: http.get(mug.headers["location"], params={"view": view})
        for view in ("minimal", "standard", "detailed")
    }
    assert {reply.headers["etag"] for reply in views.values()} == {'"1"'}
    assert views["minimal"].json() == {
        "view": "minimal",
        "id": item["id"],
        "name": "Stoneware mug",
        "price": {"amount_minor": 1490, "currency": "EUR"},
    }
    assert views["standard"].json() == item | {"view": "standard"}
    assert views["detailed"].json() == item | {
        "view": "detailed",
        "revision": 1,
        "links": {"self": f"/v2/items/{item['id']}", "category": "/v2/items?category=kitchen"},
    }


def test_an_item_that_has_not_changed_is_304(http: httpx.Client, mug: httpx.Response) -> None:
    """Without a body, for strong and weak tags alike."""
    for tags in ('"1"', 'W/"1"', '"7", "1"', "*"):
        reply = http.get(mug.headers["location"], headers={"if-none-match": tags})
        assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", '"1"')
    assert http.get(mug.headers["location"], headers={"if-none-match": '"2"'}).status_code == 200


def patch(http: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.patch(
        path, json=body, headers=headers | {"content-type": "application/merge-patch+json"}
    )


def test_changes_are_guarded(http: httpx.Client, mug: httpx.Response) -> None:
    """428 without If-Match, 412 with one that no longer holds, 200 with the present one."""
    path = mug.headers["location"]
    problem(patch(http, path, {"name": "Cup"}), 428, "precondition_required")
    problem(patch(http, path, {"name": "Cup"}, if_match='"9"'), 412, "precondition_failed")

    reply = patch(http, path, {"name": "Cup", "description": None}, if_match='"1"')
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert reply.json()["name"] == "Cup"
    assert "description" not in reply.json()

    unchanged = patch(http, path, {}, if_match='"2"')
    assert (unchanged.json(), unchanged.headers["etag"]) == (reply.json(), '"2"')


def test_delete(http: httpx.Client, mug: httpx.Response) -> None:
    """412 where it has changed; 204, then 404."""
    path = mug.headers["location"]
    problem(http.delete(path, headers={"if-match": '"9"'}), 412, "precondition_failed")
    assert http.delete(path).status_code == 204
    problem(http.delete(path), 404, "not_found")
    problem(http.get(path), 404, "not_found")


def test_a_sku_is_unique(http: httpx.Client, mug: httpx.Response) -> None:
    """409 with a code of its own."""
    problem(http.post("/v2/items", json=item_body(sku=mug.json()["sku"])), 409, "sku_taken")


def test_creation_can_be_repeated(http: httpx.Client) -> None:
    """The same key with the same body: the same item. With another body: 409."""
    key, body = {"idempotency-key": uuid4().hex}, item_body()
    first = http.post("/v2/items", json=body, headers=key)
    again = http.post("/v2/items", json=body, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    problem(http.post("/v2/items", json=item_body(), headers=key), 409, "idempotency_key_reused")


def test_pages(http: httpx.Client) -> None:
    """Forwards with a total, back again, and no cursor at the ends."""
    query = {"category": "books", "sort": "price", "page_size": 1, "include_total": "true"}
    for number in range(3):
        http.post(
            "/v2/items",
            json=item_body(category="books", price={"amount_minor": number, "currency": "EUR"}),
        )
    first = http.get("/v2/items", params=query).json()
    assert first["total_count"] >= 3
    assert "prev_cursor" not in first
    second = http.get("/v2/items", params=query | {"page_cursor": first["next_cursor"]}).json()
    assert second["items"] != first["items"]
    back = http.get("/v2/items", params=query | {"page_cursor": second["prev_cursor"]}).json()
    assert back["items"] == first["items"]
    assert "prev_cursor" not in back


@pytest.mark.parametrize(("path", "name"), [("/v2/items", "page_cursor"), ("/v1/items", "cursor")])
def test_a_cursor_of_another_query(http: httpx.Client, path: str, name: str) -> None:
    """422 at the parameter, as this version calls it."""
    size = "page_size" if path == "/v2/items" else "limit"
    page = http.get(path, params={size: 1}).json()
    cursor = page.get("next_cursor") or page["next"]
    for query in ({name: cursor, "sort": "name"}, {name: "forged"}):
        (error,) = problem(http.get(path, params=query), 422, "validation_failed")["errors"]
        assert (error["code"], error["parameter"], error["in"]) == ("invalid_cursor", name, "query")


def test_v1_shows_the_same_items(http: httpx.Client, mug: httpx.Response) -> None:
    """A price in cents, and every success says when the version ends."""
    item = mug.json()
    path = f"/v1/items/{item['id']}"
    reply = http.get(path)
    assert reply.json() == {
        **{name: value for name, value in item.items() if name != "price"},
        "price_cents": 1490,
        "currency": "EUR",
    }
    assert reply.headers["deprecation"] == "@1793491200"
    assert reply.headers["sunset"] == "Fri, 31 Dec 2027 00:00:00 GMT"
    assert reply.headers["link"] == f'</v2/items/{item["id"]}>; rel="successor-version"'

    changed = patch(http, path, {"price_cents": 5})
    assert (changed.json()["price_cents"], changed.json()["currency"]) == (5, "EUR")
    price = http.get(mug.headers["location"]).json()["price"]
    assert price == {"amount_minor": 5, "currency": "EUR"}
    assert http.delete(path).status_code == 204


def test_without_a_token_and_without_a_scope(http: httpx.Client, store: Any) -> None:
    """401 with a challenge; the scope is checked by operation."""
    reply = httpx.get(f"{store.url}/v2/items")
    problem(reply, 401, "unauthorized")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    forged = {"authorization": store.token[:-4] + "AAAA"}
    problem(httpx.get(f"{store.url}/v2/items", headers=forged), 401, "unauthorized")


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_problem_has_a_page(store: Any, code: str) -> None:
    """Nobody needs a token to read what an error means."""
    page = httpx.get(f"{store.url}/problems/{code}", headers={"accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert KINDS[code].meaning[:20] in page.text
    assert httpx.get(f"{store.url}/problems/{code}").json()["status"] == KINDS[code].status
