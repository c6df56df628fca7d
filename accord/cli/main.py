"""From the arguments of the process to a subcommand, and from its errors to an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from accord.cli import judging, making, showing
from accord.cli.command import Command
from accord.errors import AccordError, ContractErrors

COMMANDS = (*making.COMMANDS, *judging.COMMANDS, *showing.COMMANDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; `arguments` are those of the process unless given."""
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        return command.run(parsed)
    except ContractErrors as error:
        print(error, file=sys.stderr)
        count = len(error.faults)
        print(f"{count} fault{'s' * (count > 1)}; nothing was written.", file=sys.stderr)
        return 2
    except AccordError as error:
        print(f"accord: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Who read the output has seen enough; nothing is left to be said, at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("accord"):
            raise
        print(
            f"accord: {command.name} needs {error.name}, which is not installed:"
            " pip install 'accord[generate,gates]'",
            file=sys.stderr,
        )
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="accord", description="Contract-first services.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = subparsers.add_parser(command.name, help=command.summary, description=command.summary)
        sub.add_argument(
            "--root",
            type=Path,
            default=Path(),
            metavar="DIR",
            help="the project's root, which holds openapi/ (default: where you are)",
        )
        command.arguments(sub)
        sub.set_defaults(command=command)
    return parser
