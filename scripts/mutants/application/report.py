"""Which gate caught which mutant of the application, as a table and in build/mutants.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.mutants.application.judge import START, Result
from scripts.mutants.contracts import ROOT
from scripts.mutants.report import Target, write

CAUGHT = 0.9
FEWEST, FEWEST_KINDS = 40, 10


HEAD = f"{'mutant':<84}{'caught by':<60}{'s':>6}"


def row(result: Result) -> str:
    """A line of the table below `HEAD`."""
    by = ", ".join(result.caught_by) or "nothing"
    mark = "" if result.caught_by else "  <"
    return f"{result.mutant.name:<84}{by:<60}{result.seconds:>6.1f}{mark}"


class Report:
    """All results of one run; `operations` are those of version 2, by operationId."""

    def __init__(self, results: Sequence[Result], operations: Sequence[str]) -> None:
        self._results = results
        self._operations = operations

    def totals(self) -> Iterator[str]:
        """How many each gate caught, and what that makes."""
        for gate, number in self._gates().most_common():
            yield f"caught by {gate:<50}{number:>4}"
        for target in self.targets():
            yield str(target)

    def targets(self) -> list[Target]:
        """What must be, and what is."""
        caught = sum(bool(result.caught_by) for result in self._results)
        kinds = {result.mutant.kind for result in self._results}
        return [
            Target("mutants of the application", len(self._results), at_least=FEWEST),
            Target("kinds of them", len(kinds), at_least=FEWEST_KINDS),
            Target("caught", caught / max(1, len(self._results)), at_least=CAUGHT),
            Target(
                "operations whose break no replay shows", len(list(self._not_shown())), at_most=0
            ),
        ]

    def shortcomings(self) -> Iterator[str]:
        """What is not as it must be."""
        yield from (str(target) for target in self.targets() if not target.met)
        yield from (f"no replay shows a break of {each}" for each in self._not_shown())

    def write(self) -> None:
        """Writes its part of build/mutants.json."""
        targets = self.targets()
        write(ROOT, "application", targets, {"gates": dict(self._gates()), "mutants": self._rows()})

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": result.mutant.kind,
                "operations": result.mutant.operations,
                "file": result.mutant.file,
                "caught_by": result.caught_by,
                "seconds": round(result.seconds, 1),
                "said": result.said,
            }
            for result in self._results
        ]

    def _gates(self) -> Counter[str]:
        return Counter(gate for result in self._results for gate in result.caught_by)

    def _not_shown(self) -> Iterator[str]:
        """Operations with no mutant of their own that a replay fails at."""
        for operation in self._operations:
            own = [each for each in self._results if operation in each.mutant.operations]
            if not any(_is_replayed(each) for each in own):
                yield operation


def _is_replayed(result: Result) -> bool:
    # `start`: it does not even run.
    return any(gate != "fuzz" and gate != START for gate in result.caught_by)
