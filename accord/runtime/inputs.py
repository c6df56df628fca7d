"""Parameters of one operation: read from the request, decoded, validated together.

All of an operation's parameters go through one pydantic-core validator; what their decoders
and the validator find wrong is told in one 422.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, NotRequired, Required

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, PydanticSerializationError, to_json
from typing_extensions import TypedDict

from accord.runtime.declare import Operation, Parameter, Querystring, Shape
from accord.runtime.decode import Query, decoder, is_delimited, text_decoder
from accord.runtime.formats import text_reader
from accord.runtime.json_body import exactly, located
from accord.runtime.paths import template_names
from accord.runtime.problem import MAX_ERRORS, FieldError, Problem, json_pointer
from accord.runtime.querystring import parse_whole_query, whole_query
from accord.runtime.scalars import MISSING, DecodeError
from accord.runtime.sent import parse_query, parse_raw_query


class Inputs:
    """The compiled parameters of `operation`.

    `reads_query` and `reads_cookies` say whether those need parsing, `parse_query` is what does it;
    with `reads_raw_path` the values of the path are to be given as `Sent`, since some hold several.
    """

    def __init__(self, operation: Operation) -> None:
        places = ("path", "query", "querystring", "header", "cookie")
        by_place: dict[str, list[Parameter]] = {place: [] for place in places}
        for parameter in operation.parameters:
            by_place[parameter.location].append(parameter)
        self._parameters = {p.keyword: p for p in operation.parameters}
        names = template_names(operation.path)
        order = {name: names.index(name) for name in names}
        # A template may name a parameter twice: then both places hold one value.
        self._twins = [
            (order[name], index) for index, name in enumerate(names) if index != order[name]
        ]
        self._path = [(order[p.name], p.keyword, text_decoder(p)) for p in by_place["path"]]
        known = {p.name for p in by_place["query"]}
        self._query = [(p.keyword, decoder(p, known - {p.name})) for p in by_place["query"]]
        self._query += [
            (p.keyword, whole_query(p))
            for p in by_place["querystring"]
            if isinstance(p, Querystring)
        ]
        self._headers = [
            (p.name.lower().encode(), p.keyword, text_decoder(p)) for p in by_place["header"]
        ]
        self._cookies = [(p.keyword, decoder(p)) for p in by_place["cookie"]]
        self._beside_path = bool(self._twins or self._query or self._headers or self._cookies)
        self.reads_query = bool(self._query)
        self.reads_cookies = bool(self._cookies)
        self.reads_raw_path = any(map(is_delimited, by_place["path"]))
        self.parse_query = parse_query
        if by_place["querystring"]:
            self.parse_query = parse_whole_query
        elif any(map(is_delimited, by_place["query"])):
            self.parse_query = parse_raw_query
        self._defaults = {p.keyword: p.default for p in operation.parameters if not p.required}
        # What a handler could change is never the same object in two requests.
        self._changeable = [
            (keyword, default)
            for keyword, default in self._defaults.items()
            if isinstance(default, (list, dict, BaseModel))
        ]
        self._validate = _validator(operation)
        self._only = _only(operation)

    def read(
        self,
        path: Sequence[str],
        query: Query,
        headers: Mapping[bytes, bytes],
        cookies: Query,
    ) -> dict[str, Any]:
        """The handler's keywords. Raises a 422 `Problem` that lists every fault."""
        if not self._parameters:
            return {}
        if self._only is not None:
            keyword, decode, validate = self._only
            try:
                return {keyword: validate(decode(*path))}
            except (DecodeError, ValidationError, PydanticCustomError):
                pass  # which is explained below
        raw: dict[str, Any] = {}
        faults: dict[str, DecodeError] = {}
        for index, keyword, decode in self._path:
            try:
                raw[keyword] = decode(path[index])
            except DecodeError as error:
                faults[keyword] = error
        if self._beside_path:
            self._read_beside_path(raw, faults, path, query, headers, cookies)
        try:
            values: dict[str, Any] = self._validate(raw)
        except ValidationError as error:
            raise self._problem(faults, error, raw) from None
        if faults:
            raise self._problem(faults, None, raw)
        if len(values) == len(self._parameters):
            return values
        for keyword, default in self._changeable:
            if keyword not in values:
                values[keyword] = deepcopy(default)
        return {**self._defaults, **values}

    def _read_beside_path(
        self,
        raw: dict[str, Any],
        faults: dict[str, DecodeError],
        path: Sequence[str],
        query: Query,
        headers: Mapping[bytes, bytes],
        cookies: Query,
    ) -> None:
        for first, second in self._twins:
            if path[first] != path[second]:
                raise Problem(404, code="not_found", detail="The path holds two values of one.")
        for keyword, decode_query in self._query:
            _take(raw, faults, keyword, decode_query, query)
        for name, keyword, decode in self._headers:
            value = headers.get(name)
            if value is not None:
                _take(raw, faults, keyword, decode, value.decode("latin-1"))
        for keyword, decode_query in self._cookies:
            _take(raw, faults, keyword, decode_query, cookies)

    def _problem(
        self,
        faults: Mapping[str, DecodeError],
        error: ValidationError | None,
        raw: Mapping[str, Any],
    ) -> Problem:
        found = [
            self._fault(keyword, way, "parameter_type", f"The value {words}")
            for keyword, fault in faults.items()
            for way, words in fault.faults
        ]
        if error is not None:
            for detail in error.errors(include_url=False, include_context=False):
                keyword = str(detail["loc"][0])
                if keyword not in faults:
                    _, *way = located(detail, raw) or [keyword]
                    found.append(self._fault(keyword, way, detail["type"], detail["msg"]))
        return Problem(
            422,
            code="validation_failed",
            detail="The request's parameters do not fit the contract.",
            errors=list(dict.fromkeys(found))[:MAX_ERRORS],
        )

    def _fault(self, keyword: str, way: Sequence[str | int], code: str, detail: str) -> FieldError:
        parameter = self._parameters[keyword]
        pointer = json_pointer(way) or None
        return FieldError(code, detail, pointer, parameter.name, parameter.location)


