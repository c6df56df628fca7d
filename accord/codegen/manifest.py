"""`generated/manifest.json`: what was made from what, so that an unchanged input is recognised
by content without reading a contract.

All digests are SHA-256 in hex, all paths relative to the project's root.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

FILE = "generated/manifest.json"
_TOOLS = ("datamodel-code-generator", "openapi-python-client", "ruff")
_CONTRACTS = frozenset({".yaml", ".yml", ".json"})
# Lie in openapi/ and are no part of a contract that is generated from.
_APART = frozenset({"cases", "released"})


@dataclass(frozen=True, slots=True)
class Made:
    """What was made from one contract: digests of the contract, of the generator that read it,
    and of each file."""

    contract: str
    generator: str
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`inputs` is the digest of all contract files; empty where some were passed over."""

    inputs: str = ""
    contracts: Mapping[str, Made] = field(default_factory=dict)

    def text(self) -> bytes:
        return (json.dumps(asdict(self), indent=2, sort_keys=True) + "\n").encode()

    def is_of(self, inputs: str, generator: str) -> bool:
        """Whether everything was made from these inputs by this generator."""
        generators = {made.generator for made in self.contracts.values()}
        return self.inputs == inputs and generators == {generator}


def read_manifest(root: Path) -> Manifest:
    """The manifest below `root`; an empty one where there is none that can be used."""
    try:
        data = json.loads((root / FILE).read_bytes())
        contracts = {name: Made(**made) for name, made in data["contracts"].items()}
        return Manifest(data["inputs"], contracts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Manifest()


def inputs_digest(root: Path) -> str:
    """The digest of all contract files below `root/openapi`."""
    folder = root / "openapi"
    return _digest(
        (path.relative_to(root).as_posix(), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.suffix in _CONTRACTS and path.relative_to(folder).parts[0] not in _APART
    )


def generator_digest() -> str:
    """The digest of what decides about the output besides contracts: code, tools' versions."""
    package = Path(__file__).parent.parent
    files = [package / "runtime" / "declare.py"]
    # Packages of clients carry accord.client along.
    for part in ("client", "codegen", "spec"):
        files += sorted((package / part).rglob("*"))
    code = (
        (path.relative_to(package).as_posix(), path.read_bytes())
        for path in files
        if path.suffix in {".py", ".jinja"}
    )
    return _digest([*code, *((tool, metadata.version(tool).encode()) for tool in _TOOLS)])


def content_digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _digest(parts: Iterable[tuple[str, bytes]]) -> str:
    total = hashlib.sha256()
    for name, content in parts:
        total.update(f"{name}\0{content_digest(content)}\n".encode())
    return total.hexdigest()
