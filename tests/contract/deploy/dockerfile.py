"""The Dockerfile, read and carried out without an engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Instruction:
    """`COPY`, its `flags` (`from` → `builder`), and the `text` that follows them."""

    name: str
    flags: Mapping[str, str]
    text: str

    @property
    def words(self) -> list[str]:
        """The arguments, of either form."""
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return shlex.split(self.text)


@dataclass(slots=True)
class Stage:
    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def of(self, name: str) -> list[Instruction]:
        return [one for one in self.instructions if one.name == name]


def read(path: Path) -> tuple[dict[str, str], dict[str, Stage]]:
    """The arguments that stand before the first stage, with their defaults, and the stages."""
    arguments: dict[str, str] = {}
    stages: dict[str, Stage] = {}
    current: Stage | None = None
    for line in _logical_lines(path.read_text()):
        name, _, rest = line.partition(" ")
        flags, text = _flags(rest.strip())
        if name == "FROM":
            base, _, stage = text.split()
            current = stages[stage] = Stage(base)
        elif current is None:
            assert name == "ARG", line
            key, _, value = text.partition("=")
            arguments[key] = value
        else:
            current.instructions.append(Instruction(name, flags, text))
    return arguments, stages


def carry_out(stage: Stage, context: Path, root: Path, *, python: Path) -> None:
    """The stage's ENV, ARG, COPY and RUN, in the folder `root` in place of `/`.

    `python` is the folder of the interpreter that stands for the base image's. What a RUN prints
    is shown where it fails.
    """
    # `SSL_CERT_FILE` and the like say how packages are reached from this machine.
    environment = {**os.environ, "PATH": f"{python}:/usr/local/bin:/usr/bin:/bin"}
    folder = root
    for instruction in stage.instructions:
        match instruction.name:
            case "ENV" | "ARG":
                for word in instruction.words:
                    key, _, value = word.partition("=")
                    environment[key] = value
            case "WORKDIR":
                folder = inside(root, instruction.text)
                folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                copy(instruction, context, root)
            case "RUN":
                _run(instruction.text, root, folder, environment)
            case _:
                raise AssertionError(f"cannot carry out {instruction}")


def copy(instruction: Instruction, source: Path, root: Path) -> None:
    """A COPY from the folder `source`, by the engine's rules; bytecode of this machine stays."""
    *sources, target = instruction.words
    into = inside(root, target)
    ignored = shutil.ignore_patterns("__pycache__")
    for name in sources:
        given = source / name.lstrip("/")
        if given.is_dir():
            shutil.copytree(given, into, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            assert target.endswith("/"), f"{target}: a folder ends in a slash"
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy2(given, into)


def inside(root: Path, path: str) -> Path:
    """Where an absolute path of the image is, under `root`."""
    return root / PurePosixPath(path).relative_to("/")


def _run(command: str, root: Path, folder: Path, environment: Mapping[str, str]) -> None:
    command = re.sub(r"(?<![\w./])/(?=(?:app|build|fakes)\b)", f"{root}/", command)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def _logical_lines(text: str) -> list[str]:
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(kept).replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _flags(text: str) -> tuple[dict[str, str], str]:
    flags: dict[str, str] = {}
    while text.startswith("--"):
        flag, _, text = text.partition(" ")
        key, _, value = flag[2:].partition("=")
        flags[key] = value
        text = text.strip()
    return flags, text
