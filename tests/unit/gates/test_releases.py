"""Frozen releases: byte for byte, and proof against edits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.gates import releases
from accord.gates.releases import ReleaseError
from tests.unit.gates.conftest import Edit


def frozen(project: Path, version: str = "0.1.0") -> Path:
    return project / "openapi" / "released" / "shop" / "v1" / f"{version}.yaml"


def test_freeze(project: Path, contract: Path) -> None:
    """A release is a copy of the contract, byte for byte, with its digest in the manifest."""
    release = releases.freeze(project, "shop/v1", "0.1.0")
    assert release.path == frozen(project)
    assert release.path.read_bytes() == contract.read_bytes()
    manifest = json.loads((project / "openapi/released/digests.json").read_text())
    assert manifest == {"shop/v1/0.1.0.yaml": releases.digest(contract)}
    assert releases.latest(project, "shop/v1") == release


def test_freeze_twice(project: Path, edit: Edit) -> None:
    """The same release again is no fault; another text under the same version is."""
    releases.freeze(project, "shop/v1", "0.1.0")
    assert releases.freeze(project, "shop/v1", "0.1.0").version == "0.1.0"
    edit("title: Shop", "title: The shop")
    with pytest.raises(UsageError, match="released already"):
        releases.freeze(project, "shop/v1", "0.1.0")


def test_releases_are_in_the_order_of_their_numbers(project: Path, edit: Edit) -> None:
    """0.10.0 comes after 0.9.0, and nothing older can follow it."""
    edit("version: 0.1.0", "version: 0.9.0")
    releases.freeze(project, "shop/v1", "0.9.0")
    edit("version: 0.9.0", "version: 0.10.0")
    releases.freeze(project, "shop/v1", "0.10.0")
    newest = releases.latest(project, "shop/v1")
    assert newest is not None
    assert newest.version == "0.10.0"
    edit("version: 0.10.0", "version: 0.2.0")
    with pytest.raises(UsageError, match=r"older than 0\.10\.0"):
        releases.freeze(project, "shop/v1", "0.2.0")


@pytest.mark.parametrize(
    ("name", "version", "says"),
    [
        ("shop/v7", "0.1.0", "one of shop/v1"),
        ("shop/v1", "1.0", "MAJOR.MINOR.PATCH"),
        ("shop/v1", "0.2.0", "set info.version to 0.2.0"),
    ],
)
def test_refusals(project: Path, name: str, version: str, says: str) -> None:
    """An unknown contract and a version that is not the contract's own are refused, with a mend."""
    with pytest.raises(UsageError, match=says):
        releases.freeze(project, name, version)
    assert not (project / "openapi" / "released").exists()


def test_tampered_release(project: Path) -> None:
    """A release that was edited is no baseline: the fault names the file and both digests."""
    releases.freeze(project, "shop/v1", "0.1.0")
    path = frozen(project)
    path.write_text(path.read_text().replace("maximum: 100", "maximum: 10"))
    with pytest.raises(ReleaseError) as caught:
        releases.latest(project, "shop/v1")
    assert str(path) in str(caught.value)
    assert str(caught.value).count("sha256:") == 2


def test_removed_release(project: Path) -> None:
    """A release that is gone is missed."""
    releases.freeze(project, "shop/v1", "0.1.0")
    frozen(project).unlink()
    with pytest.raises(ReleaseError, match="is gone"):
        releases.latest(project, "shop/v1")


def test_smuggled_release(project: Path) -> None:
    """A file that no release command wrote is refused."""
    releases.freeze(project, "shop/v1", "0.1.0")
    frozen(project, "0.2.0").write_bytes(frozen(project).read_bytes())
    with pytest.raises(ReleaseError, match="did not freeze it"):
        releases.latest(project, "shop/v1")


def test_broken_manifest(project: Path) -> None:
    """A manifest that is not a table of digests is a clear fault."""
    releases.freeze(project, "shop/v1", "0.1.0")
    (project / "openapi/released/digests.json").write_text("[]")
    with pytest.raises(ReleaseError, match="not a table of digests"):
        releases.latest(project, "shop/v1")
