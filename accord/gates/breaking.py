"""`accord breaking`: what a change to a contract breaks for those who call it.

Our own law decides (`accord.gates.law`); oasdiff gives a second opinion. Every fact is said once,
for each operation that it breaks, where it stands in the text that is being edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from accord import spec
from accord.errors import UsageError
from accord.gates import law, releases
from accord.gates.finding import Finding
from accord.gates.law.operation import operations_below
from accord.gates.oasdiff import Change
from accord.gates.opinions import opinions
from accord.gates.project import failing_axes

GATE = "breaking"
ABSENT = "absent"
"""Where a digest would be, and nothing stands there."""
_FEWEST_OPERATIONS = 3
_HINT = {
    "wire": "",
    "source": " [in the source of generated clients only]",
    "meaning": " [in meaning only]",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One contract against one release; `old` is None where nothing is released yet."""

    name: str
    new: Path
    old: Path | None
    findings: tuple[Finding, ...]


def compare_served(
    root: Path, names: Iterable[str] = (), *, today: date | None = None
) -> tuple[Comparison, ...]:
    """Every served contract (or those of `names`) against each release that is supported on
    `today` (None: all of them), newest first.

    Raises `ContractErrors` for a contract that does not parse, `ReleaseError` for a tampered
    release, `UsageError` where oasdiff is missing.
    """
    wanted = set(names)
    return tuple(
        comparison
        for source in spec.discover(root)
        if source.kind == "served" and (not wanted or source.name in wanted)
        for comparison in _compare_with_releases(root, source, today)
    )


def compare(
    root: Path, old: Path, new: Path, changes: Sequence[Change] | None = None
) -> tuple[Finding, ...]:
    """What in `new` breaks callers of `old`, in the order of `new`'s lines. `changes` are what
    oasdiff said, where it was asked before. Raises as above, and `UsageError` where the two have
    nothing in common."""
    before, after = law.Document(old, root), law.Document(new, root)
    _refuse_strangers(before, after, old, new)
    failing = failing_axes(root)
    breaks = law.compare(before, after, with_suspected=True)
    found = [_finding(each, before, after) for each in breaks]
    if any(each.axis == "wire" for each in breaks):
        # The validators take a while to import: only what breaks pays for them.
        from accord.gates.evidence import Witnesses

        witnesses = Witnesses(root, old, new, before, after)
        found = [finding for finding in map(witnesses.add, found, breaks) if finding is not None]
    heard = {_call(finding.operation) for finding in found if finding.axis == "wire"}
    found += [
        finding
        for finding in opinions(root, old, new, changes)
        if finding.axis != "wire" or _call(finding.operation) not in heard
    ]
    return tuple(
        sorted(
            {_rated(finding, failing) for finding in found},
            key=lambda found: (found.place.line, found.place.column, found.operation, found.what),
        )
    )


def _compare_with_releases(
    root: Path, source: spec.Source, today: date | None
) -> Iterator[Comparison]:
    supported = releases.supported(root, source.name, today)
    if not supported:
        yield Comparison(source.name, source.path, None, ())
    told: set[tuple[str, ...]] = set()
    for release in reversed(supported):
        findings = []
        for finding in compare(root, release.path, source.path):
            # The same change, from the same state: one fact, whichever release promised it.
            fact = (finding.rule, finding.operation, finding.subject, finding.what, finding.base)
            if fact not in told:
                told.add(fact)
                findings.append(finding)
        yield Comparison(source.name, source.path, release.path, tuple(findings))


def _finding(found: law.Break, before: law.Document, after: law.Document) -> Finding:
    there = found.old is not None and before.has(found.old)
    lives = found.new is not None and after.has(found.new)
    subject = after.place(found.new or "") if lives else before.place(found.old or "")
    return Finding(
        gate=GATE,
        rule=found.rule,
        level="error",
        what=f"{found}{_HINT[found.axis]}",
        place=after.place(found.new if found.new is not None else found.old or ""),
        operation=found.operation,
        was=before.place(found.old) if there and found.old else None,
        axis=found.axis,
        subject=subject.pointer,
        base=_digest(before, found.old),
        revision=_digest(after, found.new),
    )


def _rated(finding: Finding, failing: frozenset[str]) -> Finding:
    return finding if finding.axis in failing else replace(finding, level="notice")


def _digest(document: law.Document, pointer: str | None) -> str:
    if pointer is None or not document.has(pointer):
        return ABSENT
    text = json.dumps(document.find(pointer), sort_keys=True, default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _call(operation: str) -> str:
    """`GET /v2/items (listItems)` without the name."""
    return operation.partition(" (")[0]


def _refuse_strangers(before: law.Document, after: law.Document, old: Path, new: Path) -> None:
    known, there = operations_below(before, "/paths"), operations_below(after, "/paths")
    same_title = before.find("/info").get("title") == after.find("/info").get("title")
    if len(known) >= _FEWEST_OPERATIONS and not known.keys() & there.keys() and not same_title:
        raise UsageError(
            f"{new} is not a later version of {old}: it has none of its {len(known)} operations, "
            f"and another title ({after.find('/info').get('title')!r}, not "
            f"{before.find('/info').get('title')!r})\n  mend: compare two versions of one contract"
        )
