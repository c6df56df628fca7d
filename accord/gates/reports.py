"""The page of `accord check` for other readers: programs, test reports, pull requests.

Each is the same page: the verdict first, then the evidence, each finding with its file and line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from accord.errors import UsageError
from accord.gates.check import Page, Verdict
from accord.gates.finding import Finding

_CONTROLS = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""
_COMMANDS = {"error": "error", "warning": "warning", "notice": "notice"}


def as_json(page: Page) -> str:
    """The page as one JSON document."""
    return json.dumps(page.as_json(), indent=2)


def as_junit(page: Page) -> str:
    """JUnit's XML, as test reports read it: a suite for each gate, a failed case for each finding
    that fails the build, one that passed for a gate that has none."""
    root = Xml.Element("testsuites", name="accord check")
    for verdict in page.verdicts:
        failing = [finding for finding in verdict.findings if finding.fails]
        suite = Xml.SubElement(
            root,
            "testsuite",
            name=verdict.gate,
            tests=str(max(1, len(failing) + (verdict.fault is not None))),
            failures=str(len(failing)),
            errors=str(int(verdict.fault is not None)),
            time=f"{verdict.seconds:.2f}",
        )
        for finding in failing:
            case = _case(suite, verdict, f"{finding.rule} {finding.place}")
            case.set("file", _xml(finding.place.file))
            case.set("line", str(finding.place.line))
            failure = Xml.SubElement(case, "failure", message=_xml(finding.what), type=finding.rule)
            failure.text = _xml(str(finding))
        if verdict.fault is not None:
            error = Xml.SubElement(_case(suite, verdict, verdict.gate), "error", type="fault")
            error.set("message", _xml(verdict.fault.partition("\n")[0]))
            error.text = _xml(verdict.fault)
        elif not failing:
            _case(suite, verdict, verdict.gate)
        others = ["\n".join(verdict.shown)] if verdict.shown else []
        others += [str(finding) for finding in verdict.findings if not finding.fails]
        if others:
            Xml.SubElement(suite, "system-out").text = _xml("\n\n".join(others))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode")


def as_markdown(page: Page) -> str:
    """A comment for a pull request: what fails is open, what is only noted is folded away."""
    lines = [f"### {_plain(page.head)}", "", "| gate | verdict | findings | seconds | repeat |"]
    lines.append("| --- | --- | ---: | ---: | --- |")
    lines += [
        f"| {verdict.gate} | {verdict.word} | {len(verdict.findings)} | {verdict.seconds:.1f} "
        f"| {_code(verdict.repeat) if verdict.repeat else ''} |"
        for verdict in page.verdicts
    ]
    for gates, fault in page.faults():
        lines += ["", f"**Not decided by {gates}**", "", *_fenced(fault)]
    findings = [finding for verdict in page.verdicts for finding in verdict.findings]
    for finding in findings:
        if finding.fails:
            lines += ["", *_item(finding)]
    noted = [finding for finding in findings if not finding.fails]
    if noted:
        lines += ["", f"<details><summary>{len(noted)} noted, failing nothing</summary>"]
        for finding in noted:
            lines += ["", *_item(finding)]
        lines += ["", "</details>"]
    shown = [line for verdict in page.verdicts for line in verdict.shown]
    if shown:
        lines += ["", "<details><summary>what was tried</summary>", ""]
        lines += [f"- {_plain(line)}" for line in shown]
        lines += ["", "</details>"]
    return "\n".join(lines)


def as_annotations(page: Page) -> str:
    """Workflow commands, which GitHub shows beside the lines that they name."""
    lines = []
    for gates, fault in page.faults():
        lines.append(f"::error title={_property(f'not decided by {gates}')}::{_message(fault)}")
    for verdict in page.verdicts:
        for finding in verdict.findings:
            place = finding.place
            where = {"file": place.file}
            if place.line:
                where |= {"line": str(place.line), "col": str(place.column)}
            where["title"] = f"{finding.gate}: {finding.rule}"
            said = ",".join(f"{key}={_property(value)}" for key, value in where.items())
            what = f"{finding.operation}: {finding.what}" if finding.operation else finding.what
            lines.append(f"::{_COMMANDS[finding.level]} {said}::{_message(what)}")
    return "\n".join(lines)


FORMATS: Mapping[str, Callable[[Page], str]] = {
    "page": str,
    "json": as_json,
    "junit": as_junit,
    "markdown": as_markdown,
    "github": as_annotations,
}


Target = tuple[Callable[[Page], str], Path]


def target(report: str) -> Target:
    """What `FORMAT=FILE` means. Raises `UsageError` where it means nothing."""
    format_, _, file = report.partition("=")
    if format_ not in FORMATS or not file:
        raise UsageError(
            f"{report!r} is not FORMAT=FILE\n  mend: formats are {', '.join(FORMATS)}, "
            "as in junit=build/check.xml"
        )
    return FORMATS[format_], Path(file)


def write(page: Page, report: Target) -> None:
    """Writes the page, making the file's folder where it is not there. Raises `UsageError` for a
    file that cannot be written."""
    render, path = report
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{render(page)}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the report cannot be written: {error}") from error


def keep(root: Path, name: str, pages: Sequence[Mapping[str, Any]]) -> None:
    """Writes build/<name>.json: what a gate did, in full."""
    path = root / "build" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(pages, indent=2, default=str) + "\n", encoding="utf-8")


def _case(suite: Xml.Element, verdict: Verdict, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=f"accord.{verdict.gate}", name=_xml(name))


def _item(finding: Finding) -> Iterator[str]:
    """A finding as a list entry with what it shows below it."""
    operation = f" {_code(finding.operation)}" if finding.operation else ""
    yield f"- **{finding.level}** {_code(finding.rule)}{operation}  "
    yield f"  {_plain(finding.what)}  "
    pointer = f" {_code(finding.place.pointer)}" if finding.place.pointer else ""
    yield f"  at {_code(str(finding.place))}{pointer}"
    if finding.was is not None:
        yield f"  was {_code(str(finding.was))}"
    for line in finding.evidence.lines if finding.evidence is not None else ():
        yield f"  - {_code(line)}"


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " * text.startswith("`") or " " * text.endswith("`")
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def _plain(text: str) -> str:
    """Text of contracts, shown as it is: no markup of its author's."""
    return re.sub(r"([\\*_\[\]<>|#@~])", r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> Iterator[str]:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    yield fence
    yield text
    yield fence


def _xml(text: str) -> str:
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
