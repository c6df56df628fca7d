"""How values of parameters and headers are written (OpenAPI, "Style Values"), for witnesses that
only the text shows: the same value, written differently by two versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from accord.gates.law.fields import Field

_SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_RESERVED = ":/?#[]@!$&'()*+,;="


def text(field: Field, value: Any) -> str:
    """The value as it stands in a URL or header; in a query and in cookies with its name."""
    name = quote(field.name, safe="[]")
    if field.media_type is not None:
        written = quote(json.dumps(value), safe="")
        if "json" not in field.media_type.lower():
            written = f"({field.media_type})"
        return f"{name}={written}" if field.location in ("query", "cookie") else written
    if isinstance(value, list):
        return _list(field, name, [_scalar(field, each) for each in value])
    if isinstance(value, dict):
        pairs = [(quote(key, safe=""), _scalar(field, each)) for key, each in value.items()]
        return _record(field, name, pairs)
    written = _scalar(field, value)
    match field.style:
        case "label":
            return f".{written}"
        case "matrix":
            return f";{name}={written}"
        case "simple":
            return written
    return f"{name}={written}"


def _list(field: Field, name: str, items: list[str]) -> str:
    match field.style, field.explode:
        case "simple", _:
            return ",".join(items)
        case "label", explode:
            return "".join(f".{item}" for item in items) if explode else f".{','.join(items)}"
        case "matrix", True:
            return "".join(f";{name}={item}" for item in items)
        case "matrix", False:
            return f";{name}={','.join(items)}"
        case _, True:
            return "&".join(f"{name}={item}" for item in items)
    return f"{name}={_SEPARATORS.get(field.style, ',').join(items)}"


def _record(field: Field, name: str, pairs: list[tuple[str, str]]) -> str:
    if field.style == "deepObject":
        return "&".join(f"{name}[{key}]={value}" for key, value in pairs)
    joined = [f"{key}={value}" for key, value in pairs]
    flat = [part for pair in pairs for part in pair]
    match field.style, field.explode:
        case "simple", explode:
            return ",".join(joined if explode else flat)
        case "label", True:
            return "".join(f".{pair}" for pair in joined)
        case "label", False:
            return f".{','.join(flat)}"
        case "matrix", True:
            return "".join(f";{pair}" for pair in joined)
        case "matrix", False:
            return f";{name}={','.join(flat)}"
        case _, True:
            return "&".join(joined)
    return f"{name}={_SEPARATORS.get(field.style, ',').join(flat)}"


def _scalar(field: Field, value: Any) -> str:
    if isinstance(value, (dict, list)) or value is None or isinstance(value, bool):
        written = json.dumps(value)
    else:
        written = str(value)
    if field.location == "header":
        return written
    safe = _RESERVED if field.node.get("allowReserved") is True else ""
    return quote(written, safe=safe)


def telling(rule: str, values: Iterator[Any]) -> Iterator[Any]:
    """`values` that have a text, after those that texts differ in most."""
    if rule.endswith("allow-reserved"):
        yield from ("a:b/c", "a/b", "https://example.com/a", "a+b")
    elif rule.endswith("allow-empty-value"):
        yield ""
    few = []
    for value in values:
        if isinstance(value, (list, dict)) and len(value) < 2:
            few += [value] if value else []
        else:
            yield value
    yield from few
