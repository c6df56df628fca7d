"""Drift: generated files that are not what the contracts become."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.codegen.generate import generate
from accord.errors import ContractErrors
from accord.gates.drift import drift
from tests.unit.gates.conftest import Edit


def test_every_kind_of_drift(project: Path, edit: Edit) -> None:
    """What is missing, changed by hand, left behind by a changed contract or added by hand is
    named with its path; a tree as generated passes."""
    missing = drift(project)
    assert {finding.rule for finding in missing} == {"missing"}
    assert "generated/shop/v1/models.py" in {finding.place.file for finding in missing}

    generate(project)
    assert drift(project) == ()

    (project / "generated" / "shop" / "v1" / "models.py").write_text("# mine\n")
    (project / "generated" / "notes.txt").write_text("mine\n")
    assert {(finding.rule, finding.place.file) for finding in drift(project)} == {
        ("stale", "generated/shop/v1/models.py"),
        ("extra", "generated/notes.txt"),
    }

    generate(project)
    edit("operationId: createThing", "operationId: makeThing")
    assert "generated/shop/v1/handlers.py" in {
        finding.place.file for finding in drift(project) if finding.rule == "stale"
    }


def test_nothing_is_written(project: Path) -> None:
    """The gate looks, and leaves the tree as it was."""
    before = sorted(project.rglob("*"))
    drift(project)
    assert sorted(project.rglob("*")) == before


def test_contract_with_faults(project: Path, edit: Edit) -> None:
    """Faults in a contract are reported as such, not as drift."""
    edit("schema: {$ref: '#/components/schemas/NewThing'}", "schema: {$ref: '#/nowhere'}")
    with pytest.raises(ContractErrors, match="nowhere"):
        drift(project)
