"""Generated packages by the content of their contracts, so that the second start is quick.

    <cache>/mock/<first>-<whole>/
        files.json      digests of the contract's files, and what else is known of it
        contract        what it means, read: as much to be trusted as the code beside it
        package/        what the generator made

`first` is made of the contract's first file and the generator: which other files belong to the
contract is known only from entries, and those are found by it without reading any contract.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from accord.codegen.manifest import generator_digest
from accord.errors import UsageError
from accord.spec.overlay import overlays_beside

if TYPE_CHECKING:
    from accord.spec import Contract

_INDEX = "files.json"
_PACKAGE = "package"
_CONTRACT = "contract"
_UNUSED_S = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One contract in the cache; `files` has the digests of its files by path relative to the
    first one's folder, `digest` tells it from every other."""

    folder: Path
    digest: str
    files: Mapping[str, str]
    warnings: Sequence[str]

    @property
    def package(self) -> Path:
        """The folder with the generated modules."""
        return self.folder / _PACKAGE

    def contract(self) -> Contract:
        """What the package was made from: loaded in a tenth of the time that reading it takes."""
        loaded: Contract = pickle.loads((self.folder / _CONTRACT).read_bytes())
        return loaded


def cache_folder(given: Path | None) -> Path:
    """The folder that was given, else the user's own (`XDG_CACHE_HOME`)."""
    if given is not None:
        return given
    home = os.environ.get("XDG_CACHE_HOME", "")
    # A relative one is to be ignored (XDG Base Directory Specification).
    base = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
    return base / "accord"


class Cache:
    """The entries below a folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "mock"
        self._generator = f"{generator_digest()} {sys.implementation.cache_tag}"

    def find(self, contract: Path) -> Entry | None:
        """The entry of the contract at `contract` as it is now; None where there is none."""
        try:
            first = self._first(contract)
        except OSError:
            return None
        for folder in self._folder.glob(f"{first}-*"):
            entry = _read(folder)
            if entry is not None and _is_current(contract.absolute(), entry.files):
                os.utime(folder / _INDEX)
                return entry
        return None

    def add(
        self,
        path: Path,
        contract: Contract,
        files: Mapping[str, str],
        modules: Mapping[str, bytes],
    ) -> Entry:
        """Keeps the package of the contract at `path`; one that is there already stays.

        Raises `UsageError` where the folder cannot be written.
        """
        digest = hashlib.sha256(f"{self._generator} {contract.digest}".encode()).hexdigest()[:16]
        folder = self._folder / f"{self._first(path)}-{digest}"
        warnings = [str(warning) for warning in contract.warnings]
        entry = Entry(folder, digest, files, warnings)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._forget_unused()
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=".new-") as name:
                new = Path(name, "entry")
                for module, data in modules.items():
                    place = new / _PACKAGE / module
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.write_bytes(data)
                (new / _CONTRACT).write_bytes(pickle.dumps(contract))
                known = {key: value for key, value in asdict(entry).items() if key != "folder"}
                (new / _INDEX).write_text(json.dumps(known), "utf-8")
                try:
                    new.rename(folder)
                except OSError:
                    # Somebody else was quicker; the content is the same.
                    if not (folder / _INDEX).exists():
                        raise
        except OSError as error:
            raise UsageError(
                f"the cache {self._folder} cannot be written: {error.strerror or error}; give"
                " another folder with --cache"
            ) from error
        return entry

    def _first(self, contract: Path) -> str:
        total = hashlib.sha256(f"{self._generator} {contract.name}\0".encode())
        total.update(contract.read_bytes())
        return total.hexdigest()[:16]

    def _forget_unused(self) -> None:
        for folder in self._folder.iterdir():
            index = folder / _INDEX
            used = index.stat().st_mtime if index.exists() else folder.stat().st_mtime
            if time.time() - used > _UNUSED_S:
                shutil.rmtree(folder, ignore_errors=True)


def _read(folder: Path) -> Entry | None:
    try:
        return Entry(folder, **json.loads((folder / _INDEX).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _is_current(contract: Path, files: Mapping[str, str]) -> bool:
    # One that was not there when the entry was made is in none of its files.
    if any(overlay.name not in files for overlay in overlays_beside(contract)):
        return False
    try:
        return all(
            hashlib.sha256((contract.parent / path).read_bytes()).hexdigest() == digest
            for path, digest in files.items()
        )
    except OSError:
        return False
