"""The gates that need the application: every one asked, on one page, the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from accord.gates.check import Page, Verdict
from accord.gates.proofs import REPEAT, prove
from tests.unit.gates import shop

pytestmark = pytest.mark.slow


def verdicts(root: Path) -> dict[str, Verdict]:
    """By gate, without what they cost."""
    return {each.gate: replace(each, seconds=0) for each in prove(root, shop.DAY)}


def said(verdict: Verdict) -> list[tuple[str, str, str, str]]:
    """What was found, without addresses and moments of this very run."""
    return [(each.rule, each.operation, each.subject, each.revision) for each in verdict.findings]


def test_every_gate_is_asked_and_gives_the_same_verdict_again(tmp_path: Path) -> None:
    """A release whose package no longer works is refused with the scenario's name, the request and
    the reply, and so it is the next time, when what failed is asked first. Mended all pass."""
    root = shop.release(tmp_path)
    shop.change(root, "<= 20", "<= 3")
    found = verdicts(root)
    assert [gate for gate, each in found.items() if not each.passed] == [
        "contracts", "scenarios", "differences", "fuzz",
    ]  # fmt: skip
    assert all(each.fault is None for each in found.values())
    (finding,) = found["scenarios"].findings
    assert "scenario want_a_bell no longer works with the package of shop/v1 1.0.0" in finding.what
    assert 'request: POST /things {"name": "horn"}' in finding.what
    assert "reply: 400" in finding.what
    page = json.loads(json.dumps(Page(tuple(found.values()), 0).as_json()))
    assert page["gates"][2]["repeat"] == "accord replay --only scenarios"
    cases = list((root / "openapi" / "cases" / "shop" / "v1").glob("*.json"))
    assert cases, "what failed is kept"

    again = verdicts(root)
    for gate in ("contracts", "scenarios", "differences"):
        assert said(again[gate]) == said(found[gate])
    assert not again["cases"].passed, "asked first"
    assert again["fuzz"].shown[0].startswith("shop/v1: nothing, before its cases pass")

    shop.change(root, "<= 3", "<= 20")
    found = verdicts(root)
    assert list(found) == list(REPEAT) == ["cases", "contracts", "scenarios", "differences", "fuzz"]
    assert all(each.passed for each in found.values()), str(Page(tuple(found.values()), 0))
    assert found["scenarios"].shown == (
        "shop/v1 1.0.0: 1 scenarios: kept: accord replay shop/v1@1.0.0 --only scenarios",
    )
