"""The mutants that the breaking gate is scored by."""

from __future__ import annotations

import ast
from pathlib import Path

import scripts.mutants.kinds  # noqa: F401  (fills KINDS)
from scripts.mutants.contracts import Contract
from scripts.mutants.mutants import KINDS, make

FOLDER = Path(__file__).parents[3] / "scripts" / "mutants"


def imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_mutator_does_not_know_the_gate() -> None:
    """Labels cannot come from the rules: of mutants of contracts only what scores the gate imports
    it."""
    knowing = {
        path.name
        for path in FOLDER.rglob("*.py")
        if "application" not in path.parts
        and any(module.startswith("accord.gates") for module in imported(path))
    }
    assert knowing == {"score.py"}


def test_mutants_are_reproducible() -> None:
    """The same contract makes the same mutants; each edit changes it, and it alone."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "A."}}}}},
    }
    contract = Contract("a", "own", document)
    before = repr(document)
    mutants = list(make([contract], 5))
    assert [each.id for each in mutants] == [each.id for each in make([contract], 5)]
    assert {each.kind.name for each in mutants} <= KINDS.keys()
    for each in mutants:
        old, new = each.documents()
        assert old != new, each.id
    assert repr(document) == before
