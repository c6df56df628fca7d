"""Files that are there against files that should be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from accord.codegen.manifest import content_digest

_CACHES = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths of files that are not as the contracts say; false where there are none."""

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.extra)

    def lines(self) -> list[str]:
        """`missing: generated/store/v2/routes.py`, one line per file."""
        kinds = ("missing", "stale", "extra")
        return [f"{kind}: {path}" for kind in kinds for path in getattr(self, kind)]


def digests_below(root: Path, folders: Iterable[str]) -> dict[str, str]:
    """The digest of every file in `folders`, by path relative to `root`; caches left out."""
    found: dict[str, str] = {}
    waiting = list(folders)
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(root / folder))
        except FileNotFoundError:
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if not entry.is_dir():
                # Not by pathlib: a client of a large contract has thousands of files.
                with open(entry.path, "rb", buffering=0) as file:
                    found[path] = content_digest(file.read())
            elif entry.name not in _CACHES and not entry.is_symlink():
                waiting.append(path)
    return found


def compare(wanted: Mapping[str, str], found: Mapping[str, str]) -> Difference:
    """What has to change for `found` to become `wanted`, both digests by path."""
    return Difference(
        missing=tuple(sorted(wanted.keys() - found.keys())),
        stale=tuple(
            sorted(path for path in wanted.keys() & found.keys() if wanted[path] != found[path])
        ),
        extra=tuple(sorted(found.keys() - wanted.keys())),
    )
