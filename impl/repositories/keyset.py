"""Keyset pages: every page is one index seek, however deep in the list it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Select, tuple_

from impl.domain.pages import Page
from impl.repositories.cursors import CursorCodec, Edge, SortKey

T = TypeVar("T")


def seek(
    statement: Select[Any],
    *,
    key: Column[Any],
    id: Column[Any],
    descending: bool,
    edge: Edge | None,
    size: int,
) -> Select[Any]:
    """`statement` ordered by `(key, id)` from `edge` on, with one row more than `size`, which
    tells whether there is another page. Rows of a page before an edge come in reverse."""
    backwards = edge is not None and not edge.after
    if edge is not None:
        statement = statement.where(_beyond(key, id, edge, lower=descending is not backwards))
    if descending is not backwards:
        statement = statement.order_by(key.desc(), id.desc())
    else:
        statement = statement.order_by(key, id)
    return statement.limit(size + 1)


def _beyond(key: Column[Any], id: Column[Any], edge: Edge, *, lower: bool) -> ColumnElement[bool]:
    row = tuple_(key, id)
    at = tuple_(edge.key, edge.id, types=[key.type, id.type])
    return row < at if lower else row > at


def page(
    found: Sequence[T],
    *,
    edge: Edge | None,
    size: int,
    codec: CursorCodec,
    query: Sequence[str | None],
    place: Callable[[T], tuple[SortKey, UUID]],
    total: int | None,
) -> Page[T]:
    """The page that the rows of a `seek` make up; `place` gives the sort key and id of one."""
    more = len(found) > size
    entries = tuple(found[:size])
    backwards = edge is not None and not edge.after
    if backwards:
        entries = entries[::-1]
    if not entries:
        return Page((), total=total)
    has_next = more or backwards
    has_previous = edge is not None if not backwards else more

    def cursor(entry: T, *, after: bool) -> str:
        return codec.write(Edge(after, *place(entry)), query)

    return Page(
        entries,
        next_cursor=cursor(entries[-1], after=True) if has_next else None,
        previous_cursor=cursor(entries[0], after=False) if has_previous else None,
        total=total,
    )
