"""`accord check`: one page, verdict first; every gate runs whatever another says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from accord.errors import UsageError
from accord.gates.check import check
from accord.gates.finding import Finding, Place, listed

FINDING = Finding(
    gate="style",
    rule="too-loud",
    level="error",
    what="`SHOUT` is written in capitals",
    place=Place("openapi/shop/v1.yaml", 7, 3, "/paths/~1SHOUT"),
    operation="GET /SHOUT (shout)",
)


def passes(root: Path) -> Iterable[Finding]:
    return ()


def refuses(root: Path) -> Iterable[Finding]:
    return (FINDING,)


def stumbles(root: Path) -> Iterable[Finding]:
    raise UsageError("the tool is missing\n  mend: install it")


def test_all_pass(tmp_path: Path) -> None:
    """Nothing to say against it: exit code 0."""
    page = check(tmp_path, {"one": passes, "two": passes})
    assert page.exit_code == 0
    assert str(page).startswith("all gates pass")


def test_refusal(tmp_path: Path) -> None:
    """A finding is refused with exit code 1; the first line names the gate, the evidence names
    place, operation, what is wrong and where."""
    page = check(tmp_path, {"fine": passes, "style": refuses})
    assert page.exit_code == 1
    head, *_ = lines = str(page).splitlines()
    assert head.startswith("refused by style")
    assert "openapi/shop/v1.yaml:7:3: error too-loud" in lines
    assert "  operation: GET /SHOUT (shout)" in lines
    assert "  what: `SHOUT` is written in capitals" in lines
    assert "  where: #/paths/~1SHOUT" in lines


def test_gate_that_cannot_decide(tmp_path: Path) -> None:
    """A gate without its tool is exit code 2, with its own words; the others still run."""
    page = check(tmp_path, {"broken": stumbles, "style": refuses})
    assert page.exit_code == 2
    assert "the tool is missing\n  mend: install it" in str(page)
    assert "error too-loud" in str(page)


def test_json(tmp_path: Path) -> None:
    """The same page as JSON."""
    page = check(tmp_path, {"style": refuses})
    (gate,) = json.loads(json.dumps(page.as_json()))["gates"]
    assert gate["verdict"] == "refuses"
    assert gate["findings"][0]["place"] == {
        "file": "openapi/shop/v1.yaml",
        "line": 7,
        "column": 3,
        "pointer": "/paths/~1SHOUT",
    }


def test_what_is_approved_is_counted() -> None:
    """What fails comes first; approved breaks are one line, unless they are asked for."""
    approved = replace(
        FINDING, gate="breaking", rule="too-quiet", level="notice", approval="ada, T-1, until then"
    )
    assert list(listed([approved, FINDING])) == [
        str(FINDING),
        "1 more, approved: accord breaking --approved",
    ]
    first, second = listed([approved, FINDING], approved=True)
    assert first == str(FINDING)
    assert "  approved: ada, T-1, until then" in second.splitlines()
