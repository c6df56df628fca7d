"""Where the contracts are, and what they are called."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ACCORD_CORPUS", ROOT.parent / "shared" / "corpus"))
HOW_TO_GET_IT = (
    f"there is no corpus at {CORPUS}: it is a folder of contracts that others wrote, with real/, "
    "features/ and negative/ in it; say where it is by ACCORD_CORPUS"
)
_REAL = (
    "petstore.yaml",
    "museum.yaml",
    "box.json",
    "stripe.yaml",
    "digitalocean/DigitalOcean-public.v2.yaml",
    "github.json",
)
_SHORT = (
    "real/petstore.yaml",
    "real/museum.yaml",
    "features/ogen/allOf.yml",
    "features/ogen/parameters.json",
    "features/readme-3.1/security.yaml",
)
LEGAL = ("router-two_parameter_in_a_row", "cyclic-allOf_property")
"""Contracts in negative/ that are right, as its README says."""
_SUFFIXES = frozenset((".json", ".yaml", ".yml"))


@dataclass(frozen=True, slots=True)
class Case:
    """One contract; `name` is its path in the corpus, `package` what is generated from it."""

    name: str

    @property
    def path(self) -> Path:
        return CORPUS / self.name

    @property
    def package(self) -> str:
        return re.sub(r"\W", "_", self.name.removeprefix("features/").lower())


def real() -> list[Case]:
    """The six large ones, smallest first."""
    return [Case(f"real/{name}") for name in _REAL]


def features() -> list[Case]:
    """One feature a file."""
    return _files("features")


def negative() -> list[Case]:
    """Contracts that are wrong, and two that only look so."""
    return _files("negative")


def short() -> list[Case]:
    """A few of either kind, for the tests."""
    return [Case(name) for name in _SHORT]


def _files(folder: str) -> list[Case]:
    found = sorted((CORPUS / folder).rglob("*"))
    return [Case(path.relative_to(CORPUS).as_posix()) for path in found if path.suffix in _SUFFIXES]
