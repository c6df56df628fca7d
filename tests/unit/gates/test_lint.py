"""Lint of contracts: Redocly CLI's words at the line they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.gates.lint import lint
from tests.unit.gates.conftest import Edit


def test_places(project: Path, edit: Edit) -> None:
    """A finding has the rule's name and the file and line of the contract."""
    edit("      operationId: createThing\n", "")
    (finding,) = [found for found in lint(project) if found.rule == "operation-operationId"]
    assert finding.place.file == "openapi/shop/v1.yaml"
    assert finding.place.pointer == "/paths/~1things/post"
    assert finding.place.line == 17


def test_missing_tool(project: Path) -> None:
    """Without Redocly CLI the message says how to get it."""
    (project / "node_modules").unlink()
    with pytest.raises(UsageError, match="npm ci"):
        lint(project)
