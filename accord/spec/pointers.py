"""JSON pointers (RFC 6901) as plain strings: `""` is the whole document."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

_MISSING = object()


def escape(token: str) -> str:
    """`a/b` as it is written in a pointer: `a~1b`."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def unescape(token: str) -> str:
    """`a~1b` as the key it stands for: `a/b`."""
    if "~" in token:
        return token.replace("~1", "/").replace("~0", "~")
    return token


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer of what lies at `tokens` below `pointer`."""
    for token in tokens:
        pointer = f"{pointer}/{escape(str(token))}"
    return pointer


def split(pointer: str) -> list[str]:
    """The keys of a pointer, unescaped."""
    return [unescape(token) for token in pointer.split("/")[1:]]


def parent(pointer: str) -> str:
    """The pointer one step up."""
    return pointer.rpartition("/")[0]


class NotThere(LookupError):
    """A pointer that leads nowhere: `key` is the first that fails, `names` what is there."""

    def __init__(self, key: str, names: tuple[str, ...]) -> None:
        super().__init__(key)
        self.key = key
        self.names = names

    @property
    def nearest(self) -> list[str]:
        """Up to three existing names that resemble the one asked for, best first."""
        return nearest(self.key, self.names)


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Up to three of `names` that resemble `name`, best first."""
    by_fold = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(name.casefold(), by_fold, n=3, cutoff=0.6)
    return [by_fold[folded] for folded in found]


def find(document: Any, pointer: str) -> Any:
    """The value at `pointer`. Raises `NotThere`."""
    node = document
    for key in split(pointer):
        found: Any = _MISSING
        if isinstance(node, dict):
            found = node.get(key, _MISSING)
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            found = node[int(key)]
        if found is _MISSING:
            raise NotThere(key, tuple(node) if isinstance(node, dict) else ())
        node = found
    return node
