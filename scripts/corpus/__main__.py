"""The command: `python -m scripts.corpus [--short] [--only PART]… [--no-fuzz] [--no-clients]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.corpus import (
    client_columns,
    contracts,
    growth,
    judging,
    kept,
    quality,
    refusals,
    report,
    stability,
    stage,
)
from scripts.corpus.contracts import Case
from scripts.corpus.report import Row, Target

_GITHUB, _STRIPE = Case("real/github.json"), Case("real/stripe.yaml")
_SHOWN = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="make corpus", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few contracts, no timings")
    parser.add_argument("--only", action="append", help="contracts with this in their path")
    parser.add_argument("--no-fuzz", action="store_true", help="leave Schemathesis out")
    parser.add_argument("--no-clients", action="store_true", help="leave clients out")
    parser.add_argument("--out", type=Path, default=Path("build"), help="where corpus.json goes")
    options = parser.parse_args()
    if not contracts.CORPUS.is_dir():
        print(contracts.HOW_TO_GET_IT, file=sys.stderr)
        return 2
    cases = contracts.short() if options.short else [*contracts.real(), *contracts.features()]
    wanted = [case for case in cases if _is_wanted(case, options.only)]
    folder: Path = options.out.resolve() / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    rows = _rows(wanted, folder, fuzz=not options.no_fuzz)
    if not options.no_clients:
        made = [case for case in wanted if _known(rows, case).get("generated")]
        packages = {case.name: _known(rows, case)["digest"] for case in made}
        client_columns.fill({row.name: row for row in rows}, folder, _groups(made), packages)
    print(report.table(rows, client_columns.HEADINGS, client_columns.cells))
    for row in rows:
        for what, reason in row.known.get("explained", {}).items():
            print(f"explained: {row.name}: {what}: {reason}")
    for row in rows:
        for fault in row.faults[:_SHOWN]:
            print(f"\n{row.name}: {fault}")
    whole = not options.short and not options.only
    targets = _targets(rows, options.no_fuzz)
    if not options.no_clients:
        targets += client_columns.targets(rows)
    if whole:
        targets += _costs(rows, folder)
    for target in targets:
        print(f"{'met ' if target.met else 'MISSED'} {target.name}: {target.value}")
    report.write(options.out / "corpus.json", rows, targets)
    return 0 if all(target.met for target in targets) else 1


def _known(rows: Sequence[Row], case: Case) -> dict[str, Any]:
    return next(row.known for row in rows if row.name == case.name)


def _is_wanted(case: Case, parts: Sequence[str] | None) -> bool:
    return not parts or any(part in case.name for part in parts)


def _rows(cases: Sequence[Case], folder: Path, *, fuzz: bool) -> list[Row]:
    rows = {case.name: Row(case.name) for case in cases}

    def note(key: str, results: dict[str, stage.Result]) -> None:
        for name, result in results.items():
            reason = result.pop("failed", None)
            rows[name].known[key] = reason is None
            rows[name].known.update(result)
            if reason is not None:
                rows[name].faults.append(f"{key}: {reason}")

    first = stage.run("generation", folder, cases)
    digests = {name: result.get("digest") for name, result in first.items()}
    note("generated", first)
    # Another hash seed is another order of every set.
    again = stage.run(
        "generation", folder, cases, {"CORPUS_AGAIN": "1", "PYTHONHASHSEED": "20260101"}
    )
    for name, result in again.items():
        rows[name].known["same_bytes"] = result.get("digest") == digests[name] is not None
    made = [case for case in cases if rows[case.name].known["generated"]]
    names = {case.package: case.name for case in made}
    for key, found in (
        ("mypy", quality.mypy_findings(folder, names, "mypy")),
        ("ruff", quality.ruff_findings(folder, names)),
    ):
        for name, lines in found.items():
            rows[name].known[key] = not lines
            rows[name].faults += [f"{key}: {line}" for line in lines[:_SHOWN]]
    packages = {case.name: rows[case.name].known["digest"] for case in made}
    for group in _groups(made):  # one after the other: their seconds matter
        note("starts", kept.run("serving", folder, group, packages))
    if fuzz:
        with ThreadPoolExecutor(client_columns.PROCESSES) as pool:
            fuzzed = pool.map(
                lambda group: kept.run("conformance", folder, group, packages), _groups(made)
            )
            for raw in fuzzed:
                results = {
                    name: result if "failed" in result else judging.judged(name, result)
                    for name, result in raw.items()
                }
                note("fuzzed", results)
                for name, result in results.items():
                    rows[name].faults += result.get("first_failures", [])
    return list(rows.values())


def _groups(cases: Sequence[Case]) -> list[list[Case]]:
    """The large ones each by itself, largest first; the others share a process."""
    small = [case for case in cases if not case.name.startswith("real/")]
    large = [case for case in cases if case not in small]
    return [*([case] for case in reversed(large)), *([small] if small else [])]


def _targets(rows: Sequence[Row], without_fuzz: bool) -> list[Target]:
    targets = [_all(rows, key) for key in report.MARKS]
    if not without_fuzz:
        declared = sum(row.addressable for row in rows)
        served = sum(row.known.get("served", 0) for row in rows)
        targets.append(Target("operations served", served, declared, served == declared))
        failures = sum(row.known.get("failures", 0) for row in rows)
        tested = all(row.known.get("fuzzed") for row in rows)
        targets.append(Target("failures in coverage", failures, 0, tested and not failures))
    wrong = {
        case.name: reason for case in contracts.negative() if (reason := refusals.verdict(case))
    }
    targets.append(Target("negative contracts judged wrongly", wrong, {}, not wrong))
    return targets


def _all(rows: Sequence[Row], key: str) -> Target:
    lacking = [row.name for row in rows if not row.known.get(key)]
    value = f"{len(rows) - len(lacking)} of {len(rows)}"
    return Target(key, value, len(rows), not lacking)


def _is(value: Any, wanted: Any) -> tuple[Any, Any, bool]:
    return value, wanted, value == wanted


def _costs(rows: Sequence[Row], folder: Path) -> list[Target]:
    known = _known(rows, _GITHUB)
    ours, floor = stability.cost_against_generator(_GITHUB)
    ratio = round(ours / floor, 2)
    touched = stability.lines_touched(_STRIPE, folder)
    changed = sum(came + gone for came, gone in touched.values())
    slower = round(growth.ratio(folder), 2)
    return [
        Target("github.json generated, × datamodel-code-generator", ratio, 1.5, ratio <= 1.5),
        *(
            Target(f"github.json {name}", known.get(key), limit, known.get(key, 99.0) <= limit)
            for name, key, limit in (
                ("import, s", "import_s", 2.0),
                ("start, s", "start_s", 3.0),
                ("first validated POST, s", "first_post_s", 3.0),
                ("every validator, s", "validators_s", 15.0),
            )
        ),
        Target("github.json first POST, status", *_is(known.get("first_post"), 422)),
        Target("seconds an operation, of 800 to those of 200", slower, 1.3, slower <= 1.3),
        Target("stripe.yaml with one schema more: other lines changed", changed, 0, changed == 0),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
