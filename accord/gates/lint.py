"""The style of contracts: Redocly CLI with the ruleset of `redocly.yaml`, placed by line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import UsageError
from accord.gates.finding import Finding
from accord.gates.places import Library

GATE = "lint"
TIMEOUT_S = 120
MISSING = (
    "Redocly CLI was not found, and contracts are linted with it\n"
    "  mend: `npm ci` in the project's folder; it needs Node.js 20.19 or newer"
)


def lint(root: Path) -> tuple[Finding, ...]:
    """What the ruleset says against the project's contracts, by file and line.

    Raises `UsageError` where Redocly CLI is missing or fails, `ContractErrors` for a contract
    that does not parse.
    """
    paths = [source.path for source in spec.discover(root)]
    if not paths:
        return ()
    program = root.absolute() / "node_modules" / ".bin" / "redocly"
    if not program.exists():
        raise UsageError(MISSING)
    library = Library(root)
    for path in paths:
        library.contract(path)
    command = [str(program), "lint", "--format", "json", "--max-problems", "1000"]
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [*command, *(os.path.relpath(path, root) for path in paths)],
        cwd=root,
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    try:
        problems = [problem for page in _pages(done.stdout) for problem in page["problems"]]
        found = {_finding(problem, root, library) for problem in problems}
    except (ValueError, KeyError, TypeError) as error:
        reason = done.stderr.strip() or repr(error)
        raise UsageError(f"Redocly CLI did not answer with its JSON report: {reason}") from error
    if done.returncode and not found:
        raise UsageError(f"Redocly CLI failed: {done.stderr.strip()}")
    return tuple(sorted(found, key=lambda finding: (finding.place.file, finding.place.line)))


def _pages(text: str) -> Iterator[Any]:
    # One JSON document for each contract, one after the other.
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        page, position = decoder.raw_decode(text, position)
        yield page


def _finding(problem: dict[str, Any], root: Path, library: Library) -> Finding:
    where = problem["location"][0]
    pointer = (where.get("pointer") or "#").removeprefix("#").removesuffix("/")
    return Finding(
        gate=GATE,
        rule=problem["ruleId"],
        # What a ruleset only warns of does not stop a build; `recommended-strict` has errors alone.
        level="error" if problem["severity"] == "error" else "notice",
        what=problem["message"].strip(),
        place=library.open(root / where["source"]["ref"]).nearest(pointer),
    )
