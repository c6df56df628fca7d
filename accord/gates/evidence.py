"""Witnesses beside the findings that they show: made for each comparison, kept under
build/witnesses, repeated and sent by `accord witness`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accord.errors import UsageError
from accord.gates import law
from accord.gates.finding import Evidence, Finding
from accord.gates.witness.search import Search
from accord.gates.witness.send import Sender, Sent
from accord.gates.witness.sides import is_about_values
from accord.gates.witness.versions import Versions
from accord.gates.witness.witness import Withdrawn, Witness

FOLDER = Path("build", "witnesses")
_MOST_SEARCHED = 300
"""Breaks of one comparison that witnesses are looked for: a contract that was turned over has
thousands, and nobody reads them."""
_MOST_OF_A_CHANGE = 3
"""Operations that one change is shown for: the others have it by the same schema."""


class Witnesses:
    """Looks for what shows the breaks between `old` and `new`, files under `root` or elsewhere."""

    def __init__(
        self, root: Path, old: Path, new: Path, before: law.Document, after: law.Document
    ) -> None:
        self._search = Search(before, after)
        self._contracts = {"old": _shown(old, root), "new": _shown(new, root)}
        self._left = _MOST_SEARCHED
        self._shown: dict[tuple[str, str | None, str | None], list[Evidence]] = {}

    def add(self, finding: Finding, found: law.Break) -> Finding | None:
        """The finding with its witness; as a mere note where it is proved that there is none. None
        for a suspicion that nothing shows."""
        if finding.axis != "wire" or self._left <= 0:
            return None if found.is_suspected else finding
        change = (found.rule, found.old, found.new)
        shown = self._shown.setdefault(change, [])
        if len(shown) >= _MOST_OF_A_CHANGE:
            return replace(finding, evidence=_as_for(shown[0]))
        self._left -= 1
        verdict = self._search.of(found)
        if found.is_suspected and not isinstance(verdict, Witness):
            return None
        if isinstance(verdict, Withdrawn):
            said = f"{finding.what}; withdrawn: {verdict.why}"
            return replace(finding, what=said, level="notice", axis="")
        if not isinstance(verdict, Witness):
            none = Evidence((f"none: {verdict.why}",), "", {})
            return replace(finding, evidence=none) if is_about_values(found) else finding
        kept = {
            "rule": finding.rule,
            "operation": finding.operation,
            "what": finding.what,
            "contracts": self._contracts,
            "witness": verdict.as_json(),
        }
        file = (FOLDER / f"{finding.rule}-{_digest(kept)}.json").as_posix()
        lines = (*verdict.lines, f"repeat: accord witness {file}")
        evidence = Evidence(lines, file, kept)
        shown.append(evidence)
        return replace(finding, evidence=evidence)


def keep(root: Path, findings: Iterable[Finding]) -> None:
    """Writes the witnesses of `findings` under `root`; those of earlier runs go."""
    evidence = [each.evidence for each in findings if each.evidence and each.evidence.file]
    for path in (root / FOLDER).glob("*.json"):
        path.unlink()
    for each in evidence:
        path = root / each.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(each.data, indent=2, ensure_ascii=False) + "\n", "utf-8")


def in_fact(
    root: Path, findings: Iterable[Finding], url: str, token: str | None
) -> tuple[Finding, ...]:
    """The findings, each witness with what the application at `url` makes of it.

    Raises `UsageError` where the application does not answer.
    """
    told = []
    versions = _Pairs(root)
    for finding in findings:
        evidence = finding.evidence
        if evidence is not None and evidence.file:
            kept = _kept(root, root / evidence.file, evidence.data)
            sent = Sender(versions.of(kept), url, token).send(kept.witness)
            *lines, repeat_ = evidence.lines
            evidence = replace(evidence, lines=(*lines, str(sent), f"{repeat_} --run"))
        told.append(replace(finding, evidence=evidence))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class Kept:
    """A witness that was kept in `file`; `what` is the finding that it shows."""

    file: Path
    operation: str
    what: str
    old: Path
    new: Path
    witness: Witness


def read(root: Path, files: Iterable[Path] = ()) -> Iterator[Kept]:
    """The witnesses in `files`, or all that are kept under `root`. Raises `UsageError` for a file
    that is none."""
    for path in tuple(files) or sorted((root / FOLDER).glob("*.json")):
        try:
            yield _kept(root, path, json.loads(path.read_text("utf-8")))
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} is no witness: {error!r}") from error


def repeat(
    root: Path, kept: Iterable[Kept], url: str | None = None, token: str | None = None
) -> Iterator[tuple[Kept, str | None, Sent | None]]:
    """Each with why it is refused by the contracts as they are now (None: it shows nothing any
    more), and with what the application at `url` makes of it."""
    pairs = _Pairs(root)
    for each in kept:
        versions = pairs.of(each)
        sent = None if url is None else Sender(versions, url, token).send(each.witness)
        yield each, versions.confirm(each.witness), sent


class _Pairs:
    """Versions of contracts, each pair read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[Path, Path], Versions] = {}

    def of(self, kept: Kept) -> Versions:
        """The versions that a witness stands between."""
        key = (kept.old, kept.new)
        if key not in self._known:
            self._known[key] = Versions(*(law.Document(path, self._root) for path in key))
        return self._known[key]


def _kept(root: Path, file: Path, data: Mapping[str, Any]) -> Kept:
    contracts = data["contracts"]
    return Kept(
        file=file,
        operation=data["operation"],
        what=data["what"],
        old=root / contracts["old"],
        new=root / contracts["new"],
        witness=Witness.from_json(data["witness"]),
    )


def _as_for(evidence: Evidence) -> Evidence:
    """What shows the same change for another operation."""
    lines = (f"as for {evidence.data['operation']}", evidence.lines[-1])
    return Evidence(lines, "", {"as": evidence.file})


def _shown(path: Path, root: Path) -> str:
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return path.absolute().as_posix()


def _digest(kept: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()[:8]
