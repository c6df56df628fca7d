"""A stage is a process of its own: `python -m scripts.corpus.<stage> FOLDER CASE…`.

It prints a line of JSON for each case as soon as that is done, so that a case that takes the
process with it is known by what is missing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.corpus.contracts import ROOT, Case

Result = dict[str, Any]
PACKAGES = "packages"
"""The folder below the working folder that holds the generated packages."""


def run(
    stage: str, folder: Path, cases: Iterable[Case], environment: Mapping[str, str] | None = None
) -> dict[str, Result]:
    """What the stage said of each case, by name; `failed` holds the reason where it failed."""
    names = [case.name for case in cases]
    if not names:
        return {}
    command = [sys.executable, "-m", f"scripts.corpus.{stage}", str(folder), *names]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    results: dict[str, Result] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            result = json.loads(line)
            results[result.pop("case")] = result
    for name in names:
        results.setdefault(name, {"failed": f"the process ended: {done.stderr[-800:]}"})
    return results


def serve(work: Callable[[Case, Path], Result]) -> None:
    """The main function of a stage: `work` on each case that the command line names."""
    folder, *names = sys.argv[1:]
    sys.path.insert(0, str(Path(folder) / PACKAGES))
    for name in names:
        try:
            result = work(Case(name), Path(folder))
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {error}"[:800]
            result = {"failed": f"{reason} ({where.filename}:{where.lineno})"}
        print(json.dumps({"case": name, **result}), flush=True)


@contextmanager
def timed(result: Result, key: str) -> Iterator[None]:
    """Puts the seconds of processor time that the block takes, its subprocesses among them, into
    `result`: what else the machine does at the time makes no difference."""
    start = spent()
    yield
    result[key] = round(spent() - start, 3)


def spent() -> float:
    """Seconds of processor time of this process and of those that it has waited for."""
    return sum(os.times()[:4])
