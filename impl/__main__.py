"""The one entry: `python -m impl [serve | migrate | dev | token | settings]`.

    serve     serve the store (the default); the schema must be at head
    migrate   bring the database's schema to head
    dev       migrate, and serve with demonstration items and fakes of the six services
    token     print a development token
    settings  print every setting: an environment variable, what it is for, what is allowed

What stops a start is printed in a line or two, with exit code 2.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from accord.service.settings import WrongSettings
from impl.settings import Settings


def main() -> int:
    given = _arguments()
    try:
        if given.command == "token":
            _print_token(given.caller, given.scopes)
        elif given.command == "settings":
            print(Settings.explained())
        else:
            return _start(given)
    except WrongSettings as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _start(given: argparse.Namespace) -> int:
    # What takes the whole store, which is slow to import for who only wants a token.
    from accord.service.lines import UnwritableLog
    from accord.service.server import PortTaken
    from impl.migrations import MigrationBusy, NoDatabase, WrongSchema

    try:
        if given.command == "dev":
            given.state.mkdir(parents=True, exist_ok=True)
            _run(_develop(given.state, given.port))
        elif given.command == "migrate":
            _run(_migrate(Settings.load()))
        else:
            _run(_serve(Settings.load()))
    except (
        *(WrongSchema, MigrationBusy, NoDatabase, PortTaken, UnwritableLog),
        # A folder that cannot be made: the error names it.
        *(FileExistsError, FileNotFoundError, NotADirectoryError, PermissionError),
    ) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(work: Coroutine[Any, Any, None]) -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def _serve(settings: Settings) -> None:
    from accord.service.lines import LineWriter
    from accord.service.logging import configure_logging
    from accord.service.server import listen, server
    from impl import migrations
    from impl.app import create_app
    from impl.wiring import open_database

    async with open_database(settings) as database:
        await migrations.check(database.reads)
    lines = LineWriter(settings.log_file or 1)
    configure_logging(lines.write, level=settings.log_level)
    listener = listen(settings)
    app = create_app(settings, write_log=lines.write)
    serving = server(app, settings, draining=app.state.health.drain)
    await serving.serve(sockets=[listener])
    lines.close()
    if serving.forced:
        # Whatever a thread still waits for.
        os._exit(1)


async def _migrate(settings: Settings) -> None:
    from impl import migrations
    from impl.wiring import open_database

    async with open_database(settings) as database:
        await migrations.migrate(database.writes)


async def _develop(state: Path, port: int | None) -> None:
    from accord.service.server import listen

    settings = Settings.load(development=True, **({} if port is None else {"port": port}))
    # Before anything else: a taken port is the likeliest thing to go wrong.
    listener = listen(settings)
    from impl import development

    await development.serve(settings, state, listener)


def _print_token(caller: str, scopes: str) -> None:
    from impl.auth import development_token

    print(development_token(Settings.load(development=True), caller, scopes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m impl", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("serve", help="serve the store")
    commands.add_parser("migrate", help="bring the database's schema to head")
    commands.add_parser("settings", help="print every setting")
    for name, about in (("dev", "serve with everything around it"), ("token", "print a token")):
        command = commands.add_parser(name, help=about)
        command.add_argument(
            "--state", type=Path, default=Path("var"), help="folder of all that is kept: var"
        )
        if name == "dev":
            command.add_argument("--port", type=int, help="in place of STORE_PORT")
        else:
            command.add_argument("--caller", default="ada", help="whose it is: ada")
            command.add_argument(
                "--scopes", default="all", help="what it may do, such as 'items:read orders:read'"
            )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
