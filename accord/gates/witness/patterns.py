"""Texts that a pattern finds itself in, made by walking what `re` parses it to: the same few every
time, short ones first. They are tried, not trusted: look-around is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from accord.codegen.patterns import python_pattern

_PARSER: Any = re._parser  # what hypothesis and others walk too
_MOST_REPEATS = 4
_PRINTABLE = "aA0b-_ .9z~é"
_OF_CATEGORY = {
    "CATEGORY_DIGIT": "0719",
    "CATEGORY_NOT_DIGIT": "a-Z",
    "CATEGORY_WORD": "a0Z_",
    "CATEGORY_NOT_WORD": "- .",
    "CATEGORY_SPACE": " \t",
    "CATEGORY_NOT_SPACE": "a0-",
}


@cache
def texts(pattern: str, most: int = 12) -> tuple[str, ...]:
    """Up to `most` different texts for an ECMA pattern; none where it cannot be read."""
    try:
        parsed = _PARSER.parse(python_pattern(pattern))
    except (ValueError, re.error, OverflowError, RecursionError):
        return ()
    found = dict.fromkeys(_Turn(turn).sequence(parsed) for turn in range(most))
    return tuple(islice(found, most))


class _Turn:
    """One way through a pattern: `turn` picks among alternatives, members and repeats."""

    def __init__(self, turn: int) -> None:
        self._turn = turn
        self._groups: dict[int, str] = {}

    def sequence(self, parsed: Iterable[Any]) -> str:
        return "".join(self._part(str(operator), argument) for operator, argument in parsed)

    def _part(self, operator: str, argument: Any) -> str:
        match operator:
            case "LITERAL":
                return chr(argument)
            case "NOT_LITERAL":
                return next(each for each in _PRINTABLE if ord(each) != argument)
            case "ANY":
                return str(_pick(_PRINTABLE, self._turn))
            case "IN":
                return str(_pick(list(_members(argument)) or [""], self._turn))
            case "BRANCH":
                return self.sequence(_pick(argument[1], self._turn))
            case "SUBPATTERN":
                made = self.sequence(argument[3])
                self._groups[argument[0]] = made
                return made
            case "GROUPREF":
                return self._groups.get(argument, "")
            case "ATOMIC_GROUP":
                return self.sequence(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                low, high, inner = argument
                most = min(int(high), int(low) + _MOST_REPEATS)
                count = int(low) + self._turn % (most - int(low) + 1)
                return "".join(self.sequence(inner) for _ in range(count))
        return ""


def _pick(choices: Any, turn: int) -> Any:
    return choices[turn % len(choices)]


def _members(argument: Iterable[Any]) -> Iterator[str]:
    """Some characters of a class."""
    parts = [(str(operator), value) for operator, value in argument]
    if parts and parts[0][0] == "NEGATE":
        # What is left out of a class is tried by the class itself.
        yield from (each for each in _PRINTABLE if not any(_has(part, each) for part in parts))
        return
    for operator, value in parts:
        if operator == "LITERAL":
            yield chr(value)
        elif operator == "RANGE":
            low, high = value
            yield from dict.fromkeys((chr(low), chr((low + high) // 2), chr(high)))
        elif operator == "CATEGORY":
            yield from _OF_CATEGORY.get(str(value), "")


def _has(part: tuple[str, Any], character: str) -> bool:
    operator, value = part
    if operator == "LITERAL":
        return bool(ord(character) == value)
    if operator == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    return operator == "CATEGORY" and character in _OF_CATEGORY.get(str(value), "")
