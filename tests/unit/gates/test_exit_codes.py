"""What `accord breaking` says and exits with where it cannot, or must not, pass: 1 for a verdict, 2
for a fault of use, each with what is wrong, where, and how to mend it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from accord.cli import main
from accord.gates import releases
from tests.unit.gates.conftest import CONTRACT

DAY = "2026-06-01"
APPROVAL = """\
approvals:
  - rule: request-maximum
    operation: {operation}
    pointer: {pointer}
    digests: {{base: '{base}', revision: '{revision}'}}
    owner: somebody
    reason: asked for
    ticket: T-1
    expires: '{expires}'
"""
PLACE = "/paths/~1things/get/parameters/0/schema/maximum"
ANOTHER = """\
openapi: 3.1.0
info: {title: Weather, version: '1'}
paths:
  /winds: {get: {operationId: winds, responses: {'200': {description: All.}}}}
  /rains: {get: {operationId: rains, responses: {'200': {description: All.}}}}
"""


@pytest.fixture(autouse=True)
def released(project: Path) -> None:
    releases.freeze(project, "shop/v1", "0.1.0")


def run(project: Path, *arguments: str) -> int:
    return main(["breaking", "--root", str(project), "--today", DAY, *arguments])


def narrow(project: Path) -> None:
    contract = project / "openapi" / "shop" / "v1.yaml"
    contract.write_text(CONTRACT.replace("maximum: 100", "maximum: 10"))


def approve(project: Path, **entry: str) -> None:
    known = {"operation": "GET /things", "pointer": PLACE, "expires": "2026-12-31"}
    digests = {"base": "sha256:0", "revision": "sha256:1"}
    text = APPROVAL.format(**{**known, **digests, **entry})
    (project / "openapi" / "approvals.yaml").write_text(text)


def broken(project: Path) -> None:
    narrow(project)


def stale(project: Path) -> None:
    approve(project)


def expired(project: Path) -> None:
    narrow(project)
    approve(project, expires="2026-05-31")


def over_broad(project: Path) -> None:
    narrow(project)
    approve(project, operation="'*'", pointer="/paths")


def tampered(project: Path) -> None:
    frozen = project / "openapi" / "released" / "shop" / "v1" / "0.1.0.yaml"
    frozen.write_text(frozen.read_text().replace("maximum: 100", "maximum: 10"))


def missing_oasdiff(project: Path) -> None:
    narrow(project)
    (project / "node_modules").unlink()


def other_oasdiff(project: Path) -> None:
    narrow(project)
    (project / "node_modules").unlink()
    fake = project / "bin" / "oasdiff"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho \'[{"id": "brand-new-check"}]\'\n')
    fake.chmod(0o755)


def unreadable(project: Path) -> None:
    (project / "openapi" / "shop" / "v1.yaml").write_text("openapi: [\n")


@pytest.mark.parametrize(
    ("prepare", "code", "said"),
    [
        (broken, 1, "`maximum` was 100 and is 10"),
        (stale, 1, "approval-stale"),
        (expired, 1, "expired on 2026-05-31"),
        (over_broad, 1, "one entry for each break"),
        (tampered, 2, "was changed after it was released"),
        (missing_oasdiff, 2, "mend: `npm ci`"),
        (other_oasdiff, 2, "is not the version that accord was held against, 1.15"),
        (unreadable, 2, "openapi/shop/v1.yaml:"),
    ],
)
def test_exit_code(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    prepare: Callable[[Path], None],
    code: int,
    said: str,
) -> None:
    """Each with its own code; a verdict on standard output, a fault on standard error."""
    monkeypatch.setenv("PATH", str(project / "bin"))
    prepare(project)
    assert run(project) == code
    printed = capsys.readouterr()
    assert said in (printed.out if code == 1 else printed.err)
    assert (printed.err if code == 1 else printed.out) == ""


def test_another_api(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract that has nothing of the other is refused as no later version of it, not compared
    until every operation is called gone."""
    old, new = project / "old.yaml", project / "new.yaml"
    new.write_text(CONTRACT)
    old.write_text(ANOTHER.replace("paths:", "paths:\n  /suns: {get: {responses: {}}}"))
    assert run(project, str(old), str(new)) == 2
    assert "compare two versions of one contract" in capsys.readouterr().err


@pytest.mark.slow
def test_same_again(project: Path) -> None:
    """The same command says the same twice, byte for byte, however Python orders its sets."""
    narrow(project)
    code = f"from accord.cli import main; raise SystemExit(main(['breaking', '--today', '{DAY}']))"
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=project,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        for seed in ("1", "2")
    ]
    assert [done.returncode for done in said] == [1, 1]
    assert said[0].stdout == said[1].stdout
    assert "witness: request" in said[0].stdout
