"""What a run finds wrong, kept as values until the run can say all of it at once."""

from __future__ import annotations

from accord.errors import ContractErrors, Fault
from accord.spec.files import File
from accord.spec.pointers import parent


class Findings:
    """Faults and warnings of one contract.

    Stages after bundling speak of places in the bundled document; `moved` tells where a part
    of it came from, so that faults name the file that the author wrote.
    """

    def __init__(self, root: File) -> None:
        self._root = root
        self._origins: dict[str, tuple[File, str]] = {}
        self._faults: list[tuple[File, str, str, str]] = []
        self._warnings: list[tuple[File, str, str, str]] = []
        self._ready: list[Fault] = []

    def moved(self, pointer: str, file: File, source: str) -> None:
        """What is at `pointer` of the bundled document was written at `source` in `file`."""
        self._origins[pointer] = (file, source)

    def origin(self, pointer: str) -> tuple[File, str]:
        """The file and pointer that a bundled pointer came from."""
        above = pointer
        while above not in self._origins:
            if not above:
                return self._root.written(pointer)
            above = parent(above)
        file, source = self._origins[above]
        return file.written(source + pointer[len(above) :])

    def fault(self, pointer: str, reason: str, mend: str) -> None:
        """Something wrong at a bundled pointer."""
        self._faults.append((*self.origin(pointer), reason, mend))

    def fault_in(self, file: File, pointer: str, reason: str, mend: str) -> None:
        """Something wrong at a pointer of one file."""
        self._faults.append((file, pointer, reason, mend))

    def warn_in(self, file: File, pointer: str, reason: str, mend: str) -> None:
        """The same as `warn`, at a pointer of one file."""
        self._warnings.append((file, pointer, reason, mend))

    def warn(self, pointer: str, reason: str, mend: str) -> None:
        """Something wrong that the contract can be read without; a fault under strict."""
        self._warnings.append((*self.origin(pointer), reason, mend))

    def include(self, error: ContractErrors) -> None:
        """The faults of a file that could not be read."""
        self._ready.extend(error.faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Each warning once, in file and line order."""
        return _sorted(self._warnings)

    def stop(self, *, strict: bool = False) -> None:
        """Raises `ContractErrors` with every fault so far, and under `strict` every warning."""
        faults = [*self._ready, *_sorted(self._faults)]
        if strict:
            faults += self.warnings
        if faults:
            raise ContractErrors(faults)


def _sorted(found: list[tuple[File, str, str, str]]) -> tuple[Fault, ...]:
    return tuple(
        sorted({file.fault(pointer, reason, mend) for file, pointer, reason, mend in found})
    )
