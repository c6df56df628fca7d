"""Staging and swap: a run replaces whole folders, all of them or none.

Everything is written to a staging folder first. The swap is two renames for each target, old
one out and new one in; a journal, written before the first, lets the next run put everything
back where a crash came in between.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_STAGING = ".accord-staging"
_JOURNAL = "journal.json"


@contextmanager
def staged(root: Path, targets: Iterable[str]) -> Iterator[Path]:
    """A folder to write the new `targets` (paths below `root`) into.

    When the block ends they replace those in `root`; a target that was not written is left as
    it is. When it raises, or any rename fails, the tree is as it was before.
    """
    staging = root / _STAGING
    recover(root)
    new = staging / "new"
    new.mkdir(parents=True)
    try:
        yield new
        _swap(root, staging, [target for target in targets if (new / target).exists()])
    except BaseException:
        recover(root)
        raise
    shutil.rmtree(staging)


def recover(root: Path) -> None:
    """Takes back a swap below `root` that did not come to its end, if there was one."""
    staging = root / _STAGING
    journal = staging / _JOURNAL
    if journal.exists():
        for target in reversed(json.loads(journal.read_text("utf-8"))):
            place, old, new = root / target, staging / "old" / target, staging / "new" / target
            if not new.exists() and place.exists():
                place.rename(_made(new))
            if old.exists():
                old.rename(place)
        journal.unlink()
    if staging.exists():
        shutil.rmtree(staging)


def _swap(root: Path, staging: Path, targets: list[str]) -> None:
    draft = staging / f"{_JOURNAL}.draft"
    draft.write_text(json.dumps(targets), "utf-8")
    draft.rename(staging / _JOURNAL)
    for target in targets:
        place = root / target
        if place.exists():
            place.rename(_made(staging / "old" / target))
        (staging / "new" / target).rename(_made(place))
    # From here on the new tree is the tree.
    (staging / _JOURNAL).unlink()


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
