"""The `accord` command: one table of subcommands, each a parser and a function.

Exit codes: 0 all is well, 1 a verdict (something differs, breaks or fails), 2 a fault of use or
of a contract, with every fault printed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from accord.errors import AccordError, ContractErrors

# Subcommands import what they need when they run: `accord generate` finds out that nothing has
# changed in less time than the generator takes to import.


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: `arguments` adds its own to a parser, `run` returns the exit code."""

    name: str
    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


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
    from accord.codegen.generate import generate, generate_one
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


def _breaking_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", nargs="?", type=Path, metavar="OLD", help="a contract file")
    parser.add_argument(
        "new",
        nargs="?",
        type=Path,
        metavar="NEW",
        help="what it became (default: served contracts against their supported releases)",
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="judge as of this day: 2027-01-31"
    )
    parser.add_argument(
        "--propose", action="store_true", help="print entries for openapi/approvals.yaml"
    )
    parser.add_argument(
        "--approved", action="store_true", help="print breaks that are approved too"
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def _breaking(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import breaking

    return breaking(
        arguments.root,
        arguments.old,
        arguments.new,
        today=arguments.today,
        propose=arguments.propose,
        approved=arguments.approved,
        as_json=arguments.json,
    )


def _witness_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="witnesses that `accord breaking` kept (default: all in build/witnesses)",
    )
    parser.add_argument(
        "--run", action="store_true", help="start the application, and send them to it"
    )
    parser.add_argument("--url", help="send them to an application that runs already")
    parser.add_argument("--token", help="a bearer token for it")


def _witness(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import witness

    return witness(
        arguments.root,
        arguments.files,
        run=arguments.run,
        url=arguments.url,
        token=arguments.token,
    )


def _release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the served contract, such as store/v2")
    parser.add_argument("version", metavar="VERSION", help="its info.version: MAJOR.MINOR.PATCH")
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="judge as of this day: 2027-01-31"
    )


def _release(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import release

    return release(arguments.root, arguments.name, arguments.version, today=arguments.today)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--static", action="store_true", help="only the gates that do not run the application"
    )
    parser.add_argument(
        "--format",
        choices=("page", "json", "junit", "markdown", "github"),
        default="page",
        help="what is printed: for people (default), programs, test reports, a comment on a pull "
        "request, annotations of GitHub",
    )
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write it in another format too, such as junit=build/check.xml; may be repeated",
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DAY", help="judge as of this day: 2027-01-31"
    )


def _check(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import check

    return check(
        arguments.root,
        static=arguments.static,
        format_=arguments.format,
        also=arguments.report,
        today=arguments.today,
    )


def _fuzz_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="served contracts, such as store/v2 (default: all)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="another seed than the fixed one")
    parser.add_argument(
        "--max-examples", type=int, metavar="N", help="generated requests for each operation"
    )
    parser.add_argument("--url", help="an application that runs already")
    parser.add_argument("--token", help="a bearer token for it")


def _fuzz(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import fuzz

    return fuzz(
        arguments.root,
        arguments.names,
        url=arguments.url,
        token=arguments.token,
        seed=arguments.seed,
        max_examples=arguments.max_examples,
    )


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", type=Path, metavar="CONTRACT", help="the contract's first file")
    parser.add_argument("--all", action="store_true", help="list what is enforced, too")
    parser.add_argument("--json", action="store_true", help="every construct and totals as JSON")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where any is ignored")
    parser.add_argument(
        "--effective", action="store_true", help="print the contract as it is really answered"
    )


def _explain(arguments: argparse.Namespace) -> int:
    from accord.gates.explain.command import run

    return run(
        arguments.root,
        arguments.contract,
        as_json=arguments.json,
        everything=arguments.all,
        strict=arguments.strict,
        effective=arguments.effective,
    )


def _mock_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", type=Path, metavar="CONTRACT", help="the contract's first file")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=4010, help="4010; 0 for a free one")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="other made data")
    parser.add_argument(
        "--dynamic", action="store_true", help="make data for each request, also beside examples"
    )
    parser.add_argument(
        "--latency", metavar="TIME", help="hold answers back: 200ms, 1.5s, or between: 50-400ms"
    )
    parser.add_argument(
        "--fail-rate", type=float, default=0.0, metavar="SHARE", help="fail this share: 0.1"
    )
    parser.add_argument(
        "--fail-code", type=int, default=503, metavar="STATUS", help="what to fail with (503)"
    )
    parser.add_argument("--no-cors", action="store_true", help="no access from other origins")
    parser.add_argument("--verbose", "-v", action="store_true", help="print every request")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="for generated code (XDG_CACHE_HOME/accord)"
    )


def _mock(arguments: argparse.Namespace) -> int:
    from accord.mock.command import mock

    return mock(arguments)


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
    Command(
        "breaking",
        "say what a contract breaks for those who call it",
        _breaking_arguments,
        _breaking,
    ),
    Command(
        "witness",
        "repeat what shows a break, against the contracts and the application",
        _witness_arguments,
        _witness,
    ),
    Command("release", "freeze a served contract", _release_arguments, _release),
    Command("check", "run every gate, on one page", _check_arguments, _check),
    Command(
        "fuzz",
        "test the running application against its contracts",
        _fuzz_arguments,
        _fuzz,
    ),
    Command(
        "explain",
        "say of every construct of a contract whether it is enforced",
        _explain_arguments,
        _explain,
    ),
    Command("mock", "serve any contract at once, with its examples", _mock_arguments, _mock),
)
