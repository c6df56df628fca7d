"""Patterns of contracts are ECMA-262's: here they become pydantic's own (Rust) or Python's.

What the dialects share is left as it is. Where they differ: `\\d`, `\\w` and `\\b` know ASCII only,
`\\s` is a list of its own, and so is what `.` leaves out, `$` is the very end, a class may hold
`[`, be empty or end a range with a class, a brace that is no quantifier is text, and so is an
escaped letter that means nothing else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from jsonschema_rs import Draft202012Validator
from jsonschema_rs import ValidationError as SchemaFault
from pydantic_core import SchemaError, SchemaValidator, core_schema

Dialect = Literal["rust", "python", "schema"]
"""Of pydantic's own engine, of Python's, and of the runtime's JSON Schema validator."""

_TOKEN = re.compile(
    r"""
    \\u\{[0-9A-Fa-f]+\} | \\u[0-9A-Fa-f]{4} | \\x[0-9A-Fa-f]{2} | \\c[A-Za-z]
    | \\[pP]\{[^}]*\} | \\k<[^>]*> | \\[1-9][0-9]* | \\.
    | \(\?<(?![=!]) | \[\^?\]? | \{[0-9]+(?:,[0-9]*)?\} | .
    """,
    re.VERBOSE | re.DOTALL,
)
_SETS = {
    r"\d": "0-9",
    r"\w": "A-Za-z0-9_",
    r"\s": r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff",
    r"\D": r"\x00-/:-\U0010ffff",
    r"\W": r"\x00-/:-@\[-\^`{-\U0010ffff",
    r"\S": r"\x00-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e"
    r"\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\U0010ffff",
}
_NO_LINE_END = r"[^\n\r\u2028\u2029]"
_MEANT_BY_BOTH = frozenset("fnrtvA")
_OPERATORS = frozenset("-&~|")
"""Twice in a row they mean something in a class to Rust, or will to Python."""


@cache
def rust_pattern(pattern: str) -> str | None:
    """`pattern` for pydantic's engine; None where it cannot have it: there is no look-around, no
    back reference, and a limit on size."""
    try:
        translated = translate(pattern, "rust")
        SchemaValidator(core_schema.str_schema(pattern=translated))
    except (SchemaError, ValueError):
        return None
    return translated


@cache
def python_pattern(pattern: str) -> str:
    """`pattern` for the `re` module. Raises ValueError where it is no regular expression."""
    try:
        translated = translate(pattern, "python")
        re.compile(translated)
    except (re.error, ValueError, OverflowError) as error:
        raise ValueError(
            f"the pattern {pattern!r} is a regular expression neither for pydantic's engine nor"
            f" for Python's: {error}"
        ) from error
    return translated


@cache
def schema_pattern(pattern: str) -> str | None:
    """`pattern` for the runtime's JSON Schema validator; None where it cannot have it.

    It reads ECMA-262 itself, but for what only JavaScript's older rules allow: `[\\w-.]`, `{a}`.
    """
    for written in (pattern, _translated(pattern)):
        try:
            Draft202012Validator({"pattern": written})
        except (SchemaFault, ValueError):
            continue
        return written
    return None


def _translated(pattern: str) -> str:
    try:
        return translate(pattern, "schema")
    except ValueError:
        return pattern


def translate(pattern: str, dialect: Dialect) -> str:
    """`pattern` in another dialect; what is no regular expression may come out as one."""
    tokens = [found.group() for found in _TOKEN.finditer(pattern)]
    parts: list[str] = []
    named: set[str] = set()
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token == "(?<":
            end = _end(tokens, index, ">")
            name = "".join(tokens[index + 1 : end])
            # Alternatives may share a name in JavaScript; elsewhere only one group may have it.
            taken = name in named and rf"\k<{name}>" not in tokens
            parts.append("(" if taken else f"(?P<{name}>")
            named.add(name)
            index = end
        elif token in ("[", "[^"):
            end = _end(tokens, index, "]")
            parts += [token, *_class(tokens[index + 1 : end], dialect), "]"]
            index = end
        else:
            parts.append(_outside(token, dialect))
        index += 1
    return "".join(parts)


def _end(tokens: list[str], begin: int, sign: str) -> int:
    """Where what begins with a bracket ends."""
    try:
        return tokens.index(sign, begin)
    except ValueError:
        raise ValueError(f"{tokens[begin]!r} has no end") from None


def _outside(token: str, dialect: Dialect) -> str:
    if token in ("[]", "[^]"):
        everything = r"[\s\S]"
        nothing = r"(?!)" if dialect == "python" else r"[^\s\S]"
        return nothing if token == "[]" else everything
    if token in _SETS:
        return f"[{_SETS[token]}]" if token.islower() else f"[^{_SETS[token.lower()]}]"
    if token == ".":
        return _NO_LINE_END
    if token == "$":
        return r"\Z" if dialect == "python" else token
    if token in (r"\b", r"\B"):
        if dialect == "schema":
            return token
        if dialect == "rust":
            return f"(?-u:{token})"
        # To Python there is no `\B` in a text without characters.
        return r"(?a:\b)" if token == r"\b" else r"(?a:(?!\b))"
    if token.startswith(r"\k<"):
        return f"(?P={token[3:-1]})"
    if token in ("{", "}"):
        return "\\" + token
    return _character(token, dialect)


def _class(tokens: list[str], dialect: Dialect) -> list[str]:
    """What stands between brackets."""
    parts: list[str] = []
    for index, token in enumerate(tokens):
        before, after = tokens[index - 1 : index], tokens[index + 1 : index + 2]
        if token in _SETS:
            parts.append(_SETS[token])
        elif token == r"\b":
            parts.append(r"\x08")
        elif token[0] == "[":
            parts.append("".join(f"\\{sign}" if sign in "[]" else sign for sign in token))
        elif token == "-" and _SETS.keys() & {*before, *after}:
            parts.append(r"\-")
        elif token in _OPERATORS and before == [token]:
            parts.append(f"\\{token}")
        else:
            parts.append(_character(token, dialect))
    return parts


def _character(token: str, dialect: Dialect) -> str:
    """A single character, escaped in a way that both dialects know."""
    if token.startswith(r"\u{"):
        return _escaped(int(token[3:-1], 16))
    if token[:2] == r"\u" and len(token) == 6:
        return _escaped(int(token.removeprefix(r"\u"), base=16))
    if re.fullmatch(r"\\c[A-Za-z]", token):
        return _escaped(ord(token[2]) % 32)
    if token == r"\0":
        return r"\x00"
    if len(token) != 2 or token[0] != "\\":
        return token
    letter = token[1]
    if letter in "zZ":
        return r"\Z" if dialect == "python" else r"\z"
    if letter.isascii() and letter.isalnum():
        meant = letter in _MEANT_BY_BOTH or letter.isdigit()
        return token if meant else letter
    return token if letter in r"\.+*?()|[]{}^$-&~" else letter


def _escaped(code: int) -> str:
    if chr(code).isalnum() and code < 128:
        return chr(code)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
