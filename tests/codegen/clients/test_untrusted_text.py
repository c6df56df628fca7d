"""Text of a contract never becomes code of a client: modules are imported here, and called."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..behaviour.test_untrusted_text import EVIL, contract
from .conftest import MakeBoth


@pytest.mark.parametrize("text", EVIL)
def test_text_stays_text(both: MakeBoth, text: str) -> None:
    """It goes over the wire as it was written, nothing of it ran, and no character of it can
    mislead whoever reads the code."""
    sides = both(contract(text))
    folder = Path(sys.modules[sides.client].__path__[0])
    for path in sorted(folder.rglob("*.py")):
        code = path.read_text("utf-8")
        ast.parse(code)
        assert all(character.isprintable() or character == "\n" for character in code), path
        importlib.import_module(
            ".".join((sides.client, *path.relative_to(folder).with_suffix("").parts))
        )
    assert not hasattr(builtins, "stolen")

    seen: list[httpx.Request] = []
    answer: dict[str, Any] = {text: "v", "picked": text, "fixed": text}

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer, headers={"X-A": "1"})

    (module,) = (path for path in folder.glob("api/*/*.py") if path.stem != "__init__")
    operation = importlib.import_module(f"{sides.client}.api.{module.parent.name}.{module.stem}")
    names = operation.sync_detailed.__annotations__
    argument = next(name for name in names if name.startswith("q"))
    parsed = operation.sync(client=sides.answering(respond), **{argument: text})
    assert dict(seen[0].url.params) == {"q" + text: text}
    assert parsed.to_dict() == answer
    assert not hasattr(builtins, "stolen")
