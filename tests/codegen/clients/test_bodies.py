"""Bodies of requests: what a client sends, the server reads as the same value."""

from __future__ import annotations

import asyncio
import importlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Both, MakeBoth

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=8)
INTEGER = st.integers(-(2**53), 2**53)

CONTRACT = Path(__file__).with_name("bodies.yaml").read_text("utf-8")

THINGS = st.fixed_dictionaries(
    {"name": TEXT},
    optional={
        "size": INTEGER,
        # Nothing of an empty array is left in a form.
        "tags": st.lists(TEXT, min_size=1, max_size=3),
        "owner": st.fixed_dictionaries({"name": TEXT}, optional={"age": INTEGER}),
        "kind": st.sampled_from("ab"),
        "made": st.just("2024-02-29T12:00:00Z"),
        "id": st.uuids().map(str),
    },
)


async def send(sides: Both, name: str, body: Any, **more: Any) -> Any:
    """What the handler of operation `name` was given for `body`."""
    sides.inputs = {}
    async with sides.connection() as client:
        response = await sides.operation(name).asyncio_detailed(client=client, body=body, **more)
    assert response.status_code == 204, response.content
    return sides.inputs["body"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("json", {}),
        ("patch", {}),
        ("form", {}),
        ("styled", {}),
        ("any", {"content_type": "application/json"}),
        ("any", {"content_type": "application/x-www-form-urlencoded"}),
    ],
)
def test_objects(both: MakeBoth, name: str, more: Any) -> None:
    """Objects go and come as JSON and as forms, by style or without."""
    sides = both(CONTRACT)

    @settings(max_examples=25, deadline=None, database=None)
    @given(THINGS)
    def holds(value: Any) -> None:
        body = sides.models.Thing.from_dict(value)
        assert asyncio.run(send(sides, name, body, **more)) == value

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lines", "sequence"])
def test_streams_of_items(both: MakeBoth, name: str) -> None:
    """Items go and come one by one, from a list as from an iterator."""
    sides = both(CONTRACT)

    @settings(max_examples=15, deadline=None, database=None)
    @given(st.lists(THINGS, min_size=1, max_size=4))
    def holds(values: list[Any]) -> None:
        items = [sides.models.Thing.from_dict(value) for value in values]
        assert asyncio.run(send(sides, name, items)) == values

        async def one_by_one() -> AsyncIterator[Any]:
            for item in items:
                yield item

        assert asyncio.run(send(sides, name, one_by_one())) == values

    holds()


async def test_parts(both: MakeBoth) -> None:
    """Files, arrays of files, JSON and texts as parts of a form; a file has a name and a type."""
    sides = both(CONTRACT)
    types = importlib.import_module(f"{sides.client}.types")
    body = sides.models.PartsRequest(
        picture=types.File(io.BytesIO(b"\x89PNG\r\n"), 'a "b".png', "image/png"),
        more=[types.File(b"1", "1.bin"), b"\r\n--2"],
        thing=sides.models.Thing(name="ü", tags=["x"]),
        name="line\r\nline",
        sizes=[1, 2],
    )
    assert await send(sides, "parts", body) == {
        "picture": b"\x89PNG\r\n",
        "more": [b"1", b"\r\n--2"],
        "thing": {"name": "ü", "tags": ["x"]},
        "name": "line\r\nline",
        "sizes": [1, 2],
    }


async def test_the_type_of_a_value_tells_its_media_type(both: MakeBoth) -> None:
    """Of several media types an object is JSON, a text is text and bytes are bytes, unless the
    caller says otherwise; what fits none is refused with a list of them."""
    sides = both(CONTRACT)
    thing = sides.models.Thing(name="x")
    assert await send(sides, "any", thing) == {"name": "x"}
    assert await send(sides, "any", "text") == "text"
    assert await send(sides, "any", b"\x00") == b"\x00"
    assert await send(sides, "any", "<x/>", content_type="application/xml") == "<x/>"
    with pytest.raises(ValueError, match="takes application/json, application/x-www"):
        await send(sides, "any", thing, content_type="image/png")


async def test_ranges_of_types(both: MakeBoth) -> None:
    """Where the contract takes any image, the caller says which it is."""
    sides = both(CONTRACT)
    types = importlib.import_module(f"{sides.client}.types")
    assert await send(sides, "image", types.File(b"GIF", mime_type="image/gif")) == b"GIF"
    assert await send(sides, "image", b"GIF", content_type="image/gif") == b"GIF"
    with pytest.raises(ValueError, match="say which"):
        await send(sides, "image", b"GIF")


def test_null_is_not_nothing(both: MakeBoth) -> None:
    """A body of null is sent; one that is not given is not."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    sides = both(CONTRACT)
    client = sides.answering(respond)
    sides.operation("nothing").sync_detailed(client=client, body=None)
    sides.operation("nothing").sync_detailed(client=client)
    assert [request.content for request in seen] == [b"null", b""]
    assert "content-type" not in seen[1].headers
