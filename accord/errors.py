"""What accord says when its input is wrong.

    AccordError                 anything a user can mend; the command prints it and exits 2
    ├── ContractErrors          one or more faults in contracts, all found in one run
    └── UsageError              a wrong argument, setting, or a missing tool

A `Fault` is a value: stages collect them and raise `ContractErrors` once, so that one run
reports everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a contract.

    `file` is the path as the user gave it, `line` and `column` count from 1 (0: unknown),
    `pointer` is a JSON pointer into that file (``""`` is the whole document).
    """

    file: str
    line: int
    column: int
    pointer: str
    reason: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: #{self.pointer}\n  what: {self.reason}\n  mend: {self.mend}"


class AccordError(Exception):
    """Something a user can mend."""


class UsageError(AccordError):
    """A wrong argument or setting, or a tool that is missing; says what to do."""


class ContractErrors(AccordError):
    """Every fault found in the contracts of one run, in file and line order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
