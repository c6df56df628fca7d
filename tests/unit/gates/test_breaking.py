"""`accord breaking`: what breaks, for which operation, and in which line of the edited file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accord.errors import ContractErrors, UsageError
from accord.gates import breaking, oasdiff, releases
from accord.gates.commands import breaking as command
from accord.gates.finding import Finding
from accord.gates.severity import severities
from accord.spec.texts import parse
from tests.unit.gates.conftest import CONTRACT, Edit


@pytest.fixture(autouse=True)
def released(project: Path) -> None:
    releases.freeze(project, "shop/v1", "0.1.0")


def findings(project: Path) -> tuple[Finding, ...]:
    (comparison,) = breaking.compare_served(project)
    return comparison.findings


def line_of(contract: Path, text: str) -> int:
    lines = contract.read_text().splitlines()
    (line,) = [number for number, line in enumerate(lines, 1) if text in line]
    return line


def test_unchanged_contract(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract against itself: nothing is said, exit code 0."""
    assert command(project) == 0
    assert capsys.readouterr().out == ""


def test_compatible_change(project: Path, edit: Edit) -> None:
    """An optional property more in a response breaks nobody."""
    edit(
        "        id: {type: string}\n",
        "        id: {type: string}\n        size: {type: integer}\n",
    )
    assert findings(project) == ()


def test_removed_response_property(
    project: Path, contract: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    """A removed response property is refused for every operation that returned it, with its name
    and the line of the `properties` it is missing from; exit code 1."""
    edit(
        "        id: {type: string}\n        name: {type: string}\n", "        id: {type: string}\n"
    )
    found = findings(project)
    assert {finding.operation for finding in found} == {
        "GET /things (listThings)",
        "POST /things (createThing)",
    }
    for finding in found:
        assert ".name is gone" in finding.what
        assert finding.place.file == "openapi/shop/v1.yaml"
        assert finding.place.pointer == "/components/schemas/Thing/properties"
        assert finding.place.line == line_of(contract, "id: {type: string}") - 1
        assert finding.was is not None
        assert finding.was.file == "openapi/released/shop/v1/0.1.0.yaml"
        assert finding.was.pointer == "/components/schemas/Thing/properties/name"
    assert command(project) == 1
    out = capsys.readouterr().out
    assert "GET /things (listThings)" in out
    assert "openapi/shop/v1.yaml:" in out


def test_removed_property_that_was_a_reference(project: Path, edit: Edit) -> None:
    """A removed `$ref` property is placed where it stood, not at the schema it referred to."""
    edit("        former_price: {$ref: '#/components/schemas/Price'}\n", "")
    found = findings(project)
    assert found
    for finding in found:
        assert finding.place.pointer == "/components/schemas/Thing/properties"
        assert finding.was is not None
        assert finding.was.pointer == "/components/schemas/Thing/properties/former_price"


def test_new_required_request_property(project: Path, contract: Path, edit: Edit) -> None:
    """What is added is placed at its own line."""
    edit(
        "      properties:\n        name: {type: string}\n    Thing:",
        "      required: [colour]\n      properties:\n        name: {type: string}\n"
        "        colour: {type: string}\n    Thing:",
    )
    (finding,) = findings(project)
    assert finding.operation == "POST /things (createThing)"
    assert "colour" in finding.what
    assert finding.place.pointer.startswith("/components/schemas/NewThing")
    assert finding.was is None


def test_removed_operation(project: Path, contract: Path) -> None:
    """A removed operation is placed at its path, which is left."""
    start, end = CONTRACT.index("    post:"), CONTRACT.index("components:")
    contract.write_text(CONTRACT[:start] + CONTRACT[end:])
    (finding,) = findings(project)
    assert finding.operation == "POST /things (createThing)"
    assert finding.place.pointer == "/paths/~1things"
    assert finding.place.line == line_of(contract, "  /things:")


def test_two_files(project: Path, contract: Path, tmp_path: Path) -> None:
    """Any two files can be compared; one alone is a fault of use."""
    old = tmp_path / "old.yaml"
    old.write_text(CONTRACT)
    contract.write_text(CONTRACT.replace("maximum: 100", "maximum: 10"))
    assert command(project, old, contract) == 1
    assert command(project, old, old) == 0
    with pytest.raises(UsageError, match="both OLD and NEW"):
        command(project, old)


def test_json(project: Path, tmp_path: Path) -> None:
    """Contracts in JSON get lines too, which oasdiff itself does not know."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    document = parse(CONTRACT.encode(), "contract.yaml")
    old.write_text(json.dumps(document, indent=1))
    del document["components"]["schemas"]["Thing"]["properties"]["name"]
    new.write_text(json.dumps(document, indent=1))
    for finding in breaking.compare(project, old, new):
        assert finding.place.file == "new.json"
        assert finding.place.pointer == "/components/schemas/Thing/properties"
        assert finding.place.line == line_of(new, '"former_price": {') - 7


def test_contract_that_does_not_parse(project: Path, contract: Path) -> None:
    """Text that is not YAML is reported with file and line, before oasdiff sees it."""
    contract.write_text(CONTRACT.replace("  /things:", "  /things: : :"))
    with pytest.raises(ContractErrors) as caught:
        breaking.compare_served(project)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("openapi/shop/v1.yaml", 4)


def test_something_else_than_a_contract(project: Path, tmp_path: Path) -> None:
    """A YAML file that is not an OpenAPI document is refused as such."""
    other = tmp_path / "other.yaml"
    other.write_text("a: 1\n")
    with pytest.raises(ContractErrors, match="openapi"):
        breaking.compare(project, other, other)


def test_missing_oasdiff(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the binary the message says how to get it."""
    (project / "node_modules").unlink()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="npm ci"):
        breaking.compare_served(project)


def test_oasdiff_on_path(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without npm's the binary on PATH is taken."""
    pinned = oasdiff.find(project).resolve()
    (project / "node_modules").unlink()
    monkeypatch.setenv("PATH", str(pinned.parent))
    assert oasdiff.find(project) == pinned.parent / "oasdiff"


def test_oasdiff_of_another_kind(project: Path, tmp_path: Path) -> None:
    """A program that answers with something else than the report is a clear fault."""
    fake = tmp_path / "oasdiff"
    fake.write_text("#!/bin/sh\necho '[{\"rule\": 1}]'\n")
    fake.chmod(0o755)
    with pytest.raises(UsageError, match=r"1\.15"):
        oasdiff.breaking(fake, tmp_path, tmp_path)


def test_before_the_first_release(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract that was never released is named, and is no failure."""
    other = project / "openapi" / "shop" / "v2.yaml"
    other.write_text(CONTRACT)
    assert command(project) == 0
    assert "shop/v2: nothing is released yet" in capsys.readouterr().out


def test_oasdiff_of_another_version(project: Path, tmp_path: Path) -> None:
    """A binary with other checks than those that were decided about is refused, naming them."""
    fake = tmp_path / "oasdiff"
    fake.write_text('#!/bin/sh\necho \'[{"id": "brand-new-check"}]\'\n')
    fake.chmod(0o755)
    with pytest.raises(UsageError, match="brand-new-check"):
        severities(fake)
