"""The project that the gates look at: its root, its contracts, and how its application starts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accord import spec
from accord.errors import UsageError


@dataclass(frozen=True, slots=True)
class Commands:
    """`[tool.accord.application]` of pyproject.toml: command lines with `{port}` and `{state}`."""

    serve: str
    """Serves the whole application on 127.0.0.1 at {port}, its data in the folder {state}."""
    token: str | None
    """Prints a bearer token that may do everything, for an application started in {state}."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables for both: limits lifted that would hide faults behind 429, for example."""
    token_for: str | None = None
    """Prints one for the caller {caller} with the scopes {scopes}, a list with blanks; with `all`
    for every scope."""


def served(root: Path, name: str) -> spec.Source:
    """The served contract called `name`, such as `store/v2`.

    Raises `UsageError` with the names there are.
    """
    sources = [source for source in spec.discover(root) if source.kind == "served"]
    for source in sources:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in sources) or "none in openapi/"
    raise UsageError(f"no served contract is called {name!r}\n  mend: one of {known}")


def starts(root: Path) -> bool:
    """Whether the project says how its application is started."""
    return isinstance(_settings(root).get("application", {}).get("serve"), str)


def commands(root: Path) -> Commands:
    """How the project's application is started. Raises `UsageError` where it does not say."""
    table = _settings(root).get("application", {})
    if not starts(root):
        raise UsageError(
            f"{root / 'pyproject.toml'} does not say how the application is started\n"
            "  mend: add [tool.accord.application] with\n"
            '        serve = "python -m YOUR_PACKAGE --port {port} --state {state}"'
        )
    environment = {name: str(value) for name, value in table.get("environment", {}).items()}
    return Commands(table["serve"], table.get("token"), environment, table.get("token-for"))


def failing_axes(root: Path) -> frozenset[str]:
    """`[tool.accord.breaking] fail-on`: the axes on which a break fails the build. The wire,
    unless the project says otherwise. Raises `UsageError` for something that is no axis."""
    axes = _settings(root).get("breaking", {}).get("fail-on", ["wire"])
    known = {"wire", "source", "meaning"}
    if not isinstance(axes, list) or not known.issuperset(map(str, axes)):
        raise UsageError(
            f"{root / 'pyproject.toml'}: fail-on of [tool.accord.breaking] is {axes!r}\n"
            f"  mend: a list of {', '.join(sorted(known))}"
        )
    return frozenset(axes)


def fuzz_settings(root: Path) -> dict[str, Any]:
    """`[tool.accord.fuzz]`: Schemathesis' own configuration, empty where there is none."""
    table: dict[str, Any] = _settings(root).get("fuzz", {})
    return table


def _settings(root: Path) -> dict[str, Any]:
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}") from error
    table: dict[str, Any] = settings.get("tool", {}).get("accord", {})
    return table
