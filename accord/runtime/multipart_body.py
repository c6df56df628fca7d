"""Multipart request bodies: parts become the properties of an object, or the items of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from starlette.types import Receive

from accord.runtime.declare import Encoding, Header, Media
from accord.runtime.decode import text_decoder
from accord.runtime.forms import Form, FormReader, Read, holds_file
from accord.runtime.json_body import exactly
from accord.runtime.media_types import covers, is_json
from accord.runtime.multipart import Part, read_parts
from accord.runtime.problem import MAX_ERRORS, FieldError, Problem, json_pointer
from accord.runtime.scalars import DecodeError, Scalar
from accord.runtime.uploads import UploadFile, UploadLimits


class MultipartReader:
    """The compiled type of one multipart body."""

    def __init__(self, media: Media, limits: UploadLimits) -> None:
        self._form = FormReader(media)
        self._limits = limits
        self._checks = {
            name: _PartCheck(encoding)
            for name, encoding in media.encoding.items()
            if encoding.content_type or encoding.headers
        }
        shape = self._form.shape
        self._is_array = isinstance(shape, list)
        self._item_is_file = self._is_array and holds_file(shape[0])

    async def read(self, content_type: bytes, receive: Receive) -> Any:
        """The body as its type. Raises a `Problem`: 400 where it is malformed, 413 beyond the
        limits, 422 where it does not fit. Raises `ClientDisconnect`."""
        parts = await read_parts(content_type, receive, self._wants_file, self._limits)
        form = Form()
        if self._is_array:
            for part in parts:
                form.add("", await self._content(part, self._item_is_file))
            items = [
                one.value if isinstance(one, Read) else self._form.read_item(one)
                for one in form.fields.get("", ())
            ]
            return self._form.validated(items, form.files)
        faults: list[FieldError] = []
        for part in parts:
            if not part.name:
                raise Problem(
                    400, code="malformed_request", detail="A part of the body has no name."
                )
            check = self._checks.get(part.name)
            if check is not None:
                faults += check.faults(part)
            wants_file = self._wants_file(part.name)
            form.add(part.name, await self._content(part, wants_file))
        if faults:
            raise Problem(
                422,
                code="validation_failed",
                detail="The parts of the body do not fit the contract.",
                errors=faults[:MAX_ERRORS],
            )
        return self._form.read(form)

    def _wants_file(self, name: str) -> bool:
        return self._item_is_file if self._is_array else self._form.wants_file(name)

    async def _content(self, part: Part, wants_file: bool) -> Any:
        """A file, the text of a part, or its JSON where the sender says that it is."""
        content = part.content
        if isinstance(content, UploadFile):
            if wants_file or self._form.takes_file(part.name):
                return content
            # Sent as a file, as browsers send what a script has made, but not meant as one.
            content = await content.read()
        if is_json(part.content_type):
            try:
                return Read(from_json(content, allow_inf_nan=False))
            except ValueError as error:
                raise Problem(
                    400,
                    code="malformed_request",
                    detail=f"The part {part.name!r} is not valid JSON: {error}.",
                ) from None
        return content.decode(errors="surrogateescape")


class _PartCheck:
    """What the encoding of a property asks of its parts."""

    def __init__(self, encoding: Encoding) -> None:
        self._types = encoding.content_type
        self._headers = [
            (header, text_decoder(header), _validator(header)) for header in encoding.headers
        ]

    def faults(self, part: Part) -> list[FieldError]:
        pointer = json_pointer((part.name,))
        found = []
        given = part.content_type
        # Without a type of its own a part is what the contract says it is.
        if self._types and given and not covers(self._types, given):
            found.append(
                FieldError("media_type", f"The part must be {self._types}, not {given}", pointer)
            )
        for header, decode, validate in self._headers:
            fault = _header_fault(part.headers.get(header.name), header, decode, validate)
            if fault:
                found.append(FieldError("part_header", f"{header.name}: {fault}", pointer))
        return found


def _validator(header: Header) -> Callable[[bytes], Any]:
    validate = TypeAdapter(header.type).validator.validate_json
    return lambda data: exactly(validate, data)


def _header_fault(
    text: str | None, header: Header, decode: Scalar, validate: Callable[[bytes], Any]
) -> str:
    if text is None:
        return "Header required" if header.required else ""
    try:
        validate(to_json(decode(text)))
    except DecodeError as error:
        return f"The value {error}"
    except ValidationError as error:
        return error.errors(include_url=False, include_input=False)[0]["msg"]
    return ""
