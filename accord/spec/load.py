"""The first step: a path → the contract's first file, known to be an OpenAPI 3 document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from accord.errors import ContractErrors
from accord.spec.files import File, Files

_SUPPORTED = re.compile(r"3\.[012](?:\.\d+)?(?:-.*)?$")


def load(path: Path, files: Files) -> File:
    """The file at `path`. Raises `ContractErrors` where it is not an OpenAPI 3.0–3.2 document."""
    file = files.load(path)
    data = file.data
    if data is None:
        _refuse(file, "", "the file is empty", "write an OpenAPI document, `openapi: 3.1.0` first")
    if not isinstance(data, dict):
        found = "a list" if isinstance(data, list) else repr(data)[:60]
        _refuse(file, "", f"expected a mapping, found {found}", "write an OpenAPI document")
    if "openapi" in data:
        version = str(data["openapi"])
        if not _SUPPORTED.match(version):
            _refuse(
                file,
                "/openapi",
                f"OpenAPI {version!r} is not supported",
                "write a 3.0, 3.1 or 3.2 contract, and its version as text: '3.1.0'",
            )
    elif "swagger" in data:
        _refuse(
            file,
            "/swagger",
            f"this is Swagger {str(data['swagger'])!r}, not OpenAPI 3",
            "convert it first, for example with `npx swagger2openapi`",
        )
    else:
        _refuse(file, "", "the document has no 'openapi'", "add `openapi: 3.1.0` at the top")
    return file


def is_legacy(document: dict[str, Any]) -> bool:
    """Whether the schemas speak OpenAPI 3.0's dialect."""
    return str(document["openapi"]).startswith("3.0")


def _refuse(file: File, pointer: str, reason: str, mend: str) -> None:
    raise ContractErrors([file.fault(pointer, reason, mend)])
