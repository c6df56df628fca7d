"""The pipelines run what a laptop runs, on pinned actions, with no more rights than they need."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.deploy.manifests import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yaml"))
LOADED: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text()) for path in WORKFLOWS
}
BIN = Path(sys.executable).parent


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, workflow in LOADED.items():
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                yield name, step


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["actionlint", *WORKFLOWS], id="actionlint"),
        pytest.param(
            ["zizmor", "--offline", "--no-progress", "--quiet", "--pedantic", ROOT / ".github"],
            id="zizmor",
        ),
    ],
)
def test_linters_find_nothing(command: list[Any]) -> None:
    """actionlint: syntax, expressions, inputs of actions; zizmor: rights, injection, pins."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_pipeline_for_each_occasion() -> None:
    """Pull requests, nights and releases; `on` is read as True by YAML 1.1."""
    occasions = {name: set(workflow[True]) for name, workflow in LOADED.items()}
    assert occasions == {
        "pull-request": {"pull_request", "push"},
        "nightly": {"schedule", "workflow_dispatch"},
        "release": {"push"},
    }


def test_they_call_make_targets_that_exist() -> None:
    """Every `make` names a target of the Makefile, and the work is done by make alone: no other
    step calls the tools that a target stands for."""
    targets = make_targets()
    called = set()
    for _, step in steps():
        script = step.get("run", "")
        called |= set(re.findall(r"\bmake ([a-z]+)", script))
        assert not re.search(r"\b(pytest|mypy|ruff|accord|docker (buildx )?build)\b", script)
    assert called <= targets
    assert called >= {"check", "test", "image", "fuzz", "bench", "audit", "release"}


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "deploy/README.md"]
)
def test_pages_name_make_targets_that_exist(page: str) -> None:
    """Every `make` that a reader could paste."""
    text = (ROOT / page).read_text()
    assert set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, re.MULTILINE)) <= make_targets()


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_actions_are_pinned() -> None:
    """By the whole commit, with the version beside it; one action has one version everywhere."""
    lines = [
        line
        for path in WORKFLOWS
        for line in path.read_text().splitlines()
        if re.search(r"\buses:", line)
    ]
    pins: dict[str, set[str]] = {}
    for line in lines:
        match = re.search(r"uses: ([\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$", line)
        assert match, line
        pins.setdefault(match[1], set()).add(match[2])
    assert all(len(commits) == 1 for commits in pins.values())


def test_every_supported_python_is_tested() -> None:
    """From the floor that pyproject.toml names, without a gap, past the image's."""
    (job,) = [LOADED["pull-request"]["jobs"]["test"]]
    minors = [int(version.split(".")[1]) for version in job["strategy"]["matrix"]["python"]]
    floor = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    image = re.search(r"python:3\.(\d+)-slim", (ROOT / "Dockerfile").read_text())
    assert floor is not None
    assert image is not None
    assert minors == list(range(int(floor[1]), minors[-1] + 1))
    assert int(image[1]) in minors


def test_findings_become_annotations() -> None:
    """The matchers understand what the gates and mypy print; ruff speaks GitHub's own language."""
    matchers = json.loads((ROOT / ".github/matchers.json").read_text())["problemMatcher"]
    patterns = {matcher["owner"]: matcher["pattern"][0] for matcher in matchers}

    def matched(owner: str, line: str) -> dict[str, str]:
        pattern = patterns[owner]
        found = re.match(pattern["regexp"], line)
        assert found is not None, line
        return {key: found[place] for key, place in pattern.items() if key != "regexp"}

    assert matched(
        "accord", "openapi/store/v2.yaml:1119:7: warning response-optional-property-removed"
    ) == {
        "file": "openapi/store/v2.yaml", "line": "1119", "column": "7",
        "severity": "warning", "message": "response-optional-property-removed",
    }  # fmt: skip
    assert matched("mypy", 'impl/app.py:57: error: Argument "items" is missing  [arg-type]') == {
        "file": "impl/app.py", "line": "57", "severity": "error",
        "message": 'Argument "items" is missing  [arg-type]',
    }  # fmt: skip
    job = LOADED["pull-request"]["jobs"]["check"]
    assert job["env"]["RUFF_OUTPUT_FORMAT"] == "github"
    assert any("add-matcher::.github/matchers.json" in step.get("run", "") for step in job["steps"])
