"""Text that a schema accepts: by format, by pattern, or plain words of the right length."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

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
_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_FORMATS: Mapping[str, Callable[[Random], str]] = {
    "byte": lambda random: b64encode(_word(random).encode()).decode(),
    "date": lambda random: _moment(random).strftime("%Y-%m-%d"),
    "date-time": lambda random: _moment(random).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "duration": lambda random: f"PT{random.randint(1, 59)}M",
    "email": lambda random: f"{_word(random)}@example.com",
    "hostname": lambda random: f"{_word(random)}.example.com",
    "idn-email": lambda random: f"{_word(random)}@example.com",
    "idn-hostname": lambda random: f"{_word(random)}.example.com",
    "ipv4": lambda random: f"192.0.2.{random.randint(1, 254)}",
    "ipv6": lambda random: f"2001:db8::{random.randint(1, 254):x}",
    "iri": lambda random: f"https://example.com/{_word(random)}",
    "iri-reference": lambda random: f"/{_word(random)}",
    "json-pointer": lambda random: f"/{_word(random)}/0",
    "regex": lambda random: f"^{_word(random)}$",
    "relative-json-pointer": lambda random: f"1/{_word(random)}",
    "time": lambda random: _moment(random).strftime("%H:%M:%SZ"),
    "uri": lambda random: f"https://example.com/{_word(random)}",
    "uri-reference": lambda random: f"/{_word(random)}",
    "uri-template": lambda random: f"/{_word(random)}/{{id}}",
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
    made = _FORMATS.get(kind, _word)(random)
    if kind not in _FORMATS or kind == "byte":
        while len(made) < shortest:
            made += made if kind == "byte" else f" {random.choice(_WORDS)}"
        made = made if longest is None or kind == "byte" else made[:longest]
    return made


@cache
def _matching(pattern: str, shortest: int, longest: int | None) -> str:
    """The simplest text that `pattern` finds itself in; a plain word where none was found."""
    # Takes a quarter of a second to import, and most contracts have no pattern to try.
    from hypothesis import HealthCheck, find, settings
    from hypothesis.errors import HypothesisException
    from hypothesis.strategies import from_regex

    quiet = settings(
        database=None,
        derandomize=True,
        max_examples=100,
        suppress_health_check=list(HealthCheck),
    )

    def fits(made: str) -> bool:
        long_enough = shortest <= len(made) and (longest is None or len(made) <= longest)
        return long_enough and not made.endswith("\n")

    try:
        known = re.compile(python_pattern(pattern))
        texts = from_regex(known)
        simplest = find(texts, lambda made: not made.endswith("\n"), settings=quiet)
        # A shrinking search hardly finds long texts: a short one, drawn out, often will do.
        drawn_out = (
            simplest[:at] + simplest[at : at + 1] * (shortest - len(simplest)) + simplest[at:]
            for at in range(len(simplest))
        )
        for made in (simplest, *drawn_out):
            if fits(made) and known.search(made):
                return made
        return find(texts.filter(fits), lambda made: True, settings=quiet)
    except (HypothesisException, ValueError):
        return _WORDS[0]


def _word(random: Random) -> str:
    return random.choice(_WORDS)


def _moment(random: Random) -> datetime:
    return _FIRST_DAY + timedelta(seconds=random.randrange(365 * 24 * 3600))
