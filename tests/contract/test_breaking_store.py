"""The store's own contracts under the breaking gate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from accord import spec
from accord.gates import releases
from accord.gates.breaking import compare_served
from accord.gates.check import STATIC, check

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the repository's contracts, each served one released as it is now."""
    shutil.copytree(
        ROOT / "openapi", tmp_path / "openapi", ignore=shutil.ignore_patterns("released")
    )
    shutil.copy(ROOT / "redocly.yaml", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for name in ("store/v1", "store/v2"):
        contract = spec.read(tmp_path / "openapi" / f"{name}.yaml")
        releases.freeze(tmp_path, name, contract.release)
    return tmp_path


@pytest.mark.slow  # `make check` begins with it
def test_frozen_releases_are_kept() -> None:
    """The contracts of this repository break none of their releases, and pass the lint."""
    page = check(ROOT, {name: STATIC[name] for name in ("lint", "breaking")})
    assert page.exit_code == 0, str(page)


def test_contract_against_itself(project: Path) -> None:
    """No false alarm for any contract of the store."""
    comparisons = compare_served(project)
    assert [comparison.name for comparison in comparisons] == ["store/v1", "store/v2"]
    assert all(comparison.findings == () for comparison in comparisons)


@pytest.mark.parametrize("name", ["category", "price"])
def test_removed_response_property(project: Path, name: str) -> None:
    """A response property removed from v2, a scalar or a reference: the page names operation,
    property, and the line in the YAML where it is missing."""
    contract = project / "openapi" / "store" / "v2.yaml"
    lines = contract.read_text().splitlines(keepends=True)
    schema = lines.index("    Item:\n")
    properties = lines.index("      properties:\n", schema)
    start = next(
        number
        for number, line in enumerate(lines)
        if number > properties and line.startswith(f"        {name}:")
    )
    end = next(
        number
        for number, line in enumerate(lines)
        if number > start and not line.startswith(" " * 9)
    )
    contract.write_text("".join(lines[:start] + lines[end:]))

    page = check(project, {"breaking": STATIC["breaking"]})

    assert page.exit_code == 1
    text = str(page)
    assert text.startswith("refused by breaking")
    assert f"openapi/store/v2.yaml:{properties + 1}:7: error" in text
    assert "operation: GET /v2/items (listItems)" in text
    assert f".{name} is gone" in text
    assert f"#/components/schemas/Item/properties/{name}" in text
