"""Which operations a change touches, and how many requests are made for each.

An operation is touched when callers see another contract of it than at a revision of the
repository, or when code of its tag has changed since: a module whose name or folder has the tag's
name in it. A change of other code may touch everything: then all get the same.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from accord import spec
from accord.errors import ContractErrors, UsageError
from accord.gates.operations import Operations
from accord.spec.ir import Contract

SHARE = 0.8
"""Of all requests, for what a change touches."""
_APART = frozenset(("clients", "docs", "generated", "openapi", "scripts", "tests"))
"""Folders whose Python does not serve, or follows from contracts."""


def touched(root: Path, contract: Contract, source: Path, since: str | None) -> frozenset[str]:
    """Operations (method and path) of `contract`, read from `source`, that have changed since the
    revision `since`; None: since the branch left main. Empty where that cannot be told, or where
    everything has changed.

    Raises `UsageError` for a revision that is asked for and is not there.
    """
    revision = _revision(root, since)
    if revision is None:
        return frozenset()
    changed = _git(root, "diff", "--name-only", "--relative", revision, "--", ".").splitlines()
    changed += _git(root, "ls-files", "--others", "--exclude-standard").splitlines()
    tags = {operation.tag.module for operation in contract.operations}
    by_code: set[str] = set()
    for file in map(PurePosixPath, changed):
        if file.suffix != ".py" or file.parts[0] in _APART:
            continue
        of = {tag for tag in tags if _is_of(file, tag)}
        if not of:
            return frozenset()
        by_code |= of
    before = _digests_at(root, contract, source, revision)
    return frozenset(
        called
        for called, digest in Operations(contract.document).digests().items()
        if before.get(called) != digest or _tag_of(contract, called) in by_code
    )


def budgets(
    operations: Iterable[str], chosen: Iterable[str], max_examples: int
) -> Mapping[str, int]:
    """Requests for each operation, on average `max_examples`: most of them for those `chosen`."""
    names = list(operations)
    most = [name for name in names if name in set(chosen)]
    others = len(names) - len(most)
    if not most or not others:
        return dict.fromkeys(names, max_examples)
    total = max_examples * len(names)
    each = max(max_examples, int(total * SHARE / len(most)))
    rest = max(1, int(total * (1 - SHARE) / others))
    return {name: each if name in most else rest for name in names}


def _is_of(file: PurePosixPath, tag: str) -> bool:
    words = {word for part in (*file.parts[:-1], file.stem) for word in part.split("_")}
    own = tag.split("_")
    return all(word in words or word.removesuffix("s") in words for word in own)


def _tag_of(contract: Contract, called: str) -> str:
    for operation in contract.operations:
        if f"{operation.method.upper()} {operation.path}" == called:
            return operation.tag.module
    return ""


def _digests_at(root: Path, contract: Contract, source: Path, revision: str) -> Mapping[str, str]:
    shown = source.absolute().relative_to(root.absolute()).as_posix()
    try:
        text = _git(root, "show", f"{revision}:./{shown}")
    except UsageError:
        return {}
    with tempfile.TemporaryDirectory(prefix="accord-revision-") as folder:
        path = Path(folder, source.name)
        path.write_text(text, encoding="utf-8")
        try:
            return Operations(spec.read(path, name=contract.name).document).digests()
        except ContractErrors:
            return {}


def _revision(root: Path, since: str | None) -> str | None:
    if since is not None:
        return _git(root, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}").strip()
    for main in ("origin/main", "main"):
        try:
            return _git(root, "merge-base", "HEAD", main).strip()
        except UsageError:
            continue
    return None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError as error:
        raise UsageError(f"git cannot be asked what has changed: {error}") from error
    if done.returncode:
        said = re.sub(r"\s+", " ", done.stderr).strip() or "there is no such revision"
        raise UsageError(f"`{' '.join(command)}` failed: {said}")
    return done.stdout
