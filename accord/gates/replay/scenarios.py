"""What consumers do with their client packages: clients/scenarios/<service>/<version>/<name>.py.

A scenario is a module with a docstring that says what a consumer wants, `SINCE`, the first release
whose package can do it, and `run(service)`, which is given the package's service and asserts what
the consumer relies on. It leaves everything as it found it, or makes names of its own for what
stays, so that it can run again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from accord.errors import UsageError
from accord.gates.releases import SEMVER, order

FOLDER = Path("clients", "scenarios")


@dataclass(frozen=True, slots=True)
class Scenario:
    """`file` is relative to the project's root, or to a recording; `since` is a release."""

    name: str
    source: str
    since: str
    file: str

    def runs_with(self, version: str) -> bool:
        """Whether the package of the release `version` can run it."""
        return order(version) >= order(self.since)


def scenarios(root: Path, name: str) -> tuple[Scenario, ...]:
    """Those of the contract called `name` (`store/v2`), by name.

    Raises `UsageError` for a module that is no scenario.
    """
    return tuple(_read(root, root / FOLDER / name))


def _read(root: Path, folder: Path) -> Iterator[Scenario]:
    for path in sorted(folder.glob("*.py")):
        if path.name == "__init__.py":
            continue
        file = path.relative_to(root).as_posix()
        yield scenario(path.stem, path.read_text(encoding="utf-8"), file)


def scenario(name: str, source: str, file: str) -> Scenario:
    """The scenario whose text is `source`. Raises `UsageError` where it is none."""
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        raise UsageError(f"{file}:{error.lineno} is no scenario: {error.msg}") from error
    values = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    since = values.get("SINCE")
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    lacking = [
        lack
        for lack, there in (
            ("a docstring that says what the consumer wants", ast.get_docstring(module)),
            ('SINCE = "0.1.0", the first release that can run it',
             isinstance(since, str) and SEMVER.fullmatch(since)),
            ("def run(service)", "run" in functions),
        )
        if not there
    ]  # fmt: skip
    if lacking:
        raise UsageError(f"{file} is no scenario: it lacks {'; '.join(lacking)}")
    return Scenario(name, source, str(since), file)
