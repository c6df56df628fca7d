"""What is applied to a cluster is valid, hangs together, and fits the store in the image."""

from __future__ import annotations

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from impl.settings import PREFIX, Settings
from tests.contract.deploy.manifests import (
    DEPLOY,
    OVERLAYS,
    ROOT,
    Manifest,
    containers,
    one,
    rendered,
    settings,
    written,
)

CUSTOM = yaml.safe_load(Path(__file__).with_name("custom_resources.yaml").read_text())


def validate(manifest: Manifest) -> None:
    """Against the schema that Kubernetes publishes, or for others' kinds against ours."""
    schema = CUSTOM.get(f"{manifest['apiVersion']}/{manifest['kind']}")
    if schema is None:
        kubernetes_validate.validate(manifest, "1.34", strict=True)
    else:
        Draft202012Validator(schema).validate(manifest)


def is_patch(path: Path) -> bool:
    return path.name == "fakes.yaml"


@pytest.mark.parametrize(
    ("path", "manifest"),
    [
        pytest.param(path, manifest, id=f"{path.relative_to(DEPLOY)}:{manifest['kind']}")
        for path, manifest in written()
        if not is_patch(path)
    ],
)
def test_every_manifest_is_valid(path: Path, manifest: Manifest) -> None:
    """No unknown field, no wrong type."""
    validate(manifest)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlays_are_valid(overlay: str) -> None:
    """kustomize can put each overlay together, and every object in it is valid and has a
    namespace of its overlay."""
    for manifest in rendered(overlay):
        validate(manifest)
        if manifest["kind"] != "Namespace":
            assert manifest["metadata"]["namespace"].startswith("shop")


def test_what_kustomizations_name_exists() -> None:
    """Every resource, component, patch and file is there, and no manifest is left out."""
    named: set[Path] = set()
    for path, manifest in written():
        if manifest["kind"] not in ("Kustomization", "Component"):
            continue
        generators = manifest.get("configMapGenerator", ())
        files = [name for made in generators for name in made.get("envs", made.get("files", ()))]
        patches = [patch["path"] for patch in manifest.get("patches", ())]
        others = [*manifest.get("resources", ()), *manifest.get("components", ())]
        for name in (*files, *patches, *others):
            target = (path.parent / name).resolve()
            assert target.exists(), f"{path}: {name}"
            named.add(target)
    left_out = {path for path, _ in written() if path.name != "kustomization.yaml"} - named
    assert not left_out


@pytest.mark.parametrize(
    "path", sorted(DEPLOY.rglob("settings.env")), ids=lambda path: path.parent.name
)
def test_every_variable_is_a_setting(path: Path) -> None:
    """A setting of that name exists, takes that value, and is no secret."""
    given = settings(path)
    names = {name: name.removeprefix(PREFIX).lower() for name in given}
    assert set(names.values()) <= set(Settings.model_fields)
    assert not {name for name in given if name.endswith("_KEY")}
    Settings(development=True, **{names[name]: value for name, value in given.items()})


def test_secrets_are_referred_to() -> None:
    """No manifest is a Secret; what production's Secret is filled with are settings, and all that
    have to be given."""
    assert not [path for path, manifest in written() if manifest["kind"] == "Secret"]
    data = one("ExternalSecret")["spec"]["data"]
    filled = {entry["secretKey"].removeprefix(PREFIX).lower() for entry in data}
    assert filled <= set(Settings.model_fields)
    assert filled >= {"database_url", "cursor_key", "token_key", "downstream_key"}
    for kind, name in (("Deployment", "store"), ("Job", "store-migrate")):
        (container,) = containers(one(kind, name))
        assert container["envFrom"] == [
            {"configMapRef": {"name": "store-settings"}},
            {"secretRef": {"name": "store"}},
        ]


def test_only_contracts_are_public() -> None:
    """The ingress leads to the served versions, their paths without a version and the pages of
    problems, not to health or metrics."""
    (rule,) = one("Ingress")["spec"]["rules"]
    contracts = [*(ROOT / "openapi/store").glob("v*.yaml")]
    served = {f"/{path.stem}" for path in contracts}
    for path in contracts:
        paths = yaml.safe_load(path.read_text())["paths"]
        served |= {f"/{one.removeprefix(f'/{path.stem}/').split('/')[0]}" for one in paths}
    assert {entry["path"] for entry in rule["http"]["paths"]} == served | {"/problems"}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_images_are_named(overlay: str) -> None:
    """Every image has a tag that stays; ours has the project's version."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    for manifest in rendered(overlay):
        if manifest["kind"] not in ("Deployment", "Job"):
            continue
        for container in containers(manifest):
            name, _, tag = container["image"].rpartition(":")
            assert name, container["image"]
            assert tag != "latest"
            if name.rpartition("/")[2] in ("store", "fakes"):
                assert tag == version[1]
