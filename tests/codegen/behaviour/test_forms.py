"""Forms, urlencoded and multipart, as typed models."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest

from accord.runtime import ContractViolation, UploadFile, UploadLimits

from .conftest import Generate
from .serving import served

FORM = """
paths:
  /form:
    post:
      operationId: sendForm
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {$ref: '#/components/schemas/Account'}
            encoding:
              address: {style: deepObject, explode: true}
              expand: {style: deepObject, explode: true}
              ids: {style: form, explode: false}
              colours: {style: pipeDelimited, explode: false}
              note: {contentType: application/json}
      responses: {'204': {description: Taken.}}
components:
  schemas:
    Account:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 6}
        age: {type: integer}
        member: {type: boolean}
        since: {type: string, format: date}
        tags: {type: array, items: {type: string}}
        expand: {type: array, items: {type: string}}
        ids: {type: array, items: {type: integer}}
        colours: {type: array, items: {type: string}}
        plan:
          anyOf:
            - {type: object, properties: {seats: {type: integer}}}
            - {type: string, enum: ['']}
        address:
          type: object
          required: [zip]
          properties:
            zip: {type: integer}
            lines: {type: array, items: {type: string}}
            of: {$ref: '#/components/schemas/Account'}
        note: {type: object, additionalProperties: {type: integer}}
"""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("name=a%20b&age=3&member=true", {"name": "a b", "age": 3, "member": True}),
        ("name=a+b&since=2024-02-29", {"name": "a b", "since": dt.date(2024, 2, 29)}),
        ("name=a&tags=x&tags=y%2Cz", {"name": "a", "tags": ["x", "y,z"]}),
        ("name=a&expand[]=x&expand[]=y", {"name": "a", "expand": ["x", "y"]}),
        ("name=a&expand[1]=y&expand[0]=x", {"name": "a", "expand": ["x", "y"]}),
        ("name=a&ids=1,2&colours=x%7Cy", {"name": "a", "ids": [1, 2], "colours": ["x", "y"]}),
        ("name=a&plan=", {"name": "a", "plan": ""}),
        ("name=a&plan[seats]=2", {"name": "a", "plan": {"seats": 2}}),
        ('name=a&plan={"seats":2}', {"name": "a", "plan": {"seats": 2}}),
        ('name=a&note={"n":1}', {"name": "a", "note": {"n": 1}}),
        (
            "name=a&address[zip]=1&address[lines][]=x&address[of][name]=b&address[of][age]=2",
            {"name": "a", "address": {"zip": 1, "lines": ["x"], "of": {"name": "b", "age": 2}}},
        ),
    ],
)
async def test_urlencoded_forms_are_models(
    generated: Generate, sent: str, expected: dict[str, Any]
) -> None:
    """Every property by its encoding; without one, as its schema says."""
    package = generated(FORM)
    service = served(package)
    async with service.client as client:
        answer = await client.post("/form", content=sent, headers=URLENCODED)
    assert answer.status_code == 204, answer.text
    body = service.last["body"]
    assert isinstance(body, package.models.Account)
    assert body.model_dump(exclude_unset=True) == expected


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ("age=3", ["/name"]),
        ("name=toolong&age=x", ["/name", "/age"]),
        ("name=a&age=1&age=2", ["/age"]),
        ("name=a&ids=1,x", ["/ids/1"]),
        ("name=a&address[zip]=x&address[of][age]=1", ["/address/zip", "/address/of/name"]),
        ("name=a&address=x", ["/address"]),
        ("name=a&note=x", ["/note"]),
        ("name=a&since=yesterday", ["/since"]),
    ],
)
async def test_faults_of_a_form_are_told_by_pointer(
    generated: Generate, sent: str, pointers: list[str]
) -> None:
    """All of them, each at its place in the object that the form stands for."""
    service = served(generated(FORM))
    async with service.client as client:
        answer = await client.post("/form", content=sent, headers=URLENCODED)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert service.given == []


async def test_what_is_no_form_is_malformed(generated: Generate) -> None:
    """Bytes that are no UTF-8, and nesting without end, are a 400."""
    service = served(generated(FORM))
    async with service.client as client:
        for sent in ("name=%ff", "name=a&address" + "[a]" * 40 + "=1"):
            answer = await client.post("/form", content=sent, headers=URLENCODED)
            assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


UPLOAD = """
paths:
  /files:
    post:
      operationId: sendFiles
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [file]
              properties:
                title: {type: string, maxLength: 5}
                count: {type: integer}
                file: {type: string, format: binary, maxLength: 10}
                more: {type: array, items: {}, maxItems: 2}
                picture: {type: string, contentMediaType: image/png}
                meta: {type: object, required: [a], properties: {a: {type: integer}}}
                metas: {type: array, items: {type: object, properties: {a: {type: integer}}}}
                tags: {type: array, items: {type: string}}
                colours: {type: array, items: {type: string}}
            encoding:
              file:
                contentType: 'image/*, text/plain'
                headers: {X-Rate: {schema: {type: integer}}}
              colours: {style: pipeDelimited, explode: false}
      responses: {'204': {description: Taken.}}
