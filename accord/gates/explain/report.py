"""The report: every construct with its place, totals, text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.codegen.capabilities import Verdict
from accord.gates.explain.constructs import Walk
from accord.spec import read
from accord.spec.authored import authored


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One construct where the author wrote it; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    pointer: str
    kind: str
    name: str
    verdict: Verdict
    why: str

    def __str__(self) -> str:
        named = f" {self.name}" if self.name else ""
        return (
            f"{self.file}:{self.line}:{self.column}: {self.verdict}: {self.kind}{named}: {self.why}"
        )

    def as_json(self) -> Mapping[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Explained:
    """What is done with every construct of a contract, in file and line order."""

    contract: str
    found: Sequence[Found]

    @property
    def totals(self) -> Mapping[str, int]:
        """How many constructs there are of each verdict."""
        count = Counter(each.verdict for each in self.found)
        return {verdict.value: count[verdict] for verdict in Verdict}

    @property
    def by_kind(self) -> Mapping[str, Mapping[str, int]]:
        """The same for each kind of construct; keywords of schemas are one kind each."""
        kinds: dict[str, Counter[str]] = {}
        for each in self.found:
            kinds.setdefault(each.kind, Counter())[each.verdict] += 1
        return {
            kind: {verdict.value: kinds[kind][verdict] for verdict in Verdict}
            for kind in sorted(kinds)
        }

    def lines(self, *, everything: bool = False) -> Iterator[str]:
        """The report as text: what is not enforced, or everything; then a table of totals."""
        for each in self.found:
            if everything or each.verdict is not Verdict.ENFORCED:
                yield str(each)
        kinds = self.by_kind
        width = max(map(len, [*kinds, "total"]))
        if self.found:
            yield ""
        yield f"{'':<{width}}" + "".join(f"  {verdict.value:>10}" for verdict in Verdict)
        for kind, counts in {**kinds, "total": self.totals}.items():
            yield f"{kind:<{width}}" + "".join(f"  {count:>10,}" for count in counts.values())

    def as_json(self) -> Mapping[str, Any]:
        return {
            "contract": self.contract,
            "totals": self.totals,
            "by_kind": self.by_kind,
            "constructs": [each.as_json() for each in self.found],
        }


def explain(path: Path, *, base: Path | None = None) -> Explained:
    """What is done with the contract in the file at `path`. Raises `ContractErrors`."""
    contract = read(path, base=base)
    written = authored(path, base=base)
    unreachable = set(contract.not_addressable)
    walk = Walk(
        written.document,
        {operation.pointer for operation in contract.operations if operation.id in unreachable},
    )
    found = []
    for each in walk.constructs():
        file, line, column, pointer = written.place(each.pointer)
        capability = each.capability
        found.append(
            Found(
                file,
                line,
                column,
                pointer,
                each.kind,
                each.name,
                capability.verdict,
                capability.why,
            )
        )
    return Explained(contract.source, sorted(found))
