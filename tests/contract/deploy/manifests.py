"""The manifests under deploy/: as they are written, and as kustomize puts them together."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
OVERLAYS = ("dev", "production")
SCALINGS = ("hpa", "keda")
# A kustomization of others' parts; these are not manifests.
_NOT_MANIFESTS = {"prometheus.yaml", "datasource.yaml", "dashboards.yaml"}

Manifest = dict[str, Any]


def written() -> list[tuple[Path, Manifest]]:
    """Every manifest and kustomization, with the file that it stands in."""
    files = [path for path in sorted(DEPLOY.rglob("*.yaml")) if path.name not in _NOT_MANIFESTS]
    return [(path, one) for path in files for one in yaml.safe_load_all(path.read_text())]


def one(kind: str, name: str = "store") -> Manifest:
    """The manifest of a kind and name in the base, or in a component."""
    found = [
        manifest
        for path, manifest in written()
        if manifest["kind"] == kind
        and manifest.get("metadata", {}).get("name") == name
        and "overlays/dev" not in path.as_posix()
    ]
    assert len(found) == 1, f"{len(found)} manifests {kind}/{name}"
    return found[0]


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    """What `kubectl apply -k` would send; skips the test where there is no kubectl."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed: overlays are not put together")
    done = subprocess.run(
        [kubectl, "kustomize", DEPLOY / "overlays" / overlay],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


def settings(path: Path) -> dict[str, str]:
    """The variables of a settings.env."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def containers(manifest: Manifest) -> list[dict[str, Any]]:
    """Of the pods that a Deployment or Job makes."""
    found: list[dict[str, Any]] = manifest["spec"]["template"]["spec"]["containers"]
    return found
