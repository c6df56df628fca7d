"""Breaking changes that are made on purpose: `openapi/approvals.yaml`.

An approval names one break: its rule, its operation, the pointer, and the digests of what stood
and stands there. It has an owner, a reason, a ticket and a last day. One that has expired, matches
nothing or would match more than one break fails the gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from accord.errors import ContractErrors, Fault
from accord.gates.breaking import compare_served
from accord.gates.finding import Finding, Place
from accord.gates.releases import FOLDER, order
from accord.spec.files import File, Files

GATE = "breaking"
FILE = Path("openapi", "approvals.yaml")
REPLAYED = "replay-"
"""What the rules of the replay begin with."""
_TEXTS = ("rule", "operation", "pointer", "owner", "reason", "ticket", "expires")
_ENTRY = """\
- rule: {finding.rule}
  operation: {operation}
  pointer: {pointer}
  digests:
    base: {finding.base}
    revision: {finding.revision}
  owner: # who answers for it
  reason: # why callers must bear it
  ticket: # where it was agreed
  expires: # the last day, as in '2027-01-31'
"""


@dataclass(frozen=True, slots=True)
class Approval:
    """One entry, at `place`."""

    rule: str
    operation: str
    pointer: str
    base: str
    revision: str
    owner: str
    reason: str
    ticket: str
    expires: date
    place: Place

    def covers(self, finding: Finding) -> bool:
        """Whether it names this very break."""
        return (self.rule, self.operation, self.pointer, self.base, self.revision) == (
            finding.rule,
            call(finding.operation),
            finding.subject,
            finding.base,
            finding.revision,
        )

    def means(self, finding: Finding) -> bool:
        """Whether a break lies within what it names, were it read as a pattern."""
        return (
            _within(finding.rule, self.rule)
            and _within(call(finding.operation), self.operation)
            and (
                _within(finding.subject, self.pointer)
                or finding.subject.startswith(f"{self.pointer}/")
            )
        )

    def __str__(self) -> str:
        return f"{self.rule} of {self.operation or 'the contract'} at {self.pointer}"


def judge(root: Path, today: date) -> tuple[Finding, ...]:
    """Every served contract against its supported releases: breaks, those that are approved as
    notices, and what is wrong with approvals.

    Raises as `compare_served` does, and `ContractErrors` for entries that are not complete.
    """
    comparisons = compare_served(root, today=today)
    return apply(root, [each for one in comparisons for each in one.findings], today)


def apply(root: Path, findings: Sequence[Finding], today: date) -> tuple[Finding, ...]:
    """`findings` with those that are approved as notices, and after them the approvals that have
    expired, match nothing or are too broad."""
    approvals = [each for each in _read(root) if not each.rule.startswith(REPLAYED)]
    judged = _judged(approvals, findings, today)
    return (*judged, *_wrong(approvals, findings, today))


def apply_to_replay(
    root: Path, findings: Sequence[Finding], today: date, *, whole: bool = True
) -> tuple[Finding, ...]:
    """What a replay found, with what is approved as notices: by an entry of its own, or by an
    approved break of the same operation since the same release, which it shows in fact. After them
    what is wrong with entries, if the `whole` project was replayed.

    Raises as `judge` does.
    """
    approvals = [each for each in _read(root) if each.rule.startswith(REPLAYED)]
    judged = _judged(approvals, findings, today)
    if any(finding.fails for finding in judged):
        expected = _expected(root, today)
        judged = [_as_expected(finding, expected) for finding in judged]
    return (*judged, *(_wrong(approvals, findings, today) if whole else ()))


Expected = Mapping[tuple[str, str], tuple[tuple[int, ...], str]]
"""By contract and operation: the newest release that an approved break is a break of, and who
approved it."""


def _expected(root: Path, today: date) -> Expected:
    found: dict[tuple[str, str], tuple[tuple[int, ...], str]] = {}
    for comparison in compare_served(root, today=today):
        for finding in apply(root, comparison.findings, today):
            if finding.approval and comparison.old is not None:
                key = (comparison.name, call(finding.operation))
                newest = (order(comparison.old.stem), finding.approval)
                found[key] = max(newest, found.get(key, newest))
    return found


def _as_expected(finding: Finding, expected: Expected) -> Finding:
    if not finding.fails or finding.was is None:
        return finding
    release = Path(finding.was.file)
    name = release.parent.relative_to(FOLDER).as_posix()
    newest, approval = expected.get((name, call(finding.operation)), ((), ""))
    if newest < order(release.stem):
        return finding
    return replace(finding, level="notice", approval=f"{approval}, as a break of the contract")


def _judged(
    approvals: Sequence[Approval], findings: Sequence[Finding], today: date
) -> list[Finding]:
    valid = [approval for approval in approvals if approval.expires >= today]
    judged = []
    for finding in findings:
        approval = next((each for each in valid if each.covers(finding)), None)
        if approval is not None:
            said = f"{approval.owner}, {approval.ticket}, until {approval.expires}"
            finding = replace(finding, level="notice", approval=said)
        judged.append(finding)
    return judged


def proposals(findings: Sequence[Finding]) -> str:
    """Entries for all that fails, for whoever answers for them to fill in."""
    return "\n".join(
        _ENTRY.format(
            finding=finding,
            operation=call(finding.operation) or "''",
            pointer=finding.subject or "''",
        )
        for finding in findings
        if finding.fails and finding.base
    )


def call(operation: str) -> str:
    """`GET /v2/items (listItems)` without the name, which may change."""
    return operation.partition(" (")[0]


def _wrong(
    approvals: Sequence[Approval], findings: Sequence[Finding], today: date
) -> Iterator[Finding]:
    same = Counter(
        (each.rule, each.operation, each.pointer, each.base, each.revision) for each in approvals
    )
    for approval in approvals:
        key = (
            approval.rule,
            approval.operation,
            approval.pointer,
            approval.base,
            approval.revision,
        )
        covered = [finding for finding in findings if approval.covers(finding)]
        meant = [finding for finding in findings if approval.means(finding)]
        if approval.expires < today:
            said = f"the approval of {approval} expired on {approval.expires}"
            mend = "take the break back, or agree on a later day"
            yield _fault("approval-expired", said, mend, approval)
        elif not covered and meant:
            said = f"the approval of {approval} is for {len(meant)} breaks or another state of them"
            mend = "one entry for each break, with its own pointer and digests: " + (
                "`accord breaking --propose` and `accord replay --propose` write them"
            )
            yield _fault("approval-too-broad", said, mend, approval)
        elif not covered or same[key] > 1:
            said = f"the approval of {approval} matches no break that another does not"
            yield _fault("approval-stale", said, "remove it", approval)


def _fault(rule: str, said: str, mend: str, approval: Approval) -> Finding:
    return Finding(GATE, rule, "error", f"{said}: {mend}", approval.place)


def _within(text: str, pattern: str) -> bool:
    head, star, _ = pattern.partition("*")
    return text.startswith(head) if star else text == pattern or not pattern


def _read(root: Path) -> Iterator[Approval]:
    path = root / FILE
    if not path.exists():
        return
    file = Files(root).load(path)
    entries = file.data.get("approvals") if isinstance(file.data, dict) else None
    if not isinstance(entries, list):
        mend = "write `approvals: []`, or entries as the comment in the file says"
        raise ContractErrors([file.fault("", "there is no list of approvals", mend)])
    faults: list[Fault] = []
    approvals = []
    for index, entry in enumerate(entries):
        at = f"/approvals/{index}"
        found = list(_faults(entry, at, file))
        faults += found
        if not found:
            digests = entry["digests"]
            texts = {key: str(entry[key] or "") for key in _TEXTS[:-1]}
            approvals.append(
                Approval(
                    **texts,
                    base=str(digests["base"]),
                    revision=str(digests["revision"]),
                    expires=date.fromisoformat(str(entry["expires"])),
                    place=Place(file.shown, *file.place(at), at),
                )
            )
    if faults:
        raise ContractErrors(faults)
    yield from approvals


def _faults(entry: Any, at: str, file: File) -> Iterator[Fault]:
    if not isinstance(entry, dict):
        yield file.fault(at, "this approval is not a mapping", "write `rule`, `operation` …")
        return
    for key in _TEXTS:
        if key not in entry or (entry[key] in (None, "") and key not in ("operation", "pointer")):
            mend = f"add `{key}`; the comment at the top of the file says what it is"
            yield file.fault(at, f"this approval has no {key!r}", mend)
    digests = entry.get("digests")
    if not isinstance(digests, dict) or not {"base", "revision"} <= digests.keys():
        mend = "copy both from `accord breaking --propose`"
        yield file.fault(at, "this approval is bound to no digests", mend)
    try:
        date.fromisoformat(str(entry.get("expires")))
    except ValueError:
        if entry.get("expires"):
            said = f"{entry['expires']!r} is no day"
            yield file.fault(f"{at}/expires", said, "write it as '2027-01-31'")
