"""Replies: which one it is, what is in it, and what the contract does not know yet."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from accord.client.errors import MalformedReply, UnexpectedStatus

from .conftest import MakeBoth

CONTRACT = Path(__file__).with_name("replies.yaml").read_text("utf-8")


def replying(
    status: int = 200, content: Any = None, **headers: str
) -> Callable[[httpx.Request], httpx.Response]:
    """Answers every request with this."""
    if not isinstance(content, bytes):
        headers.setdefault("content_type", "application/json")
        content = json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(status, content=content, headers=named)


@pytest.mark.parametrize(
    ("status", "content", "type_", "kind"),
    [
        (200, {"id": 1, "state": "new"}, "application/json", "Thing"),
        (200, {"id": 1, "state": "new"}, "application/json; charset=utf-8", "Thing"),
        (200, b"plain", "text/plain; charset=utf-8", "str"),
        (200, b"a,b", "text/csv", "str"),
        (200, b"\x89PNG", "image/png", "bytes"),
        (404, {"reason": "gone"}, "application/json", "Missing"),
        (418, {"title": "Teapot"}, "application/problem+json", "Problem"),
        (404, {"reason": "gone"}, "application/problem+json", "Missing"),
        (500, 3, "application/json", "int"),
        (200, b"<html>", "application/xhtml", "NoneType"),
        (204, b"", "", "NoneType"),
    ],
)
def test_by_status_and_media_type(
    both: MakeBoth, status: int, content: Any, type_: str, kind: str
) -> None:
    """The exact status before its range before the default; then the media type, its range, or
    JSON under another name."""
    sides = both(CONTRACT)
    client = sides.answering(replying(status, content, content_type=type_))
    response = sides.operation("get_thing").sync_detailed(client=client)
    assert type(response.parsed).__name__ == kind
    assert response.status_code == status


def test_what_the_contract_does_not_list(both: MakeBoth) -> None:
    """A status or a media type that is not listed is nothing, or an error for who wants that."""
    sides = both(CONTRACT)
    for status, type_ in ((500, "application/json"), (200, "text/html")):
        respond = replying(status, b"{}", content_type=type_)
        operation = sides.operation("get_pet")
        assert operation.sync(client=sides.answering(respond)) is None
        strict = sides.answering(respond, raise_on_unexpected_status=True)
        with pytest.raises(UnexpectedStatus):
            operation.sync(client=strict)


def test_headers_are_typed(both: MakeBoth) -> None:
    """Numbers, arrays and times; None for what is not there."""
    sides = both(CONTRACT)
    operation = sides.operation("get_thing")
    thing = {"id": 1, "state": "new"}
    respond = replying(200, thing, x_count="3", x_tags="a, b", x_until="2024-02-29T12:00:00Z")
    headers = operation.headers_of(operation.sync_detailed(client=sides.answering(respond)))
    until = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)
    assert (headers.x_count, headers.x_tags, headers.x_until) == (3, ["a", "b"], until)
    bare = operation.sync_detailed(client=sides.answering(replying(200, thing)))
    assert operation.headers_of(bare).x_count is None


def test_what_a_service_adds_survives(both: MakeBoth) -> None:
    """New properties and new members of an enum are kept, told apart, and sent back."""
    sides = both(CONTRACT)
    data = {"id": 1, "state": "frozen", "new": {"a": [1]}, "parts": [{"id": 2, "state": "old"}]}
    thing = sides.operation("get_thing").sync(client=sides.answering(replying(200, data)))
    assert thing.state == "frozen"
    assert type(thing.state).__name__ == "UnknownText"
    assert thing.additional_properties == {"new": {"a": [1]}}
    assert thing.to_dict() == data


def test_null_and_absent(both: MakeBoth) -> None:
    """A property that is null is not one that is not there."""
    sides = both(CONTRACT)
    types = (
        sides.models.Thing.from_dict({"id": 1, "state": "new"}),
        sides.models.Thing.from_dict({"id": 1, "state": "new", "note": None}),
    )
    assert [repr(each.note) for each in types] == ["UNSET", "None"]
    assert ["note" in each.to_dict() for each in types] == [False, True]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"kind": "cat", "lives": 9}, "Cat"),
        ({"kind": "hound"}, "Dog"),
        ({"kind": "bird", "wings": 2}, "UnknownObject"),
        ({"lives": 9}, "UnknownObject"),
    ],
)
def test_discriminators(both: MakeBoth, data: Any, kind: str) -> None:
    """The discriminator decides; a label that the contract does not list is kept as it is."""
    sides = both(CONTRACT)
    pet = sides.operation("get_pet").sync(client=sides.answering(replying(200, data)))
    assert type(pet).__name__ == kind
    assert (pet if isinstance(pet, dict) else pet.to_dict()) == data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("2024-02-29T12:00:00Z", "datetime"),
        ("later", "str"),
        (3, "int"),
        (True, "bool"),
        ({"id": 1, "state": "new"}, "Thing"),
        ({"reason": "x"}, "Missing"),
        ([{"kind": "cat", "lives": 1}], "list of Cat"),
        (["a"], "list of str"),
        ({"id": 1, "state": "new", "parts": "none"}, "Missing"),
    ],
)
def test_unions(both: MakeBoth, data: Any, kind: str) -> None:
    """Without a discriminator, the member that fits best, also below the top."""
    sides = both(CONTRACT)
    read = sides.operation("get_anything").sync(client=sides.answering(replying(200, data)))
    found = type(read).__name__
    assert (f"list of {type(read[0]).__name__}" if found == "list" else found) == kind


LINES = b'{"id": 1, "state": "new"}\r\n\n{"id": 2, "state": "old"}'
EVENTS = (
    b'\xef\xbb\xbf: hello\n\ndata: {"id": 1,\ndata:  "state": "new"}\nid: 7\nevent: made\n'
    b'retry: 10\n\nid: 8\n\ndata: {"id": 2, "state": "old"}\r\n\r\ndata: lost'
)


def pieces(data: bytes) -> Callable[[httpx.Request], httpx.Response]:
    """Answers byte by byte."""

    async def one_by_one() -> Any:
        for index in range(len(data)):
            yield data[index : index + 1]

    kind = "application/jsonl" if data is LINES else "text/event-stream"
    return lambda request: httpx.Response(200, content=one_by_one(), headers={"content-type": kind})


async def test_lines_as_they_come(both: MakeBoth) -> None:
    """JSON lines are models, one by one or all at once, wherever the chunks break."""
    sides = both(CONTRACT)
    operation = sides.operation("get_lines")
    client = sides.answering(pieces(LINES))
    streamed = [thing.id async for thing in operation.asyncio_stream(client=client)]
    whole = await operation.asyncio(client=sides.answering(pieces(LINES)))
    assert streamed == [thing.id for thing in whole] == [1, 2]


async def test_events_as_they_come(both: MakeBoth) -> None:
    """Events with what they are called, or whole; one that has not ended is none."""
    sides = both(CONTRACT)
    client = sides.answering(pieces(EVENTS))
    messages = [
        event async for event in sides.operation("get_messages").asyncio_stream(client=client)
    ]
    assert [(each.data.id, each.event, each.id, each.retry) for each in messages] == [
        (1, "made", "7", 10),
        (2, "message", "8", None),
    ]
    client = sides.answering(pieces(EVENTS))
    events = [event async for event in sides.operation("get_events").asyncio_stream(client=client)]
    assert [(event.data.id, repr(event.event)) for event in events] == [(1, "'made'"), (2, "UNSET")]


def test_a_stream_that_is_refused(both: MakeBoth) -> None:
    """Asked for items, an error is raised with what the contract makes of it."""
    sides = both(CONTRACT)
    client = sides.answering(replying(409, {"reason": "busy"}))
    with pytest.raises(UnexpectedStatus) as refused:
        list(sides.operation("get_lines").stream(client=client))
    assert refused.value.parsed.reason == "busy"


def test_files_in_chunks(both: MakeBoth) -> None:
    """What is no items is streamed as bytes."""
    sides = both(CONTRACT)
    client = sides.answering(replying(200, b"zip", content_type="application/zip"))
    assert b"".join(sides.operation("get_file").stream(client=client)) == b"zip"


def test_malformed_replies(both: MakeBoth) -> None:
    """What is not as the contract says is one error, whatever it lacks; what only looks like a
    listed reply is one that is not listed."""
    sides = both(CONTRACT)
    operation = sides.operation("get_thing")
    for content in (b"{", b"[]", b'{"id": 1}', b'{"id": 1, "state": []}'):
        client = sides.answering(replying(200, content, content_type="application/json"))
        with pytest.raises(MalformedReply, match="Malformed reply 200"):
            operation.sync(client=client)
    client = sides.answering(replying(200, b"{}", content_type="application/vnd.else+json"))
    assert operation.sync(client=client) is None
