"""What a subcommand is, and the arguments that several of them take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: `arguments` adds its own to a parser, `run` returns the exit code.

    What it needs it imports when it runs: `accord generate` finds out that nothing has changed in
    less time than the generator takes to import.
    """

    name: str
    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_today(parser: argparse.ArgumentParser) -> None:
    """The clock is an input: the same command gives the same verdict twice."""
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="judge as of this day: 2027-01-31"
    )
