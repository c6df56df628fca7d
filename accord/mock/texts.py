"""Text that a schema accepts: by format, by pattern, or plain words of the right length."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random

from hypothesis import HealthCheck, find, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import from_regex

from accord.codegen.patterns import python_pattern
from accord.spec.ir import Schema

_WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "islet",
    "juniper",
)
_DIGITS = "0123456789abcdef"
_QUIET = settings(
    database=None,
    derandomize=True,
    max_examples=500,
    suppress_health_check=list(HealthCheck),
)
_FORMATS: Mapping[str, str] = {
    "byte": "aGVsbG8=",
    "date": "2025-03-14",
    "date-time": "2025-03-14T15:09:26Z",
    "duration": "PT15M",
    "email": "robin@example.com",
    "hostname": "service.example.com",
    "idn-email": "robin@example.com",
    "idn-hostname": "service.example.com",
    "ipv4": "192.0.2.17",
    "ipv6": "2001:db8::17",
    "iri": "https://example.com/a",
    "iri-reference": "/a",
    "json-pointer": "/a/0",
    "regex": "^a$",
    "relative-json-pointer": "1/a",
    "time": "15:09:26Z",
    "uri": "https://example.com/a",
    "uri-reference": "/a",
    "uri-template": "/a/{b}",
}


def text(schema: Schema, random: Random) -> str:
    """A string for `schema`, of type string; its length and pattern are kept where they can be."""
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" in schema:
        return _matching(schema["pattern"], shortest, longest)
    kind = schema.get("format", "")
    if kind == "uuid":
        digits = "".join(random.choices(_DIGITS, k=30))
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-8{digits[15:18]}-{digits[18:]}"
    made = _FORMATS.get(kind) or random.choice(_WORDS)
    if kind not in _FORMATS or kind == "byte":
        while len(made) < shortest:
            made += made if kind == "byte" else f" {random.choice(_WORDS)}"
        made = made if longest is None or kind == "byte" else made[:longest]
    return made


@cache
def _matching(pattern: str, shortest: int, longest: int | None) -> str:
    """The simplest text that `pattern` finds itself in; a plain word where none was found."""
    try:
        texts = from_regex(python_pattern(pattern)).filter(
            lambda made: shortest <= len(made) and (longest is None or len(made) <= longest)
        )
        return find(texts, lambda made: not made.endswith("\n"), settings=_QUIET)
    except (HypothesisException, ValueError):
        return _WORDS[0]
