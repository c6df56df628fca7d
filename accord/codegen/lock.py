"""`names.lock.json`: the names that a contract was given, committed beside what has them.

The next generation keeps them, so that a schema or operation that is added renames no other.
Delete the file to have everything named anew.
"""

from __future__ import annotations

import json
import keyword
from dataclasses import asdict
from pathlib import Path

from accord.errors import UsageError
from accord.spec.ir import Locked

FILE = "names.lock.json"


def read_lock(package: Path) -> Locked:
    """The names in the lock of a generated package; none where there is no lock.

    Raises `UsageError` where the file is not what accord wrote.
    """
    path = package / FILE
    if not path.exists():
        return Locked()
    try:
        found = json.loads(path.read_bytes())
        tables = [found[key] for key in ("classes", "operations", "modules")]
        for name in (name for table in tables for name in table.values()):
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ValueError(f"{name!r} is no name")
        return Locked(*tables)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no naming lock ({error!r}): restore it from version control, or delete"
            " it to have everything named anew"
        ) from error


def lock_text(names: Locked) -> str:
    """The file's text; sorted, so that an edit touches the lines of its own names."""
    return json.dumps(asdict(names), indent=2, sort_keys=True) + "\n"
