"""The databases of the SQL cases, filled, for as long as they are measured."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.bench.apps.database import fill
from scripts.bench.load import LOAD_CORE, pinned
from scripts.bench.measure import NotHere


@contextmanager
def sqlite(folder: Path) -> Iterator[Mapping[str, str]]:
    """A file in `folder`."""
    with _filled(f"sqlite+aiosqlite:///{folder / 'items.sqlite3'}") as environment:
        yield environment


@contextmanager
def postgresql(folder: Path) -> Iterator[Mapping[str, str]]:
    """A server of its own, on the core that drives the load."""
    with postgresql_server() as url, _filled(url) as environment:
        yield environment


@contextmanager
def _filled(url: str) -> Iterator[Mapping[str, str]]:
    asyncio.run(fill(url))
    yield {"BENCH_DATABASE": url}


@contextmanager
def postgresql_server() -> Iterator[str]:
    """SQLAlchemy's URL of an empty database on a server of its own. Raises `NotHere`."""
    folder = _binaries()
    if folder is None:
        raise NotHere("PostgreSQL was not found; Debian and Ubuntu: apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="accord-postgresql-") as name:
        data = f"{name}/data"
        as_owner: list[str] = []
        if os.geteuid() == 0:
            # initdb refuses to run as root.
            shutil.chown(name, "postgres")
            as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        port = _free_port()
        initdb, control = str(folder / "initdb"), str(folder / "pg_ctl")
        subprocess.run(
            [*as_owner, initdb, "-D", data, "-U", "bench", "-A", "trust", "--no-sync"],
            check=True,
            capture_output=True,
        )
        pg_ctl = [*as_owner, control, "-D", data, "-w"]
        options = f"-p {port} -k {name} -c listen_addresses=127.0.0.1 -c fsync=off"
        start = [*pg_ctl, "-l", f"{name}/log", "-o", options, "start"]
        subprocess.run(pinned(LOAD_CORE, *start), check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql+asyncpg://bench@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*pg_ctl, "-m", "fast", "stop"], check=True, capture_output=True)


def _binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; Debian keeps them out of PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
