"""The client package of a release: its frozen wheel, or one that is made of its frozen contract."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accord import spec
from accord.codegen.generate import formatted
from accord.codegen.manifest import generator_digest
from accord.codegen.sdk.names import names_of
from accord.errors import UsageError
from accord.gates.releases import Release

CACHE = Path("build", "packages")
_EPOCH = {"SOURCE_DATE_EPOCH": "1580601600"}
"""Dates within wheels: the same contract gives the same bytes."""
_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Package:
    """An installed client package: `folder` goes on Python's path, `module` is imported, `service`
    is the class that callers make."""

    folder: Path
    module: str
    service: str


def build(contract_file: Path, name: str, out: Path) -> Path:
    """Makes the wheel of the contract called `name` in the folder `out`; the same bytes every time.

    Raises `ContractErrors` for faults in the contract, `UsageError` where it cannot be built.
    """
    from accord.codegen.sdk import render_sdk  # reading the generator takes a second

    contract = spec.read(contract_file, name=name)
    with tempfile.TemporaryDirectory(prefix="accord-package-") as folder:
        source = Path(folder, "source")
        rendered = formatted(render_sdk(contract, f"openapi/{name}.yaml"), accord_is_local=False)
        for path, data in rendered.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes(data)
        out.mkdir(parents=True, exist_ok=True)
        _python("hatchling", "build", "--target", "wheel", "--directory", str(out.absolute()),
                cwd=source)  # fmt: skip
    names = names_of(contract)
    (wheel,) = out.glob(f"{names.package}-*.whl")
    return wheel


def installed(root: Path, release: Release) -> Package:
    """The package of `release`, installed below build/, from its frozen wheel where it has one.

    Raises as `build` does.
    """
    frozen = release.wheel
    key = _key(frozen) if frozen is not None else _key(release.path, generator_digest())
    folder = root / CACHE / f"{release.name.replace('/', '-')}-{release.version}-{key}"
    names = names_of(spec.read(release.path, name=release.name))
    package = Package(folder, names.package, names.service)
    if (folder / names.package).is_dir():
        return package
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder.parent) as unfinished:
        wheel = frozen or build(release.path, release.name, Path(unfinished, "wheel"))
        made = Path(unfinished, "installed")
        install(wheel, made)
        if not folder.exists():
            made.rename(folder)
    return package


def install(wheel: Path, folder: Path) -> None:
    """Installs a wheel, without what it needs, into a folder of its own. Raises as `build` does."""
    _python("uv", "pip", "install", "--quiet", "--no-deps", "--offline", "--python",
            sys.executable, "--target", str(folder), str(wheel))  # fmt: skip


def _key(path: Path, *more: str) -> str:
    return hashlib.sha256(path.read_bytes() + "".join(more).encode()).hexdigest()[:16]


def _python(module: str, *arguments: str, cwd: Path | None = None) -> None:
    environment: Mapping[str, str] = os.environ | _EPOCH
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=_TIMEOUT_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UsageError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}\n"
            "  mend: `scripts/setup dev` installs hatchling and uv, which make and install packages"
        )
