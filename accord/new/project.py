"""A new project: the contract, what it becomes, and the house around it.

    read → stage: contract, generated code, files of the house, accord's wheel, locks → move

Everything is made in a folder beside the one that is asked for, and moved there when it is whole.
"""

from __future__ import annotations

import keyword
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions, version
from pathlib import Path

from jinja2 import Environment, StrictUndefined

import accord
from accord.codegen.format import format_module
from accord.codegen.generate import generate
from accord.codegen.targets import addressable
from accord.errors import UsageError
from accord.new.wheel import own_wheel
from accord.spec import Contract, read
from accord.spec.files import Files

_TEMPLATE = Path(__file__).parent / "template"
_SHARED = (
    ".gitattributes",
    ".gitignore",
    ".npmrc",
    "package-lock.json",
    "package.json",
    "requirements-build.in",
    "requirements-build.lock",
    "scripts/setup",
)
"""What a new project has as accord's own: below the root of a checkout, beside the template in a
wheel."""
_RESERVED = {"accord", "clients", "downstream", "generated", "impl", "released", "tests"}


def new(folder: Path, contract: Path, *, name: str | None = None) -> str:
    """Makes `folder` a project that serves `contract`; `name` is the service's, else the folder's.

    Returns the service's name. Raises `ContractErrors` for the contract, and `UsageError` where
    the folder is taken, a name is not possible, or the packages to lock cannot be reached; then
    nothing is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is taken\n  mend: name a folder that is empty or not there")
    service = _service(name or folder.absolute().name)
    files = Files()
    what = addressable(read(contract, name=f"{service}/v1", files=files))
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.absolute().name}.", dir=folder.absolute().parent
    ) as staging:
        root = Path(staging, "project")
        root.mkdir()
        _copy_contract(files.paths, root / "openapi" / service)
        generate(root)
        for path, text in _rendered(service, what):
            _write(root / path, text)
        own_wheel(root / "vendor")
        _lock(root)
        if folder.exists():
            folder.rmdir()
        os.replace(root, folder)
    return service


def _service(name: str) -> str:
    """A name that is a package, a folder and a prefix of environment variables at once."""
    service = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not service.isidentifier() or keyword.iskeyword(service) or service in _RESERVED:
        raise UsageError(
            f"{name!r} cannot be the name of a service\n"
            "  mend: --name NAME, a word of letters and digits that begins with a letter"
        )
    return service


def _copy_contract(files: Sequence[Path], folder: Path) -> None:
    """The first file as `v1`, the others, which it refers to, where they are below its folder; what
    refers to the first by its name does so by the new one."""
    contract, *others = files
    suffix = contract.suffix if contract.suffix in (".json", ".yml") else ".yaml"
    copies = {contract: folder / f"v1{suffix}"}
    for path in others:
        if not path.is_relative_to(contract.parent):
            raise UsageError(
                f"{contract} refers to {path}, which is not below its folder\n"
                "  mend: bundle it first, for example with `npx @redocly/cli bundle`"
            )
        into = folder / path.relative_to(contract.parent)
        if into == copies[contract]:
            raise UsageError(
                f"{contract} becomes {into.name}, and refers to another file of that name\n"
                "  mend: rename that one"
            )
        copies[path] = into
    for path, into in copies.items():
        up = "../" * (len(into.relative_to(folder).parts) - 1)
        former = re.escape((up + contract.name).encode())
        named = re.compile(rb"(?<![\w./-])(?:\./)?" + former + rb"(?=[#'\"\s]|$)")
        by_now = (up + copies[contract].name).encode()
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_bytes(named.sub(by_now, path.read_bytes()))


def _rendered(service: str, contract: Contract) -> Iterator[tuple[str, bytes]]:
    """The files of the house, by path."""
    environment = Environment(
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    context = {
        "service": service,
        "title": _one_line(contract.title) or service,
        "prefix": f"{service.upper()}_",
        "tags": [tag.module for tag in contract.tags],
        "first_class": next(
            (tag.protocol.removesuffix("Handler") for tag in contract.tags), "Handlers"
        ),
        "accord_version": version("accord"),
    }
    for path in sorted(_TEMPLATE.rglob("*")):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        name = path.relative_to(_TEMPLATE).as_posix()
        if name.endswith(".jinja"):
            name = name.removesuffix(".jinja")
            text = environment.from_string(path.read_text("utf-8")).render(context)
            if name.endswith(".py"):
                text = format_module(text, accord_is_local=False)
            yield name, text.encode()
        else:
            yield name, path.read_bytes()
    for name in _SHARED:
        packed = _TEMPLATE / name
        path = packed if packed.exists() else Path(accord.__file__).parents[1] / name
        yield name, path.read_bytes()


def _one_line(text: str) -> str:
    """A contract's text, which may hold anything, as words that mean nothing in Python or
    Markdown."""
    return " ".join(re.sub(r"[^\w .,:()&+-]", " ", text).split())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if data.startswith(b"#!"):
        path.chmod(0o755)


def _lock(root: Path) -> None:
    """The new project's locks: the versions that accord itself runs with here, with hashes."""
    known = {f"{each.name}=={each.version}\n" for each in distributions() if each.name != "accord"}
    constraints = root / "constraints.txt"
    constraints.write_text("".join(sorted(known)))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        done = subprocess.run(
            [root / "scripts" / "lock", "--constraint", constraints],
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        constraints.unlink()
    if done.returncode:
        raise UsageError(
            f"the new project's packages cannot be locked:\n{done.stderr.strip()}\n"
            "  mend: uv must be installed (pip install uv) and the package index be reached"
        )
