"""Text of a contract never becomes code or packaging of what consumers install."""

from __future__ import annotations

import builtins
import importlib
import re
import sys
import tomllib
from pathlib import Path

import pytest

from accord.codegen.sdk import render_sdk
from accord.spec import read
from tests.codegen.behaviour.test_untrusted_text import EVIL, contract


@pytest.mark.slow
@pytest.mark.parametrize("text", [EVIL[0], EVIL[8], EVIL[10], EVIL[11]])
def test_nothing_becomes_code(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every module is imported; metadata has one name and one line of description; examples of the
    README are the ones that are meant."""
    path = tmp_path / "contract.yaml"
    path.write_text(contract(text), "utf-8")
    files = render_sdk(read(path), f"{text}.yaml")
    metadata = tomllib.loads(files["pyproject.toml"].decode())
    assert metadata["project"]["name"] == "contract-client"
    assert "\n" not in metadata["project"]["description"]
    assert metadata.keys() == {"build-system", "project", "tool"}
    for example in re.findall(r"```python\n(.*?)```", files["README.md"].decode(), re.DOTALL):
        compile(example, "README.md", "exec")
        assert "builtins.stolen" not in example

    for name, data in files.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    modules = [
        name.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for name in files
        if name.endswith(".py")
    ]
    try:
        for module in modules:
            importlib.import_module(module)
    finally:
        for module in [each for each in sys.modules if each.startswith("contract_client")]:
            del sys.modules[module]
    assert not hasattr(builtins, "stolen")
