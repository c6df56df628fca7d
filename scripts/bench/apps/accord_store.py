"""Ours: the store as it is, against the database that BENCH_DATABASE names."""

import os
from pathlib import Path

from accord.service.lines import LineWriter
from accord.service.logging import configure_logging
from impl.app import create_app
from impl.settings import Settings

lines = LineWriter(Path(os.environ["BENCH_FOLDER"]) / "store-access.jsonl")
configure_logging(lines.write)
app = create_app(
    Settings.load(development=True, database_url=os.environ["BENCH_DATABASE"]),
    write_log=lines.write,
)
