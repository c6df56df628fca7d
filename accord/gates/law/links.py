"""The law for links: what callers can follow from a reply leads where it led."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from accord.gates.law.document import Document
from accord.gates.law.operation import TEMPLATE
from accord.gates.law.verdict import Break
from accord.spec.pointers import join, unescape

Ids = Mapping[str, tuple[str, str]]
"""operationId → method and path."""


class Links:
    """Compares the links of replies; a target is known by method and path, whatever its name."""

    def __init__(self, old: Document, new: Document, old_ids: Ids, new_ids: Ids) -> None:
        self._old, self._new = old, new
        self._old_ids, self._new_ids = old_ids, new_ids

    def compare(self, old: str, new: str) -> Iterator[Break]:
        """What breaks in the links of the `responses` at two pointers."""
        old, responses = self._old.follow(old)
        new, _ = self._new.follow(new)
        for status in responses:
            at, before = self._old.follow(join(old, status))
            to, after = self._new.follow(join(new, status))
            links = before.get("links") if isinstance(before, dict) else None
            if not links or not after:
                continue
            for name in links:
                places = join(at, "links", name), join(to, "links", name)
                trail = f"reply {status} link `{name}`"
                yield from self._link(*places, trail)

    def _link(self, at: str, to: str, trail: str) -> Iterator[Break]:
        at, before = self._old.follow(at)
        if not self._new.has(to):
            said = "is gone: callers that follow it find it no more"
            yield Break("link-removed", "wire", said, at, to, trail)
            return
        to, after = self._new.follow(to)
        mine = _meaning(before, self._old_ids)
        theirs = _meaning(after, self._new_ids)
        for part, value in mine.items():
            if value != theirs[part]:
                said = f"its {part} was {value!r} and is {theirs[part]!r}"
                yield Break("link-changed", "wire", said, at, to, trail)


def _meaning(link: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    return {
        "target": _target(link, ids),
        "parameters": link.get("parameters") or {},
        "request body": link.get("requestBody"),
        "server": link.get("server"),
    }


def _target(link: Mapping[str, Any], ids: Ids) -> Any:
    """Method and path, whichever way they are said; what leads elsewhere as it is written."""
    target = link.get("operationId")
    if target is not None:
        return ids.get(target, target)
    reference = link.get("operationRef")
    if isinstance(reference, str) and reference.startswith("#/paths/"):
        path, _, method = unquote(reference).removeprefix("#/paths/").rpartition("/")
        return method.lower(), TEMPLATE.sub("{}", unescape(path))
    return reference
