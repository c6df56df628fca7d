"""Headers of replies, typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

Read = Callable[[str], Any]


def text(value: str) -> str:
    """The value as it came."""
    return value


def integer(value: str) -> int:
    """A whole number. Raises `ValueError`."""
    return int(value)


def number(value: str) -> float:
    """A number. Raises `ValueError`."""
    return float(value)


def boolean(value: str) -> bool:
    """true or false. Raises `ValueError`."""
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return value == "true"


def array(item: Read) -> Read:
    """Items between commas."""
    return lambda value: [item(part.strip()) for part in value.split(",")] if value else []


def content(read: Callable[[Any], Any]) -> Read:
    """JSON."""
    return lambda value: read(json.loads(value))


def pairs(value: str) -> dict[str, str]:
    """An object: `name=value` between commas, or names and values in turn."""
    parts = [unquote(part.strip()) for part in value.split(",")] if value else []
    if parts and all("=" in part for part in parts):
        return dict(part.split("=", 1) for part in parts)
    return dict(zip(parts[::2], parts[1::2], strict=False))


def read(headers: Mapping[str, str], name: str, parse: Read) -> Any:
    """The header called `name`, None where there is none. Raises `ValueError` where it is not of
    the contract's type."""
    value = headers.get(name)
    return None if value is None else parse(value)
