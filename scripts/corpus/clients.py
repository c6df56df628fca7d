"""Stage: from contract to client, which has a module for every operation and for every schema."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

from accord.codegen.clients import render_client
from accord.codegen.generate import formatted
from accord.spec import read
from scripts.corpus.contracts import CORPUS, Case
from scripts.corpus.stage import PACKAGES, Result, serve, timed

SUFFIX = "_client"
"""What the name of a contract's client has that its server's has not."""


def main() -> None:
    serve(_generate)


def _generate(case: Case, folder: Path) -> Result:
    result: Result = {}
    contract = read(case.path, base=CORPUS)
    with timed(result, "client_render_s"):
        rendered = render_client(contract, case.name)
    with timed(result, "client_format_s"):
        files = formatted(rendered, accord_is_local=False)
    package = folder / PACKAGES / f"{case.package}{SUFFIX}"
    shutil.rmtree(package, ignore_errors=True)
    for name, content in files.items():
        if name.endswith(".py"):
            ast.parse(content)
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    modules = {path for path in files if path.startswith("api/")}
    result["client_operations"] = sum(
        f"api/{each.tag.module}/{each.python_name}.py" in modules for each in contract.operations
    )
    result["client_bytes"] = sum(map(len, files.values()))
    return result


if __name__ == "__main__":
    main()
