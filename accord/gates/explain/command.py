"""The `accord explain` command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from accord.codegen.capabilities import Verdict
from accord.gates.effective import effective as effective_of
from accord.gates.explain.report import explain
from accord.spec import read


def run(
    root: Path, path: Path, *, as_json: bool, everything: bool, strict: bool, effective: bool
) -> int:
    """Prints what is asked for; the exit code is 1 where `strict` finds something ignored.

    Raises `ContractErrors` for a contract that cannot be read.
    """
    base = root if path.absolute().is_relative_to(root.absolute()) else None
    if effective:
        _print_effective(path, base)
        if not strict:
            return 0
    explained = explain(path, base=base)
    if effective:
        pass
    elif as_json:
        print(json.dumps(explained.as_json(), indent=2))
    else:
        for line in explained.lines(everything=everything):
            print(line)
    count = explained.totals[Verdict.IGNORED]
    if strict and count:
        print(f"{count} construct{'s are' if count > 1 else ' is'} ignored", file=sys.stderr)
        return 1
    return 0


def _print_effective(path: Path, base: Path | None) -> None:
    answered = effective_of(read(path, base=base))
    if path.suffix == ".json":
        print(json.dumps(answered.document, indent=2))
    else:
        import yaml

        # By way of JSON: keys that YAML took for numbers are text.
        plain = json.loads(json.dumps(answered.document))
        print(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100), end="")
    plural = "s" * (answered.added != 1)
    print(f"{answered.added} undeclared engine error{plural} added", file=sys.stderr)
