"""Stage: from contract to package, with the seconds that reading, rendering and formatting take.

What is already there from the same contract and generator is kept. With CORPUS_AGAIN in the
environment nothing is written: the digests tell whether the bytes are the same.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from accord.codegen.generate import formatted
from accord.codegen.manifest import generator_digest
from accord.codegen.targets import render_server
from accord.spec import Contract, read
from scripts.corpus.contracts import CORPUS, Case
from scripts.corpus.stage import PACKAGES, Result, serve, timed


def main() -> None:
    serve(_generate)


def render(contract: Contract, source: str, result: Result) -> dict[str, bytes]:
    """The finished files of a contract's package; seconds go into `result`."""
    with timed(result, "render_s"):
        rendered = render_server(contract, source)
    with timed(result, "format_s"):
        return formatted(rendered, accord_is_local=False)


def _generate(case: Case, folder: Path) -> Result:
    result: Result = {}
    with timed(result, "read_s"):
        contract = read(case.path, base=CORPUS)
    result["operations"] = len(contract.operations)
    result["not_addressable"] = len(contract.not_addressable)
    result["schemas"] = len(contract.schemas)
    again = "CORPUS_AGAIN" in os.environ
    kept = folder / "kept" / f"{case.package}.{'again' if again else 'first'}.json"
    key = f"{contract.digest} {generator_digest()}"
    written = (folder / PACKAGES / case.package).is_dir()
    if written and kept.exists() and (known := json.loads(kept.read_text("utf-8")))["key"] == key:
        return {**known["result"], "kept": True}
    files = render(contract, case.name, result)
    result["digest"] = _digest(files)
    result["bytes"] = sum(map(len, files.values()))
    result["parses"] = all(_parses(data) for name, data in files.items() if name.endswith(".py"))
    if not again:
        _write(folder / PACKAGES / case.package, files)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"key": key, "result": result}), "utf-8")
    return result


def _parses(content: bytes) -> bool:
    try:
        ast.parse(content)
    except SyntaxError:
        return False
    return True


def _write(package: Path, files: Mapping[str, bytes]) -> None:
    package.mkdir(parents=True, exist_ok=True)
    for old in package.iterdir():
        if old.is_file() and old.name not in files:
            old.unlink()
    for name, content in files.items():
        (package / name).write_bytes(content)


def _digest(files: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name])
    return total.hexdigest()


if __name__ == "__main__":
    main()
