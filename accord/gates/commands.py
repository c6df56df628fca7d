"""The gates as subcommands: arguments in, a page on standard output, an exit code back.

0: nothing to say against it. 1: a verdict against it. 2: a fault of use, printed by `accord.cli`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from accord.errors import UsageError
from accord.gates import approvals, releases, reports
from accord.gates import breaking as gate
from accord.gates import release as releasing
from accord.gates.check import STATIC, Gate
from accord.gates.check import check as run_gates
from accord.gates.finding import Finding, listed
from accord.gates.proofs import prove

_NO_MORE = "shows nothing any more: the contracts have changed since"


def breaking(
    root: Path,
    old: Path | None = None,
    new: Path | None = None,
    *,
    today: date | None = None,
    propose: bool = False,
    as_json: bool = False,
    approved: bool = False,
) -> int:
    """Compare `new` with `old`, or every served contract with each supported release, approvals
    applied as of `today`. With `propose` entries for openapi/approvals.yaml are printed, with
    `approved` breaks that are approved too."""
    if (old is None) != (new is None):
        raise UsageError("give both OLD and NEW, or neither to compare with the frozen releases")
    if old is not None and new is not None:
        return _print(_kept(root, gate.compare(root, old, new)), as_json=as_json)
    today = today or datetime.now(UTC).date()
    comparisons = gate.compare_served(root, today=today)
    for comparison in comparisons:
        if comparison.old is None and not as_json:
            print(f"{comparison.name}: nothing is released yet, nothing to compare with")
    findings = [finding for comparison in comparisons for finding in comparison.findings]
    judged = _kept(root, approvals.apply(root, findings, today))
    if propose:
        print(approvals.proposals(judged), end="")
        return int(any(finding.fails for finding in judged))
    return _print(judged, as_json=as_json, approved=approved)


def witness(
    root: Path,
    files: Iterable[Path] = (),
    *,
    run: bool = False,
    url: str | None = None,
    token: str | None = None,
) -> int:
    """Repeat the witnesses in `files`, or all that are kept: against the contracts as they are now
    and, with `run` or `url`, against the application."""
    from accord.gates import evidence
    from accord.gates.application import Running, running
    from accord.gates.project import commands

    kept = tuple(evidence.read(root, files))
    with ExitStack() as stack:
        application = Running(url.rstrip("/"), token) if url else None
        if run and kept:
            application = stack.enter_context(running(root, commands(root)))
        where = (application.url, application.token) if application else ()
        refused = 0
        for each, refusal, sent in evidence.repeat(root, kept, *where):
            refused += refusal is not None
            print(f"{each.file}: {each.what}")
            print(f"  {each.witness.lines[0]}")
            print(f"  {f'{each.witness.sentence}: {refusal}' if refusal else _NO_MORE}")
            if sent is not None:
                print(f"  {sent}")
    print(f"{refused} of {len(kept)} witnesses show a break")
    return int(bool(refused))


def check(
    root: Path,
    *,
    static: bool = False,
    format_: str = "page",
    also: Iterable[str] = (),
    today: date | None = None,
) -> int:
    """Run every gate as of `today`, or with `static` those that need the text of contracts only.
    The page is printed in `format_`, and written as each `FORMAT=FILE` of `also` says."""
    targets = [reports.target(each) for each in also]
    day = today or datetime.now(UTC).date()
    breaks = approvals.judge if static else _breaking_in_fact
    gates: dict[str, Gate] = {**STATIC, "breaking": partial(breaks, today=day)}
    page = run_gates(root, gates, None if static else partial(prove, today=day))
    _kept(root, [finding for verdict in page.verdicts for finding in verdict.findings])
    print(reports.FORMATS[format_](page), flush=True)
    for target in targets:
        reports.write(page, target)
    return page.exit_code


def release(root: Path, name: str, version: str, *, today: date | None = None) -> int:
    """Freeze the served contract `name` as `version`, with its client package and a recording of
    what the application answers, and write the change log."""
    # The package takes the generator, the recording Schemathesis: other subcommands need neither.
    from accord.gates.replay.freezing import evidence

    day = today or datetime.now(UTC).date()
    outcome = releasing.release(root, name, version, day, evidence)
    if outcome.release is None:
        _print(outcome.findings, as_json=False)
        print(f"{name} {version} is not released")
        return 1
    frozen = outcome.release.path
    change = f" ({outcome.bump} changes)" if outcome.bump else ""
    print(f"{frozen.relative_to(root)} is frozen{change}, {releases.digest(frozen)}")
    for beside in (outcome.release.wheel, outcome.release.recording):
        if beside is not None:
            print(f"{beside.relative_to(root)} beside it")
    if outcome.release.recording is None:
        print(f"nothing is recorded of {name} {version}: nothing says how the application starts")
    return 0


def replay(
    root: Path,
    names: Sequence[str] = (),
    *,
    parts: Sequence[str] = (),
    today: date | None = None,
    seed: int | None = None,
    max_examples: int | None = None,
    propose: bool = False,
    approved: bool = False,
    as_json: bool = False,
) -> int:
    """Replay the supported releases of the contracts `names` before the application, and write
    build/replay.json. `propose` and `approved` are as in `breaking`."""
    from accord.gates.fuzz.run import SEED
    from accord.gates.replay.gate import Replay
    from accord.gates.replay.outcome import PARTS
    from accord.gates.replay.promises import MAX_EXAMPLES

    day = today or datetime.now(UTC).date()
    whole = Replay(
        root,
        day,
        tuple(names),
        tuple(parts) or PARTS,
        SEED if seed is None else seed,
        max_examples or MAX_EXAMPLES,
    )
    findings: list[Finding] = []
    pages = []
    for replayed in whole.run():
        if not as_json and not propose:
            print(replayed, flush=True)
        findings += replayed.findings
        pages.append(replayed.as_json())
    reports.keep(root, "replay", pages)
    whole_project = not names and not parts
    judged = approvals.apply_to_replay(root, findings, day, whole=whole_project)
    if propose:
        print(approvals.proposals(judged), end="")
        return int(any(finding.fails for finding in judged))
    return _print(judged, as_json=as_json, approved=approved)


def fuzz(
    root: Path,
    names: Iterable[str] = (),
    *,
    url: str | None = None,
    token: str | None = None,
    seed: int | None = None,
    seeds: int = 1,
    max_examples: int | None = None,
    since: str | None = None,
    learn: bool = True,
    raise_floor: bool = False,
) -> int:
    """Fuzz the application against its served contracts, and write build/fuzz.json.

    `url` is an application that runs already, `token` a bearer token for it. `Campaign` says what
    the others are.
    """
    # Schemathesis takes a second to import: only this subcommand pays for it.
    from accord.gates.application import Running
    from accord.gates.fuzz.campaign import Campaign

    if seeds < 1:
        raise UsageError(f"--seeds {seeds} is no number of runs\n  mend: 1 or more")
    campaign = Campaign(
        root,
        tuple(names),
        seed=seed,
        seeds=seeds,
        max_examples=max_examples,
        since=since,
        learn=learn,
        raise_floor=raise_floor,
    )
    done = []
    for report in campaign.run(Running(url.rstrip("/"), token) if url else None):
        print(report, flush=True)
        done.append(report)
    reports.keep(root, "fuzz", [report.as_json() for report in done])
    return int(not all(report.passed for report in done))


def _breaking_in_fact(root: Path, today: date) -> Iterable[Finding]:
    """The breaking gate, its witnesses sent to the application."""
    findings = approvals.judge(root, today)
    if not any(finding.evidence and finding.evidence.file for finding in findings):
        return findings
    from accord.gates.application import running
    from accord.gates.evidence import in_fact
    from accord.gates.project import commands

    with running(root, commands(root)) as application:
        return in_fact(root, findings, application.url, application.token)


def _kept(root: Path, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings, their witnesses written."""
    if any(finding.evidence is not None for finding in findings):
        from accord.gates.evidence import keep

        keep(root, findings)
    return findings


def _print(findings: Iterable[Finding], *, as_json: bool, approved: bool = False) -> int:
    found = list(findings)
    failing = sum(finding.fails for finding in found)
    if as_json:
        print(json.dumps([finding.as_json() for finding in found], indent=2))
        return int(bool(failing))
    for text in listed(found, approved=approved):
        print(f"{text}\n")
    if failing:
        print(f"{failing} finding{'s' * (failing > 1)} that break{'s' * (failing == 1)} the build")
    elif found:
        print("nothing that breaks the build")
    return int(bool(failing))
