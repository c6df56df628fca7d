"""Entity tags, and the conditions that callers make with them (RFC 9110, sections 8.8 and 13.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r'(W/)?("[!#-~]*")')


def entity_tag(revision: int) -> str:
    """The strong entity tag of a revision."""
    return f'"{revision}"'


@dataclass(frozen=True, slots=True)
class EntityTags:
    """What an If-Match or If-None-Match header lists; `any` is `*`."""

    any: bool
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, header: str) -> EntityTags:
        """Read a header that the contract's pattern has let through."""
        if header.strip() == "*":
            return cls(any=True)
        tags = _TAG.findall(header)
        return cls(
            any=False,
            strong=frozenset(tag for weak, tag in tags if not weak),
            weak=frozenset(tag for weak, tag in tags if weak),
        )

    def match(self, tag: str) -> bool:
        """Strong comparison, for If-Match: a weak tag never matches."""
        return self.any or tag in self.strong

    def match_weakly(self, tag: str) -> bool:
        """Weak comparison, for If-None-Match."""
        return self.any or tag in self.strong or tag in self.weak
