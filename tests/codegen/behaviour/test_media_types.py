"""Bytes, text, XML and files; one of several media types, and ranges of them."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from accord.runtime import Binary, ContractViolation, Download

from .conftest import Generate, Package
from .serving import served

MEDIA = """
paths:
  /files:
    get:
      operationId: readFile
      responses: {'200': {description: It., content: {application/pdf: {}}}}
    put:
      operationId: sendPicture
      requestBody: {content: {image/*: {}, image/svg+xml: {}}}
      responses:
        '200': {description: It., content: {image/*: {schema: {type: string, format: binary}}}}
    post:
      operationId: sendAnything
      requestBody: {required: true, content: {application/octet-stream: {}}}
      responses: {'200': {description: It., content: {'*/*': {}}}}
  /texts:
    post:
      operationId: sendNumber
      requestBody:
        required: true
        content: {text/plain: {schema: {type: integer, minimum: 2}}}
      responses: {'200': {description: It., content: {text/plain: {schema: {type: integer}}}}}
    put:
      operationId: sendCode
      requestBody:
        required: true
        content: {text/plain: {schema: {type: string, pattern: '^[A-Z]+$'}}}
      responses: {'200': {description: It., content: {text/csv: {schema: {type: string}}}}}
  /things:
    post:
      operationId: sendThing
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          application/xml: {schema: {$ref: '#/components/schemas/Thing'}}
      responses:
        '200':
          description: It.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Thing'}}
            application/vnd.thing+json: {schema: {$ref: '#/components/schemas/Thing'}}
            application/xml: {schema: {$ref: '#/components/schemas/Thing'}}
components:
  schemas:
    Thing: {type: object, required: [id], properties: {id: {type: integer}}}
"""


def signature(package: Package, method: str) -> str:
    return str(inspect.signature(getattr(package.handlers.DefaultHandler, method))).translate(
        {ord(quote): None for quote in "'\""}
    )


def test_handlers_are_told_what_the_types_do_not_tell(generated: Generate) -> None:
    """Which media type came, which the caller would have; what a range becomes they say."""
    package = generated(MEDIA)
    assert signature(package, "read_file") == "(self) -> Binary"
    assert signature(package, "send_picture") == (
        "(self, *, body: bytes | str | None, content_type: str | None, accept: str)"
        " -> SendPicture200"
    )
    assert signature(package, "send_number") == "(self, *, body: int) -> int"
    assert signature(package, "send_thing") == (
        "(self, *, body: models.Thing | str,"
        " content_type: Literal[application/json, application/xml],"
        " accept: Literal[application/json, application/vnd.thing+json, application/xml])"
        " -> models.Thing | str"
    )


@pytest.mark.parametrize(
    ("content_type", "sent", "body"),
    [
        ("image/png", b"\xff", b"\xff"),
        ("image/webp; q=1", b"\xff", b"\xff"),
        ("image/svg+xml", b"<a/>", "<a/>"),
    ],
)
async def test_ranges_of_media_types(
    generated: Generate, content_type: str, sent: bytes, body: Any
) -> None:
    """A type of its own before the range; the reply is of the type that the handler says."""
    package = generated(MEDIA)

    def answer(**inputs: Any) -> Any:
        return package.handlers.SendPicture200(media_type="image/webp", body=b"\x01")

    service = served(package, answer)
    async with service.client as client:
        answer_ = await client.put(
            "/files", content=sent, headers={"content-type": content_type, "accept": "image/*"}
        )
        refused = await client.put("/files", content=sent, headers={"content-type": "text/plain"})
    assert service.given == [{"body": body, "content_type": content_type, "accept": "image/*"}]
    assert (answer_.headers["content-type"], answer_.content) == ("image/webp", b"\x01")
    assert refused.status_code == 415
    assert refused.headers["accept"] == "image/*, image/svg+xml"


async def test_a_type_outside_its_range_is_a_defect(generated: Generate) -> None:
    """It is never sent."""
    package = generated(MEDIA)
    reply = package.handlers.SendPicture200(media_type="text/plain", body=b"")
    service = served(package, lambda **inputs: reply)
    with pytest.raises(ContractViolation, match="'text/plain', which is none of"):
        async with service.client as client:
            await client.put("/files", content=b"x", headers={"content-type": "image/png"})


async def test_no_body_has_no_type(generated: Generate) -> None:
    """Where the body is optional."""
    package = generated(MEDIA)
    reply = package.handlers.SendPicture200(media_type="image/png", body=b"")
    service = served(package, lambda **inputs: reply)
    async with service.client as client:
        assert (await client.put("/files")).status_code == 200
    assert service.last == {"body": None, "content_type": None, "accept": "*/*"}


@pytest.mark.parametrize(
    ("path", "method", "text", "status", "body"),
    [
        ("/texts", "POST", "2", 200, 2),
        ("/texts", "POST", "1", 422, None),
        ("/texts", "POST", "x", 422, None),
        ("/texts", "PUT", "AB", 200, "AB"),
        ("/texts", "PUT", "ab", 422, None),
    ],
)
async def test_text_is_of_its_schemas_type(
    generated: Generate, path: str, method: str, text: str, status: int, body: Any
) -> None:
    """A number is read and written as one; a pattern holds."""
    service = served(generated(MEDIA), lambda body: body)
    async with service.client as client:
        answer = await client.request(
            method, path, content=text, headers={"content-type": "text/plain"}
        )
    assert answer.status_code == status
    if status == 200:
        assert (service.last["body"], answer.text) == (body, text)
        assert answer.headers["content-type"] in (
            "text/plain; charset=utf-8",
            "text/csv; charset=utf-8",
        )
    else:
        assert answer.json()["errors"][0]["pointer"] == ""


@pytest.mark.parametrize(
    ("accept", "told", "sent"),
    [
        (None, "application/json", "application/json"),
        ("*/*", "application/json", "application/json"),
        ("application/xml", "application/xml", "application/xml"),
        ("application/xml;q=0.5, application/json;q=0.4", "application/xml", "application/xml"),
        ("application/*;q=0.1, application/vnd.thing+json", *["application/vnd.thing+json"] * 2),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml", "application/xml"),
        ("application/json;q=0, */*", *["application/vnd.thing+json"] * 2),
    ],
)
async def test_the_caller_chooses_among_replies(
    generated: Generate, accept: str | None, told: str, sent: str
) -> None:
    """By Accept with its q-values; the handler is told and answers with that."""
    package = generated(MEDIA)

    def answer(**inputs: Any) -> Any:
        is_xml = inputs["accept"] == "application/xml"
        return "<thing/>" if is_xml else package.models.Thing(id=1)

    service = served(package, answer)
    async with service.client as client:
        if accept is None:
            del client.headers["accept"]
        else:
            client.headers["accept"] = accept
        got = await client.post("/things", json={"id": 1})
        xml = await client.post(
            "/things", content="<a/>", headers={"content-type": "application/xml; charset=utf-8"}
        )
    assert service.given[0]["accept"] == told
    assert got.headers["content-type"].partition(";")[0] == sent
    assert (service.last["body"], service.last["content_type"]) == ("<a/>", "application/xml")
    assert xml.status_code == 200


async def test_what_nobody_accepts(generated: Generate) -> None:
    """406 that lists what there is."""
    service = served(generated(MEDIA))
    async with service.client as client:
        answer = await client.post("/things", json={"id": 1}, headers={"accept": "text/html"})
    assert answer.status_code == 406
    assert "application/json, application/vnd.thing+json" in answer.json()["detail"]
    assert service.given == []


async def pieces() -> AsyncIterator[bytes]:
    yield b"a"
    yield b"b"


@pytest.mark.parametrize("content", [b"ab", Download(b"ab"), Download(pieces())])
async def test_bytes_whole_in_pieces_or_as_a_download(generated: Generate, content: Binary) -> None:
    """All of them are the same to the caller."""
    async with served(generated(MEDIA), lambda: content).client as client:
        answer = await client.get("/files")
    assert (answer.content, answer.headers["content-type"]) == (b"ab", "application/pdf")
    assert "content-disposition" not in answer.headers


async def test_a_file_is_sent_by_ranges(generated: Generate, tmp_path: Path) -> None:
    """With a name, an entity tag and the ranges that are asked for; HEAD gives the headers."""
    file = tmp_path / "a"
    file.write_bytes(b"0123456789")
    download = Download(file, filename="é 1.pdf")
    async with served(generated(MEDIA), lambda: download).client as client:
        whole = await client.get("/files")
        part = await client.get("/files", headers={"range": "bytes=2-4"})
        beyond = await client.get("/files", headers={"range": "bytes=20-"})
        head = await client.head("/files")
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9%201.pdf"
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["etag"]
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    assert beyond.status_code == 416
    assert (head.content, head.headers["content-length"]) == (b"", "10")


async def test_a_download_of_any_type(generated: Generate) -> None:
    """The reply says which where the contract gives a range; shown by a browser if inline."""
    package = generated(MEDIA)
    download = Download(b"a", filename="a.txt", inline=True)

    def answer(**inputs: Any) -> Any:
        return package.handlers.SendAnything200(media_type="text/x-own", body=download)

    async with served(package, answer).client as client:
        headers = {"content-type": "application/octet-stream"}
        answer_ = await client.post("/files", content=b"\x00", headers=headers)
    assert answer_.headers["content-type"] == "text/x-own; charset=utf-8"
    assert answer_.headers["content-disposition"] == 'inline; filename="a.txt"'


VERSIONS = """
paths:
  /things:
    post:
      operationId: sendThing
      requestBody:
        required: true
        content:
          application/json; version=1: {schema: {type: object, properties: {a: {type: integer}}}}
          application/json; version=2: {schema: {type: object, properties: {b: {type: integer}}}}
          text/plain; charset=utf-8: {schema: {type: string}}
      responses:
        '200':
          description: It.
          content:
            application/json;version=1: {schema: {type: string}}
            application/json;version=2: {schema: {type: integer}}
"""


@pytest.mark.parametrize(
    ("sent", "accept", "given", "answered"),
    [
        (";version=2", "*/*", ("2", "b"), "1"),
        ('; Version="1"; charset=utf-8', "*/*", ("1", "a"), "1"),
        ("", "application/json", ("1", "a"), "1"),
        ("", "application/json;version=2", ("1", "a"), "2"),
        (
            "",
            "application/json;version=1;q=0.2, application/json;version=2;q=0.3",
            ("1", "a"),
            "2",
        ),
    ],
)
async def test_parameters_tell_types_of_one_name_apart(
    generated: Generate, sent: str, accept: str, given: tuple[str, str], answered: str
) -> None:
    """Both ways; who gives none gets the first."""

    def answer(**inputs: Any) -> Any:
        return 5 if inputs["accept"].endswith("2") else "five"

    service = served(generated(VERSIONS), answer)
    async with service.client as client:
        got = await client.post(
            "/things",
            content=b"{}",
            headers={"content-type": f"application/json{sent}", "accept": accept},
        )
    assert got.status_code == 200, got.text
    assert got.headers["content-type"] == f"application/json;version={answered}"
    version, property_ = given
    assert service.last["content_type"] == f"application/json;version={version}"
    assert property_ in type(service.last["body"]).model_fields


async def test_a_version_that_there_is_not(generated: Generate) -> None:
    """415 and 406."""
    async with served(generated(VERSIONS)).client as client:
        headers = {"content-type": "application/json;version=3"}
        assert (await client.post("/things", content=b"{}", headers=headers)).status_code == 415
        headers = {"content-type": "application/json", "accept": "application/json;version=3"}
        assert (await client.post("/things", content=b"{}", headers=headers)).status_code == 406
