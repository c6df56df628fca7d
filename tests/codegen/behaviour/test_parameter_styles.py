"""Parameters of every place, style and type, as any value is written: the verdict on it, where it
is wrong, and what the handler is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from .asking import Asking, plain
from .conftest import Generate
from .judge import agree, faults
from .wire import Way, sending

STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
TYPES: dict[str, Any] = {
    "string": {"type": "string", "minLength": 1, "maxLength": 3},
    "integer": {"type": "integer", "minimum": 0, "maximum": 9},
    "number": {"type": "number", "exclusiveMaximum": 9.5},
    "boolean": {"type": "boolean"},
    "enum": {"type": "string", "enum": ["a", "b c"]},
    "date": {"type": "string", "format": "date"},
    "strings": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 2}},
    "integers": {"type": "array", "uniqueItems": True, "items": {"type": "integer", "maximum": 9}},
    "object": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "integer", "maximum": 9},
            "b": {"type": "string", "maxLength": 2},
        },
        "additionalProperties": False,
    },
    "mapping": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
}
COMPOUND = ("strings", "integers", "object", "mapping")


def cases() -> Iterator[tuple[Way, str]]:
    """Every way of every type; a single value is written alike by most styles."""
    for place, styles in STYLES.items():
        for style in styles:
            for explode in (False, True):
                for kind in TYPES:
                    way = Way(place, style, explode)
                    if kind in COMPOUND if style != "deepObject" else kind in ("object", "mapping"):
                        if not (style.endswith("Delimited") and explode and kind != "strings"):
                            yield way, kind
                    elif not explode and not style.endswith("Delimited") and style != "deepObject":
                        yield way, kind
        for kind in TYPES:
            yield Way(place, "content", False), kind


CASES = [(way, kind) for way, kind in cases() if way.style != "deepObject" or way.explode]


def contract() -> str:
    """One operation for each case."""
    paths: dict[str, Any] = {}
    for way, kind in CASES:
        declared: dict[str, Any] = {"name": "p", "in": way.place, "required": True}
        if way.style == "content":
            declared["content"] = {"application/json": {"schema": TYPES[kind]}}
        else:
            declared |= {"schema": TYPES[kind], "style": way.style, "explode": way.explode}
        path = f"/{way.name}/{kind}" + ("/{p}" if way.place == "path" else "")
        operation = {"operationId": f"{way.name} {kind}", "parameters": [declared]}
        paths[path] = {"get": operation | {"responses": {"204": {"description": "Read."}}}}
    head = {"openapi": "3.2.0", "info": {"title": "Parameters", "version": "1"}}
    return yaml.safe_dump({**head, "paths": paths}, sort_keys=False)


@pytest.fixture(scope="module")
def asking(generated: Generate) -> Iterator[Asking]:
    asking = Asking(generated(contract()))
    yield asking
    asking.close()


def texts(way: Way, kind: str) -> st.SearchStrategy[str]:
    """Texts that can be written in this way."""
    excluded = {"header": ",=\x7f", "cookie": ",=;\x7f"}.get(way.place, "")
    if way.style == "spaceDelimited":
        excluded += " "
    if way.style == "label" and way.explode:
        excluded += "."  # which nothing encodes
    if way.place == "header" or way.style == "cookie":
        letters = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters=excluded)
        letters = letters.filter(lambda c: not 0x7F <= ord(c) <= 0xA0)
        if way.style == "cookie":
            letters = letters.filter(lambda c: c not in '"\\' and ord(c) < 0x7F)
    else:
        letters = st.characters(exclude_categories=("Cs",), exclude_characters=excluded)
    return st.text(letters, min_size=1, max_size=4)


def values(way: Way, kind: str) -> st.SearchStrategy[Any]:
    """Values of a type, and such as are wrong in one way or several."""
    words = texts(way, kind)
    wrong = st.sampled_from(["x", "1x", "true!", "--1"])
    whole = st.integers(-20, 20) | wrong
    match kind:
        case "string":
            return words
        case "integer":
            return whole
        case "number":
            real = st.floats(-1e6, 1e6) if not (way.style == "label" and way.explode) else whole
            return st.integers(-20, 20) | real | wrong
        case "boolean":
            return st.booleans() | wrong
        case "enum":
            return st.sampled_from(["a", "b", "ab"] + ["b c"] * (way.style != "cookie"))
        case "date":
            return st.sampled_from(["2024-02-29", "2023-02-29", "x"])
        case "strings":
            return st.lists(words, min_size=1, max_size=4).filter(lambda v: tellable(way, v))
        case "integers":
            return st.lists(whole, min_size=1, max_size=4)
        case "mapping":
            names = st.sampled_from(["k", "l", "m-n"])
            return st.dictionaries(names, whole, min_size=1, max_size=3)
    required = st.fixed_dictionaries({}, optional={"a": whole, "b": words})
    if not (way.explode and way.style in ("form", "cookie")):  # there it is another parameter
        required |= st.fixed_dictionaries({"c": st.just("1")}, optional={"a": whole})
    return required.filter(bool)


def tellable(way: Way, items: list[str]) -> bool:
    """Whether one item is told from several: senders that encode what separates items are
    understood, so a lone item that holds it is not."""
    if way.explode and (way.place in ("query", "cookie") or way.style == "matrix"):
        return True
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(way.style, ",")
    return way.style == "content" or len(items) > 1 or separator not in items[0]


@pytest.mark.slow
@pytest.mark.parametrize(("way", "kind"), CASES, ids=[f"{way.name}-{kind}" for way, kind in CASES])
def test_every_value_in_every_style(asking: Asking, way: Way, kind: str) -> None:
    """The verdict and the places of what is wrong are jsonschema's; what the handler is given is
    what was sent. What is not of its type at all is told before what is too large."""
    schema = TYPES[kind]

    @settings(max_examples=15, deadline=None, database=None)
    @given(values(way, kind), st.booleans())
    def ask(value: Any, encoded: bool) -> None:
        sent = sending(way, value, encoded=encoded)
        path = f"/{way.name}/{kind}" + (f"/{sent.segment}" if way.place == "path" else "")
        answer = asking.ask("GET", path, sent.query, sent.headers)
        found = faults(schema, value)
        if not found:
            assert answer.status == 204, answer.body
            assert answer.given is not None
            assert plain(answer.given["p"]) == value
            return
        assert answer.status == 422, answer.body
        assert {(error["parameter"], error["in"]) for error in answer.errors} == {("p", way.place)}
        untyped = {at for at, keywords in found.items() if "type" in keywords}
        expected = (way.style != "content" and untyped) or set(found)
        assert agree({error.get("pointer", "") for error in answer.errors}, expected)

    ask()


def test_a_map_whose_names_tell_its_types(generated: Generate) -> None:
    """Texts are read as one of the types that any name has; which one a name is to have is held."""
    served = Asking(
        generated("""
openapi: 3.1.0
info: {title: Maps, version: '1'}
paths:
  /maps:
    get:
      operationId: getMaps
      parameters:
        - name: p
          in: query
          style: deepObject
          schema:
            type: object
            patternProperties: {'^text': {type: string}}
            additionalProperties: {type: integer}
      responses: {'204': {description: Read.}}
        """)
    )
    try:
        read = served.ask("GET", "/maps", "p[text]=a&p[size]=2", [])
        refused = served.ask("GET", "/maps", "p[text]=a&p[size]=b", [])
    finally:
        served.close()
    assert read.status == 204, read.body
    assert read.given is not None
    assert read.given["p"] == {"text": "a", "size": 2}
    assert refused.status == 422
    assert [error["pointer"] for error in refused.errors] == ["/size"]
