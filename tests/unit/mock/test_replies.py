"""What a mock answers, and what callers may wish for."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from accord.mock import Faults, Latency

from .conftest import Mocked


async def test_the_first_example_of_the_contract_is_answered(mocked: Mocked) -> None:
    """References to examples are followed; a header's own example is its value."""
    answer = await mocked().get("/pets/1")
    assert answer.status_code == 200
    assert answer.json() == {"id": 1, "name": "Tom"}
    assert answer.headers["x-left"] == "7"


@pytest.mark.parametrize(
    ("path", "headers"), [("/pets/1", {"Prefer": 'example="dog"'}), ("/pets/1?__example=dog", {})]
)
async def test_a_named_example_is_answered_where_it_is_wished_for(
    mocked: Mocked, path: str, headers: dict[str, str]
) -> None:
    """In the Prefer header or in the query."""
    assert (await mocked().get(path, headers=headers)).json() == {"id": 2, "name": "Rex"}


async def test_a_wish_for_what_is_not_declared_is_refused(mocked: Mocked) -> None:
    """With what there is: a mock that answered something else would hide a typing error."""
    client = mocked()
    for wish, told in (
        ("example=fish", "cat, dog, broken"),
        ("code=abc", "three digits"),
    ):
        answer = await client.get("/pets/1", headers={"Prefer": wish})
        assert answer.status_code == 400, wish
        assert told in answer.json()["detail"]
    answer = await client.get("/made", headers={"Prefer": "code=404"})
    assert (answer.status_code, answer.json()["code"]) == (400, "undeclared_preference")


async def test_an_example_that_breaks_its_schema_is_told_to_who_wishes_for_it(
    mocked: Mocked, caplog: pytest.LogCaptureFixture
) -> None:
    """Who does not, gets data that holds; the log says why."""
    client = mocked()
    answer = await client.get("/pets/1", headers={"Prefer": "example=broken"})
    assert (answer.status_code, answer.json()["code"]) == (500, "wrong_example")
    made = await client.get("/wrong")
    assert isinstance(made.json()["id"], int)
    assert "example '' of reply 200 of getWrong" in caplog.text


async def test_a_wished_status_is_answered_as_the_contract_declares_it(mocked: Mocked) -> None:
    """The exact code before the range before `default`, with headers and declared media type."""
    client = mocked()
    absent = await client.get("/pets/1", headers={"Prefer": "respond-async, code=404; strict"})
    assert absent.status_code == 404
    assert absent.headers["content-type"] == "application/json"
    assert absent.json() == {"message": "No such pet"}
    taken = await client.get("/pets/1", headers={"Prefer": "code=409"})
    assert taken.status_code == 409
    assert taken.headers["content-type"] == "application/problem+json"
    assert taken.headers["retry-after"] == "1"
    assert (taken.json()["status"], taken.json()["title"]) == (409, "Conflict")
    failed = await client.get("/pets/1", headers={"Prefer": "code=503"})
    assert (failed.status_code, failed.content) == (503, b"")
    other = await client.post("/made", json={"a": 1}, headers={"Prefer": "code=202"})
    assert (other.status_code, other.json()) == (202, {"at": "later"})
    assert (await client.get("/gone")).status_code == 410


async def test_requests_are_held_to_the_contract_first(mocked: Mocked) -> None:
    """A wish does not make a wrong request right; who is not identified is refused."""
    client = mocked()
    wrong = await client.post("/made", json={"a": "x"}, headers={"Prefer": "code=201"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/a")
    assert (await client.get("/secret")).status_code == 401
    assert (await client.get("/secret", headers={"X-Key": "any"})).status_code == 204


async def test_made_data_is_the_same_for_the_same_seed_and_request(mocked: Mocked) -> None:
    """Another seed makes other data; `dynamic` other data for each request."""
    first, second = mocked(seed=1), mocked(seed=1)
    made = (await first.get("/made")).json()
    assert made == (await second.get("/made?q=a")).json()
    assert made != (await mocked(seed=2).get("/made")).json()
    assert made != (await first.get("/made", headers={"Prefer": "seed=9"})).json()
    changing = mocked(dynamic=True)
    one = (await changing.get("/made?q=1")).json()
    assert one == (await changing.get("/made?q=1")).json()
    assert one != (await changing.get("/made?q=2")).json()
    wished = await first.get("/pets/5", headers={"Prefer": "dynamic=true"})
    assert wished.json() != {"id": 1, "name": "Tom"}
    plain = await first.get("/pets/5", headers={"Prefer": "dynamic=false"})
    assert plain.json() == {"id": 1, "name": "Tom"}


async def test_xml_is_written_as_the_schema_says(mocked: Mocked) -> None:
    """Names, attributes and wrapped arrays."""
    answer = await mocked().get("/pets/1", headers={"Accept": "application/xml"})
    assert answer.headers["content-type"] == "application/xml"
    pet = ElementTree.fromstring(answer.content)
    assert (pet.tag, pet.get("id") is not None, pet.findtext("name") != "") == ("pet", True, True)
    assert [child.tag for child in pet.findall("tags/*")] == ["tag"]


async def test_files_are_what_they_are_called(mocked: Mocked) -> None:
    """The media type that the caller accepts, in bytes that programs open."""
    client = mocked()

    async def file(media_type: str) -> bytes:
        answer = await client.get("/files/a", headers={"Accept": media_type})
        assert answer.headers["content-type"] == media_type
        return answer.content

    assert (await file("image/png")).startswith(b"\x89PNG\r\n\x1a\n")
    assert (await file("application/pdf")).startswith(b"%PDF-")
    assert gzip.decompress(await file("application/gzip")) == b"example\n"
    assert zipfile.ZipFile(io.BytesIO(await file("application/zip"))).testzip() is None
    notes = await client.get("/notes")
    assert (notes.text, notes.headers["content-type"]) == ("a,b\n1,2\n", "text/csv; charset=utf-8")


async def test_streams_have_items(mocked: Mocked) -> None:
    """Server-sent events and JSON lines, each item as the schema says."""
    client = mocked()
    events = await client.get("/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    data = [line.removeprefix("data: ") for line in events.text.splitlines() if line]
    lines = await client.get("/lines")
    for items in (data, lines.text.splitlines()):
        assert len(items) == 3
        assert all(isinstance(json.loads(item)["id"], int) for item in items)


async def test_faults_strike_by_seed(mocked: Mocked) -> None:
    """The declared reply of that status, or a problem; the same requests each time."""

    async def statuses(seed: int) -> list[int]:
        client = mocked(faults=Faults(0.5, 503, Latency(0.001, 0.002), seed))
        return [(await client.get("/pets/1")).status_code for _ in range(20)]

    first = await statuses(1)
    assert set(first) == {200, 503}
    assert first == await statuses(1)
    assert first != await statuses(2)
    undeclared = await mocked(faults=Faults(1, 503)).get("/made")
    assert (undeclared.status_code, undeclared.json()["code"]) == (503, "fault")


async def test_what_a_project_has_written_is_answered_by_it(mocked: Mocked) -> None:
    """The mock stands in for the operations that have no method yet."""

    class Handler:
        async def get_notes(self) -> str:
            return "by hand"

    client = mocked({"default": Handler()})
    assert (await client.get("/notes")).text == "by hand"
    assert (await client.get("/pets/1")).json() == {"id": 1, "name": "Tom"}
