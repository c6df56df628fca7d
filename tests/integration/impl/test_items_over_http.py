"""Items over a socket, in both versions, through the packages that consumers install."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from impl.problems import KINDS
from tests.integration.impl.conftest import new_item, problem, refused


def test_create_and_read_in_three_views(v2: Any, mug: Any) -> None:
    """201 with Location and ETag; each view has its own properties and the same ETag."""
    assert mug.status_code == 201
    item = mug.parsed.to_dict()
    assert item["tags"] == ["gift", "stoneware"]
    assert mug.headers["location"] == f"/v2/items/{item['id']}"
    assert mug.headers["etag"] == '"1"'

    views = {
        view: v2.items.get_item_response(mug.parsed.id, view=view)
        for view in ("minimal", "standard", "detailed")
    }
    assert {reply.headers["etag"] for reply in views.values()} == {'"1"'}
    assert {type(reply.parsed).__name__ for reply in views.values()} == {
        *("ItemMinimal", "ItemStandard", "ItemDetailed")
    }
    assert views["minimal"].parsed.to_dict() == {
        "view": "minimal",
        "id": item["id"],
        "name": "Stoneware mug",
        "price": {"amount_minor": 1490, "currency": "EUR"},
    }
    assert views["standard"].parsed.to_dict() == item | {"view": "standard"}
    assert views["detailed"].parsed.to_dict() == item | {
        "view": "detailed",
        "revision": 1,
        "links": {"self": f"/v2/items/{item['id']}", "category": "/v2/items?category=kitchen"},
    }


def test_an_item_that_has_not_changed_is_304(v2: Any, mug: Any) -> None:
    """Without a body, for strong and weak tags alike."""
    for tags in ('"1"', 'W/"1"', '"7", "1"', "*"):
        reply = v2.items.get_item_response(mug.parsed.id, if_none_match=tags)
        assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", '"1"')
        assert reply.parsed is None
    assert v2.items.get_item_response(mug.parsed.id, if_none_match='"2"').status_code == 200


def test_changes_are_guarded(v2: Any, http: httpx.Client, mug: Any) -> None:
    """428 without If-Match, 412 with one that no longer holds, 200 with the present one."""
    from store_v2_client.models import ItemPatch

    identity, cup = mug.parsed.id, ItemPatch(name="Cup", description=None)
    # The package does not let one forget it.
    patch = {"content-type": "application/merge-patch+json"}
    unguarded = http.patch(f"/v2/items/{identity}", json={"name": "Cup"}, headers=patch)
    problem(unguarded, 428, "precondition_required")
    with refused(412, "precondition_failed"):
        v2.items.update_item(identity, body=cup, if_match='"9"')

    reply = v2.items.update_item_response(identity, body=cup, if_match='"1"')
    assert (reply.status_code, reply.headers["etag"]) == (200, '"2"')
    assert reply.parsed.name == "Cup"
    assert "description" not in reply.parsed.to_dict()

    unchanged = v2.items.update_item_response(identity, body=ItemPatch(), if_match='"2"')
    assert (unchanged.parsed, unchanged.headers["etag"]) == (reply.parsed, '"2"')


def test_delete(v2: Any, mug: Any) -> None:
    """412 where it has changed; 204, then 404."""
    identity = mug.parsed.id
    with refused(412, "precondition_failed"):
        v2.items.delete_item(identity, if_match='"9"')
    assert v2.items.delete_item_response(identity).status_code == 204
    with refused(404, "not_found"):
        v2.items.delete_item(identity)
    with refused(404, "not_found"):
        v2.items.get_item(identity)


def test_a_sku_is_unique(v2: Any, mug: Any) -> None:
    """409 with a code of its own."""
    with refused(409, "sku_taken"):
        v2.items.create_item(body=new_item(sku=mug.parsed.sku))


def test_creation_can_be_repeated(v2: Any) -> None:
    """The same key with the same body: the same item. With another body: 409."""
    key, body = uuid4().hex, new_item()
    first = v2.items.create_item_response(body=body, idempotency_key=key)
    again = v2.items.create_item_response(body=body, idempotency_key=key)
    assert (again.status_code, again.parsed) == (201, first.parsed)
    with refused(409, "idempotency_key_reused"):
        v2.items.create_item(body=new_item(), idempotency_key=key)


def test_pages(v2: Any) -> None:
    """Forwards with a total, back again, and no cursor at the ends; or every item of all."""
    query: dict[str, Any] = {"category": "books", "sort": "price"}
    for number in range(3):
        price = {"amount_minor": number, "currency": "EUR"}
        v2.items.create_item(body=new_item(category="books", price=price))
    first = v2.items.list_items(**query, page_size=1, include_total=True)
    assert first.total_count >= 3
    assert "prev_cursor" not in first.to_dict()
    second = v2.items.list_items(**query, page_size=1, page_cursor=first.next_cursor)
    assert second.items != first.items
    back = v2.items.list_items(**query, page_size=1, page_cursor=second.prev_cursor)
    assert back.items == first.items
    assert "prev_cursor" not in back.to_dict()

    every = list(v2.items.iter_items(**query, page_size=2))
    assert len({item.id for item in every}) == len(every) == first.total_count
    prices = [item.price.amount_minor for item in every]
    assert prices == sorted(prices)


def test_a_cursor_of_another_query(v2: Any, v1: Any) -> None:
    """422 at the parameter, as each version calls it."""
    newer, older = v2.items.list_items(page_size=1), v1.items.list_items(limit=1)
    for name, cursor, list_items in (
        ("page_cursor", newer.next_cursor, v2.items.list_items),
        ("cursor", older.next_, v1.items.list_items),
    ):
        for query in ({name: cursor, "sort": "name"}, {name: "forged"}):
            with refused(422, "validation_failed") as refusal:
                list_items(**query)
            (error,) = refusal.value.problem.to_dict()["errors"]
            assert (error["code"], error["parameter"]) == ("invalid_cursor", name)
            assert error["in"] == "query"


def test_v1_shows_the_same_items(v1: Any, v2: Any, mug: Any) -> None:
    """A price in cents, and every success says when the version ends."""
    from store_v1_client.models import ItemPatch

    item = mug.parsed.to_dict()
    reply = v1.items.get_item_response(mug.parsed.id)
    assert reply.parsed.to_dict() == {
        **{name: value for name, value in item.items() if name != "price"},
        "price_cents": 1490,
        "currency": "EUR",
    }
    assert reply.headers["deprecation"] == "@1793491200"
    assert reply.headers["sunset"] == "Fri, 31 Dec 2027 00:00:00 GMT"
    assert reply.headers["link"] == f'</v2/items/{item["id"]}>; rel="successor-version"'

    changed = v1.items.update_item(mug.parsed.id, body=ItemPatch(price_cents=5))
    assert (changed.price_cents, changed.currency) == (5, "EUR")
    price = v2.items.get_item(mug.parsed.id).price
    assert price.to_dict() == {"amount_minor": 5, "currency": "EUR"}
    assert v1.items.delete_item_response(mug.parsed.id).status_code == 204


def test_without_a_token_and_with_a_forged_one(store: Any, installed: None) -> None:
    """401 with a challenge."""
    from store_v2_client import Store

    for token in ("", f"{store.token[:-4]}AAAA"):
        with Store(store.url, token=token) as client, refused(401, "unauthorized") as refusal:
            client.items.list_items()
        assert refusal.value.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_problem_has_a_page(store: Any, code: str) -> None:
    """Nobody needs a token to read what an error means."""
    page = httpx.get(f"{store.url}/problems/{code}", headers={"accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert KINDS[code].meaning[:20] in page.text
    assert httpx.get(f"{store.url}/problems/{code}").json()["status"] == KINDS[code].status
