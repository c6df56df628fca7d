"""What a run reached, and what every run must: openapi/cases/coverage.json, committed.

Of each operation: the statuses that came, and by the systematic phase each parameter, part of the
body and constraint, with values that the contract takes and with values that it refuses. A
constraint is reached when a request that keeps or breaks it was answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemathesis.generation.meta import CaseMetadata, CoveragePhaseData

from accord.errors import UsageError
from accord.gates.fuzz.cases import FOLDER

FILE = FOLDER / "coverage.json"
_WORDS = {"statuses": "status", "valid": "valid", "invalid": "invalid"}
_NO_PARAMETERS = frozenset(("authorization", "content-type"))


@dataclass(slots=True)
class Covered:
    """Of one operation. `seen` is the digest of what callers see of it: what is reached of its
    parameters is compared with nothing but the same contract."""

    seen: str
    listed: frozenset[str] = frozenset()
    """The statuses that the contract lists."""
    statuses: set[str] = field(default_factory=set)
    valid: set[str] = field(default_factory=set)
    invalid: set[str] = field(default_factory=set)

    def take(self, meta: CaseMetadata | None) -> None:
        """Notes what a request was made for."""
        if meta is None or not isinstance(data := meta.phase.data, CoveragePhaseData):
            return
        if data.parameter is None or data.parameter_location is None:
            return
        if data.parameter.lower() in _NO_PARAMETERS:
            return
        place = data.parameter_location.name.lower()
        name = "" if place == "body" else f" {data.parameter}"
        if meta.generation.mode.is_negative:
            self.invalid.add(f"{place}{name} {data.scenario.value} {data.location or ''}".rstrip())
        else:
            self.valid.add(f"{place}{name} {data.scenario.value} {data.description}")

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return {
            "seen": self.seen,
            "statuses": sorted(self.statuses),
            "valid": sorted(self.valid),
            "invalid": sorted(self.invalid),
        }


Coverage = Mapping[str, Covered]
"""By operation: method and path."""


def summary(coverage: Coverage) -> str:
    """How much was reached, in one line."""
    every = list(coverage.values())
    statuses = sum(len(each.listed & each.statuses) for each in every)
    of = sum(len(each.listed) for each in every)
    told = []
    for kind, verb in (("valid", "kept"), ("invalid", "broken")):
        entries = [
            (name, entry) for name, each in coverage.items() for entry in getattr(each, kind)
        ]
        parameters = {(name, " ".join(entry.split(" ")[:2])) for name, entry in entries}
        told.append(f"{len(entries)} constraints {verb} of {len(parameters)} parameters and bodies")
    reached = sum(bool(each.statuses) for each in every)
    return f"reached: {reached} of {len(every)} operations, {statuses} of {of} statuses, " + (
        ", ".join(told)
    )


def fallen(root: Path, contract: str, coverage: Coverage) -> Iterator[tuple[str, str]]:
    """What was reached when the floor was written and is not any more: operation, and what.
    Operations that are gone, and parameters of one that has changed, are passed over.

    Raises `UsageError` for a floor that cannot be read.
    """
    for operation, floor in _read(root).get(contract, {}).items():
        now = coverage.get(operation)
        if now is None:
            continue
        kinds = ["statuses"] if now.seen != floor["seen"] else ["statuses", "valid", "invalid"]
        for kind in kinds:
            for entry in sorted(set(floor[kind]) - getattr(now, kind)):
                yield operation, f"{_WORDS[kind]} {entry}"


def raise_floor(root: Path, contract: str, runs: Sequence[Coverage]) -> None:
    """Makes what all of `runs` reached the floor of the contract."""
    floor = _read(root)
    first, *others = runs
    floor[contract] = {
        operation: Covered(
            reached.seen,
            reached.listed,
            *(
                getattr(reached, kind).intersection(
                    *(getattr(run[operation], kind) for run in others)
                )
                for kind in ("statuses", "valid", "invalid")
            ),
        ).as_json()
        for operation, reached in first.items()
    }
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(floor, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _read(root: Path) -> dict[str, Any]:
    path = root / FILE
    if not path.exists():
        return {}
    try:
        floor: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return dict(floor.items())
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{path} is no floor of coverage: {error}") from error
