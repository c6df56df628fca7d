"""The packages for consumers, installed in a clean virtual environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, UV

pytestmark = pytest.mark.slow
_VERSIONS = ("v1", "v2")
_EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def python(wheels: Path) -> Path:
    """The interpreter of an environment that has both packages, and what they need."""
    environment = wheels.parent / "clean"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    found = environment / "bin" / "python"
    command = [UV, "pip", "install", "--quiet", "--python", found, *wheels.glob("*.whl")]
    subprocess.run(command, check=True, timeout=120)
    return found


def _run(python: Path, code: str, **environment: str) -> str:
    done = subprocess.run(
        [python, "-I", "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("version", _VERSIONS)
def test_every_example_of_the_readme_runs(python: Path, store: Any, version: str) -> None:
    """Against the running store, and each prints something."""
    readme = (ROOT / "clients" / "sdk" / f"store-{version}" / "README.md").read_text("utf-8")
    examples = _EXAMPLE.findall(readme)
    assert len(examples) >= 4
    for example in examples:
        printed = _run(python, example, STORE_URL=store.url, STORE_TOKEN=store.token)
        assert printed.strip(), example


def test_nothing_of_accord_is_needed(python: Path) -> None:
    """httpx and attrs, and what those stand on."""
    code = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    names = _run(python, code).split()
    assert {"attrs", "httpx", "store-v1-client", "store-v2-client"} <= set(names)
    assert not {"accord", "pydantic", "fastapi", "openapi-python-client"} & set(names)


@pytest.mark.parametrize("version", _VERSIONS)
def test_the_version_is_the_contracts_release(wheels: Path, version: str) -> None:
    """In the metadata and in the module; types come along."""
    contract = yaml.safe_load((ROOT / "openapi" / "store" / f"{version}.yaml").read_text("utf-8"))
    release = contract["info"]["version"]
    (wheel,) = wheels.glob(f"store_{version}_client-*.whl")
    package = f"store_{version}_client"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{package}-{release}.dist-info/METADATA").decode()
        assert f"{package}/py.typed" in archive.namelist()
        assert f'__version__ = "{release}"' in archive.read(f"{package}/service.py").decode()
    headers = Parser().parsestr(metadata)
    assert (headers["Name"], headers["Version"]) == (f"store-{version}-client", release)
    assert headers.get_payload().startswith(f"# store-{version}-client")


def test_what_a_newer_store_sends_survives(python: Path) -> None:
    """Unknown properties and members of enums: read, and sent back as they came."""
    code = """
from store_v2_client.models import Item
sent = {
    "id": "f6151ab6-4ce6-5a08-8117-e6fcb5f78b35", "sku": "A-1", "name": "A", "tags": [],
    "category": "spacecraft", "price": {"amount_minor": 1, "currency": "EUR", "per": "kg"},
    "created_at": "2026-01-01T00:00:00+00:00", "updated_at": "2026-01-01T00:00:00+00:00",
    "weight": {"grams": 7},
}
item = Item.from_dict(sent)
assert item.category == "spacecraft" and isinstance(item.category, str)
assert item.additional_properties == {"weight": {"grams": 7}}
assert item.to_dict() == sent, item.to_dict()
print("kept")
"""
    assert _run(python, code) == "kept\n"


def test_a_consumers_own_types_are_checked(python: Path, tmp_path: Path) -> None:
    """A type checker sees what calls take and give."""
    (tmp_path / "consumer.py").write_text(
        "from collections.abc import Iterator\n"
        "from store_v2_client import AsyncStore, Store, models\n"
        "def names(store: Store) -> Iterator[str]:\n"
        "    return (item.name for item in store.items.iter_items(page_size=5))\n"
        "async def add(store: AsyncStore, body: models.ItemCreate) -> models.Item:\n"
        "    return await store.items.create_item(body=body)\n"
        "def wrong(store: Store) -> str:\n"
        "    return store.items.list_items(page_size='5')\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file="),
            *(f"--python-executable={python}", "consumer.py"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 2, done.stdout + done.stderr
    assert all(line.startswith("consumer.py:8:") for line in errors)
    assert 'has incompatible type "str"; expected "int | Unset"' in done.stdout
    assert 'got "ItemPage", expected "str"' in done.stdout
