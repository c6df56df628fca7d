"""The gates as subcommands: arguments in, a page on standard output, an exit code back.

0: nothing to say against it. 1: a verdict against it. 2: a fault of use, printed by `accord.cli`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from accord import spec
from accord.errors import UsageError
from accord.gates import breaking as gate
from accord.gates import releases
from accord.gates.check import check as run_gates
from accord.gates.finding import Finding
from accord.gates.project import commands, fuzz_settings, served


def breaking(root: Path, old: Path | None = None, new: Path | None = None) -> int:
    """Compare `new` with `old`, or every served contract with its latest release."""
    if (old is None) != (new is None):
        raise UsageError("give both OLD and NEW, or neither to compare with the frozen releases")
    if old is not None and new is not None:
        return _print(gate.compare(root, old, new))
    comparisons = gate.compare_served(root)
    for comparison in comparisons:
        if comparison.old is None:
            print(f"{comparison.name}: nothing is released yet, nothing to compare with")
    return _print(finding for comparison in comparisons for finding in comparison.findings)


def check(root: Path, *, as_json: bool = False) -> int:
    """Run every gate that needs the text of contracts only."""
    page = run_gates(root)
    print(json.dumps(page.as_json(), indent=2) if as_json else page)
    return page.exit_code


def release(root: Path, name: str, version: str) -> int:
    """Freeze the served contract `name` as `version`."""
    frozen = releases.freeze(root, name, version)
    print(f"{frozen.path.relative_to(root)} is frozen, {releases.digest(frozen.path)}")
    return 0


def fuzz(
    root: Path,
    names: Iterable[str] = (),
    *,
    url: str | None = None,
    token: str | None = None,
    seed: int | None = None,
    max_examples: int | None = None,
) -> int:
    """Fuzz the application against its served contracts, and write build/fuzz.json.

    `url` is an application that runs already, `token` a bearer token for it.
    """
    # Schemathesis takes a second to import: only this subcommand pays for it.
    from accord.gates import application
    from accord.gates import fuzz as fuzzing

    sources = [served(root, name) for name in names] or [
        source for source in spec.discover(root) if source.kind == "served"
    ]
    contracts = [spec.read(source.path, name=source.name, base=root) for source in sources]
    settings = fuzz_settings(root)
    reports = []

    def test(at: application.Running) -> None:
        for contract in contracts:
            report = fuzzing.fuzz(
                contract.name,
                contract.document,
                at,
                seed=fuzzing.SEED if seed is None else seed,
                max_examples=fuzzing.MAX_EXAMPLES if max_examples is None else max_examples,
                settings=settings,
            )
            print(report, flush=True)
            reports.append(report)

    if url is not None:
        test(application.Running(url.rstrip("/"), token))
    else:
        with application.running(root, commands(root)) as started:
            test(started)
    out = root / "build" / "fuzz.json"
    out.parent.mkdir(exist_ok=True)
    page = [report.as_json() for report in reports]
    out.write_text(json.dumps(page, indent=2) + "\n", encoding="utf-8")
    return int(not all(report.passed for report in reports))


def _print(findings: Iterable[Finding]) -> int:
    count = 0
    for finding in findings:
        print(f"{finding}\n")
        count += 1
    if count:
        print(f"{count} breaking changes")
    return int(count > 0)