"""
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


async def test_multipart_forms_are_models_with_files(generated: Generate) -> None:
    """Files, arrays of files, JSON parts, repeated and styled texts; every file is closed at the
    end."""
    package = generated(UPLOAD)
    contents: list[bytes] = []

    async def read(body: Any) -> None:
        files = [body.file, *body.more, body.picture]
        contents.extend([await file.read() for file in files])
        assert not any(file.file.closed for file in files)

    service = served(package, read)
    async with service.client as client:
        answer = await client.post(
            "/files",
            files=[
                ("title", (None, "é")),
                ("count", (None, "3")),
                ("file", ("é.png", b"\x00\xff", "image/png", {"X-Rate": "5"})),
                ("more", ("a", b"1")),
                ("more", ("b", b"2" * 2_000_000)),
                ("picture", (None, b"\xff")),
                ("meta", (None, '{"a": 1}', "application/json")),
                ("metas", ("blob", '{"a": 1}', "application/json")),
                ("metas", (None, '{"a": 2}')),
                ("tags", (None, "x")),
                ("tags", (None, "y")),
                ("colours", (None, "red|blue")),
            ],
        )
    assert answer.status_code == 204, answer.text
    body = service.last["body"]
    assert isinstance(body.file, UploadFile)
    assert (body.file.filename, body.file.content_type, body.file.size) == ("é.png", "image/png", 2)
    assert body.file.headers["x-rate"] == "5"
    assert contents == [b"\x00\xff", b"1", b"2" * 2_000_000, b"\xff"]
    assert (body.title, body.count, body.meta.a, [m.a for m in body.metas]) == ("é", 3, 1, [1, 2])
    assert (body.tags, body.colours) == (["x", "y"], ["red", "blue"])
    assert all(file.file.closed for file in (body.file, *body.more, body.picture))


@pytest.mark.parametrize(
    ("parts", "pointers"),
    [
        ([("title", (None, "a"))], ["/file"]),
        ([("file", ("a", b"1" * 11, "image/png"))], ["/file"]),
        ([("file", ("a", b"1", "image/png")), ("count", (None, "x"))], ["/count"]),
        ([("file", ("a", b"1", "application/pdf"))], ["/file"]),
        ([("file", ("a", b"1", "image/png", {"X-Rate": "x"}))], ["/file"]),
        ([("file", ("a", b"1", "image/png")), *[("more", ("a", b""))] * 3], ["/more"]),
        ([("file", ("a", b"1", "image/png")), ("meta", (None, "{}"))], ["/meta/a"]),
        ([("file", ("a", b"1", "image/png")), ("metas", (None, '{"a": "x"}'))], ["/metas/0/a"]),
    ],
)
async def test_faults_of_parts_are_told_by_pointer(
    generated: Generate, parts: list[Any], pointers: list[str]
) -> None:
    """What is missing, too long or too many, of another type, or has a wrong header."""
    service = served(generated(UPLOAD))
    async with service.client as client:
        answer = await client.post("/files", files=parts)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n--y--"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: a/b\r\n\r\n1\r\n--x--\r\n"),
    ],
)
async def test_what_is_not_multipart_is_malformed(
    generated: Generate, content_type: str, data: bytes
) -> None:
    """No boundary, another one, an end too early, a part without a name."""
    service = served(generated(UPLOAD))
    async with service.client as client:
        answer = await client.post("/files", content=data, headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "parts",
    [
        [("title", (None, "x" * 101))],
        [("file", ("a", b"1" * 51, "image/png"))],
        [("tags", (None, "x"))] * 5,
    ],
)
async def test_forms_are_bounded(generated: Generate, parts: list[Any]) -> None:
    """Too much text, too large a file, too many parts: 413, whatever the contract says."""
    limits = UploadLimits(parts=4, text=100, file=50)
    service = served(generated(UPLOAD), uploads=limits)
    async with service.client as client:
        answer = await client.post("/files", files=parts)
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


async def test_large_files_go_to_disk_as_they_arrive(generated: Generate) -> None:
    """What is beyond the memory allowed is in a file without a name."""
    rolled: list[bool] = []

    def look(body: Any) -> None:
        rolled.extend(file.file._rolled for file in (body.file, *body.more))

    service = served(generated(UPLOAD), look, uploads=UploadLimits(memory=1000))
    async with service.client as client:
        parts = [("file", ("a", b"1", "image/png")), ("more", ("b", b"1" * 1001))]
        assert (await client.post("/files", files=parts)).status_code == 204
    assert rolled == [False, True]


SEVERAL = """
paths:
  /files:
    post:
      operationId: sendNote
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Note'}}
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Note'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Note'}}
      responses: {'204': {description: Taken.}}
