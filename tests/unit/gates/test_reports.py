"""The page of `accord check` as JUnit, Markdown and GitHub annotations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from accord.errors import UsageError
from accord.gates.check import Page, check
from accord.gates.finding import Finding, Place
from accord.gates.reports import FORMATS, target, write

HOSTILE = "`a` | <b>bold</b> ``` [x](http://evil.example) \x07 100%\nand *more*"
ERROR = Finding(
    gate="breaking",
    rule="reply-property-removed",
    level="error",
    what="reply 200 body.name is gone",
    place=Place("openapi/shop/v1.yaml", 7, 3, "/paths/~1things"),
    operation="GET /things (listThings)",
    was=Place("openapi/released/shop/v1/0.1.0.yaml", 9, 5, "/paths/~1things/get"),
)
NOTICE = replace(ERROR, rule="deprecated", level="notice", what=HOSTILE)


def passes(root: Path) -> Iterable[Finding]:
    return ()


def refuses(root: Path) -> Iterable[Finding]:
    return (ERROR, NOTICE)


def stumbles(root: Path) -> Iterable[Finding]:
    raise UsageError("the tool is missing: 100%\n  mend: install it")


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return check(tmp_path, {"lint": passes, "breaking": refuses, "drift": stumbles})


def test_junit(page: Page) -> None:
    """A suite for each gate; each finding that fails is a failed case with its file and line; a
    gate that could not decide is an error; notes are no cases."""
    root = ElementTree.fromstring(FORMATS["junit"](page))
    suites = {suite.get("name"): suite for suite in root}
    assert {
        name: (suite.get("tests"), suite.get("failures"), suite.get("errors"))
        for name, suite in suites.items()
    } == {"lint": ("1", "0", "0"), "breaking": ("1", "1", "0"), "drift": ("1", "0", "1")}
    (case,) = suites["breaking"].iter("testcase")
    assert (case.get("file"), case.get("line")) == ("openapi/shop/v1.yaml", "7")
    (failure,) = case
    assert failure.get("message") == ERROR.what
    assert failure.text == str(ERROR)
    (error,) = suites["drift"].iter("error")
    assert error.get("message") == "the tool is missing: 100%"


def test_markdown(page: Page) -> None:
    """The verdict is the heading; errors are open, notes folded; no text of a contract becomes
    markup."""
    text = FORMATS["markdown"](page)
    assert text.startswith("### refused by breaking; not decided by drift")
    assert text.index("reply 200 body.name is gone") < text.index("<details>")
    assert text.index("<details>") < text.index("100%\\n".rstrip("\\n"), text.index("<details>"))
    assert "`openapi/shop/v1.yaml:7:3`" in text
    assert "was `openapi/released/shop/v1/0.1.0.yaml:9:5`" in text
    markup = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<b>" not in markup
    assert "<a " not in markup
    assert "<em>" not in markup
    assert markup.count("<tr>") == 4


def test_annotations(page: Page) -> None:
    """One workflow command for each finding, beside its line; faults have none. What would end a
    command is escaped."""
    fault, error, notice = FORMATS["github"](page).split("\n")
    assert fault == (
        "::error title=not decided by drift::the tool is missing: 100%25%0A  mend: install it"
    )
    assert error == (
        "::error file=openapi/shop/v1.yaml,line=7,col=3,title=breaking%3A reply-property-removed::"
        "GET /things (listThings): reply 200 body.name is gone"
    )
    assert notice.startswith("::notice file=openapi/shop/v1.yaml,line=7,col=3,")
    assert "100%25%0Aand" in notice


def test_file(page: Page, tmp_path: Path) -> None:
    """A report is written to its file, in a folder that is made for it."""
    write(page, target(f"junit={tmp_path}/build/check.xml"))
    assert (tmp_path / "build" / "check.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("report", ["junit", "junit=", "pdf=check.pdf"])
def test_no_report(report: str) -> None:
    """Anything else than FORMAT=FILE is a fault of use that lists the formats."""
    with pytest.raises(UsageError, match="page, json, junit, markdown, github"):
        target(report)
