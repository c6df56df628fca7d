"""Results as a table, as build/mutants.json, and against the floor that none may fall under."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.mutants.contracts import ROOT
from scripts.mutants.mutants import KINDS
from scripts.mutants.score import Result

FLOOR = Path(__file__).parent / "floor.json"
CAUGHT, KIND, FLAGGED, APART, SHOWN = 0.97, 0.80, 0.01, 0.02, 0.85
"""What must be: share of breaking mutants caught, of each kind, of compatible ones flagged, how far
the held-out quarter may be from the others, and share of breaking ones that a witness shows."""
FEWEST = 5
"""Mutants of each kind."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure and what it must be at least or at most."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        if self.at_least is not None and self.value < self.at_least:
            return False
        return self.at_most is None or self.value <= self.at_most

    def as_json(self) -> dict[str, Any]:
        """The figure as build/*.json have it."""
        target = self.at_least if self.at_least is not None else self.at_most
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "target": target,
            "met": self.met,
        }

    def __str__(self) -> str:
        bound = (
            f"at least {self.at_least}" if self.at_least is not None else f"at most {self.at_most}"
        )
        return f"{self.name}: {self.value:.4g}, and must be {bound}"


class Report:
    """All results of one run."""

    def __init__(self, results: Sequence[Result]) -> None:
        self._results = results
        self._kinds: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            self._kinds[result.mutant.kind.name].append(result)

    def lines(self) -> Iterator[str]:
        """The table: each kind, then the totals."""
        yield f"{'kind of change':<60}{'label':<12}{'mutants':>8}{'right':>7}{'oasdiff':>9}"
        for name, found in self._kinds.items():
            label = KINDS[name].label
            right = sum(each.right for each in found)
            alone = sum(each.oasdiff_right for each in found)
            mark = "" if right == len(found) else "  <"
            yield f"{name:<60}{label:<12}{len(found):>8}{right:>7}{alone:>9}{mark}"
        yield ""
        for title, value in self.totals().items():
            yield f"{title:<40}{value}"

    def totals(self) -> dict[str, str]:
        """Scores of the gate and of oasdiff alone, of what was looked at and what was held out."""
        totals = {}
        for half, held in (("looked at", False), ("held out", True)):
            breaking = self._of(breaking=True, held=held)
            compatible = self._of(breaking=False, held=held)
            totals[f"breaking, {half}"] = _share(
                sum(each.right for each in breaking),
                len(breaking),
                sum(each.oasdiff_right for each in breaking),
                "caught",
            )
            totals[f"compatible, {half}"] = _share(
                sum(not each.right for each in compatible),
                len(compatible),
                sum(not each.oasdiff_right for each in compatible),
                "flagged",
            )
        unread = sum(each.oasdiff is None for each in self._results)
        totals["contracts that oasdiff cannot read"] = str(unread)
        shown, of, refused = self._shown()
        verdicts = [each.witnesses for each in self._results if each.witnesses is not None]
        totals["breaking, about schemas and parameters"] = (
            f"{shown} of {of} have a witness ({shown / max(1, of):.1%}); {refused} refused by the "
            "independent validator"
        )
        totals["verdicts on schemas and parameters"] = (
            f"{sum(each.shown for each in verdicts)} of "
            f"{sum(each.verdicts for each in verdicts)} have a witness"
        )
        return totals

    def targets(self) -> list[Target]:
        """What must be, and what is."""
        targets = []
        rates = {}
        for half, held in (("looked at", False), ("held out", True)):
            breaking = self._of(breaking=True, held=held)
            compatible = self._of(breaking=False, held=held)
            rates[held] = sum(each.right for each in breaking) / max(1, len(breaking))
            flagged = sum(not each.right for each in compatible) / max(1, len(compatible))
            targets += [
                Target(f"breaking mutants caught, {half}", rates[held], at_least=CAUGHT),
                Target(f"compatible mutants flagged, {half}", flagged, at_most=FLAGGED),
            ]
        targets.append(
            Target("held out apart from looked at", abs(rates[True] - rates[False]), at_most=APART)
        )
        breaking_kinds = [
            rate for name, rate in self._rates().items() if KINDS[name].label != "compatible"
        ]
        fewest = min(map(len, self._kinds.values()), default=0)
        shown, of, refused = self._shown()
        targets += [
            Target("worst kind of breaking mutants", min(breaking_kinds, default=0), at_least=KIND),
            Target("fewest mutants of a kind", fewest, at_least=FEWEST),
            Target("breaking mutants with a witness", shown / max(1, of), at_least=SHOWN),
            Target("witnesses that the validator refuses", refused, at_most=0),
            Target("kinds that are worse than before", len(list(self._fallen())), at_most=0),
        ]
        return targets

    def shortcomings(self) -> list[str]:
        """What is not as it must be, kind by kind; nothing where all is well."""
        found = [str(target) for target in self.targets() if not target.met]
        for name, rate in self._rates().items():
            if rate < KIND and KINDS[name].label != "compatible":
                found.append(f"{name}: {rate:.0%} caught, not {KIND:.0%}")
            if len(self._kinds[name]) < FEWEST:
                found.append(f"{name}: {len(self._kinds[name])} mutants, not {FEWEST}")
        return [*found, *self._fallen()]

    def _fallen(self) -> Iterator[str]:
        """Kinds that are worse than the floor."""
        rates = self._rates()
        for name, least in _floor().items():
            rate = rates.get(name, 0.0)
            if rate < least:
                yield f"{name}: {rate:.0%} right, and was {least:.0%} before"

    def _shown(self) -> tuple[int, int, int]:
        """Breaking mutants about schemas and parameters that a witness shows, all of those, and
        witnesses that are refused when they are read anew."""
        about = [
            each.witnesses
            for each in self._results
            if each.mutant.kind.label == "wire" and each.right and each.witnesses is not None
        ]
        return (
            sum(each.shown > 0 for each in about),
            len(about),
            sum(each.refused for each in about),
        )

    def misses(self, *, held_out: bool) -> Iterator[str]:
        """Every mutant that was judged wrongly, and what was said about it."""
        for result in self._results:
            if not result.right and (held_out or not result.mutant.held_out):
                said = result.fault or result.said or "nothing was said"
                yield f"{result.mutant.kind.label}: {result.mutant.id}\n    {said}"

    def write(self) -> None:
        """Writes its part of build/mutants.json."""
        write(ROOT, "contracts", self.targets(), self._details())

    def raise_floor(self) -> None:
        """Makes the rates of this run those that the next may not fall under."""
        rates = {name: round(rate, 4) for name, rate in self._rates().items()}
        FLOOR.write_text(json.dumps(rates, indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def _rates(self) -> dict[str, float]:
        return {
            name: sum(each.right for each in found) / len(found)
            for name, found in self._kinds.items()
        }

    def _of(self, *, breaking: bool, held: bool) -> list[Result]:
        return [
            each
            for each in self._results
            if (each.mutant.kind.label != "compatible") == breaking and each.mutant.held_out == held
        ]

    def _details(self) -> dict[str, Any]:
        return {
            "totals": self.totals(),
            "shortcomings": self.shortcomings(),
            "kinds": {
                name: {
                    "label": KINDS[name].label,
                    "why": KINDS[name].why,
                    "mutants": len(found),
                    "right": sum(each.right for each in found),
                    "oasdiff": sum(each.oasdiff_right for each in found),
                }
                for name, found in self._kinds.items()
            },
        }


def write(root: Path, part: str, targets: Sequence[Target], details: Mapping[str, Any]) -> None:
    """Writes one part of build/mutants.json, `contracts` or `application`; the other stays as the
    last run left it."""
    file = root / "build" / "mutants.json"
    try:
        parts = json.loads(file.read_text(encoding="utf-8"))["parts"]
    except (OSError, ValueError, KeyError):
        parts = {}
    parts[part] = {"targets": [target.as_json() for target in targets], **details}
    every = [target for each in parts.values() for target in each["targets"]]
    page = {"met": all(target["met"] for target in every), "targets": every, "parts": parts}
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")


def _share(count: int, of: int, alone: int, word: str) -> str:
    return (
        f"{count} of {of} {word} ({count / max(1, of):.1%}); "
        f"oasdiff alone: {alone} ({alone / max(1, of):.1%})"
    )


def _floor() -> dict[str, float]:
    floor: dict[str, float] = json.loads(FLOOR.read_text()) if FLOOR.exists() else {}
    return floor
