"""What a mutant of the application is: an exact edit of its text that breaks a promise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class DoesNotApply(Exception):
    """The text that a mutant replaces is not there any more, or not in one place."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """In `file`, `old` becomes `new`: the one place of it, or the first after the text `after`.

    `kind` is what sort of fault it is, `operations` the operationIds that it is seen in (of version
    2 unless they say `v1.`).
    """

    kind: str
    operations: tuple[str, ...]
    file: str
    old: str
    new: str
    after: str = ""

    @property
    def name(self) -> str:
        """How it is shown."""
        return f"{', '.join(self.operations)}: {self.kind} ({Path(self.file).name})"

    def apply(self, root: Path) -> None:
        """Edits the project at `root`. Raises `DoesNotApply`."""
        path = root / self.file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        start = text.find(self.after)
        count = text[start:].count(self.old) if start >= 0 else 0
        if count == 0 or (count > 1 and not self.after):
            where = f" after {self.after!r}" if self.after else ""
            raise DoesNotApply(
                f"{self.name}: {self.file} has {self.old!r}{where} {count} times, not once\n"
                "  mend: the code has changed; let the mutant edit it as it is now"
            )
        mutated = text[:start] + text[start:].replace(self.old, self.new, 1)
        path.write_text(mutated, encoding="utf-8")
