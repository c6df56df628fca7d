"""The gates that need the application to run: each on its own fresh one, as many at a time as there
are processors.

A contract is replayed in one process and fuzzed in another. Whatever order they end in, the page is
the same.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import AccordError
from accord.gates import approvals, reports
from accord.gates.check import Verdict
from accord.gates.finding import Finding

QUICK_EXAMPLES = 10
"""Generated requests for each operation, on average: people wait for this."""
REPLAY = ("contracts", "scenarios", "differences")
REPEAT: Mapping[str, str] = {
    "cases": f"accord fuzz --max-examples {QUICK_EXAMPLES}",
    **{part: f"accord replay --only {part}" for part in REPLAY},
    "fuzz": f"accord fuzz --max-examples {QUICK_EXAMPLES}",
}
"""The gates in the order of the page, and what repeats each alone."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What one gate says of one contract, or of one release of it; `tried` is what was tried, in
    words (empty: nothing), `repeat` tries it again."""

    gate: str
    seconds: float = 0.0
    tried: str = ""
    repeat: str = ""
    findings: tuple[Finding, ...] = ()
    fault: str | None = None

    def __str__(self) -> str:
        failing = sum(finding.fails for finding in self.findings)
        approved = sum(bool(finding.approval) for finding in self.findings)
        verdict = f"{failing} against it" if failing else "kept"
        verdict += f", {approved} approved" if approved else ""
        return f"{self.tried}: {verdict}: {self.repeat}"


Outcome = tuple[list[Proof], list[dict[str, Any]]]
"""What the gates of one process say, and its part of build/replay.json or build/fuzz.json."""


def prove(root: Path, today: date) -> Iterator[Verdict]:
    """The verdicts on the served contracts of the project at `root`, in order; build/replay.json
    and build/fuzz.json are written."""
    names = [source.name for source in spec.discover(root) if source.kind == "served"]
    processors = max(1, min(2 * len(names), os.cpu_count() or 1))
    with ProcessPoolExecutor(processors, multiprocessing.get_context("spawn")) as pool:
        # The newest contract has most to be asked.
        replays = {name: pool.submit(_replay, root, name, today) for name in reversed(names)}
        fuzzes = {name: pool.submit(_fuzz, root, name) for name in reversed(names)}
        proofs = [
            *_together(root, "replay", [replays[name] for name in names]),
            *_together(root, "fuzz", [fuzzes[name] for name in names]),
        ]
    proofs = _approved(root, proofs, today)
    for gate, repeat in REPEAT.items():
        own = [proof for proof in proofs if proof.gate == gate]
        yield Verdict(
            gate,
            tuple(finding for proof in own for finding in proof.findings),
            next((proof.fault for proof in own if proof.fault is not None), None),
            sum(proof.seconds for proof in own),
            tuple(str(proof) for proof in own if proof.tried),
            repeat,
        )


def _together(root: Path, name: str, jobs: Sequence[Future[Outcome]]) -> list[Proof]:
    done = [job.result() for job in jobs]
    reports.keep(root, name, [page for _, pages in done for page in pages])
    return [proof for proofs, _ in done for proof in proofs]


def _approved(root: Path, proofs: Sequence[Proof], today: date) -> list[Proof]:
    """The proofs with what is approved of the replay as notices, and what is wrong with approvals
    with the last of them."""
    own = [proof for proof in proofs if proof.gate in REPLAY]
    found = [finding for proof in own for finding in proof.findings]
    whole = all(proof.fault is None for proof in own)
    try:
        judged = list(approvals.apply_to_replay(root, found, today, whole=whole))
    except AccordError as error:
        return [
            replace(proof, fault=str(error)) if proof.gate in REPLAY else proof for proof in proofs
        ]
    told = []
    for proof in proofs:
        if proof.gate in REPLAY:
            count = len(proof.findings)
            proof, judged = replace(proof, findings=tuple(judged[:count])), judged[count:]
        told.append(proof)
    return [*told, Proof(REPLAY[-1], findings=tuple(judged))]


def _replay(root: Path, name: str, today: date) -> Outcome:
    from accord.gates.replay.gate import Replay

    try:
        done = list(Replay(root, today, (name,)).run())
    except AccordError as error:
        return [Proof(part, fault=str(error)) for part in REPLAY], []
    proofs = [
        Proof(
            part,
            each.seconds[part],
            each.tried(part),
            f"{each.repeat} --only {part}",
            tuple(each.of(part)),
        )
        for part in REPLAY
        for each in done
    ]
    return proofs, [each.as_json() for each in done]


def _fuzz(root: Path, name: str) -> Outcome:
    from accord.gates.fuzz.campaign import CASES, Campaign

    campaign = Campaign(root, (name,), max_examples=QUICK_EXAMPLES)
    try:
        (report,) = campaign.run()
    except AccordError as error:
        return [Proof(gate, fault=str(error)) for gate in (CASES, "fuzz")], []
    seconds = {phase.name: phase.seconds for phase in report.phases}
    cases = seconds.pop(CASES, 0.0)
    findings = list(campaign.findings(report))
    # Where a case fails nothing is generated.
    cases_fail = [phase.name for phase in report.phases] == [CASES]
    told = f"{report.replayed} cases" if report.replayed else "no case is kept"
    sent = report.cases - report.replayed
    generated = f"{sent} requests over {report.operations} operations, seed {report.seed}"
    repeat = f"accord fuzz {name} --max-examples {QUICK_EXAMPLES}"
    first, second = (findings, []) if cases_fail else ([], findings)
    proofs = [
        Proof(CASES, cases, f"{name}: {told}", repeat, tuple(first)),
        Proof(
            "fuzz",
            sum(seconds.values()),
            f"{name}: {'nothing, before its cases pass' if cases_fail else generated}",
            repeat,
            tuple(second),
        ),
    ]
    return proofs, [report.as_json()]
