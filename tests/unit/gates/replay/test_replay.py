"""A release of a small shop, and later shops that do not keep what it promised or did."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from accord.gates import approvals, commands, releases
from accord.gates.finding import Finding
from accord.gates.replay import packages
from accord.gates.replay.gate import Replay
from accord.gates.replay.outcome import Replayed
from tests.unit.gates import shop
from tests.unit.gates.shop import DAY, change

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose contract is released as 1.0.0."""
    return shop.release(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def project(released: Path, tmp_path: Path) -> Path:
    """The same again, to be changed."""
    return Path(shutil.copytree(released, tmp_path / "shop", symlinks=True))


def replay(project: Path, *parts: str) -> tuple[Replayed, list[Finding]]:
    (replayed,) = Replay(project, DAY, parts=parts or ("scenarios", "differences")).run()
    return replayed, replayed.findings


def test_a_release_has_package_and_recording_beside_it(project: Path) -> None:
    """Both are in the manifest, and neither may be changed afterwards."""
    release = releases.latest(project, "shop/v1")
    assert release is not None
    assert release.wheel is not None
    assert release.wheel.name == "shop_v1_client-1.0.0-py3-none-any.whl"
    assert release.recording is not None
    digests = json.loads((project / releases.FOLDER / "digests.json").read_text())
    assert set(digests) == {
        f"shop/v1/{path.name}" for path in (release.path, release.wheel, release.recording)
    }
    again = packages.build(release.path, "shop/v1", project / "again")
    assert again.read_bytes() == release.wheel.read_bytes(), "the same bytes every time"
    release.recording.write_text("{}")
    with pytest.raises(releases.ReleaseError, match="changed after it was released"):
        releases.latest(project, "shop/v1")


def test_an_application_that_answers_as_before_is_kept_to(project: Path) -> None:
    """Ids and moments differ from run to run, and more than before may be answered."""
    change(project, '"name": name,', '"name": name, "weight": 3,')
    replayed, findings = replay(project)
    assert findings == []
    assert replayed.scenarios == 1
    assert replayed.steps >= 2


def test_another_order_is_a_difference(project: Path) -> None:
    """Told once, with the request, and what was and is."""
    change(project, "else THINGS)", "else THINGS[::-1])")
    _, findings = replay(project)
    assert {finding.rule for finding in findings} == {"replay-difference"}
    found = next(each for each in findings if "/name" in each.subject)
    assert found.operation == "GET /things (listThings)"
    assert "was: anvil\n  is: bell" in found.what
    assert "request: GET /things" in found.what
    assert "repeat: accord replay shop/v1@1.0.0" in found.what


def test_a_lost_offset_is_a_difference(project: Path) -> None:
    """In moments that differ from run to run."""
    change(project, "datetime.now(UTC)", "datetime.now(UTC).replace(tzinfo=None)")
    _, findings = replay(project)
    assert {finding.subject for finding in findings} >= {"/reply/body/json/*/made"}


def test_a_scenario_that_no_longer_works_is_told_with_what_was_said(project: Path) -> None:
    """Its name, the release, the last request and the reply."""
    change(project, "<= 20", "<= 3")
    _, findings = replay(project, "scenarios")
    (found,) = findings
    assert found.rule == "replay-scenario"
    assert "scenario want_a_bell no longer works with the package of shop/v1 1.0.0" in found.what
    assert 'request: POST /things {"name": "horn"}' in found.what
    assert "reply: 400" in found.what


def test_what_the_released_contract_promises_is_asked(project: Path) -> None:
    """A valid request that is refused now, found without any scenario or recording."""
    change(project, "<= 20", "<= 19")
    replayed, findings = replay(project, "contracts")
    assert replayed.operations == 2
    assert {(each.rule, each.operation) for each in findings} == {
        ("replay-positive-data-acceptance", "POST /things (createThing)")
    }
    change(project, "<= 19", "<= 30")
    assert replay(project, "contracts")[1] == [], "taking more is no break"


def test_what_is_approved_is_a_notice(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An entry, as `--propose` prints it, names the difference with its digests; one that matches
    nothing fails."""
    change(project, '"anvil", "bell"', '"angle", "bell"')
    asked = {"parts": ("differences",), "today": DAY}
    assert commands.replay(project, propose=True, **asked) == 1
    text = capsys.readouterr().out
    assert text.count("- rule: replay-difference") >= 1
    assert text.startswith("- rule:"), "entries and nothing else"
    for key in ("owner", "reason", "ticket"):
        text = text.replace(f"{key}: #", f"{key}: somebody #")
    text = text.replace("expires: #", "expires: '2027-02-01' #")
    (project / approvals.FILE).write_text("approvals:\n" + text)
    assert commands.replay(project, **asked) == 0
    assert "more, approved: accord replay --approved" in capsys.readouterr().out
    (stale,) = {each.rule for each in approvals.apply_to_replay(project, [], DAY)}
    assert stale == "approval-stale"
    assert approvals.apply(project, [], DAY) == (), "the breaking gate leaves them alone"


def test_what_is_not_a_strangers_is_a_difference(project: Path) -> None:
    """Things that were shown to whom they belong only, and are shown to anybody now."""
    change(project, '[] if caller == "a-stranger" else ', "")
    _, findings = replay(project)
    assert {finding.operation for finding in findings} == {"GET /things (listThings)"}
    assert any("in strangers, step 1" in finding.what for finding in findings)
    assert any("GET /things as stranger" in finding.what for finding in findings)
