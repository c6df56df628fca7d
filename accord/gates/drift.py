"""Generated code against the contracts: what `accord generate` would change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from accord.errors import UsageError
from accord.gates.finding import Finding, Place

GATE = "drift"
TIMEOUT_S = 300
_GENERATE = "import sys; from accord.cli import main; sys.exit(main(['generate', '--check']))"


def drift(root: Path) -> tuple[Finding, ...]:
    """Files that are not what the contracts at `root` become.

    The generator runs in a process of its own: the runtime's modules that it imports are then
    those of the project as it is on disk. Raises `UsageError` where it fails.
    """
    done = subprocess.run(
        [sys.executable, "-c", _GENERATE],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise UsageError(f"`accord generate --check` failed:\n{done.stderr.strip()}")
    if done.returncode == 0:
        return ()
    return tuple(
        Finding(
            gate=GATE,
            rule="not-as-generated",
            level="error",
            what=f"{line}: run `make generate` and commit what it writes",
            place=Place("generated"),
        )
        for line in done.stdout.splitlines()
        if line.strip()
    )
