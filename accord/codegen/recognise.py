"""Whether the package of a single contract is up to date, by content alone: nothing is read that
would have to be understood. `manifest.json` in the package says what it was made from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.codegen.manifest import content_digest, generator_digest

FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Wish:
    """The package `out` of the contract at `contract`; `options` are what else decides about it."""

    contract: Path
    out: Path
    options: Sequence[str]

    def is_met(self, found: Mapping[str, str]) -> bool:
        """Whether the files `found`, digests by path within the package, are what is wished for."""
        try:
            page = json.loads((self.out / FILE).read_bytes())
            return (
                page["generator"] == self._generator()
                and page["outputs"] == found
                and self.contract.name in page["inputs"]
                and all(self._is_same(path, digest) for path, digest in page["inputs"].items())
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return False

    def manifest(
        self, read: Mapping[str, str], absent: Sequence[str], made: Mapping[str, str]
    ) -> bytes:
        """The text of the package's manifest: digests of the files that were `read`, by path
        relative to the contract's folder, the `absent` ones that would be read too if they were
        there, and digests of what was `made`."""
        page: dict[str, Any] = {
            "generator": self._generator(),
            "inputs": {**read, **dict.fromkeys(absent)},
            "outputs": dict(made),
        }
        return (json.dumps(page, indent=2, sort_keys=True) + "\n").encode()

    def _is_same(self, path: str, digest: str | None) -> bool:
        file = self.contract.parent / path
        if digest is None:
            return not file.exists()
        return content_digest(file.read_bytes()) == digest

    def _generator(self) -> str:
        return content_digest("\0".join((generator_digest(), *self.options)).encode())
