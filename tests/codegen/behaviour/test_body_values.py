"""Bodies of every media type, as any value is written in it: the verdict on it, where it is wrong,
and what the handler is given."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.runtime import Event

from .asking import Asking, plain
from .conftest import Generate
from .judge import agree, faults
from .test_parameter_styles import COMPOUND, TYPES, values
from .wire import Way, sending

pytestmark = pytest.mark.slow

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
ENCODINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "json": {"contentType": "application/json"},
    "form-many": {"style": "form", "explode": True},
    "form-one": {"style": "form", "explode": False},
    "spaceDelimited-one": {"style": "spaceDelimited", "explode": False},
    "pipeDelimited-one": {"style": "pipeDelimited", "explode": False},
    "deepObject-many": {"style": "deepObject", "explode": True},
}
LINES = {
    "application/jsonl": "{}\n",
    "application/json-seq": "\x1e{}\n",
    "text/event-stream": "data: {}\n\n",
}
BOUNDARY = "----x"


def cases() -> Iterator[tuple[str, str, str]]:
    """Media type, encoding and type of the property `p`; of streams and text, of each item."""
    for kind in TYPES:
        for media in ("application/json", "application/vnd.x+json", *LINES):
            yield media, "plain", kind
        for name in ENCODINGS:
            compound = kind in COMPOUND
            if name in ("plain", "json") or (compound and name != "deepObject-many"):
                yield FORM, name, kind
                yield MULTIPART, name, kind
            elif name == "deepObject-many" and kind in COMPOUND:
                yield FORM, name, kind
        if kind not in COMPOUND:
            yield "text/plain", "plain", kind


CASES = list(cases())
IDS = [f"{media}-{name}-{kind}".replace("/", ".") for media, name, kind in CASES]


def whole(media: str, kind: str) -> Any:
    """The schema of a body: for forms an object with the one property `p`."""
    if media in (FORM, MULTIPART) or ("json" in media and media not in LINES):
        return {"type": "object", "required": ["p"], "properties": {"p": TYPES[kind]}}
    return TYPES[kind]


def contract() -> str:
    """One operation for each case."""
    paths: dict[str, Any] = {}
    for (media, name, kind), id_ in zip(CASES, IDS, strict=True):
        key = "itemSchema" if media in LINES else "schema"
        content: dict[str, Any] = {key: whole(media, kind)}
        if ENCODINGS[name]:
            content["encoding"] = {"p": ENCODINGS[name]}
        paths[f"/{id_}"] = {
            "post": {
                "operationId": id_,
                "requestBody": {"required": True, "content": {media: content}},
                "responses": {"204": {"description": "Read."}},
            }
        }
    head = {"openapi": "3.2.0", "info": {"title": "Bodies", "version": "1"}}
    return yaml.safe_dump({**head, "paths": paths}, sort_keys=False)


async def read_all(body: Any) -> None:
    """A stream is read to its end, and what was in it is what the handler was given."""
    if isinstance(body, AsyncIterator):
        items[:] = [item async for item in body]


items: list[Any] = []


@pytest.fixture(scope="module")
def asking(generated: Generate) -> Iterator[Asking]:
    asking = Asking(generated(contract()), answer=read_all)
    yield asking
    asking.close()


def as_parts(pairs: list[tuple[str, str]]) -> bytes:
    """A multipart body of texts."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in pairs
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def fields(encoding: str, value: Any) -> list[tuple[str, str]]:
    """Names and texts of a form with `value` as its property `p`."""
    if encoding == "json":
        return [("p", json.dumps(value))]
    if encoding == "plain":
        if isinstance(value, list):
            return [("p", text_of(item)) for item in value]
        return [("p", text_of(value))]
    raise AssertionError(encoding)


def written(media: str, encoding: str, value: Any) -> bytes:
    """A body with `value` in it."""
    if media in LINES:
        is_text = media == "text/event-stream" and isinstance(value, str)
        return LINES[media].format(value if is_text else json.dumps(value)).encode()
    if media == "text/plain":
        return text_of(value).encode()
    if "json" in media:
        return json.dumps({"p": value}).encode()
    if encoding in ("plain", "json"):
        pairs = fields(encoding, value)
        if media == MULTIPART:
            return as_parts(pairs)
        return "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs).encode()
    style, _, explode = encoding.partition("-")
    query = sending(Way("query", style, explode == "many"), value).query
    if media == FORM:
        return query.encode()
    separator = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}[style]
    if explode == "many":
        entries = value.items() if isinstance(value, Mapping) else (("p", item) for item in value)
        return as_parts([(name, text_of(item)) for name, item in entries])
    flat = [part for pair in value.items() for part in pair] if isinstance(value, dict) else value
    return as_parts([("p", separator.join(map(text_of, flat)))])


def drawn(media: str, encoding: str, kind: str) -> st.SearchStrategy[Any]:
    """Values that can be told apart when they are written so."""
    style, _, explode = encoding.partition("-")
    if encoding in ("plain", "json"):
        way = Way("query", "content", False)
        if media in (FORM, MULTIPART) and encoding == "plain":
            way = Way("query", "form", True)
        found = values(way, kind)
        if kind == "object" and media in (FORM, MULTIPART):
            found = values(Way("query", "content", False), kind)
    else:
        found = values(Way("query", style, explode == "many"), kind)
    if media == MULTIPART and encoding not in ("plain", "json"):
        found = found.filter(lambda value: not _has(value, ",|"))
    if media in (MULTIPART, "text/plain", "text/event-stream"):
        found = found.filter(lambda value: not _has(value, "\r\n\x00"))
    return found


def _has(value: Any, characters: str) -> bool:
    text = (
        json.dumps(value, ensure_ascii=False)
        if not isinstance(value, list)
        else "".join(map(text_of, value))
    )
    return any(character in text for character in characters)


@pytest.mark.parametrize(("media", "encoding", "kind"), CASES, ids=IDS)
def test_every_value_in_every_media_type(
    asking: Asking, media: str, encoding: str, kind: str
) -> None:
    """The verdict and the places of what is wrong are jsonschema's; what the handler is given is
    what was sent."""
    path = "/" + f"{media}-{encoding}-{kind}".replace("/", ".")
    content_type = f"{media}; boundary={BOUNDARY}" if media == MULTIPART else media

    @settings(max_examples=15, deadline=None, database=None)
    @given(drawn(media, encoding, kind))
    def ask(value: Any) -> None:
        body = written(media, encoding, value)
        answer = asking.ask("POST", path, headers=[("content-type", content_type)], body=body)
        wrapped = {"p": value} if whole(media, kind) is not TYPES[kind] else value
        found = faults(whole(media, kind), wrapped)
        start = "/0/data" if media == "text/event-stream" else "/0" if media in LINES else ""
        if found:
            assert answer.status == 422, answer.body
            told = {error["pointer"] for error in answer.errors}
            assert agree(told, {start + at for at in found})
            return
        assert answer.status == 204, answer.body
        assert answer.given is not None
        got = answer.given["body"]
        if media in LINES:
            (got,) = (one.data if isinstance(one, Event) else one for one in items)
        assert plain(got) == wrapped

    ask()
