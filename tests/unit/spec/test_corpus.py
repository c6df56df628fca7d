"""Contracts that others wrote: every one is read, and what comes out keeps the IR's promises."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from accord.errors import ContractErrors
from accord.spec import Contract, read

ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("ACCORD_CORPUS", ROOT.parent / "shared" / "corpus"))
OPERATIONS = {
    "petstore.yaml": 19,
    "museum.yaml": 8,
    "box.json": 296,
    "stripe.yaml": 402,
    "digitalocean/DigitalOcean-public.v2.yaml": 659,
    "github.json": 767,
}
LEGAL = ("router-two_parameter_in_a_row", "cyclic-allOf_property")
REF = "#/components/schemas/"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}; ACCORD_CORPUS says where it is"
)


def files(folder: str) -> list[Path]:
    found = (CORPUS / folder).rglob("*")
    return sorted(path for path in found if path.suffix in (".json", ".yaml", ".yml"))


def placed(contract: Contract) -> Iterator[Mapping[str, Any]]:
    """Every schema outside `Contract.schemas`."""
    for operation in contract.operations:
        found = [parameter.schema for parameter in operation.parameters]
        found += [header.schema for reply in operation.replies for header in reply.headers]
        contents = [reply.media for reply in operation.replies]
        contents += [operation.body.media] if operation.body else []
        found += [media.schema for content in contents for media in content if media.schema]
        yield from found


def is_plain(schema: Mapping[str, Any]) -> bool:
    """Whether a schema is a reference, a scalar, an array of such, or anything at all."""
    members = schema.get("anyOf")
    if members is not None:
        return len(members) == 2 and members[1] == {"type": "null"} and is_plain(members[0])
    if "$ref" in schema:
        return True
    types = schema.get("type", [])
    names = {types} if isinstance(types, str) else set(types)
    if (
        names & {"object"}
        or len(names - {"null"}) > 1
        or schema.keys() & {"enum", "oneOf", "allOf"}
    ):
        return False
    return "array" not in names or is_plain(schema.get("items", {}))


def references(value: Any) -> Iterator[str]:
    """Every `$ref` to a named schema; whatever else is called `$ref` is data."""
    if isinstance(value, Mapping):
        ref = value.get("$ref")
        if isinstance(ref, str) and ref.startswith(REF):
            yield ref.removeprefix(REF)
        for key, inner in value.items():
            if key not in ("example", "examples", "default", "enum", "const"):
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def check(contract: Contract) -> None:
    """The promises of the IR that hold for any contract."""
    assert [schema for schema in placed(contract) if not is_plain(schema)] == []
    used = {name for schema in (*contract.schemas.values(), *placed(contract))
            for name in references(schema)}  # fmt: skip
    assert used <= contract.schemas.keys()
    names = [operation.python_name for operation in contract.operations]
    assert len(set(names)) == len(names)
    for name in (*names, *contract.schemas, *(tag.module for tag in contract.tags)):
        assert name.isidentifier()
    for operation in contract.operations:
        keywords = [parameter.python_name for parameter in operation.parameters]
        assert len(set(keywords)) == len(keywords)
        schemes = {scheme.name for scheme in contract.schemes}
        assert {name for one in operation.security for name in one} <= schemes


@pytest.mark.parametrize(
    "path", files("features"), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_feature_is_read(path: Path) -> None:
    """Each contract that shows one feature is read."""
    check(read(path))


@pytest.mark.parametrize("name", OPERATIONS)
def test_real_contracts_are_read_whole(name: str) -> None:
    """Each large public contract is read with all its operations, within seconds."""
    began = time.perf_counter()
    contract = read(CORPUS / "real" / name)
    assert time.perf_counter() - began < 25
    assert len(contract.operations) == OPERATIONS[name]
    assert len(contract.not_addressable) == (9 if name == "box.json" else 0)
    check(contract)


@pytest.mark.parametrize("path", files("negative"), ids=lambda path: path.stem)
def test_wrong_contracts_are_refused_under_strict(path: Path) -> None:
    """What is wrong is refused under strict with its place; the two that are legal are read."""
    if path.stem in LEGAL:
        check(read(path, strict=True))
        return
    with pytest.raises(ContractErrors) as refused:
        read(path, strict=True)
    assert all(fault.line and fault.pointer and fault.mend for fault in refused.value.faults)
