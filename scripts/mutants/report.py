"""Results as a table, as build/mutants.json, and against the floor that none may fall under."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.mutants.contracts import ROOT
from scripts.mutants.mutants import KINDS
from scripts.mutants.score import Result

FILE = ROOT / "build" / "mutants.json"
FLOOR = Path(__file__).parent / "floor.json"
CAUGHT, KIND, FLAGGED, APART = 0.97, 0.80, 0.01, 0.02
"""What must be: share of breaking mutants caught, of each kind, of compatible ones flagged, and
how far the held-out quarter may be from the others."""
FEWEST = 5
"""Mutants of each kind."""


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
        return totals

    def shortcomings(self) -> list[str]:
        """What is not as it must be; nothing where all is well."""
        found = []
        rates = {}
        for held in (False, True):
            breaking = self._of(breaking=True, held=held)
            compatible = self._of(breaking=False, held=held)
            rates[held] = sum(each.right for each in breaking) / max(1, len(breaking))
            flagged = sum(not each.right for each in compatible) / max(1, len(compatible))
            if rates[held] < CAUGHT:
                found.append(f"{rates[held]:.1%} of breaking mutants caught, not {CAUGHT:.0%}")
            if flagged > FLAGGED:
                found.append(f"{flagged:.1%} of compatible mutants flagged, not {FLAGGED:.0%}")
        if abs(rates[True] - rates[False]) > APART:
            found.append(f"held out {rates[True]:.1%}, looked at {rates[False]:.1%}")
        for name, rate in self._rates().items():
            if rate < KIND and KINDS[name].label != "compatible":
                found.append(f"{name}: {rate:.0%} caught, not {KIND:.0%}")
            if len(self._kinds[name]) < FEWEST:
                found.append(f"{name}: {len(self._kinds[name])} mutants, not {FEWEST}")
        for name, least in _floor().items():
            rate = self._rates().get(name, 0.0)
            if rate < least:
                found.append(f"{name}: {rate:.0%} right, and was {least:.0%} before")
        return found

    def misses(self, *, held_out: bool) -> Iterator[str]:
        """Every mutant that was judged wrongly, and what was said about it."""
        for result in self._results:
            if not result.right and (held_out or not result.mutant.held_out):
                said = result.fault or result.said or "nothing was said"
                yield f"{result.mutant.kind.label}: {result.mutant.id}\n    {said}"

    def write(self) -> None:
        """Writes build/mutants.json."""
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(self._as_json(), indent=2) + "\n", encoding="utf-8")

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

    def _as_json(self) -> dict[str, Any]:
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


def _share(count: int, of: int, alone: int, word: str) -> str:
    return (
        f"{count} of {of} {word} ({count / max(1, of):.1%}); "
        f"oasdiff alone: {alone} ({alone / max(1, of):.1%})"
    )


def _floor() -> dict[str, float]:
    floor: dict[str, float] = json.loads(FLOOR.read_text()) if FLOOR.exists() else {}
    return floor