components:
  schemas:
    Note: {type: object, required: [text], properties: {text: {type: string, format: binary}}}
"""


async def test_form_or_json_or_files(generated: Generate) -> None:
    """One model for several media types; JSON gives a file's content as text."""
    texts: list[bytes] = []

    async def read(body: Any, **others: Any) -> None:
        texts.append(await body.text.read())

    service = served(generated(SEVERAL), read)
    async with service.client as client:
        answers: list[httpx.Response] = [
            await client.post("/files", json={"text": "a"}),
            await client.post("/files", data={"text": "b"}),
            await client.post("/files", files={"text": b"c"}),
        ]
    assert [answer.status_code for answer in answers] == [204] * 3
    assert texts == [b"a", b"b", b"c"]


ANSWERED = """
paths:
  /form:
    get:
      operationId: readForm
      responses:
        '200':
          description: It.
          content:
            application/x-www-form-urlencoded:
              schema: {$ref: '#/components/schemas/Record'}
              encoding: {size: {style: deepObject, explode: true}}
  /parts:
    get:
      operationId: readParts
      responses:
        '200':
          description: It.
          content:
            multipart/form-data:
              schema:
                type: object
                properties:
                  record: {$ref: '#/components/schemas/Record'}
                  file: {type: string, format: binary}
components:
  schemas:
    Record:
      type: object
      required: [name]
      properties:
        name: {type: string}
        tags: {type: array, items: {type: string}}
        size: {type: object, properties: {w: {type: integer}}}
"""


