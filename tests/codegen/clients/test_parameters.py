"""Parameters: what a client encodes, the server decodes to the same value, in every style."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Both, MakeBoth

# What no style can tell apart: empty texts in arrays, and arrays of nothing that are spread out.
_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=8)
_WORD = st.text("abcXYZ019", min_size=1, max_size=6)
_PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8)
_INTEGER = st.integers(-(2**53), 2**53)
_NUMBER = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 3))
_SCALARS = {"string": _TEXT, "integer": _INTEGER, "number": _NUMBER, "boolean": st.booleans()}
_OBJECT = st.fixed_dictionaries(
    {"word": _TEXT}, optional={"count": _INTEGER, "flag": st.booleans()}
)
_SCHEMAS = {
    **{kind: {"type": kind} for kind in _SCALARS},
    "strings": {"type": "array", "items": {"type": "string"}},
    "integers": {"type": "array", "items": {"type": "integer"}},
    "object": {
        "type": "object",
        "required": ["word"],
        "properties": {
            "word": {"type": "string"},
            "count": {"type": "integer"},
            "flag": {"type": "boolean"},
        },
    },
}
_STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}


def _cases() -> list[tuple[str, str, bool, str]]:
    found = []
    for place, styles in _STYLES.items():
        for style in styles:
            for explode in (False, True):
                for kind in _SCHEMAS:
                    if style == "deepObject" and (kind != "object" or not explode):
                        continue
                    if style.endswith("Delimited") and (
                        explode or kind not in ("strings", "integers", "object")
                    ):
                        continue
                    found.append((place, style, explode, kind))
    return found


CASES = _cases()


def _name(place: str, style: str, explode: bool, kind: str) -> str:
    return f"{place}_{style}_{'exploded' if explode else 'whole'}_{kind}".lower()


def _contract() -> str:
    paths = {}
    for place, style, explode, kind in CASES:
        name = _name(place, style, explode, kind)
        parameter = {
            "name": "value",
            "in": place,
            "required": True,
            "style": style,
            "explode": explode,
            "schema": _SCHEMAS[kind],
        }
        path = f"/{name}/{{value}}" if place == "path" else f"/{name}"
        paths[path] = {
            "get": {
                "operationId": name,
                "parameters": [parameter],
                "responses": {"204": {"description": "Done."}},
            }
        }
    return json.dumps(
        {"openapi": "3.2.0", "info": {"title": "Test", "version": "1"}, "paths": paths}
    )


CONTRACT = _contract()


def _values(place: str, style: str, explode: bool, kind: str) -> st.SearchStrategy[Any]:
    text: st.SearchStrategy[str] = _TEXT
    if place == "header" or style == "cookie":
        # There is no encoding: what would separate values cannot be in them.
        text = _WORD
    elif style in ("label", "matrix"):
        text = st.one_of(_WORD, _PLAIN, _TEXT)
    scalars = {**_SCALARS, "string": text}
    if kind in scalars:
        return scalars[kind]
    several: st.SearchStrategy[Any] = st.fixed_dictionaries(
        {"word": text}, optional={"count": _INTEGER, "flag": st.booleans()}
    )
    if kind != "object":
        several = st.lists(scalars[kind[:-1]], min_size=1, max_size=4)
    return several.filter(lambda value: _can_be_told(style, explode, value))


def _can_be_told(style: str, explode: bool, value: Any) -> bool:
    """Whether what separates parts can be told from what is in them. Spaces and bars never can.
    The others can where they stand between two parts: of one alone the server takes an encoded
    separator for one, since many senders encode those too."""
    if style in ("form", "deepObject", "cookie") and explode:
        return True
    exploded = {"label": ".", "matrix": ";"} if explode else {}
    always = {"spaceDelimited": " ", "pipeDelimited": "|"}
    separator = always.get(style, exploded.get(style, ","))
    texts = [str(text) for text in (value.values() if isinstance(value, dict) else value)]
    alone = len(texts) == 1 and (explode or isinstance(value, list))
    return not (alone or style in always) or not any(separator in text for text in texts)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: _name(*case))
def test_every_style_and_type(both: MakeBoth, case: tuple[str, str, bool, str]) -> None:
    """The handler is given what the caller gave: texts of any characters, separators among them,
    wherever the place can hold them."""
    sides = both(CONTRACT)
    name = _name(*case)
    operation = sides.operation(name)
    connection = sides.connection()

    @settings(max_examples=12, deadline=None, database=None)
    @given(_values(*case))
    def holds(value: Any) -> None:
        given_value = value
        if case[3] == "object":
            model = next(
                one for one in sides.models.__all__ if one.lower().startswith(name.replace("_", ""))
            )
            given_value = getattr(sides.models, model).from_dict(value)
        sides.inputs = {}
        response = asyncio.run(_call(operation, connection, given_value))
        assert response.status_code == 204, response.content
        assert sides.inputs == {"value": value}

    holds()


async def _call(operation: Any, connection: Any, value: Any) -> Any:
    # Each run has a loop of its own, and httpx's client belongs to one.
    fresh = connection.with_headers({})
    async with fresh:
        return await operation.asyncio_detailed(client=fresh, value=value)


OTHERS = """
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - name: filter
          in: query
          content: {application/json: {schema: {$ref: '#/components/schemas/Filter'}}}
        - {name: path, in: query, allowReserved: true, schema: {type: string}}
        - {name: client, in: query, schema: {type: string}}
        - {name: since, in: query, schema: {type: string, format: date-time}}
        - {name: expand, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Texts'}}
        - {name: deep, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Filter'}}
        - {name: X-Tags, in: header, schema: {$ref: '#/components/schemas/Texts'}}
        - name: seen
          in: cookie
          content: {application/json: {schema: {type: array, items: {type: integer}}}}
      responses: {'204': {description: Done.}}
components:
  schemas:
    Texts: {type: array, items: {type: string}}
    Filter:
      type: object
      properties:
        tags: {type: array, items: {type: string}}
        size: {type: object, properties: {min: {type: integer}}}
"""


async def test_content_reserved_and_nested(both: MakeBoth) -> None:
    """JSON parameters, reserved characters, arrays and objects within objects, times, headers and
    cookies, and names that the client has for itself."""
    sides = both(OTHERS)
    Filter = sides.models.Filter
    wanted = {"tags": ["a b", "c&d"], "size": {"min": 3}}
    response = await sides.operation("get_thing").asyncio_detailed(
        "a/b?c",
        client=sides.connection(),
        filter=Filter.from_dict(wanted),
        path="a/b:c",
        client_="me",
        since=datetime.fromisoformat("2024-02-29T12:00:00+01:00"),
        expand=["x", "y"],
        deep=Filter.from_dict(wanted),
        x_tags=["one", "two"],
        seen=[1, 2],
    )
    assert response.status_code == 204, response.content
    assert sides.inputs == {
        "id": "a/b?c",
        "filter": wanted,
        "path": "a/b:c",
        "client": "me",
        "since": "2024-02-29T12:00:00+01:00",
        "expand": ["x", "y"],
        "deep": wanted,
        "x_tags": ["one", "two"],
        "seen": [1, 2],
    }


def test_what_is_on_the_wire(both: MakeBoth) -> None:
    """Reserved characters stand as they are where the contract allows that, and nowhere else; an
    argument that is not given is not sent."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    sides = both(OTHERS)
    sides.operation("get_thing").sync_detailed(
        "..", client=sides.answering(respond), path="a/b&c", client_="a/b&c"
    )
    assert seen[0].url.raw_path == b"/things/%2E%2E?path=a/b%26c&client=a%2Fb%26c"
    assert "cookie" not in seen[0].headers


@pytest.mark.parametrize("value", ["", []])
def test_a_path_without_its_parameter(both: MakeBoth, value: Any) -> None:
    """What would leave a hole in the path is refused before anything is sent."""
    sides: Both = both(OTHERS)
    with pytest.raises(ValueError, match="'id' is empty"):
        sides.operation("get_thing").sync_detailed(value, client=sides.connection())


def test_a_header_cannot_be_split(both: MakeBoth) -> None:
    """The end of a line in a header's value would begin another header."""
    sides = both(OTHERS)
    with pytest.raises(ValueError, match="X-Tags"):
        sides.operation("get_thing").sync_detailed(
            "1", client=sides.connection(), x_tags=["a\r\nX-Admin: 1"]
        )


async def test_whole_query_strings_and_methods_of_ones_own(both: MakeBoth) -> None:
    """A query that is a form or JSON as a whole; a method that OpenAPI has no name for,
    in the case that the contract gives it."""
    sides = both(WHOLE)
    data = {"text": "a&b", "tags": ["x,y", "z"], "near": {"x": 1.5}}
    search = sides.models.Search.from_dict(data)
    for name in ("search_forms", "search_json"):
        operation = sides.operation(name)
        response = await operation.asyncio_detailed(client=sides.connection(), search=search)
        assert response.status_code == 204, response.content
        assert sides.inputs == {"search": data}
    client = sides.connection()
    response = await sides.operation("link_things").asyncio_detailed(client=client, to="b")
    assert response.status_code == 204
    assert sides.inputs == {"to": "b"}


WHOLE = """
paths:
  /things:
    additionalOperations:
      link:
        operationId: linkThings
        parameters: [{name: to, in: query, required: true, schema: {type: string}}]
        responses: {'204': {description: Linked.}}
  /forms:
    get:
      operationId: searchForms
      parameters:
        - name: search
          in: querystring
          content:
            application/x-www-form-urlencoded:
              schema: {$ref: '#/components/schemas/Search'}
              encoding:
                near: {style: deepObject, explode: true}
                tags: {style: form, explode: false}
      responses: {'204': {description: Found.}}
  /json:
    get:
      operationId: searchJson
      parameters:
        - name: search
          in: querystring
          required: true
          content: {application/json: {schema: {$ref: '#/components/schemas/Search'}}}
      responses: {'204': {description: Found.}}
components:
  schemas:
    Search:
      type: object
      required: [text]
      properties:
        text: {type: string}
        tags: {type: array, items: {type: string}}
        near: {type: object, properties: {x: {type: number}}}
"""


@pytest.mark.parametrize("style", ["spaceDelimited", "pipeDelimited"])
def test_what_a_style_cannot_hold(both: MakeBoth, style: str) -> None:
    """Nobody could tell a space within from one between: it is refused before it is sent."""
    sides = both(CONTRACT)
    operation = sides.operation(_name("query", style, False, "strings"))
    with pytest.raises(ValueError, match="its style separates by that"):
        operation.sync_detailed(client=sides.connection(), value=["a b|c", "d"])
