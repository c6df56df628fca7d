"""What oasdiff says about a change, as findings: a second opinion beside our own law.

Errors and warnings count alike: oasdiff rates a removed optional response property a warning, and
clients that read it break all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from accord.gates import oasdiff
from accord.gates.finding import Finding, Place
from accord.gates.oasdiff import Change, Position
from accord.gates.places import Library, Places
from accord.gates.severity import severities
from accord.spec.pointers import join, split

GATE = "breaking"
UNABLE = "oasdiff-unable"


def opinions(
    root: Path, old: Path, new: Path, changes: Sequence[Change] | None = None
) -> Iterator[Finding]:
    """Breaks that oasdiff sees and `severity.txt` lets it decide, in its order; a notice where it
    cannot read the contracts. `changes` are what it said, where it was asked before.

    Raises `UsageError` where the binary is missing, fails, or is of another version.
    """
    binary = oasdiff.find(root)
    decided = severities(binary)
    library = Library(root)
    try:
        changes = oasdiff.breaking(binary, old, new) if changes is None else changes
    except oasdiff.CannotCompare as error:
        said = f"oasdiff cannot read these contracts, and gives no second opinion: {error}"
        yield Finding(GATE, UNABLE, "notice", said, library.open(new).nearest(""))
        return
    for change in changes:
        axis = decided.get(change.rule, "wire")
        if axis != "law":
            yield _finding(change, axis, old, new, library)


def _finding(change: Change, axis: str, old: Path, new: Path, library: Library) -> Finding:
    before = _places(change.old, old, library)
    after = _places(change.new, new, library)
    was = _place(change.old, before)
    if was is not None and change.new is None:
        was = before.nearest(_removed(change, was.pointer, before, after))
    return Finding(
        gate=GATE,
        rule=change.rule,
        level="error",
        what=change.text,
        place=_place(change.new, after) or _where_it_stood(change, was, before, after),
        operation=_called(change),
        was=was,
        axis=axis,
        subject=(was or after.nearest("")).pointer,
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
