"""From a line of a contract to its JSON pointer, and back.

oasdiff names places by line and column in the file that has the thing; a designer wants the line
in the file that is being edited.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from accord.gates.finding import Place
from accord.spec.files import File, Files
from accord.spec.load import load
from accord.spec.places import index
from accord.spec.pointers import NotThere, find, join, parent
from accord.spec.texts import decode


class Places:
    """One contract file, read once: where its values stand, by pointer and by line."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._pointers: list[tuple[int, int, str]] | None = None

    def pointer_at(self, line: int, column: int) -> str:
        """The pointer of the value whose key stands at `line` and `column`, both from 1; between
        two of them, of the one that begins last before that place."""
        if self._pointers is None:
            text = decode(self._file.raw, self._file.shown)
            self._pointers = sorted((*at, pointer) for pointer, at in index(text).items())
        position = bisect_right(self._pointers, (line, column), key=lambda at: at[:2])
        return self._pointers[position - 1][2] if position else ""

    def nearest(self, pointer: str) -> Place:
        """The place of `pointer`, or of its nearest ancestor in this file."""
        while pointer and not self._has(pointer):
            pointer = parent(pointer)
        return Place(self._file.shown, *self._file.place(pointer), pointer)

    def referrers(self, target: str, start: str) -> Iterator[str]:
        """The pointers of all `$ref`s to `target` in this file that `start` leads to."""
        pending, seen = [start], set()
        while pending:
            pointer = pending.pop()
            if pointer in seen or not self._has(pointer):
                continue
            seen.add(pointer)
            node = find(self._file.data, pointer)
            if isinstance(node, dict):
                reference = node.get("$ref")
                if isinstance(reference, str) and reference.startswith("#/"):
                    if reference[1:] == target:
                        yield pointer
                    pending.append(reference[1:])
                pending.extend(join(pointer, key) for key in reversed(node))
            elif isinstance(node, list):
                pending.extend(join(pointer, index) for index in reversed(range(len(node))))

    def has_same(self, pointer: str, other: Places) -> bool:
        """Whether both files have a value at `pointer`, and the same."""
        if not (self._has(pointer) and other._has(pointer)):
            return False
        return bool(find(self._file.data, pointer) == find(other._file.data, pointer))

    def _has(self, pointer: str) -> bool:
        try:
            find(self._file.data, pointer)
        except NotThere:
            return False
        return True


class Library:
    """The places of every file that a comparison touches; printed paths are relative to `base`."""

    def __init__(self, base: Path) -> None:
        self._files = Files(base)
        self._places: dict[Path, Places] = {}

    def open(self, path: Path) -> Places:
        """The places of the file at `path`. Raises `ContractErrors` where it does not parse."""
        path = path.absolute()
        if path not in self._places:
            self._places[path] = Places(self._files.load(path))
        return self._places[path]

    def contract(self, path: Path) -> Places:
        """As `open`, for a file that must be an OpenAPI document."""
        load(path.absolute(), self._files)
        return self.open(path)
