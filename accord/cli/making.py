"""Subcommands that write code from contracts: generate, new, scaffold."""

from __future__ import annotations

import argparse
from pathlib import Path

from accord.cli.command import Command


def _generate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="contracts to generate, such as store/v2 (default: all)",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, list what is not up to date"
    )
    parser.add_argument(
        "--contract", type=Path, metavar="FILE", help="a single contract, with --out"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the package to make of --contract")
    parser.add_argument(
        "--client", action="store_true", help="make it a client, which needs httpx and attrs alone"
    )
    parser.add_argument(
        "--overlay",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="changes --contract, after NAME.overlay.yaml beside it; may be given again",
    )


def _generate(arguments: argparse.Namespace) -> int:
    from accord.codegen.generate import generate
    from accord.codegen.single import generate_one
    from accord.errors import UsageError

    if (arguments.contract is None) != (arguments.out is None):
        raise UsageError("--contract FILE and --out DIR go together")
    if arguments.client and arguments.contract is None:
        raise UsageError(
            "--client makes one of --contract FILE; those of a project are made anyway"
        )
    if arguments.overlay and arguments.contract is None:
        raise UsageError(
            "--overlay goes with --contract FILE; openapi/store/v1.overlay.yaml is"
            " applied by itself"
        )
    if arguments.contract is not None and arguments.names:
        raise UsageError("give either NAMEs or --contract, not both")
    if arguments.contract is not None:
        difference = generate_one(
            arguments.contract,
            arguments.out,
            root=arguments.root,
            overlays=arguments.overlay,
            check=arguments.check,
            client=arguments.client,
        )
    else:
        difference = generate(arguments.root, arguments.names, check=arguments.check)
    for line in difference.lines() if arguments.check else ():
        print(line)
    if arguments.check:
        return 1 if difference else 0
    changed = len(difference.lines())
    print(f"{changed} file{'s' * (changed != 1)} written" if changed else "nothing to do")
    return 0


def _scaffold_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tag", metavar="TAG", help="the tag, as its module is called: orders")
    parser.add_argument(
        "--contract",
        metavar="NAME",
        help="the contract, such as store/v2 (default: every served one that has the tag)",
    )
    parser.add_argument("--operation", metavar="ID", help="the method of this operation alone")


def _scaffold(arguments: argparse.Namespace) -> int:
    from accord.codegen.scaffold import scaffold

    for written in scaffold(
        arguments.root, arguments.tag, arguments.contract, operation=arguments.operation
    ):
        print(written)
    return 0


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to make")
    parser.add_argument(
        "--contract", type=Path, metavar="FILE", required=True, help="the contract to serve"
    )
    parser.add_argument("--name", metavar="NAME", help="the service's name (default: DIR's)")


def _new(arguments: argparse.Namespace) -> int:
    from accord.new import new

    service = new(arguments.folder, arguments.contract, name=arguments.name)
    print(
        f"{arguments.folder}: {service}, ready to run, every operation mocked\n"
        f"  cd {arguments.folder} && make run\n"
        "  then fill the handlers one by one, as its README says"
    )
    return 0


COMMANDS: tuple[Command, ...] = (
    Command(
        "generate",
        "write generated/ and clients/ from the contracts",
        _generate_arguments,
        _generate,
    ),
    Command("new", "make a project that serves a contract", _new_arguments, _new),
    Command(
        "scaffold",
        "write the handler methods of a tag that are missing; those that are there stay",
        _scaffold_arguments,
        _scaffold,
    ),
)