async def test_replies_may_be_forms(generated: Generate) -> None:
    """Handlers give models; what is another type is a defect."""
    package = generated(ANSWERED)
    record = package.models.Record(name="a&b", tags=["x", "y"], size=package.models.RecordSize(w=1))
    async with served(package, lambda: record).client as client:
        answer = await client.get("/form")
    assert answer.headers["content-type"] == "application/x-www-form-urlencoded"
    assert answer.text == "name=a%26b&tags=x&tags=y&size%5Bw%5D=1"
    parts = package.models.ReadPartsResponse200(
        record=record, file=UploadFile.of(b"\xff", filename="a.bin", content_type="image/png")
    )
    async with served(package, lambda: parts).client as client:
        answer = await client.get("/parts")
    boundary = answer.headers["content-type"].partition("boundary=")[2].encode()
    first, second = answer.content.split(b"--" + boundary)[1:-1]
    assert first.endswith(b'\r\n\r\n{"name":"a&b","tags":["x","y"],"size":{"w":1}}\r\n')
    assert b'name="file"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n\xff\r\n' in second
    service = served(package, lambda: {"name": "a"})
    with pytest.raises(ContractViolation):
        async with service.client as client:
            await client.get("/form")


PARTS = """
openapi: 3.2.0
info: {title: Parts, version: 1.0.0}
paths:
  /files:
    post:
      operationId: sendFiles
      requestBody: {required: true, content: {multipart/mixed: {itemSchema: {}}}}
      responses: {'204': {description: Taken.}}
  /records:
    post:
      operationId: sendRecords
      requestBody:
        required: true
        content:
          multipart/mixed:
            schema:
              type: array
              items: {type: object, required: [a], properties: {a: {type: integer}}}
      responses: {'204': {description: Taken.}}
"""


def mixed(*parts: tuple[str, bytes]) -> bytes:
    """Parts without names, each of a media type."""
    written = [
        b"--x\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + data + b"\r\n"
        for kind, data in parts
    ]
    return b"".join(written) + b"--x--\r\n"


async def test_parts_without_names_are_items(generated: Generate) -> None:
    """Files where nothing else is said of them, JSON where the items are objects."""
    contents: list[Any] = []

    async def read(body: list[Any]) -> None:
        for item in body:
            is_file = isinstance(item, UploadFile)
            contents.append((item.content_type, await item.read()) if is_file else item.a)

    headers = {"content-type": "multipart/mixed; boundary=x"}
    async with served(generated(PARTS), read).client as client:
        files = await client.post(
            "/files", content=mixed(("a/b", b"\xff"), ("c/d", b"")), headers=headers
        )
        records = await client.post(
            "/records",
            content=mixed(("application/json", b'{"a":1}'), ("text/plain", b'{"a":2}')),
            headers=headers,
        )
        wrong = await client.post(
            "/records", content=mixed(("application/json", b'{"a":"x"}')), headers=headers
        )
    assert (files.status_code, records.status_code) == (204, 204), records.text
    assert contents == [("a/b", b"\xff"), ("c/d", b""), 1, 2]
    assert wrong.json()["errors"][0]["pointer"] == "/0/a"


async def test_json_parts_have_no_style(generated: Generate) -> None:
    """A part that says that it is JSON is read as that, whatever the style of its property; within
    an object, it is the text of what it holds."""
    package = generated("""
        paths:
          /form:
            post:
              operationId: sendForm
              requestBody:
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      properties:
                        ids: {type: array, items: {type: integer}}
                        size: {type: object, properties: {w: {type: integer}}}
                        place: {type: object, properties: {x: {type: integer}}}
                    encoding:
                      ids: {style: pipeDelimited, explode: false}
                      size: {style: deepObject, explode: true}
                      place: {style: deepObject, explode: true}
              responses: {'204': {description: Taken.}}
    """)
    service = served(package)
    json = "application/json"
    async with service.client as client:
        answer = await client.post(
            "/form",
            files=[
                ("ids", (None, "[1, 2]", json)),
                ("size", (None, '{"w": 3}', json)),
                ("place[x]", (None, "4", json)),
            ],
        )
    assert answer.status_code == 204, answer.text
    body = service.last["body"]
    assert (body.ids, body.size.w, body.place.x) == ([1, 2], 3, 4)
