"""Request bodies: chosen by Content-Type, parsed and validated straight from the bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from accord.runtime.declare import Body, Media
from accord.runtime.inputs import MAX_ERRORS
from accord.runtime.problem import FieldError, Problem, json_pointer, unsupported_media_type

Parser = Callable[[bytes], Any]


class BodyReader:
    """The compiled request body of one operation."""

    def __init__(self, body: Body) -> None:
        self._required = body.required
        self._types = tuple(media.media_type for media in body.media)
        self._parsers = {media.media_type.lower(): parser(media) for media in body.media}
        # As nearly every caller writes it, so that the header is seldom taken apart.
        self._usual = {name.encode("latin-1"): parse for name, parse in self._parsers.items()}
        self._ranges = [
            (name.removesuffix("*"), parse)
            for name, parse in self._parsers.items()
            if name.endswith("/*")
        ]

    async def read(self, content_type: bytes, receive: Receive) -> Any:
        """The body, parsed and validated; None where an optional one was not sent.

        Raises a `Problem`: 400 where it does not parse, 415 where the contract does not list
        its type, 422 where it breaks a constraint. Raises `ClientDisconnect` where the caller
        went away before the end.
        """
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        data: bytes = message.get("body", b"")
        if message.get("more_body", False):
            data = await _rest(data, receive)
        if not data and not content_type:
            if not self._required:
                return None
            raise Problem(400, code="malformed_request", detail="The request needs a body.")
        return self._parser(content_type)(data)

    def _parser(self, content_type: bytes) -> Parser:
        usual = self._usual.get(content_type)
        if usual is not None:
            return usual
        name = content_type.split(b";", 1)[0].strip().lower().decode("latin-1")
        found = self._parsers.get(name)
        if found is not None:
            return found
        for prefix, parse in self._ranges:
            if name.startswith(prefix) or prefix == "*/":
                return parse
        raise unsupported_media_type(name, self._types)


async def _rest(start: bytes, receive: Receive) -> bytes:
    chunks = [start]
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def is_json(media_type: str) -> bool:
    """Whether content of this type is JSON text."""
    return media_type == "application/json" or media_type.endswith("+json")


def parser(media: Media) -> Parser:
    """The reader of one media type."""
    if is_json(media.media_type):
        return _json_parser(media.type)
    if media.type is str:
        return _text
    return lambda data: data


def _json_parser(type_: Any) -> Parser:
    validate = TypeAdapter(type_).validator.validate_json

    def parse(data: bytes) -> Any:
        try:
            return validate(data, strict=True, by_alias=True, by_name=False)
        except ValidationError as error:
            again = with_whole_numbers(error, data)
            if again is None:
                raise body_problem(error, data) from None
        try:
            return validate(again, strict=True, by_alias=True, by_name=False)
        except ValidationError as error:
            raise body_problem(error, again) from None

    return parse


def with_whole_numbers(error: ValidationError, data: bytes) -> bytes | None:
    """`data` with `1.0` written as `1` where an integer is asked for; None where it is nowhere.

    To JSON Schema both are integers, to pydantic only one is. Hardly anybody writes the other, so
    it costs those who do, and not a look at every number.
    """
    places = [d["loc"] for d in error.errors(include_url=False) if _is_whole_float(d)]
    if not places:
        return None
    document = [from_json(data)]
    for place in places:
        *parents, last = [0, *located(place, document[0], "int_type")]
        holder: Any = document
        for part in parents:
            holder = holder[part]
        if isinstance(holder[last], float):
            holder[last] = int(holder[last])
    return to_json(document[0])


def _is_whole_float(detail: ErrorDetails) -> bool:
    value = detail["input"]
    return detail["type"] == "int_type" and isinstance(value, float) and value.is_integer()


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, code="malformed_request", detail=f"Not UTF-8: {error}.") from None


def body_problem(error: ValidationError, data: bytes) -> Problem:
    """400 where `data` is not JSON, else 422 with a JSON pointer for every fault."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    if details[0]["type"] == "json_invalid":
        text = details[0]["msg"].removeprefix("Invalid JSON: ")
        return Problem(400, code="malformed_request", detail=f"The body is not valid JSON: {text}.")
    document = from_json(data)
    found = dict.fromkeys(
        FieldError(
            detail["type"],
            detail["msg"],
            pointer=json_pointer(located(detail["loc"], document, detail["type"])),
        )
        for detail in details
    )
    return Problem(
        422,
        code="validation_failed",
        detail="The body does not fit the contract.",
        errors=list(found)[:MAX_ERRORS],
    )


def located(loc: Sequence[str | int], document: Any, kind: str) -> list[str | int]:
    """The path of a fault within the document.

    pydantic's locations also name union members and validators, which are nowhere in the
    document: only parts that lead somewhere are kept, and the name of a missing property.
    """
    path: list[str | int] = []
    value = document
    for index, part in enumerate(loc):
        inside_object = isinstance(value, dict) and part in value
        inside_array = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if inside_object or inside_array:
            path.append(part)
            value = value[part]
        elif kind == "missing" and index == len(loc) - 1:
            path.append(part)
    return path
