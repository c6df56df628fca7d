"""Formats of OpenAPI's registry that JSON Schema does not have, and what `contentEncoding` says."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping


def _decodes(decode: Callable[[str], object]) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, str):
            return True
        try:
            decode(value)
        except (ValueError, binascii.Error):
            return False
        return True

    return check


def _base64url(value: str) -> bytes:
    if "+" in value or "/" in value:
        raise ValueError(value)
    return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)


def _base64(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


FORMATS: Mapping[str, Callable[[object], bool]] = {
    "byte": _decodes(_base64),
    "contentEncoding base64": _decodes(_base64),
    "contentEncoding base64url": _decodes(_base64url),
    "contentEncoding base16": _decodes(bytes.fromhex),
    "contentMediaType application/json": _decodes(json.loads),
}
"""Name → whether a value is written so; what the format does not speak of is."""

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "byte": ("aGVsbG8=", "+/8="),
    "date": ("2025-03-14",),
    "date-time": ("2025-03-14T15:09:26Z",),
    "duration": ("PT15M",),
    "email": ("robin@example.com",),
    "hostname": ("service.example.com",),
    "idn-email": ("r\u00f6bin@example.com",),
    "idn-hostname": ("r\u00f6bin.example.com",),
    "ipv4": ("192.0.2.17",),
    "ipv6": ("2001:db8::17",),
    "iri": ("https://example.com/\u00e4",),
    "iri-reference": ("/\u00e4",),
    "json-pointer": ("/a/0",),
    "regex": ("^a$",),
    "relative-json-pointer": ("1/a",),
    "time": ("15:09:26Z",),
    "uri": ("https://example.com/a",),
    "uri-reference": ("/a",),
    "uri-template": ("/a/{b}",),
    "uuid": ("7d444840-9dc0-41d1-b245-5ffdce74fad2",),
    "contentEncoding base64": ("aGVsbG8=", "+/8="),
    "contentEncoding base64url": ("aGVsbG8", "-_8"),
    "contentEncoding base16": ("68656C6C6F",),
    "contentMediaType application/json": ('{"a":1}',),
}
"""Texts that are written so."""
