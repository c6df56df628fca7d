"""`make readme`: clones the project into an empty folder, carries out the README's tour there with
no cache of this checkout's in reach, and says how long it took.

The clone is of the last commit; the README is the one that lies here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.readme.blocks import blocks
from scripts.readme.tour import Differs, Tour

ROOT = Path(__file__).parents[2]
LIMIT_S = 300.0


def main() -> int:
    # Neither this checkout's environment nor its variables.
    kept = ("LANG", "SSL_CERT_FILE", "UV_CACHE_DIR", "PIP_INDEX_URL")
    environment = {key: os.environ[key] for key in kept if key in os.environ}
    venv = str(ROOT / ".venv")
    path = [part for part in os.environ["PATH"].split(os.pathsep) if not part.startswith(venv)]
    with tempfile.TemporaryDirectory(prefix="readme-") as folder:
        environment |= {"HOME": folder, "PATH": os.pathsep.join(path)}
        clone = Path(folder, "accord")
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        with Tour(clone, environment) as tour:
            for block in blocks((ROOT / "README.md").read_text("utf-8")):
                try:
                    tour.carry_out(block)
                except Differs as error:
                    print(f"README.md, {error}", file=sys.stderr)
                    return 1
                print(f"{time.monotonic() - began:6.1f} s  line {block.line}: {block.verb}")
        taken = time.monotonic() - began
    met = taken < LIMIT_S
    target = {"name": "from clone to the end of the tour, s", "value": round(taken, 1)}
    report = {"met": met, "targets": [{**target, "target": LIMIT_S, "met": met}]}
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "readme.json").write_text(json.dumps(report, indent=2) + "\n")
    print(f"the whole tour, from an empty folder: {taken:.0f} s of {LIMIT_S:.0f} s")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
