"""Approvals: one break each, bound to what it was and became, for a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from accord.cli import main
from accord.errors import ContractErrors
from accord.gates import releases
from accord.gates.approvals import judge
from accord.gates.finding import Finding
from tests.unit.gates.conftest import Edit

TODAY = date(2026, 11, 23)
FILLED = {
    "owner: # who answers for it": "owner: the shop's team",
    "reason: # why callers must bear it": "reason: nobody reads it",
    "ticket: # where it was agreed": "ticket: SHOP-7",
    "expires: # the last day, as in '2027-01-31'": "expires: '2027-01-31'",
}


@pytest.fixture
def approve(project: Path, edit: Edit, capsys: pytest.CaptureFixture[str]) -> Path:
    """openapi/approvals.yaml with what `--propose` says about a smaller page, filled in."""
    releases.freeze(project, "shop/v1", "0.1.0")
    edit("maximum: 100", "maximum: 50")
    assert main(["breaking", "--root", str(project), "--propose"]) == 1
    text = capsys.readouterr().out
    for empty, filled in FILLED.items():
        text = text.replace(empty, filled)
    path = project / "openapi" / "approvals.yaml"
    path.write_text(f"approvals:\n{text}")
    return path


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in findings if finding.fails}


def test_approved(project: Path, approve: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A break that is approved is shown with who answers for it, and passes."""
    (finding,) = judge(project, TODAY)
    assert not finding.fails
    assert finding.approval == "the shop's team, SHOP-7, until 2027-01-31"
    assert main(["breaking", "--root", str(project), "--today", "2026-11-23"]) == 0


def test_expired(project: Path, approve: Path) -> None:
    """The day after its last the break fails again, and so does the approval, by its line. The
    clock is an input: the same day, the same verdict."""
    assert rules(judge(project, date(2027, 1, 31))) == set()
    found = judge(project, date(2027, 2, 1))
    assert rules(found) == {"request-maximum", "approval-expired"}
    (expired,) = [each for each in found if each.rule == "approval-expired"]
    assert (expired.place.file, expired.place.line) == ("openapi/approvals.yaml", 2)
    assert judge(project, date(2027, 2, 1)) == found


def test_next_change(project: Path, approve: Path, edit: Edit) -> None:
    """An approval holds for one change: the next at the same place is not covered by it."""
    edit("maximum: 50", "maximum: 10")
    assert rules(judge(project, TODAY)) == {"request-maximum", "approval-too-broad"}


def test_stale(project: Path, approve: Path, edit: Edit) -> None:
    """An approval that matches nothing is to be removed."""
    edit("maximum: 50", "maximum: 100")
    assert rules(judge(project, TODAY)) == {"approval-stale"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rule: request-maximum", "rule: '*'"),
        ("operation: GET /things", "operation: ''"),
        ("/paths/~1things/get/parameters/0/schema/maximum", "/paths/~1things"),
    ],
)
def test_too_broad(project: Path, approve: Path, old: str, new: str) -> None:
    """An approval of a kind, of everything in a place, or of every operation approves nothing."""
    text = approve.read_text()
    assert old in text
    approve.write_text(text.replace(old, new))
    assert rules(judge(project, TODAY)) == {"request-maximum", "approval-too-broad"}


def test_incomplete(project: Path, approve: Path) -> None:
    """An approval without an owner, digests or a day is a fault with its line."""
    text = approve.read_text().replace("  owner: the shop's team\n", "")
    approve.write_text(text.replace("'2027-01-31'", "soon").replace("    base:", "    was:"))
    with pytest.raises(ContractErrors) as caught:
        judge(project, TODAY)
    reasons = [fault.reason for fault in caught.value.faults]
    assert len(reasons) == 3
    assert any("'owner'" in reason for reason in reasons)


def test_every_supported_release(project: Path, contract: Path, edit: Edit) -> None:
    """A promise of an older release is kept until its support has ended, not only the last's."""
    releases.freeze(project, "shop/v1", "0.1.0")
    edit("maximum: 100", "maximum: 50")
    edit("version: 0.1.0", "version: 0.2.0")
    releases.freeze(project, "shop/v1", "0.2.0")
    (found,) = judge(project, TODAY)
    assert found.was is not None
    assert found.was.file == "openapi/released/shop/v1/0.1.0.yaml"
    (project / "openapi/released/ended.yaml").write_text("shop/v1/0.1.0: '2026-11-23'\n")
    assert judge(project, TODAY) == (found,)
    assert judge(project, date(2026, 11, 24)) == ()


def test_axes(project: Path, edit: Edit) -> None:
    """What only the source of clients shows passes, unless the project says that it fails."""
    releases.freeze(project, "shop/v1", "0.1.0")
    edit("operationId: listThings", "operationId: getThings")
    (found,) = judge(project, TODAY)
    assert (found.axis, found.level) == ("source", "notice")
    (project / "pyproject.toml").write_text(
        '[tool.accord.breaking]\nfail-on = ["wire", "source"]\n'
    )
    (found,) = judge(project, TODAY)
    assert found.fails


def test_another_contract(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A contract that has nothing in common with the other is no later version of it."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    paths = "".join(f"  /{name}: {{get: {{responses: {{}}}}}}\n" for name in "abc")
    one.write_text(f"openapi: 3.1.0\ninfo: {{title: One, version: '1'}}\npaths:\n{paths}")
    two.write_text("openapi: 3.1.0\ninfo: {title: Two, version: '1'}\npaths: {}\n")
    assert main(["breaking", "--root", str(project), str(one), str(two)]) == 2
    assert "not a later version" in capsys.readouterr().err
