"""The `accord` command: subcommands in tables, each a parser and a function.

Exit codes: 0 all is well, 1 a verdict (something differs, breaks or fails), 2 a fault of use or
of a contract, with every fault printed.
"""

from accord.cli.main import COMMANDS, main

__all__ = ["COMMANDS", "main"]
