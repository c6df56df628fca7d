"""`accord breaking`: what a change to a contract breaks for those who call it.

oasdiff says what; this file says where in the text that is being edited, so that a designer can
act on it. Errors and warnings both break the build: oasdiff rates a removed optional response
property a warning, and clients that read it break all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from accord import spec
from accord.gates import oasdiff, releases
from accord.gates.finding import Finding, Level, Place
from accord.gates.oasdiff import Change, Position
from accord.gates.places import Library, Places
from accord.spec.pointers import join, split

GATE = "breaking"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contract against one baseline; `old` is None where nothing is released yet."""

    name: str
    new: Path
    old: Path | None
    findings: tuple[Finding, ...]


def compare_served(root: Path, names: Iterable[str] = ()) -> tuple[Comparison, ...]:
    """Every served contract (or those of `names`) against its latest frozen release.

    Raises `ContractErrors` for a contract that does not parse, `ReleaseError` for a tampered
    release, `UsageError` where oasdiff is missing.
    """
    wanted = set(names)
    return tuple(
        _compare_with_latest(root, source)
        for source in spec.discover(root)
        if source.kind == "served" and (not wanted or source.name in wanted)
    )


def compare(root: Path, old: Path, new: Path) -> tuple[Finding, ...]:
    """What in `new` breaks callers of `old`, in the order of `new`'s lines. Raises as above."""
    library = Library(root)
    # Before oasdiff, whose words for text that does not parse have no place in the file.
    library.contract(old)
    library.contract(new)
    changes = oasdiff.breaking(oasdiff.find(root), old, new)
    return tuple(
        sorted(
            {_finding(change, old, new, library) for change in changes},
            key=lambda found: (found.place.line, found.place.column, found.operation, found.what),
        )
    )


def _compare_with_latest(root: Path, source: spec.Source) -> Comparison:
    release = releases.latest(root, source.name)
    if release is None:
        return Comparison(source.name, source.path, None, ())
    findings = compare(root, release.path, source.path)
    return Comparison(source.name, source.path, release.path, findings)


def _finding(change: Change, old: Path, new: Path, library: Library) -> Finding:
    before = _places(change.old, old, library)
    after = _places(change.new, new, library)
    was = _place(change.old, before)
    if was is not None and change.new is None:
        was = before.nearest(_removed(change, was.pointer, before, after))
    level: Level = "error" if change.level >= oasdiff.ERROR else "warning"
    return Finding(
        gate=GATE,
        rule=change.rule,
        level=level,
        what=change.text,
        place=_place(change.new, after) or _where_it_stood(change, was, before, after),
        operation=_called(change),
        was=was,
    )


def _places(position: Position | None, fallback: Path, library: Library) -> Places:
    return library.open(Path(position.file) if position else fallback)


def _place(position: Position | None, places: Places) -> Place | None:
    if position is None:
        return None
    return places.nearest(places.pointer_at(position.line, position.column))


def _removed(change: Change, pointer: str, before: Places, after: Places) -> str:
    # For `total: {$ref: Money}` oasdiff names the line of Money, which is still there: what is
    # gone is a reference to it, the one with the name that oasdiff says if there are several.
    if not after.has_same(pointer, before):
        return pointer
    gone = [
        reference
        for reference in before.referrers(pointer, _operation(change))
        if not after.has_same(reference, before)
    ]
    named = [reference for reference in gone if f"{split(reference)[-1]}`" in change.text]
    return next(iter(named or gone), pointer)


def _where_it_stood(change: Change, was: Place | None, before: Places, after: Places) -> Place:
    # What is there still, word for word, is not what was removed: the operation no longer
    # leads to it.
    if was is None or after.has_same(was.pointer, before):
        return after.nearest(_operation(change))
    return after.nearest(was.pointer)


def _operation(change: Change) -> str:
    return join("/paths", change.path, change.method.lower()) if change.path else ""


def _called(change: Change) -> str:
    called = f"{change.method} {change.path}".strip()
    return f"{called} ({change.operation_id})" if change.operation_id else called
