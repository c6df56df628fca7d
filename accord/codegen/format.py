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
    """Sorts imports, lays code out and marks lines that cannot be broken, below `folder`.

    `accord_is_local` tells import sorting that accord is part of the project. Raises
    `AccordError` where ruff is missing or refuses.
    """
    place = "first" if accord_is_local else "third"
    check = ["check", *_SETTINGS, f'--config=lint.isort.known-{place}-party=["accord"]']
    _ruff([*check, "--select=I", "--fix", str(folder)])
    _ruff(["format", *_SETTINGS, str(folder)])
    _ruff([*check, "--select=E501", "--add-noqa", str(folder)])


def format_text(text: str) -> str:
    """One module's text, laid out. Raises `AccordError` as `format_folder` does."""
    return _ruff(["format", *_SETTINGS, "-"], text)


def _ruff(arguments: Sequence[str], text: str | None = None) -> str:
    command = [sys.executable, "-m", "ruff", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AccordError(
            "ruff could not format what was generated (is accord[generate] installed?):\n"
            + (done.stderr or done.stdout)[-2000:]
        )
    return done.stdout
