"""Typed clients for the services that are called, by openapi-python-client.

    prepare → parse → hold against the IR → render → format

The generator of the field leaves out what it does not understand and carries on; here whatever
it would leave out is a fault that names the operation, and nothing is written.
"""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from accord.codegen.clients.prepare import prepare
from accord.errors import AccordError, ContractErrors, Fault
from accord.spec.ir import Contract, Operation

_TEMPLATES = Path(__file__).parent / "templates"
_RUFF = (sys.executable, "-m", "ruff")
_RUFF_SETTINGS = ("--isolated", "--no-cache", "--quiet", "--config", "line-length = 100")


def render_client(contract: Contract, source: str = "") -> Mapping[str, bytes]:
    """Every file of the client of `contract`, by path relative to its package, formatted.

    `source` is what the header lines name, the contract's own by default. The same contract
    gives the same bytes. Raises ContractErrors for every operation, response, parameter or schema
    that the client would lack, AccordError if the generator itself fails.
    """
    with tempfile.TemporaryDirectory(prefix="accord-client-") as folder:
        package = Path(folder) / contract.name.rpartition("/")[2]
        config = _config(package)
        data = _parse(contract, config)
        project = Project(openapi=data, config=config, custom_template_path=_TEMPLATES)
        project.env.globals.update(_credentials(contract))
        # It reports progress on standard output, which belongs to the command.
        with contextlib.redirect_stdout(io.StringIO()):
            errors = project.build()
        faults = [*_reported(contract, errors), *_missing(contract, data)]
        if faults:
            raise ContractErrors(faults)
        (package / "py.typed").touch()
        _format(package)
        return dict(_files(package, source or contract.source))


def _config(package: Path) -> Config:
    # Literals instead of enum classes: members that differ in punctuation alone cannot clash.
    settings = ConfigFile(package_name_override=package.name, literal_enums=True, post_hooks=[])
    return Config.from_sources(
        settings,
        meta_type=MetaType.NONE,
        document_source=package / "unused",
        file_encoding="utf-8",
        overwrite=True,
        output_path=package,
    )


def _parse(contract: Contract, config: Config) -> GeneratorData:
    try:
        data = GeneratorData.from_dict(prepare(contract), config=config)
    except Exception as error:
        raise AccordError(
            f"{contract.source}: openapi-python-client stopped: {error!r:.500}"
        ) from error
    if isinstance(data, GeneratorError):
        raise ContractErrors(_reported(contract, [data]))
    return data


def _credentials(contract: Contract) -> dict[str, str]:
    """Where the client puts its token, as Python literals: the contract's first header scheme."""
    for scheme in contract.schemes:
        if scheme.type == "apiKey" and scheme.location == "header" and scheme.parameter:
            return {"auth_header": repr(scheme.parameter), "auth_prefix": repr("")}
        if scheme.type == "http" and scheme.scheme:
            return {
                "auth_header": repr("Authorization"),
                "auth_prefix": repr(scheme.scheme.title()),
            }
    return {"auth_header": repr("Authorization"), "auth_prefix": repr("Bearer")}


def _reported(contract: Contract, errors: Iterable[GeneratorError]) -> Iterator[Fault]:
    """What the generator warned about: each means that the client lacks something."""
    for error in errors:
        operation = next((op for op in contract.operations if _names(error.header, op)), None)
        subject = f"operation {operation.id!r}" if operation else "the contract"
        yield Fault(
            file=contract.source,
            line=0,
            column=0,
            pointer=operation.pointer if operation else "",
            reason=f"the client would lack a part of {subject}: {error.header} {error.detail}",
            mend="write this part of the contract in another way, or extend accord/codegen/clients",
        )


def _names(header: str, operation: Operation) -> bool:
    # The generator names an operation in the text of its report only.
    return f"parsing {operation.method} {operation.path} within" in header


def _missing(contract: Contract, data: GeneratorData) -> Iterator[Fault]:
    """Operations that have no module of their own in the client."""
    collections = data.endpoint_collections_by_tag
    modules = Counter(
        (str(found.tag), str(endpoint.name))
        for found in collections.values()
        for endpoint in found.endpoints
    )
    written = {
        (endpoint.method.upper(), _shape(endpoint.path.get_untrusted_value().partition("#")[0]))
        for found in collections.values()
        for endpoint in found.endpoints
        if modules[str(found.tag), str(endpoint.name)] == 1
    }
    for operation in contract.operations:
        if (operation.method, _shape(operation.path)) not in written:
            yield Fault(
                file=contract.source,
                line=0,
                column=0,
                pointer=operation.pointer,
                reason=f"the client would lack operation {operation.id!r}",
                mend="give it an operationId of its own, and declare it in a way the client knows",
            )


def _shape(path: str) -> str:
    """The path without its parameters' names, which the generator changes."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _format(package: Path) -> None:
    for command in (("check", "--fix-only", "--extend-select=I"), ("format",)):
        done = subprocess.run(
            [*_RUFF, *command, *_RUFF_SETTINGS, str(package)], capture_output=True, text=True
        )
        if done.returncode:
            raise AccordError(f"ruff cannot format the client: {done.stderr.strip()}")


def _files(package: Path, source: str) -> Iterator[tuple[str, bytes]]:
    printable = "".join(character if character.isprintable() else "?" for character in source)
    header = f"# Generated by accord from {printable}: edit that instead.\n".encode()
    for path in sorted(package.rglob("*")):
        if path.suffix == ".py":
            yield path.relative_to(package).as_posix(), header + path.read_bytes()
        elif path.name == "py.typed":
            yield path.relative_to(package).as_posix(), b""
