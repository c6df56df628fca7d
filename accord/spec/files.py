"""The files of a contract: each read and parsed once, its places found when asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from accord.errors import ContractErrors, Fault
from accord.spec.places import Place, index
from accord.spec.pointers import parent
from accord.spec.texts import decode, parse


@dataclass(slots=True, eq=False)
class File:
    """One file of a contract; `shown` is its path as faults print it."""

    path: Path
    shown: str
    data: Any
    raw: bytes
    _places: dict[str, Place] | None = field(default=None, repr=False)
    anchors: dict[str, str] | None = field(default=None, repr=False)
    """`$anchor` and `$id` → pointer, filled by `references` when first asked for."""

    moved: dict[str, tuple[File, str]] = field(default_factory=dict, repr=False)
    """Pointer → where its value is written, if not there in this file: in an overlay, say."""

    def written(
        self, pointer: str, moved: Mapping[str, tuple[File, str]] | None = None
    ) -> tuple[File, str]:
        """The file and pointer where the value at `pointer` is written."""
        known = self.moved if moved is None else moved
        above = pointer
        while known and above:
            if above in known:
                file, source = known[above]
                return file, source + pointer[len(above) :]
            above = parent(above)
        return self, pointer

    def place(self, pointer: str) -> Place:
        """Line and column of the value at `pointer`, or of the nearest one around it."""
        if self._places is None:
            self._places = index(decode(self.raw, self.shown))
        while pointer not in self._places:
            if not pointer:
                return (0, 0)
            pointer = parent(pointer)
        return self._places[pointer]

    def fault(self, pointer: str, reason: str, mend: str) -> Fault:
        """A fault at `pointer` of this file, with its line and column."""
        file, pointer = self.written(pointer)
        return Fault(file.shown, *file.place(pointer), pointer, reason, mend)


class Files:
    """All files that a contract is made of, by absolute path, in the order they were asked for.

    `base` is the folder that printed paths are relative to, where they lie below it.
    """

    def __init__(self, base: Path | None = None) -> None:
        self._base = None if base is None else base.absolute()
        self._files: dict[str, File] = {}
        self._failed: dict[str, ContractErrors] = {}

    def load(self, path: Path) -> File:
        """The file at `path`. Raises `ContractErrors` where it cannot be read or parsed."""
        key = os.path.abspath(path)
        if key in self._failed:
            raise self._failed[key]
        if key not in self._files:
            try:
                self._files[key] = self._read(Path(key), self._shown(path))
            except ContractErrors as error:
                self._failed[key] = error
                raise
        return self._files[key]

    def beside(self, file: File, relative: str) -> File:
        """The file that `relative`, a path written in `file`, means."""
        return self.load(Path(os.path.normpath(_folder(file) / relative)))

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that was asked for, also those that could not be read."""
        return tuple(Path(key) for key in (*self._files, *self._failed))

    def digests(self) -> dict[str, str]:
        """SHA-256 of each file that was read, by its path relative to the first one's folder."""
        folder = os.path.dirname(next(iter(self._files), ""))
        return {
            os.path.relpath(key, folder).replace(os.sep, "/"): hashlib.sha256(file.raw).hexdigest()
            for key, file in self._files.items()
        }

    def digest(self) -> str:
        """SHA-256 over names, relative to the first file, and contents of all files."""
        total = hashlib.sha256()
        digests = self.digests()
        folder = os.path.dirname(next(iter(self._files), ""))
        for name in sorted(digests, key=lambda name: os.path.normpath(os.path.join(folder, name))):
            total.update(f"{quote(name)} {digests[name]}\n".encode())
        return total.hexdigest()

    def _shown(self, path: Path) -> str:
        if self._base is not None and path.absolute().is_relative_to(self._base):
            return path.absolute().relative_to(self._base).as_posix()
        if not self._files:
            return str(path)
        first = next(iter(self._files.values()))
        return os.path.normpath(
            os.path.join(
                os.path.dirname(first.shown), os.path.relpath(path.absolute(), first.path.parent)
            )
        )

    @staticmethod
    def _read(path: Path, shown: str) -> File:
        try:
            raw = path.read_bytes()
        except OSError as error:
            reason = f"the file cannot be read: {error.strerror or error}"
            mend = "check the path and its permissions"
            raise ContractErrors([Fault(shown, 0, 0, "", reason, mend)]) from error
        except ValueError as error:
            reason = f"the path {str(path)!r} is not possible: {error}"
            raise ContractErrors([Fault(shown, 0, 0, "", reason, "correct the path")]) from error
        return File(path, shown, parse(raw, shown), raw)


def _folder(file: File) -> Path:
    return file.path.parent
