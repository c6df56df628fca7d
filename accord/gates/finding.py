"""What a gate found: one value for every gate, so that every page and report looks the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["error", "warning", "notice"]
"""Errors and warnings fail the build; a notice is shown, and does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file: `line` and `column` count from 1 (0: unknown), `pointer` is a JSON
    pointer into the file (``""`` is the whole document)."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows a finding: `lines` as pages print them, `data` as it is kept in `file`, which is
    relative to the project's root (empty: another finding has the same, or nothing was found)."""

    lines: tuple[str, ...]
    file: str
    data: Mapping[str, Any] = field(compare=False)

    @property
    def shows(self) -> bool:
        """Whether anything was found."""
        return bool(self.data)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a gate refuses.

    `place` is where to mend it: for something removed, the nearest ancestor that is left. `was`
    is where it stood in the release that it is compared with. `operation` reads
    `GET /v2/items (listItems)`, or is empty where no single operation is meant.
    """

    gate: str
    rule: str
    level: Level
    what: str
    place: Place
    operation: str = ""
    was: Place | None = None
    axis: str = ""
    """Of a breaking change: `wire`, `source` or `meaning`."""
    subject: str = ""
    """The pointer that an approval of it names."""
    base: str = ""
    """Digest of what it was: an approval holds for this very change, not for the next."""
    revision: str = ""
    """Digest of what it became."""
    evidence: Evidence | None = None
    approval: str = ""
    """Who answers for it, the ticket, and until when; empty where nobody has approved it."""

    @property
    def fails(self) -> bool:
        """Whether the build stops at it."""
        return self.level != "notice"

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.level} {self.rule}{f' ({self.axis})' * bool(self.axis)}"]
        if self.operation:
            lines.append(f"  operation: {self.operation}")
        lines.append(f"  what: {self.what}")
        if self.approval:
            lines.append(f"  approved: {self.approval}")
        if self.place.line:
            lines.append(f"  where: #{self.place.pointer}")
        if self.was is not None:
            lines.append(f"  was: {self.was} #{self.was.pointer}")
        if self.evidence is not None:
            head, *rest = self.evidence.lines
            lines += [f"  witness: {head}", *(f"    {line}" for line in rest)]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values, keys as the attributes are named."""
        return asdict(self)


def listed(findings: Iterable[Finding], *, approved: bool = False) -> Iterator[str]:
    """The findings as text, those that fail first. Those that are approved are counted alone,
    unless `approved` says otherwise."""
    ordered = sorted(findings, key=lambda finding: not finding.fails)
    yield from (str(each) for each in ordered if approved or not each.approval)
    if not approved:
        counts = Counter(each.gate for each in ordered if each.approval)
        yield from (f"{n} more, approved: accord {gate} --approved" for gate, n in counts.items())
