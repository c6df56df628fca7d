"""Which operations are paged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from accord.codegen.schemas import Schemas
from accord.codegen.sdk.paging import Paging, paging_of
from accord.spec import read

_LINK = {"next": {"operationId": "list", "parameters": {"from": "$response.body#/meta/more"}}}


def _paging(folder: Path, page: dict[str, Any], parameter: str, **operation: Any) -> Paging | None:
    links = operation.pop("links", {})
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1.0.0"},
        "paths": {
            "/a": {
                "get": {
                    "operationId": "list",
                    "parameters": [
                        {"name": parameter, "in": "query", "schema": {"type": "string"}}
                    ],
                    "responses": {
                        "200": {
                            "description": "A page.",
                            "links": links,
                            "content": {"application/json": {"schema": page}},
                        }
                    },
                    **operation,
                }
            }
        },
    }
    path = folder / "contract.yaml"
    path.write_text(yaml.safe_dump(document))
    contract = read(path)
    return paging_of(contract.operations[0], Schemas(contract))


def _page(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


_ARRAY = {"type": "array", "items": {"type": "integer"}}
_TEXT = {"type": "string"}


def test_a_link_to_itself_says_it(tmp_path: Path) -> None:
    """The parameter and where its next value is, also deep in the page."""
    page = _page(numbers=_ARRAY, meta=_page(more=_TEXT))
    found = _paging(tmp_path, page, "from", links=_LINK)
    assert found is not None
    assert (found.cursor, found.items, found.following) == ("from_", ("numbers",), ("meta", "more"))
    assert found.item == {"type": "integer"}


def test_usual_names_say_it(tmp_path: Path) -> None:
    """Of several arrays the one with a usual name; null may be where there is no next page."""
    page = _page(order=_ARRAY, entries=_ARRAY, next_marker={"type": ["string", "null"]})
    found = _paging(tmp_path, page, "marker")
    assert found is not None
    assert (found.cursor, found.items, found.following) == (
        "marker",
        ("entries",),
        ("next_marker",),
    )


def test_the_author_may_say_it(tmp_path: Path) -> None:
    """By `x-accord-pages`."""
    said = {"cursor": "from", "next": "more", "items": "b"}
    page = _page(a=_ARRAY, b=_ARRAY, more=_TEXT)
    found = _paging(tmp_path, page, "from", **{"x-accord-pages": said})
    assert found is not None
    assert (found.items, found.following) == (("b",), ("more",))


@pytest.mark.parametrize(
    ("page", "parameter"),
    [
        (_page(items=_ARRAY), "cursor"),
        (_page(items=_ARRAY, next_cursor=_TEXT), "filter"),
        (_page(next_cursor=_TEXT), "cursor"),
        (_page(a=_ARRAY, b=_ARRAY, next_cursor=_TEXT), "cursor"),
        (_ARRAY, "cursor"),
    ],
)
def test_what_does_not_say_it_is_not_paged(
    tmp_path: Path, page: dict[str, Any], parameter: str
) -> None:
    """No guesses."""
    assert _paging(tmp_path, page, parameter) is None
