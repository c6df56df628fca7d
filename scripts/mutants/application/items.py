"""Mutants of operations on items."""

from __future__ import annotations

from scripts.mutants.application.mutants import Mutant

_HANDLERS = "impl/handlers/v2/items.py"
_ROUTES = "generated/store/v2/routes.py"
_ROWS = "impl/repositories/items.py"
_PAGES = "impl/repositories/keyset.py"
_SERVICE = "impl/services/items.py"
_BATCHES = "impl/services/item_batches.py"

ITEMS = (
    Mutant(
        "another default order",
        ("listItems",),
        _HANDLERS,
        "sort=ItemSort(sort),",
        'sort=ItemSort.NAME if sort == "-created_at" else ItemSort(sort),',
    ),
    Mutant("another page size", ("listItems",), _HANDLERS, "size=size,", "size=min(size, 4),"),
    Mutant(
        "a broken cursor",
        ("listItems",),
        _ROWS,
        "place=lambda item: (_sort_key(item, name), item.id),",
        'place=lambda item: (_sort_key(item, "updated_at"), item.id),',
    ),
    Mutant(
        "a cursor of any query",
        ("listItems",),
        "impl/repositories/cursors.py",
        "if digest != _digest(query):",
        "if len(digest) != _DIGEST_BYTES:",
    ),
    Mutant(
        "off by one in paging",
        ("listItems", "listOrders"),
        _PAGES,
        "return row < at if lower else row > at",
        "return row <= at if lower else row >= at",
    ),
    Mutant(
        "off by one in paging",
        ("listItems", "listOrders"),
        _PAGES,
        "more = len(found) > size",
        "more = len(found) > size + 1",
    ),
    Mutant(
        "a wrong filter",
        ("listItems",),
        _ROWS,
        "matching = matching.where(items.c.category == query.category)",
        "matching = matching.where(items.c.category >= query.category)",
    ),
    Mutant(
        "a wrong count",
        ("listItems",),
        _ROWS,
        "statement = select(func.count()).select_from(items)",
        "statement = select(func.count() - 1).select_from(items)",
    ),
    Mutant(
        "a length tightened in code",
        ("createItem",),
        _HANDLERS,
        "    return ItemDraft(\n        sku=body.sku,",
        "    from impl.domain.errors import Fault, Invalid\n\n"
        "    if len(body.name) > 60:\n"
        '        raise Invalid(Fault("string_too_long", "Is too long.", pointer="/name"))\n'
        "    return ItemDraft(\n        sku=body.sku,",
    ),
    Mutant(
        "201 become 200",
        ("createItem",),
        _ROUTES,
        "Reply(\n                    201,",
        "Reply(\n                    200,",
        after='id="createItem"',
    ),
    Mutant(
        "a renamed header",
        ("createItem",),
        _ROUTES,
        '"ETag"',
        '"Entity-Tag"',
        after='id="createItem"',
    ),
    Mutant(
        "a wrong link",
        ("createItem",),
        _HANDLERS,
        'location=f"/v2/items/{item.id}"',
        'location=f"/v1/items/{item.id}"',
    ),
    Mutant(
        "another normal form",
        ("createItem", "updateItem"),
        "impl/domain/rules.py",
        "tag.strip().lower() for tag in tags",
        "tag.strip() for tag in tags",
    ),
    Mutant(
        "a changed message",
        ("createItem",),
        _ROWS,
        'f"Another item has the sku {skus}."',
        'f"The sku {skus} is taken."',
    ),
    Mutant(
        "a changed error code",
        ("createItem", "createItems"),
        "impl/problems.py",
        "code=error.code,",
        'code=error.code.replace("_taken", "_exists"),',
    ),
    Mutant(
        "repeated requests carried out twice",
        ("createItem",),
        _HANDLERS,
        "IdempotencyKey(subject, CREATE_ITEM, key)",
        'IdempotencyKey(subject, CREATE_ITEM, f"{key}{id(object())}")',
    ),
    Mutant(
        "another order",
        ("createItems",),
        _HANDLERS,
        "for item in made])",
        "for item in made[::-1]])",
    ),
    Mutant(
        "a wrong pointer",
        ("createItems",),
        _BATCHES,
        'pointer=f"/items/{index}/sku")',
        'pointer=f"/items/{index + 1}/sku")',
    ),
    Mutant(
        "a changed error code",
        ("createItems",),
        _BATCHES,
        'code = "sku_repeated" if name == "sku"',
        'code = "sku_twice" if name == "sku"',
    ),
    Mutant(
        "another order",
        ("updateItems",),
        _BATCHES,
        "        return patched\n",
        "        return patched[::-1]\n",
    ),
    Mutant(
        "a condition ignored",
        ("updateItems",),
        _BATCHES,
        "if not change.if_match.match(present[change.id].etag)",
        "if change.if_match is None",
    ),
    Mutant(
        "another status",
        ("updateItems",),
        _BATCHES,
        "        raise Invalid(*unknown)",
        "        raise PreconditionFailed(unknown[0].detail, faults=unknown)",
    ),
    Mutant(
        "rounding",
        ("getItemStatistics",),
        _ROWS,
        "return (2 * total + number) // (2 * number)",
        "return total // number",
    ),
    Mutant(
        "another order",
        ("getItemStatistics",),
        _ROWS,
        ".order_by(items.c.category, items.c.price_currency)",
        ".order_by(items.c.category.desc(), items.c.price_currency)",
    ),
    Mutant(
        "a lost time zone",
        ("getItemStatistics",),
        _HANDLERS,
        "latest_created_at=figures.latest_created_at,",
        "latest_created_at=figures.latest_created_at.replace(tzinfo=None),",
    ),
    Mutant(
        "null for what is absent",
        ("exportItems",),
        _HANDLERS,
        "exclude_none=True",
        "exclude_none=False",
    ),
    Mutant(
        "off by one",
        ("exportItems",),
        _ROWS,
        "select(items).order_by(items.c.id).limit(size)",
        "select(items).order_by(items.c.id).limit(size).offset(0 if item_id else 1)",
    ),
    Mutant(
        "another media type",
        ("exportItems",),
        _ROUTES,
        '"application/gzip"',
        '"application/x-gzip"',
        after='id="exportItems"',
    ),
    Mutant(
        "another default view",
        ("getItem",),
        _HANDLERS,
        "models.ViewName.STANDARD: _standard,",
        "models.ViewName.STANDARD: _detailed,",
    ),
    Mutant(
        "a lost time zone",
        ("getItem",),
        _HANDLERS,
        "created_at=item.created_at,",
        "created_at=item.created_at.replace(tzinfo=None),",
        after='view="standard",',
    ),
    Mutant(
        "an undeclared enum value",
        ("getItem",),
        _HANDLERS,
        'view="minimal"',
        'view="small"',
    ),
    Mutant(
        "a condition ignored",
        ("getItem",),
        _HANDLERS,
        "if if_none_match is not None and",
        "if if_none_match == '' and",
    ),
    Mutant(
        "a lost ETag",
        ("getItem",),
        _ROUTES,
        '"ETag"',
        '"X-ETag"',
        after='id="getItem"',
    ),
    Mutant(
        "another ETag for each view",
        ("getItem",),
        _HANDLERS,
        "return GetItem200(body=_VIEWS[view](item), etag=item.etag)",
        "return GetItem200(body=_VIEWS[view](item), etag=f'\"{view}{item.revision}\"')",
    ),
    Mutant(
        "a changed message",
        ("getItem", "updateItem", "deleteItem"),
        _SERVICE,
        'NotFound("No item has this id.")',
        'NotFound("There is no such item.")',
    ),
    Mutant(
        "a condition ignored",
        ("updateItem", "deleteItem"),
        _SERVICE,
        "if if_match is not None and not if_match.match(item.etag):",
        "if if_match is not None and not item.etag:",
    ),
    Mutant(
        "null ignored",
        ("updateItem",),
        _HANDLERS,
        "description=UNCHANGED if body.description is ABSENT else body.description",
        "description=body.description if isinstance(body.description, str) else UNCHANGED",
    ),
    Mutant(
        "a condition no longer asked for",
        ("updateItem",),
        _HANDLERS,
        "        if if_match is None:\n"
        '            raise PreconditionRequired("This operation needs an If-Match header.")\n',
        '        if_match = if_match or "*"\n',
    ),
    Mutant(
        "an ETag that stays",
        ("updateItem",),
        "impl/domain/items.py",
        "revision=item.revision + 1",
        "revision=item.revision",
    ),
    Mutant(
        "no effect",
        ("deleteItem",),
        _SERVICE,
        "await work.items.remove(item_id)",
        "await work.items.get(item_id)",
    ),
    Mutant(
        "a condition ignored",
        ("deleteItem",),
        _HANDLERS,
        "await self._items.delete(item_id, if_match=condition(if_match))",
        "await self._items.delete(item_id)",
    ),
    Mutant(
        "amounts in another unit",
        ("v1.getItem", "v1.listItems"),
        "impl/versions/v1/items.py",
        "price_cents=newer.price.amount_minor,",
        "price_cents=newer.price.amount_minor // 10 * 10,",
    ),
    Mutant(
        "a broken cursor",
        ("v1.listItems",),
        "impl/versions/v1/items.py",
        "next=newer.next_cursor,",
        "next=newer.prev_cursor,",
    ),
    Mutant(
        "a condition newly asked for",
        ("v1.updateItem",),
        "impl/handlers/v1/items.py",
        "item = await self._items.update(",
        "from impl.domain.errors import PreconditionRequired\n\n"
        "        if if_match is None:\n"
        '            raise PreconditionRequired("This operation needs an If-Match header.")\n'
        "        item = await self._items.update(",
    ),
)
