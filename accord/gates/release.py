"""`accord release`: a contract is frozen when its version says what it changes, what it breaks is
approved, and what it removes was announced.

Versions are semantic. A break on the wire asks for a new major version, something new or deprecated
for a minor one, everything else for a patch. Before 1.0.0 breaks ask for a minor version, and
everything else for a patch; nothing needs to be announced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from accord.gates import law, releases
from accord.gates.additions import additions
from accord.gates.approvals import FILE as APPROVALS
from accord.gates.approvals import judge
from accord.gates.changelog import record
from accord.gates.deprecations import announcements, removals
from accord.gates.finding import Finding, Place
from accord.gates.project import served
from accord.gates.releases import Release

GATE = "release"
Evidence = Callable[[Path, str, str], Mapping[str, bytes]]
"""Files by name, for a contract and its version: a client package, a recording."""
Bump = Literal["major", "minor", "patch"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`release` is None where `findings` are against it; `bump` is None for a first release."""

    release: Release | None
    bump: Bump | None
    findings: tuple[Finding, ...]


def release(
    root: Path, name: str, version: str, today: date, evidence: Evidence | None = None
) -> Outcome:
    """Freezes the served contract `name` as `version`, with what `evidence` makes of it beside it,
    and writes the change log, or says what is against it.

    Raises `UsageError`, `ReleaseError` and `ContractErrors` as `releases.freeze` and the breaking
    gate do.
    """
    frozen = releases.freezable(root, name, version)
    if frozen.path.exists():
        record(root, name, version, today)
        return Outcome(frozen, None, ())
    path = served(root, name).path
    every = releases.releases(root, name)
    last = every[-1] if every else None
    new = law.Document(path, root)
    old = None if last is None else law.Document(last.path, root)
    bump = None if old is None else needed(old, new)
    found = [*_against(root, path, today), *announcements(old, new)]
    if last is not None and old is not None and bump is not None:
        found += _too_small(last, version, bump, new)
        if last.order[0] > 0:
            found += removals(old, new, today)
    if found:
        return Outcome(None, bump, tuple(found))
    beside = {} if evidence is None else evidence(root, name, version)
    frozen = releases.freeze(root, name, version, beside)
    record(root, name, version, today)
    return Outcome(frozen, bump, ())


def needed(old: law.Document, new: law.Document) -> Bump:
    """The part of the version that the changes raise."""
    axes = {found.axis for found in law.compare(old, new)}
    if "wire" in axes:
        return "major"
    return "minor" if axes or any(additions(old, new)) else "patch"


def least(last: Release, bump: Bump) -> tuple[int, ...]:
    """The smallest version that `bump` allows after `last`."""
    major, minor, patch = last.order
    if major == 0:
        return (0, minor + 1, 0) if bump == "major" else (0, minor, patch + 1)
    if bump == "major":
        return (major + 1, 0, 0)
    return (major, minor + 1, 0) if bump == "minor" else (major, minor, patch + 1)


def _against(root: Path, path: Path, today: date) -> Iterator[Finding]:
    """What the breaking gate has against this contract, and against any approval."""
    shown = path.absolute().relative_to(root.absolute()).as_posix()
    for finding in judge(root, today):
        if finding.fails and finding.place.file in (shown, APPROVALS.as_posix()):
            yield finding


def _too_small(last: Release, version: str, bump: Bump, new: law.Document) -> Iterator[Finding]:
    smallest = least(last, bump)
    if tuple(map(int, version.split("."))) >= smallest:
        return
    wanted = ".".join(map(str, smallest))
    why = {
        "major": "it breaks callers on the wire",
        "minor": "it adds or deprecates something",
        "patch": "there is a release before it",
    }[bump]
    said = f"{version} is too small after {last.version}: {why}, so {wanted} is the least"
    place: Place = new.place("/info/version")
    yield Finding(GATE, "version-too-small", "error", said, place)