def _only(operation: Operation) -> tuple[str, Callable[[str], Any], Callable[[Any], Any]] | None:
    """Keyword, decoder and validator of a single value in the path, where that is all there is."""
    match operation.parameters:
        case [Parameter(location="path", content=None, shape=str()) as parameter]:
            if template_names(operation.path) == [parameter.name]:
                return parameter.keyword, text_decoder(parameter), text_reader(parameter.type)
    return None


def _take(
    raw: dict[str, Any],
    faults: dict[str, DecodeError],
    keyword: str,
    decode: Callable[[Any], Any],
    at: Any,
) -> None:
    try:
        value = decode(at)
    except DecodeError as error:
        faults[keyword] = error
    else:
        if value is not MISSING:
            raw[keyword] = value


def _validator(operation: Operation) -> Callable[[dict[str, Any]], dict[str, Any]]:
    fields: dict[str, Any] = {
        p.keyword: (Required if p.required else NotRequired)[p.type] for p in operation.parameters
    }
    adapter = TypeAdapter(TypedDict(f"{operation.id}Parameters", fields))  # type: ignore[operator]
    validator = adapter.validator
    # Decoders make single values, and arrays of them, exactly what their schema asks for. Of
    # objects and JSON text they do not know every part, and pydantic would convert those.
    if not any(p.content or _holds_object(p.shape) for p in operation.parameters):
        return validator.validate_python

    def validate(raw: dict[str, Any]) -> Any:
        try:
            data = to_json(raw)
        except PydanticSerializationError:
            raise Problem(
                422,
                code="validation_failed",
                detail="The name of a parameter's property is not UTF-8.",
            ) from None
        return exactly(validator.validate_json, data)

    return validate


def _holds_object(shape: Shape) -> bool:
    if isinstance(shape, (list, tuple)):
        return any(map(_holds_object, shape))
    return isinstance(shape, dict)
