"""Subcommands that show what a contract is: explain, mock."""

from __future__ import annotations

import argparse
from pathlib import Path

from accord.cli.command import Command


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
        "explain",
        "say of every construct of a contract whether it is enforced",
        _explain_arguments,
        _explain,
    ),
    Command("mock", "serve any contract at once, with its examples", _mock_arguments, _mock),
)
