"""`accord explain`: text, JSON, exit codes and the effective contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from accord.cli import main

_CONTRACT = """
openapi: 3.1.0
info: {title: T, version: 1.0.0}
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: 'parts.yaml#/A'}}}}
      responses:
        '204': {description: Done.}
"""
_PART = "A:\n  type: string\n  format: %s\n"


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("parts.yaml").write_text(_PART % "unheard-of")
    Path("contract.yaml").write_text(_CONTRACT)
    return Path("contract.yaml")


def test_what_is_not_enforced_is_listed_with_its_place(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the file that has it; what is enforced is counted, and listed where it is asked for."""
    assert main(["explain", str(contract)]) == 0
    said = capsys.readouterr().out
    assert "parts.yaml:3:3: ignored: schema format" in said
    assert "enforced: operation" not in said
    assert main(["explain", str(contract), "--all"]) == 0
    assert "contract.yaml:6:5: enforced: operation POST /a" in capsys.readouterr().out
    assert main(["explain", str(contract), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["totals"]["ignored"] == 1
    assert sum(report["totals"].values()) == len(report["constructs"])
    (ignored,) = (each for each in report["constructs"] if each["verdict"] == "ignored")
    assert (ignored["file"], ignored["line"], ignored["pointer"]) == ("parts.yaml", 3, "/A/format")


def test_what_openapi_3_2_says_of_parts_without_names_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And an address of the contract's own."""
    path = tmp_path / "new.yaml"
    path.write_text("""
openapi: 3.2.0
$self: https://api.example.com/contract
info: {title: T, version: 1.0.0}
paths:
  /a:
    post:
      requestBody:
        content:
          multipart/mixed:
            schema: {type: array, items: {type: string}}
            prefixEncoding: [{contentType: application/json}]
            itemEncoding: {contentType: text/plain}
      responses: {'204': {description: Done.}}
""")
    assert main(["explain", str(path), "--strict"]) == 1
    said = capsys.readouterr().out
    for place in (":3:1: ignored: document $self", ":12:13: ignored: encoding prefixEncoding"):
        assert place in said
    assert ":13:13: ignored: encoding itemEncoding" in said


def test_strict_exits_with_1_where_anything_is_ignored(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And with 0 where nothing is."""
    assert main(["explain", str(contract), "--strict"]) == 1
    assert "1 construct is ignored" in capsys.readouterr().err
    Path("parts.yaml").write_text(_PART % "uuid")
    assert main(["explain", str(contract), "--strict"]) == 0


def test_the_effective_contract_has_the_engines_own_errors(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As YAML, counted on standard error; what was declared is as it was."""
    assert main(["explain", str(contract), "--effective"]) == 0
    printed = capsys.readouterr()
    answered = yaml.safe_load(printed.out)["paths"]["/a"]["post"]["responses"]
    assert answered["204"] == {"description": "Done."}
    assert {"400", "405", "413", "415", "422"} <= answered.keys()
    assert printed.err == f"{len(answered) - 1} undeclared engine errors added\n"


def test_a_contract_that_cannot_be_read_is_said(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 2."""
    Path("parts.yaml").unlink()
    assert main(["explain", str(contract)]) == 2
    assert "parts.yaml" in capsys.readouterr().err


def test_an_overlay_counts(contract: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it adds stands where the overlay says it."""
    Path("contract.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: 1.0.0}\nactions:\n"
        "  - target: $.paths['/a'].post\n    update:\n      security: [{key: []}]\n"
        "  - target: $\n    update:\n      components:\n        securitySchemes:\n"
        "          key: {type: apiKey, in: header, name: X-Key}\n"
    )
    assert main(["explain", str(contract), "--all"]) == 0
    said = capsys.readouterr().out
    assert "contract.overlay.yaml:6:18: enforced: security key" in said
