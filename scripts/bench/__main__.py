"""The command: `python -m scripts.bench [--short] [--only CASE]…`."""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

from scripts.bench import report
from scripts.bench.awake import CannotKeepAwake, cores_awake
from scripts.bench.cases import CASES
from scripts.bench.contracts import generate_items
from scripts.bench.load import HOW_TO_GET_WRK, LoadFailed
from scripts.bench.measure import NotHere, run_rounds


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    names = [case.name for case in CASES]
    parser.add_argument("--only", action="append", choices=names, help="this case; repeatable")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="length of a slice")
    parser.add_argument(
        "--short", action="store_true", help="one moment each, to see that it runs; needs no wrk"
    )
    parser.add_argument(
        "--awake", action="store_true", help="no core sleeps meanwhile; needs root (see README)"
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="where bench.json goes")
    options = parser.parse_args()
    if not options.short and shutil.which("wrk") is None:
        print(HOW_TO_GET_WRK, file=sys.stderr)
        return 2
    try:
        with cores_awake() if options.awake else nullcontext():
            return _measure(options)
    except (CannotKeepAwake, LoadFailed) as error:
        print(error, file=sys.stderr)
        return 2


def _measure(options: argparse.Namespace) -> int:
    folder = options.out / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    generate_items(folder)
    results = []
    for case in CASES:
        if options.only and case.name not in options.only:
            continue
        try:
            with case.set_up(folder.resolve()) as start:
                rounds = (
                    run_rounds(start, rounds=1, seconds=0.1, warm_up=0)
                    if options.short
                    else run_rounds(
                        start, rounds=options.rounds, seconds=options.seconds, warm_up=1
                    )
                )
        except NotHere as error:
            print(f"{case.title}: left out. {error}", end="\n\n", flush=True)
            continue
        except LoadFailed as error:
            raise LoadFailed(f"{case.name}: {error}") from error
        results.append(report.Result(case, rounds))
        print(report.table(results[-1], verdicts=not options.short), end="\n\n", flush=True)
    report.write(options.out / "bench.json", results, counts=not options.short, awake=options.awake)
    missed = [target for result in results for target in result.targets() if not target["met"]]
    return 1 if missed and not options.short else 0


if __name__ == "__main__":
    sys.exit(main())
