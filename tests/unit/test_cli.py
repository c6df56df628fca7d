"""The command line: exit codes, and what is printed where."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.cli import COMMANDS, main

CONTRACT = """\
openapi: 3.1.0
info: {title: A, version: 1.0.0}
paths:
  /a:
    get:
      operationId: a
      responses: {'204': {description: Yes.}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A root with one served contract."""
    (tmp_path / "openapi/shop").mkdir(parents=True)
    (tmp_path / "openapi/shop/v1.yaml").write_text(CONTRACT)
    return tmp_path


def test_generate_and_check(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 when all is well, 1 with a list of files when it is not."""
    root = f"--root={project}"
    assert main(["generate", "--check", root]) == 1
    assert "missing: generated/shop/v1/routes.py\n" in capsys.readouterr().out
    assert main(["generate", root]) == 0
    assert capsys.readouterr().out.endswith(" files written\n")
    assert main(["generate", root]) == 0
    assert capsys.readouterr().out == "nothing to do\n"
    assert main(["generate", "--check", root]) == 0
    assert capsys.readouterr().out == ""


def test_faults_of_a_contract_are_all_printed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, each with its place, and no traceback."""
    contract = project / "openapi/shop/v1.yaml"
    contract.write_text(
        CONTRACT.replace("/a:", "/a/{x}:").replace(
            "{description: Yes.}", "{$ref: '#/components/responses/No'}"
        )
    )
    assert main(["generate", "--root", str(project)]) == 2
    error = capsys.readouterr().err
    assert error.count("openapi/shop/v1.yaml:") >= 2
    assert "nothing was written" in error
    assert "Traceback" not in error
    assert not (project / "generated").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["generate", "--contract", "x.yaml"], "go together"),
        (["generate", "a", "--contract", "x.yaml", "--out", "y"], "not both"),
        (["generate", "shop/v9"], "no contract is called 'shop/v9'"),
        (["scaffold", "pets"], "no tag is called 'pets'"),
    ],
)
def test_faults_of_use(
    project: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and a sentence that says what to do."""
    assert main([*arguments, "--root", str(project)]) == 2
    assert says in capsys.readouterr().err


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """`accord COMMAND --help` has the command's summary."""
    for command in COMMANDS:
        with pytest.raises(SystemExit) as caught:
            main([command.name, "--help"])
        assert caught.value.code == 0
        assert command.summary.split(";")[0][:40] in capsys.readouterr().out.replace("\n", " ")
