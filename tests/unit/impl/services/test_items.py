"""What can be done with items: conditions, patches and repeated requests."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from impl.domain.errors import IdempotencyKeyReused, NotFound, PreconditionFailed, SkuTaken
from impl.domain.etags import EntityTags
from impl.domain.idempotency import IdempotencyKey
from impl.domain.items import ItemPatch
from impl.domain.pages import ItemQuery, ItemSort
from impl.repositories.database import Database
from impl.services.items import ItemService
from tests.unit.impl.conftest import item_service
from tests.unit.impl.drafts import MUG, numbered

KEY = IdempotencyKey("ada", "create_item", "k-1")


@pytest.fixture
def service(database: Database) -> ItemService:
    return item_service(database)


async def test_a_new_item_can_be_read(service: ItemService) -> None:
    """It has an id, revision 1 and equal times; repeated tags are stored once."""
    item = await service.create(numbered(1, tags=("gift", "new", "gift")))
    assert item.tags == ("gift", "new")
    assert (item.etag, item.created_at) == ('"1"', item.updated_at)
    assert await service.get(item.id) == item


async def test_a_patch_changes_what_it_names(service: ItemService) -> None:
    """The rest stays; `None` removes the description; revision and time move on."""
    item = await service.create(numbered(1, description="Holds 350 ml."))
    patched = await service.update(item.id, ItemPatch(description=None, price_amount_minor=1290))
    assert (patched.description, patched.price.amount_minor) == (None, 1290)
    assert (patched.price.currency, patched.name) == ("EUR", item.name)
    assert patched.etag == '"2"'
    assert patched.updated_at > item.updated_at
    assert await service.get(item.id) == patched


@pytest.mark.parametrize("patch", [ItemPatch(), ItemPatch(name=MUG.name)])
async def test_a_patch_that_changes_nothing_leaves_the_etag(
    service: ItemService, patch: ItemPatch
) -> None:
    """Neither the revision nor the time moves."""
    item = await service.create(MUG)
    assert await service.update(item.id, patch) == item


@pytest.mark.parametrize(
    ("header", "holds"),
    [('"1"', True), ('"7", "1"', True), ("*", True), ('"2"', False), ('W/"1"', False)],
)
async def test_if_match(service: ItemService, header: str, holds: bool) -> None:
    """Changes and deletions go through only where a strong tag matches."""
    item = await service.create(MUG)
    tags = EntityTags.parse(header)
    if holds:
        await service.update(item.id, ItemPatch(), if_match=tags)
        await service.delete(item.id, if_match=tags)
        return
    with pytest.raises(PreconditionFailed):
        await service.update(item.id, ItemPatch(name="Cup"), if_match=tags)
    with pytest.raises(PreconditionFailed):
        await service.delete(item.id, if_match=tags)
    assert await service.get(item.id) == item


async def test_of_many_changes_at_once_one_wins(service: ItemService) -> None:
    """All read the same ETag; one change is made, the others are told."""
    item = await service.create(MUG)
    tags = EntityTags.parse(item.etag)
    replies = await asyncio.gather(
        *(service.update(item.id, ItemPatch(name=f"Mug {n}"), if_match=tags) for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(reply, PreconditionFailed) for reply in replies) == 9
    assert (await service.get(item.id)).revision == 2


async def test_a_deleted_item_is_gone_and_its_sku_free(service: ItemService) -> None:
    """Deleting again finds nothing; the sku can be used anew."""
    item = await service.create(MUG)
    await service.delete(item.id)
    with pytest.raises(NotFound):
        await service.get(item.id)
    with pytest.raises(NotFound):
        await service.delete(item.id)
    assert (await service.create(MUG)).id != item.id


async def test_unknown_items(service: ItemService) -> None:
    """Every operation on one says so."""
    with pytest.raises(NotFound):
        await service.get(uuid4())
    with pytest.raises(NotFound):
        await service.update(uuid4(), ItemPatch())


async def test_a_repeated_creation_gets_the_first_reply(service: ItemService) -> None:
    """Even after the item has changed: it is the reply that is repeated."""
    item = await service.create(MUG, key=KEY)
    await service.update(item.id, ItemPatch(name="Cup"))
    assert await service.create(MUG, key=KEY) == item
    assert len((await service.page(ItemQuery(ItemSort.NAME, 10))).entries) == 1


async def test_a_key_with_another_body_is_refused(service: ItemService) -> None:
    """The key stands for the request that it came with first."""
    await service.create(MUG, key=KEY)
    with pytest.raises(IdempotencyKeyReused):
        await service.create(numbered(2), key=KEY)


async def test_keys_of_others_do_not_meet(service: ItemService) -> None:
    """The same key of another principal is another key."""
    first = await service.create(MUG, key=KEY)
    second = await service.create(numbered(2), key=IdempotencyKey("bob", "create_item", "k-1"))
    assert first.id != second.id


async def test_twins_make_one_item(service: ItemService) -> None:
    """Ten at once with one key get the same item."""
    made = await asyncio.gather(*(service.create(MUG, key=KEY) for _ in range(10)))
    assert len({item.id for item in made}) == 1


async def test_a_refused_creation_leaves_the_key_free(service: ItemService) -> None:
    """Nothing was made, so nothing is remembered."""
    taken = await service.create(MUG)
    with pytest.raises(SkuTaken):
        await service.create(MUG, key=KEY)
    await service.delete(taken.id)
    await service.create(MUG, key=KEY)
