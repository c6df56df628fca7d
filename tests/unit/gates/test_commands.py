"""The gates as subcommands of `accord`: exit codes, and where each message goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accord.cli import main
from tests.unit.gates.conftest import Edit

APPLICATION = """\
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps([{"id": 1}]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

HTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
"""


def test_release_then_break(project: Path, edit: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    """Frozen, unchanged: 0. Broken: 1, the evidence on standard output. Tampered with: 2, the
    reason on standard error."""
    root = ["--root", str(project)]
    assert main(["release", *root, "shop/v1", "0.1.0"]) == 0
    assert main(["breaking", *root]) == 0
    capsys.readouterr()

    edit("        former_price: {$ref: '#/components/schemas/Price'}\n", "")
    assert main(["breaking", *root]) == 1
    said = capsys.readouterr()
    assert "former_price" in said.out
    assert said.err == ""

    frozen = project / "openapi" / "released" / "shop" / "v1" / "0.1.0.yaml"
    frozen.write_text(frozen.read_text() + "# mine\n")
    assert main(["breaking", *root]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "was changed after it was released" in said.err


def test_check_of_a_contract_that_does_not_parse(
    project: Path, contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Gates that read it cannot decide, and the fault is printed once; exit code 2."""
    contract.write_text("openapi: [\n")
    assert main(["check", "--static", "--root", str(project)]) == 2
    out = capsys.readouterr().out
    assert out.startswith("not decided by lint, drift")
    assert out.count("openapi/shop/v1.yaml:") == 1
    assert "mend:" in out


def test_check_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page as JSON has every gate with its verdict."""
    assert main(["check", "--static", "--format", "json", "--root", str(project)]) == 1
    page = json.loads(capsys.readouterr().out)
    assert page["passed"] is False
    verdicts = {gate["gate"]: gate["verdict"] for gate in page["gates"]}
    assert verdicts["drift"] == "refuses"
    assert verdicts["breaking"] == "ok"


def test_fuzz_of_a_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The application is started as pyproject.toml says; what it does against the contract is
    printed with a command that repeats it, and kept in build/fuzz.json; exit code 1."""
    (project / "shop.py").write_text(APPLICATION)
    (project / "pyproject.toml").write_text(
        '[tool.accord.application]\nserve = "python shop.py {port}"\n'
    )
    command = ["fuzz", "--root", str(project), "--max-examples", "3", "shop/v1"]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.startswith("shop/v1 fails: ")
    assert "GET /things: response_schema_conformance" in out
    assert "repeat: curl " in out
    (report,) = json.loads((project / "build" / "fuzz.json").read_text())
    assert report["contract"] == "shop/v1"
    assert report["cases"] == sum(phase["cases"] for phase in report["phases"]) > 0


def test_fuzz_of_an_unknown_contract(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no contract has is a fault of use that lists those there are."""
    assert main(["fuzz", "--root", str(project), "shop/v9"]) == 2
    assert "one of shop/v1" in capsys.readouterr().err


REFUSING = APPLICATION.replace(
    "        body = json", "        refused = 'size=' in self.path\n        body = json"
).replace("send_response(200)", "send_response(422 if refused else 200)")


@pytest.mark.parametrize(
    ("application", "verdict"),
    [
        (APPLICATION, "breaks in text only"),
        (REFUSING, "breaks in text and in fact"),
        (APPLICATION.replace("(200)", "(422)"), "breaks in fact only"),
    ],
)
@pytest.mark.slow
def test_witness(
    project: Path,
    edit: Edit,
    capsys: pytest.CaptureFixture[str],
    application: str,
    verdict: str,
) -> None:
    """What shows a break is printed with the command that repeats it, and kept; repeated, it still
    shows it (1), and the application is asked whether it breaks in fact; nothing once the break is
    taken back (0)."""
    (project / "shop.py").write_text(application)
    (project / "pyproject.toml").write_text(
        '[tool.accord.application]\nserve = "python shop.py {port}"\n'
    )
    root = ["--root", str(project)]
    assert main(["release", *root, "shop/v1", "0.1.0"]) == 0
    edit("maximum: 100", "maximum: 50")
    capsys.readouterr()
    assert main(["breaking", *root]) == 1
    out = capsys.readouterr().out
    assert 'witness: request {"query": {"size": 100}}' in out
    assert "valid before, refused now: 100 is greater than the maximum of 50" in out
    (file,) = (project / "build" / "witnesses").iterdir()
    assert f"repeat: accord witness build/witnesses/{file.name}" in out

    assert main(["witness", *root, "--run", str(file)]) == 1
    out = capsys.readouterr().out
    assert verdict in out
    assert "1 of 1 witnesses show a break" in out

    edit("maximum: 50", "maximum: 100")
    assert main(["witness", *root]) == 0
    assert "shows nothing any more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("thing", "verdict"),
    [
        ('{"id": "a", "price": {"cents": 1}}', "breaks in text only"),
        ('{"id": "a"}', "breaks in text and in fact"),
    ],
)
@pytest.mark.slow
def test_witness_of_a_reply(
    project: Path, edit: Edit, capsys: pytest.CaptureFixture[str], thing: str, verdict: str
) -> None:
    """For what replies may be now the application is called, and its reply is held to the old
    contract."""
    (project / "shop.py").write_text(APPLICATION.replace('{"id": 1}', thing))
    (project / "pyproject.toml").write_text(
        '[tool.accord.application]\nserve = "python shop.py {port}"\n'
    )
    root = ["--root", str(project)]
    assert main(["release", *root, "shop/v1", "0.1.0"]) == 0
    edit("required: [id, price]", "required: [id]")
    assert main(["breaking", *root]) == 1
    capsys.readouterr()
    assert main(["witness", *root, "--run"]) == 1
    told = capsys.readouterr().out.split("build/witnesses/")
    (listed,) = [each for each in told if "reply 200" in each]
    assert verdict in listed


def test_no_witness(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no witness is a fault of use."""
    other = project / "other.json"
    other.write_text("{}")
    assert main(["witness", "--root", str(project), str(other)]) == 2
    assert "is no witness" in capsys.readouterr().err
