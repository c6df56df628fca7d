"""Query strings, cookies and paths, taken apart as they were sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from accord.runtime.paths import route_path, template_pieces


def parse_query(query: bytes) -> dict[str, list[str]]:
    """Names and values of a query string or form, in order, percent-decoded.

    Bytes that are no UTF-8 become lone surrogates, which `scalar` refuses.
    """
    values: dict[str, list[str]] = {}
    if not query:
        return values
    text = query.decode(errors="surrogateescape")
    for pair in text.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name = unquote(name.replace("+", " "), errors="surrogateescape")
            value = unquote(value.replace("+", " "), errors="surrogateescape")
        known = values.get(name)
        if known is None:
            values[name] = [value]
        else:
            known.append(value)
    return values


def parse_raw_query(query: bytes) -> dict[str, list[str]]:
    """The same, of texts that know how they came."""
    values: dict[str, list[str]] = {}
    for pair in query.decode(errors="surrogateescape").split("&"):
        if pair:
            name, _, value = pair.replace("+", " ").partition("=")
            name = unquote(name, errors="surrogateescape")
            values.setdefault(name, []).append(Sent(value))
    return values


class Sent(str):
    """A text, percent-decoded, with the one that was sent: whether what separates its parts was
    encoded in it, and so is none, can be told by that alone."""

    raw: str

    def __new__(cls, raw: str) -> Sent:
        made = super().__new__(cls, unquote(raw, errors="surrogateescape"))
        made.raw = raw
        return made


class RawPath:
    """Finds the values of one path template as they were sent."""

    def __init__(self, template: str) -> None:
        pieces = template_pieces(template)
        literals = [re.escape(text) for text in pieces[::2]]
        self._match = re.compile("([^/]+)".join(literals)).fullmatch

    def segments(self, scope: Mapping[str, Any], values: Sequence[str]) -> Sequence[str]:
        """`values` as texts that know how they came; as they are where the path has other parts
        encoded too, so that it is not that of the template."""
        found = self._match(route_path(scope))
        if found is None:
            return values
        sent = [Sent(raw) for raw in found.groups()]
        return sent if sent == list(values) else values


def parts_of(text: str, separator: str) -> list[str]:
    """The parts of a text, none of the empty one.

    Many senders encode what separates them too: where it is nowhere as it is, it is looked for
    once decoded.
    """
    if not text:
        return []
    if isinstance(text, Sent) and separator in text.raw:
        return [unquote(part, errors="surrogateescape") for part in text.raw.split(separator)]
    return text.split(separator)


def parse_cookies(header: bytes) -> dict[str, list[str]]:
    """Names and values of a Cookie header."""
    values: dict[str, list[str]] = {}
    for pair in header.decode("latin-1").split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            values.setdefault(name, []).append(value.strip('"'))
    return values
