"""`accord release`: the version says what changes, breaks are approved, removals announced."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from accord.cli import main
from accord.gates.release import release
from tests.unit.gates.conftest import CONTRACT, Edit

TODAY = date(2026, 11, 23)
NOTICE = (
    "deprecated: true\n      x-accord-deprecated: '{since}'\n      x-accord-sunset: '{until}'\n"
    "      operationId: createThing"
)


def refusals(project: Path, version: str, today: date = TODAY) -> set[str]:
    return {each.rule for each in release(project, "shop/v1", version, today).findings}


@pytest.fixture
def stable(project: Path, edit: Edit) -> None:
    """1.0.0 is released."""
    edit("version: 0.1.0", "version: 1.0.0")
    assert refusals(project, "1.0.0") == set()


ADDED = (
    "        id: {type: string}\n",
    "        id: {type: string}\n        size: {type: integer}\n",
)
WIDER = ("maximum: 100", "maximum: 200")
TOLD = ("description: All things.", "description: All the things.")
BROKEN = ("maximum: 100", "maximum: 50")


@pytest.mark.usefixtures("stable")
@pytest.mark.parametrize(
    ("change", "too_small", "enough"),
    [(TOLD, None, "1.0.1"), (ADDED, "1.0.1", "1.1.0"), (WIDER, "1.0.1", "1.1.0")],
)
def test_bump(
    project: Path, edit: Edit, change: tuple[str, str], too_small: str | None, enough: str
) -> None:
    """A text is a patch, something new a minor version; less than that is refused."""
    edit(*change)
    if too_small is not None:
        edit("version: 1.0.0", f"version: {too_small}")
        assert refusals(project, too_small) == {"version-too-small"}
        edit(f"version: {too_small}", "version: 1.0.0")
    edit("version: 1.0.0", f"version: {enough}")
    assert refusals(project, enough) == set()


@pytest.mark.usefixtures("stable")
def test_break(project: Path, edit: Edit) -> None:
    """A break asks for a major version and an approval, both."""
    edit(*BROKEN)
    edit("version: 1.0.0", "version: 1.1.0")
    assert refusals(project, "1.1.0") == {"version-too-small", "request-maximum"}
    edit("version: 1.1.0", "version: 2.0.0")
    assert refusals(project, "2.0.0") == {"request-maximum"}


def test_before_1_0(project: Path, edit: Edit) -> None:
    """Before 1.0.0 a minor version may break, an addition is a patch."""
    assert refusals(project, "0.1.0") == set()
    edit(*ADDED)
    edit("version: 0.1.0", "version: 0.1.1")
    assert refusals(project, "0.1.1") == set()
    edit(*BROKEN)
    edit("version: 0.1.1", "version: 0.1.2")
    assert "version-too-small" in refusals(project, "0.1.2")
    edit("version: 0.1.2", "version: 0.2.0")
    assert refusals(project, "0.2.0") == {"request-maximum"}


@pytest.mark.parametrize(
    ("since", "until", "rules"),
    [
        ("2026-11-01", "2027-12-31", set()),
        ("2026-11-01", "2026-11-30", {"sunset-too-soon"}),
        ("2026-11-01", "soon", {"sunset-missing"}),
    ],
)
@pytest.mark.usefixtures("stable")
def test_announcement(project: Path, edit: Edit, since: str, until: str, rules: set[str]) -> None:
    """An operation is deprecated with a day, and callers have time until then."""
    edit("operationId: createThing", NOTICE.format(since=since, until=until))
    edit("version: 1.0.0", "version: 1.1.0")
    assert refusals(project, "1.1.0") == rules


@pytest.mark.usefixtures("stable")
def test_removal(project: Path, contract: Path, edit: Edit) -> None:
    """An operation goes after it was deprecated in a release, and not before its sunset."""

    def remove(version: str) -> None:
        start, end = CONTRACT.index("    post:"), CONTRACT.index("components:")
        text = CONTRACT[:start] + CONTRACT[end:]
        contract.write_text(text.replace("version: 0.1.0", f"version: {version}"))

    announced = contract.read_text().replace("version: 1.0.0", "version: 1.1.0")
    remove("2.0.0")
    assert refusals(project, "2.0.0") == {"operation-removed", "removed-unannounced"}
    notice = NOTICE.format(since="2026-11-01", until="2027-12-31")
    contract.write_text(announced.replace("operationId: createThing", notice))
    assert refusals(project, "1.1.0") == set()
    remove("2.0.0")
    assert "removed-unannounced" in refusals(project, "2.0.0", date(2027, 12, 30))
    assert refusals(project, "2.0.0", date(2027, 12, 31)) == {"operation-removed"}


def test_change_log(project: Path, edit: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    """What a release adds, deprecates and renames is in CHANGELOG.md and .html, text from
    contracts shown as it is; the same release again changes nothing."""
    root = ["--root", str(project), "--today", "2026-11-23"]
    assert main(["release", *root, "shop/v1", "0.1.0"]) == 0
    edit(*ADDED)
    edit("operationId: listThings", "operationId: list<b>")
    edit("version: 0.1.0", "version: 0.1.1")
    assert main(["release", *root, "shop/v1", "0.1.1"]) == 0
    assert "(minor changes)" in capsys.readouterr().out
    markdown, page = (project / "openapi" / f"CHANGELOG.{kind}" for kind in ("md", "html"))
    text = markdown.read_text()
    assert "### 0.1.1 (2026-11-23)\n" in text
    assert "reply 200 body\\[\\].size is new" in text
    assert "list\\<b\\>" in text
    assert text.index("### 0.1.1") < text.index("### 0.1.0 (2026-11-23)\n\nThe first release.")
    assert "list&lt;b&gt;" in page.read_text()
    assert main(["release", *root, "shop/v1", "0.1.1"]) == 0
    assert markdown.read_text() == text
