"""Which parts of two contracts are the same, so that only what changed is compared."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from accord.gates.law.document import Document
from accord.spec.pointers import join

_COMPONENT = "#/components/schemas/"


class Same:
    """Two values are the same where their texts are, and whatever they refer to is."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._comparable = old.is_legacy == new.is_legacy
        self._references: dict[int, frozenset[str]] = {}
        self._changed = self._all_changed() if self._comparable else set()

    def __call__(self, old: str, new: str) -> bool:
        """Whether what `old` points to in the old document is what `new` does in the new one."""
        if not self._comparable:
            return False
        before, after = self._old.find(old), self._new.find(new)
        return _is_equal(before, after) and not self._refers(before) & self._changed

    def _all_changed(self) -> set[str]:
        """References whose targets, or what those lead to, differ."""
        referrers: dict[str, set[str]] = defaultdict(set)
        changed: list[str] = []
        waiting = list(self._refers(self._old.data) | self._refers(self._new.data))
        seen = set(waiting)
        for reference in waiting:
            before, after = self._old.find(reference[1:]), self._new.find(reference[1:])
            if self._differs(reference):
                changed.append(reference)
            for target in self._refers(before) | self._refers(after):
                referrers[target].add(reference)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        for base, extending in self._extensions():
            referrers[extending].add(base)
            if extending not in seen and self._differs(extending):
                changed.append(extending)
        reached = set(changed)
        while changed:
            for referrer in referrers[changed.pop()]:
                if referrer not in reached:
                    reached.add(referrer)
                    changed.append(referrer)
        return reached

    def _differs(self, reference: str) -> bool:
        return not _is_equal(self._old.find(reference[1:]), self._new.find(reference[1:]))

    def _extensions(self) -> Iterator[tuple[str, str]]:
        """References to schemas with a discriminator, each with one to a schema that extends it
        and may come in its place."""
        for document in (self._old, self._new):
            for name, node in document.find("/components/schemas").items():
                for part in node.get("allOf") or () if isinstance(node, dict) else ():
                    base = part.get("$ref") if isinstance(part, dict) else None
                    if isinstance(base, str) and "discriminator" in document.follow(base[1:])[1]:
                        yield base, join("#/components/schemas", name)

    def _refers(self, node: Any) -> frozenset[str]:
        if not isinstance(node, (dict, list)):
            return frozenset()
        # The documents live as long as this does, so that identities stay.
        known = self._references.get(id(node))
        if known is None:
            known = self._references[id(node)] = frozenset(_references(node))
        return known


def _is_equal(one: Any, two: Any) -> bool:
    """Whether two values are equal to JSON: to Python, `1` is `True` as well."""
    return bool(one == two) and json.dumps(one, default=str) == json.dumps(two, default=str)


def _references(node: Any) -> Iterator[str]:
    pending = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value.values())
            target = value.get("$ref")
            if isinstance(target, str) and target.startswith("#"):
                yield target
            mapping = value.get("mapping")
            if isinstance(mapping, dict) and "propertyName" in value:
                for name in mapping.values():
                    if isinstance(name, str):
                        yield name if name.startswith("#") else _COMPONENT + name
