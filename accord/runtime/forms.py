"""Forms, urlencoded or multipart: names and texts become a JSON object by the shape of its type.

What does not fit is left as it came, so that the type's validator says what is wrong with it, and
where. A property is read by its `Encoding`; without one, as its shape says:

    a scalar            name=1
    an array of them    name=1&name=2
    an object           name={"a": 1}, or name[a]=1
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from accord.runtime.declare import Encoding, Media, Query, Shape
from accord.runtime.decode import decoder
from accord.runtime.deep_objects import deep_object
from accord.runtime.json_body import body_problem, exactly
from accord.runtime.media_types import is_json
from accord.runtime.problem import Problem
from accord.runtime.scalars import MISSING, DecodeError, Scalar, scalar
from accord.runtime.shapes import FILE, properties_of, shape_of
from accord.runtime.uploads import UploadFile

Fields = Mapping[str, Sequence[Any]]
"""What was sent under each name: texts, or `Read` values."""
_Property = Callable[[Fields], Any]
_NO_ENCODING = Encoding()


@dataclass(frozen=True, slots=True)
class Read:
    """A value that is read already: a file's token, or the JSON of a part."""

    value: Any


@dataclass(slots=True)
class Form:
    """What was sent: `fields` by name; `files` by the tokens that stand for them."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    files: dict[str, UploadFile] = field(default_factory=dict)

    def add(self, name: str, value: Any) -> None:
        if isinstance(value, UploadFile):
            token = f"file {len(self.files)}"
            self.files[token] = value
            value = Read(token)
        if isinstance(value, Read) and "[" in name:
            # A part of an object, whose parts are read from texts.
            whole = value.value
            value = whole if isinstance(whole, str) else to_json(whole).decode()
        self.fields.setdefault(name, []).append(value)


class FormReader:
    """The compiled type of one form."""

    def __init__(self, media: Media) -> None:
        adapter: TypeAdapter[Any] = TypeAdapter(media.type)
        self.shape = shape_of(adapter)
        self.properties = properties_of(self.shape)
        item = self.shape[0] if isinstance(self.shape, list) else "string"
        self.read_item = _text(item, json=False)
        """Reads the text of an item, where the whole is an array."""
        self._validate = adapter.validator.validate_json
        self.reads_raw = any(
            one.style and not one.explode and one.style != "deepObject"
            for one in media.encoding.values()
        )
        """Whether some texts hold several values, and are to be given as `Sent`."""
        self._readers: dict[str, _Property] = {}
        self._claimed: set[str] = set()
        for name, shape in self.properties.items():
            if name != "*":
                self._readers[name] = self._property(
                    name, shape, media.encoding.get(name, _NO_ENCODING)
                )

    def read(self, form: Form) -> Any:
        """The form as its type. Raises a `Problem`: 400 where it is no UTF-8, 422 where it does
        not fit."""
        return self.validated(self.value(form.fields), form.files)

    def validated(self, value: Any, files: Mapping[str, UploadFile]) -> Any:
        """The same of a JSON value, in which tokens stand for `files`."""
        try:
            data = to_json(value)
        except PydanticSerializationError:
            raise Problem(
                400, code="malformed_request", detail="The form is not written in UTF-8."
            ) from None
        try:
            return exactly(partial(self._validate, context=files), data)
        except ValidationError as error:
            raise body_problem(error, data) from None

    def wants_file(self, name: str) -> bool:
        """Whether what is sent under `name` is a file however it was sent."""
        return holds_file(self.properties.get(name, self.properties.get("*")))

    def takes_file(self, name: str) -> bool:
        """Whether what is sent under `name` may be a file."""
        return _mentions_file(self.properties.get(name, self.properties.get("*")))

    def value(self, fields: Fields) -> dict[str, Any]:
        """The JSON object that a form stands for."""
        value: dict[str, Any] = {}
        for name, read in self._readers.items():
            found = read(fields)
            if found is not MISSING:
                value[name] = found
        other = _repeated_or_single(self.properties.get("*"))
        for name, sent in fields.items():
            if name not in value and name not in self._claimed and name.split("[")[0] not in value:
                value[name] = other(sent)
        return value

    def _property(self, name: str, shape: Shape, encoding: Encoding) -> _Property:
        deep = partial(_deep, name, shape)
        if encoding.style == "deepObject":
            return _unless_read(name, shape, deep)
        if encoding.style:
            if isinstance(shape, dict) and encoding.explode:
                self._claimed |= shape.keys()
            return _unless_read(name, shape, _styled(name, shape, encoding))
        json = is_json(encoding.content_type)
        read = _repeated_or_single(shape, json=json)

        def plain(fields: Fields) -> Any:
            sent = fields.get(name)
            return deep(fields) if sent is None else read(sent)

        return plain


def holds_file(shape: Shape) -> bool:
    """Whether a value of this shape is a file or an array of files, and nothing else."""
    if isinstance(shape, list):
        return bool(shape[0] == FILE)
    return bool(shape == FILE) or (
        isinstance(shape, tuple) and all(holds_file(o) for o in shape if o != "null")
    )


def _mentions_file(shape: Shape) -> bool:
    if isinstance(shape, (list, tuple)):
        return any(map(_mentions_file, shape))
    return bool(shape == FILE)


def _deep(name: str, shape: Shape, fields: Fields) -> Any:
    try:
        return deep_object(name, shape, fields, lenient=True)
    except DecodeError as error:
        raise Problem(400, code="malformed_request", detail=f"The form {error}.") from None


def _unless_read(name: str, shape: Shape, read: _Property) -> _Property:
    """`read`, but for what came as JSON: it has no style."""
    as_sent = _repeated_or_single(shape)

    def property_(fields: Fields) -> Any:
        sent = fields.get(name, ())
        return as_sent(sent) if any(isinstance(one, Read) for one in sent) else read(fields)

    return property_


def _styled(name: str, shape: Shape, encoding: Encoding) -> _Property:
    """Read as the query parameter of that style."""
    explode = encoding.style == "form" if encoding.explode is None else encoding.explode
    read = decoder(
        Query(name, None, shape=shape, style=encoding.style, explode=explode), (), _lenient
    )
    as_sent = _repeated_or_single(shape)

    def property_(fields: Fields) -> Any:
        try:
            return read(fields)  # type: ignore[arg-type]
        except DecodeError:
            return as_sent(fields.get(name, ()))

    return property_


def _repeated_or_single(shape: Shape, *, json: bool = False) -> Callable[[Sequence[Any]], Any]:
    """The reader of everything that was sent under one name."""
    arrays = [one for one in _options(shape) if isinstance(one, list)]
    one = _text(shape, json=json)
    if not arrays:

        def single(sent: Sequence[Any]) -> Any:
            values = [_item(one, text) for text in sent]
            return values[0] if len(values) == 1 else values

        return single
    inner = arrays[0][0]
    item = _text(inner, json=json)
    others = tuple(option for option in _options(shape) if not isinstance(option, list))
    nested = any(isinstance(option, list) for option in _options(inner))
    json_items = json or nested or any(isinstance(option, dict) for option in _options(inner))

    def repeated(sent: Sequence[Any]) -> Any:
        if len(sent) == 1:
            only = sent[0]
            if others and ("string" in others or not isinstance(_item(one, only), str)):
                return _item(one, only)
            # The whole array as one JSON text, rather than each of its items.
            whole = _json(only) if json_items and isinstance(only, str) else _item(str, only)
            if isinstance(whole, list) and not (
                nested and whole and not isinstance(whole[0], list)
            ):
                return whole
        return [_item(item, text) for text in sent]

    return repeated


def _item(read: Scalar, sent: Any) -> Any:
    return sent.value if isinstance(sent, Read) else read(sent)


def _options(shape: Shape) -> tuple[Shape, ...]:
    return shape if isinstance(shape, tuple) else (shape,)


def _text(shape: Shape, *, json: bool) -> Scalar:
    """The reader of one text: JSON for an object or an array, or where it is said to be."""
    options = _options(shape)
    plain = _lenient(tuple(one for one in options if isinstance(one, str)))
    structured = json or any(isinstance(one, (dict, list)) for one in options)

    def read(text: str) -> Any:
        if structured and (json or text[:1] in ("{", "[")):
            return _json(text)
        return plain(text)

    return read


def _lenient(shape: Shape) -> Scalar:
    """The reader of a single text that leaves what does not fit as it is."""
    strict = scalar(shape)

    def read(text: str) -> Any:
        try:
            return strict(text)
        except DecodeError:
            return text

    return read


def _json(text: str) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        return text
