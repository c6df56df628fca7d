"""Frozen releases of served contracts: what was promised, and proof that it was not edited.

openapi/released/store/v2/1.0.0.yaml            the contract as it was released, byte for byte
openapi/released/store/v2/1.0.0.recording.json  what the application answered then
openapi/released/store/v2/*-1.0.0-*.whl         the package that consumers have of it
openapi/released/digests.json                   SHA-256 of every one of them, by path
openapi/released/ended.yaml                     last days of support: `store/v2/0.1.0: 2026-12-31`

Releases from before recordings were made have neither recording nor package.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import AccordError, UsageError
from accord.gates.project import served
from accord.spec.files import Files

FOLDER = Path("openapi", "released")
MANIFEST = "digests.json"
ENDED = "ended.yaml"
RECORDING = ".recording.json"
_FROZEN = (".yaml", RECORDING, ".whl")
SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class ReleaseError(AccordError):
    """A frozen release that is not what was frozen: no comparison with it proves anything."""


@dataclass(frozen=True, slots=True)
class Release:
    """`name` is the contract's (`store/v2`), `version` is `MAJOR.MINOR.PATCH`."""

    name: str
    version: str
    path: Path

    @property
    def order(self) -> tuple[int, ...]:
        return order(self.version)

    @property
    def recording(self) -> Path | None:
        """What the application answered; None where that was not recorded."""
        path = self.path.with_suffix(RECORDING)
        return path if path.exists() else None

    @property
    def wheel(self) -> Path | None:
        """The client package as it was released; None where none was frozen."""
        return next(self.path.parent.glob(f"*-{self.version}-*.whl"), None)


def order(version: str) -> tuple[int, ...]:
    """`1.10.0` as what it is sorted by."""
    return tuple(int(number) for number in version.split("."))


def releases(root: Path, name: str) -> tuple[Release, ...]:
    """Every release of the contract `name`, oldest first, digests verified.

    Raises `ReleaseError` for a file that was changed, added or removed by hand.
    """
    digests = _manifest(root)
    folder = root / FOLDER / name
    listed = {key for key in digests if key.rpartition("/")[0] == name}
    present = {f"{name}/{path.name}" for path in folder.glob("*") if path.name.endswith(_FROZEN)}
    for key in sorted(listed - present):
        raise ReleaseError(
            f"{root / FOLDER / key} is gone, but {MANIFEST} lists it\n"
            f"  mend: restore it from version control; a release is never taken back"
        )
    for key in sorted(present - listed):
        raise ReleaseError(
            f"{root / FOLDER / key} is not in {MANIFEST}: `accord release` did not freeze it\n"
            f"  mend: remove it, and freeze the contract with `accord release {name} VERSION`"
        )
    found = []
    for key in present:
        path = root / FOLDER / key
        if digest(path) != digests[key]:
            raise ReleaseError(
                f"{path} was changed after it was released: its digest is {digest(path)}, "
                f"{MANIFEST} has {digests[key]}\n"
                f"  mend: restore it from version control; changes go into openapi/{name}.yaml"
            )
        if path.suffix == ".yaml":
            found.append(Release(name, path.stem, path))
    return tuple(sorted(found, key=lambda release: release.order))


def latest(root: Path, name: str) -> Release | None:
    """The newest release of the contract `name`; None before the first."""
    every = releases(root, name)
    return every[-1] if every else None


def supported(root: Path, name: str, today: date | None) -> tuple[Release, ...]:
    """The releases of `name` whose callers may count on it on `today` (None: every one), oldest
    first. Raises `ReleaseError` as `releases` does, and for an `ended.yaml` that makes no sense."""
    every = releases(root, name)
    if today is None:
        return every
    ended = _ended(root)
    return tuple(
        release for release in every if ended.get(f"{name}/{release.version}", date.max) >= today
    )


def freezable(root: Path, name: str, version: str) -> Release:
    """The release that `freeze` would write; it may be there already.

    Raises `UsageError` for an unknown contract, a version that is not the contract's own or not
    above the last, and a contract spread over several files; `ContractErrors` for faults in it.
    """
    if not SEMVER.fullmatch(version):
        raise UsageError(f"{version!r} is not a version: write MAJOR.MINOR.PATCH, such as 1.4.0")
    source = served(root, name)
    contract = spec.read(source.path, name=name)
    if contract.release != version:
        raise UsageError(
            f"{source.path} says {contract.release!r} in info.version, not {version!r}\n"
            f"  mend: set info.version to {version}, or release {contract.release}"
        )
    if _refers_to_other_files(Files().load(source.path).data):
        raise UsageError(
            f"{source.path} refers to other files, which could change after the release\n"
            "  mend: move what it refers to into its own components"
        )
    release = Release(name, version, root / FOLDER / name / f"{version}.yaml")
    before = releases(root, name)
    if any(each.version == version for each in before):
        if digest(release.path) == digest(source.path):
            return release
        raise UsageError(
            f"{name} {version} is released already, and {source.path} has changed since\n"
            f"  mend: raise info.version, and release that"
        )
    if before and before[-1].order > release.order:
        raise UsageError(
            f"{name} {version} is older than {before[-1].version}, which is released already"
        )
    return release


def freeze(
    root: Path, name: str, version: str, beside: Mapping[str, bytes] | None = None
) -> Release:
    """Freeze the served contract `name` as `version`, and the files `beside` it, by name; the same
    release twice is no fault. Raises what `freezable` raises."""
    release = freezable(root, name, version)
    path = release.path
    if path.exists():
        return release
    path.parent.mkdir(parents=True, exist_ok=True)
    digests = _manifest(root)
    contract = served(root, name).path.read_bytes()
    for file, data in {path.name: contract, **(beside or {})}.items():
        path.with_name(file).write_bytes(data)
        digests[f"{name}/{file}"] = digest(path.with_name(file))
    (root / FOLDER / MANIFEST).write_text(
        json.dumps(digests, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    return release


def digest(path: Path) -> str:
    """`sha256:` and the hexadecimal digest of the file's bytes."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(root: Path) -> dict[str, str]:
    path = root / FOLDER / MANIFEST
    if not path.exists():
        return {}
    try:
        digests: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return dict(digests.items())
    except (ValueError, AttributeError) as error:
        raise ReleaseError(
            f"{path} is not a table of digests ({error})\n  mend: restore it from version control"
        ) from error


def _ended(root: Path) -> dict[str, date]:
    path = root / FOLDER / ENDED
    if not path.exists():
        return {}
    data = Files(root).load(path).data or {}
    try:
        ended = {str(key): date.fromisoformat(str(day)) for key, day in data.items()}
    except (ValueError, AttributeError) as error:
        raise ReleaseError(
            f"{path} is not a table of releases and days ({error})\n"
            "  mend: one line for each release, such as store/v2/0.1.0: '2026-12-31'"
        ) from error
    known = _manifest(root)
    for key in ended:
        if f"{key}.yaml" not in known:
            raise ReleaseError(f"{path} speaks of {key!r}, which was never released")
    return ended


def _refers_to_other_files(document: Any) -> bool:
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str) and not target.startswith("#"):
                return True
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return False
