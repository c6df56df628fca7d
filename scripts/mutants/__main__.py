"""The command: `python -m scripts.mutants [--per-kind N] [--only WORDS]`."""

from __future__ import annotations

import argparse
import sys

import scripts.mutants.kinds  # noqa: F401  (fills KINDS)
from scripts.mutants.contracts import CORPUS, contracts
from scripts.mutants.mutants import make
from scripts.mutants.report import Report
from scripts.mutants.score import score


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
    options = parser.parse_args()
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
