"""The store, made to kill itself at the boundary that a file names.

`CRASH_FILE` holds `{"saga": id, "step": name, "moment": "before" | "during" | "after"}`: before the
step is begun; when it has been done, and not been written down; when it has been written down. The
file is gone before the process is, so that whoever takes the saga over lives.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from dbos import DBOS

from impl.sagas.durable import engine
from impl.sagas.steps import Result, Work

FILE = "CRASH_FILE"
_once = engine._Steps.once


async def once(self: engine._Steps, name: str, work: Work) -> Result:
    async def dying() -> Result:
        result = await work()
        _die_at(name, "during")
        return result

    _die_at(name, "before")
    result = await _once(self, name, dying)
    _die_at(name, "after")
    return result


def _die_at(step: str, moment: str) -> None:
    file = Path(os.environ[FILE])
    try:
        wanted = json.loads(file.read_bytes())
    except FileNotFoundError:
        return
    if wanted == {"saga": DBOS.workflow_id, "step": step, "moment": moment}:
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def arm() -> None:
    """From now on this process dies where it is told to."""
    engine._Steps.once = once  # type: ignore[method-assign]
