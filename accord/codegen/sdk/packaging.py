"""`pyproject.toml` of a package for consumers."""

from __future__ import annotations

import json
import re

from accord.codegen.sdk.names import Names
from accord.spec.ir import Contract

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*([-._+]?[A-Za-z0-9]+)*")
_TEXT = """{header}

[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = {name}
version = {version}
description = {description}
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["attrs>=24.2", "httpx>=0.28"]
classifiers = ["Framework :: AsyncIO", "Typing :: Typed"]

[tool.hatch.build.targets.wheel]
packages = [{package}]
"""


def pyproject(contract: Contract, names: Names, header: str) -> str:
    """The file's text; the version is the contract's release, as far as a package may have it."""
    release = contract.release if _VERSION.fullmatch(contract.release) else "0"
    # Of what can be seen, TOML's basic strings are JSON's; a summary has one line.
    title = "".join(each if each.isprintable() else " " for each in contract.title)
    description = json.dumps(f"A client of {title}.", ensure_ascii=False)
    return _TEXT.format(
        header=header,
        name=json.dumps(names.distribution),
        version=json.dumps(release),
        description=description,
        package=json.dumps(f"src/{names.package}"),
    )
