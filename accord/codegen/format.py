"""Formatting: ruff, once for everything that was rendered, whatever the user's settings are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from accord.codegen.layout import WIDTH
from accord.errors import AccordError

_SETTINGS = (
    "--isolated",
    "--no-cache",
    "--quiet",
    "--target-version=py311",
    f"--config=line-length={WIDTH}",
)


def format_folder(folder: Path, *, accord_is_local: bool) -> None:
    """Sorts imports and `__all__`, lays code out and marks lines that cannot be broken, in all
    that is below `folder`.

    `accord_is_local` tells import sorting that accord is part of the project. Raises
    `AccordError` where ruff is missing or refuses.
    """
    _ruff([*_sorting(accord_is_local), str(folder)])
    _ruff(["format", *_SETTINGS, str(folder)])
    _ruff(["check", *_SETTINGS, "--select=E501", "--add-noqa", str(folder)])


def format_module(text: str, *, accord_is_local: bool) -> str:
    """The text of a module in the project's own packages, as `format_folder` does it."""
    return format_text(_ruff([*_sorting(accord_is_local, "generated", "impl"), "-"], text))


def format_text(text: str) -> str:
    """Any code, laid out. Raises `AccordError` as `format_folder` does."""
    return _ruff(["format", *_SETTINGS, "-"], text)


def _sorting(accord_is_local: bool, *local: str) -> list[str]:
    """The arguments that sort imports and `__all__`, `local` being packages of the project."""
    first = [*local, *(["accord"] if accord_is_local else [])]
    third = [] if accord_is_local else ["accord"]
    known = (f"lint.isort.known-first-party={first}", f"lint.isort.known-third-party={third}")
    return [
        "check",
        *_SETTINGS,
        *(f"--config={each}" for each in known),
        "--select=I,RUF022",
        "--fix",
    ]


def _ruff(arguments: Sequence[str], text: str | None = None) -> str:
    command = [sys.executable, "-m", "ruff", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AccordError(
            "ruff could not format what was generated (is accord[generate] installed?):\n"
            + (done.stderr or done.stdout)[-2000:]
        )
    return done.stdout
