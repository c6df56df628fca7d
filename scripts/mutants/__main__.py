"""The command: `python -m scripts.mutants [--contracts | --application] [--only WORDS]`."""

from __future__ import annotations

import argparse
import sys

import scripts.mutants.kinds  # noqa: F401  (fills KINDS)
from accord.spec import read
from scripts.mutants.application import report as application
from scripts.mutants.application.items import ITEMS
from scripts.mutants.application.judge import judged
from scripts.mutants.application.orders import ORDERS, SHARED
from scripts.mutants.contracts import CORPUS, ROOT, contracts
from scripts.mutants.mutants import make
from scripts.mutants.report import Report
from scripts.mutants.score import score

MUTANTS = (*ITEMS, *ORDERS, *SHARED)
V2 = ROOT / "openapi" / "store" / "v2.yaml"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--per-kind", type=int, default=5, help="mutants of each kind (5)")
    parser.add_argument("--only", metavar="WORDS", help="kinds with these words in their names")
    parser.add_argument(
        "--held-out", action="store_true", help="list the misses of the held-out quarter too"
    )
    parser.add_argument(
        "--raise-floor", action="store_true", help="the next run may not be worse than this one"
    )
    parser.add_argument("--contracts", action="store_true", help="mutants of contracts only")
    parser.add_argument(
        "--application", action="store_true", help="mutants of the store's code only"
    )
    options = parser.parse_args()
    worse = 0
    if not options.application:
        worse |= _contracts(options)
    if not options.contracts:
        worse |= _application(options.only)
    return worse


def _application(only: str | None) -> int:
    chosen = [each for each in MUTANTS if only is None or only in each.name]
    if not chosen:
        return 0
    operations = [each.id for each in read(V2, name="store/v2").operations]
    print(application.HEAD)
    results = []
    for result in judged(chosen):
        print(application.row(result), flush=True)
        results.append(result)
    report = application.Report(results, operations)
    for line in report.totals():
        print(line)
    if only is not None:
        return 0
    report.write()
    shortcomings = list(report.shortcomings())
    for line in shortcomings:
        print(f"not as it must be: {line}")
    return int(bool(shortcomings))


def _contracts(options: argparse.Namespace) -> int:
    if not CORPUS.is_dir():
        print(f"no corpus at {CORPUS}: mutants of our own contracts only", file=sys.stderr)
    mutants = [
        mutant
        for mutant in make(contracts(), options.per_kind)
        if options.only is None or options.only in mutant.kind.name
    ]
    report = Report(list(score(mutants)))
    for line in report.lines():
        print(line)
    for line in report.misses(held_out=options.held_out):
        print(line)
    if options.only is not None:
        return 0
    report.write()
    if options.raise_floor:
        report.raise_floor()
    shortcomings = report.shortcomings()
    for line in shortcomings:
        print(f"not as it must be: {line}")
    return int(bool(shortcomings))


if __name__ == "__main__":
    sys.exit(main())
