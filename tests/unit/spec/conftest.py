"""Contracts written inline above the test that reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from accord.spec import Contract, read

Reader = Callable[..., Contract]


@pytest.fixture
def read_text(tmp_path: Path) -> Reader:
    """`read_text(text, version="3.1.0", **files)` reads `text` as a contract; `files` are written
    beside it, `parts__item` as `parts/item.yaml`."""

    def reader(
        text: str, *, version: str = "3.1.0", strict: bool = False, **files: str
    ) -> Contract:
        for name, content in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), "utf-8")
        contract = tmp_path / "contract.yaml"
        head = f"openapi: {version}\ninfo: {{title: T, version: 1.0.0}}\n"
        contract.write_text(head + dedent(text), "utf-8")
        return read(contract, base=tmp_path, strict=strict)

    return reader
