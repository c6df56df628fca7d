"""A whole query string as one parameter (OpenAPI 3.2): a form, JSON or text."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from accord.runtime.declare import Media, Querystring
from accord.runtime.decode import Decoder, Query
from accord.runtime.forms import FormReader
from accord.runtime.media_types import FORM
from accord.runtime.scalars import MISSING, content_reader
from accord.runtime.sent import parse_raw_query


class WholeQuery(dict[str, list[str]]):
    """Names and values of a query string, and the `text` that it is."""

    text: str


def parse_whole_query(query: bytes) -> WholeQuery:
    """The names, values and text of a query string."""
    values = WholeQuery(parse_raw_query(query))
    values.text = query.decode(errors="surrogateescape")
    return values


def whole_query(parameter: Querystring) -> Decoder:
    """The reader of a query string: gives `MISSING` where there is none."""
    if parameter.content == FORM:
        form = FormReader(Media(FORM, parameter.type, parameter.encoding))

        def fields(query: Query) -> Any:
            return form.value(query) if query else MISSING

        return fields
    read = content_reader(parameter.content or "")

    def text(query: Query) -> Any:
        assert isinstance(query, WholeQuery)
        return read(unquote(query.text, errors="surrogateescape")) if query.text else MISSING

    return text
