"""Subcommands that judge contracts and the application: breaking, witness, release,
replay, check, fuzz."""

from __future__ import annotations

import argparse
from pathlib import Path

from accord.cli.command import Command, add_today


def _breaking_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", nargs="?", type=Path, metavar="OLD", help="a contract file")
    parser.add_argument(
        "new",
        nargs="?",
        type=Path,
        metavar="NEW",
        help="what it became (default: served contracts against their supported releases)",
    )
    add_today(parser)
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
    add_today(parser)


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
    add_today(parser)


def _check(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import check

    return check(
        arguments.root,
        static=arguments.static,
        format_=arguments.format,
        also=arguments.report,
        today=arguments.today,
    )


def _replay_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="served contracts, such as store/v2, or one release, store/v2@1.0.0 (default: all)",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=("scenarios", "differences", "contracts"),
        default=[],
        help="what consumers do with each package, what is answered otherwise than it was "
        "recorded, what each contract promises; may be repeated",
    )
    add_today(parser)
    parser.add_argument("--seed", type=int, metavar="N", help="another seed than the fixed one")
    parser.add_argument(
        "--max-examples", type=int, metavar="N", help="generated requests for each operation"
    )
    parser.add_argument(
        "--propose", action="store_true", help="print entries for openapi/approvals.yaml"
    )
    parser.add_argument("--approved", action="store_true", help="print what is approved too")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def _replay(arguments: argparse.Namespace) -> int:
    from accord.gates.commands import replay

    return replay(
        arguments.root,
        arguments.names,
        parts=arguments.only,
        today=arguments.today,
        seed=arguments.seed,
        max_examples=arguments.max_examples,
        propose=arguments.propose,
        approved=arguments.approved,
        as_json=arguments.json,
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
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="runs, each with the next seed (1)"
    )
    parser.add_argument(
        "--since",
        metavar="REVISION",
        help="operations that have changed since get most requests (default: since the branch left "
        "main)",
    )
    parser.add_argument(
        "--keep-nothing", action="store_true", help="do not write failures to openapi/cases"
    )
    parser.add_argument(
        "--raise-floor",
        action="store_true",
        help="what is reached now must be from now on: write openapi/cases/coverage.json",
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
        seeds=arguments.seeds,
        max_examples=arguments.max_examples,
        since=arguments.since,
        learn=not arguments.keep_nothing,
        raise_floor=arguments.raise_floor,
    )


COMMANDS: tuple[Command, ...] = (
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
    Command(
        "replay",
        "hold the application to what earlier releases promised and did",
        _replay_arguments,
        _replay,
    ),
    Command("check", "run every gate, on one page", _check_arguments, _check),
    Command(
        "fuzz",
        "test the running application against its contracts",
        _fuzz_arguments,
        _fuzz,
    ),
)
