"""A process that makes packages, so that the mock itself keeps answering meanwhile.

It reads a line of JSON for each contract, `{"contract": …, "cache": …}`, writes one with what came
of it, and ends with its input. Importing the generator takes a second: it stays.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accord.codegen.targets import render_server
from accord.errors import AccordError
from accord.mock.cache import Cache
from accord.spec import read
from accord.spec.files import Files

_SMALL = """
openapi: 3.1.0
info: {title: Small, version: 1.0.0}
paths:
  /a:
    get:
      responses:
        "200":
          description: Yes.
          content:
            application/json:
              schema: {type: object, properties: {a: {type: string, enum: [b]}}}
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a contract: `faults` says what is wrong, empty where nothing is. `files` are
    those that decide about it, absolute."""

    files: tuple[str, ...]
    faults: str = ""


def build(contract: Path, cache: Cache) -> Built:
    """Puts the package of `contract` into the cache."""
    files = Files()
    try:
        found = read(contract, files=files)
        modules = render_server(found, contract.name)
        cache.add(contract, found, files.digests(), modules)
        faults = ""
    except AccordError as error:
        faults = str(error)
    except Exception as error:
        faults = f"{contract}: accord failed on it, which is a defect of accord: {error!r}"
        traceback.print_exc()
    return Built(tuple(map(str, files.paths)) or (str(contract.absolute()),), faults)


def _warm() -> None:
    """Runs the generator once: what it imports and compiles is there for the first contract."""
    with tempfile.TemporaryDirectory(prefix="accord-") as folder:
        path = Path(folder, "small.yaml")
        path.write_text(_SMALL, "utf-8")
        render_server(read(path), path.name)


def main(arguments: list[str]) -> None:
    """Serves standard input; with `warm` among the arguments it gets ready before."""
    output = sys.stdout
    caches: dict[str, Cache] = {}
    with contextlib.redirect_stdout(sys.stderr):
        if "warm" in arguments:
            _warm()
        for line in sys.stdin:
            asked: dict[str, Any] = json.loads(line)
            folder = asked["cache"]
            cache = caches.setdefault(folder, Cache(Path(folder)))
            built = build(Path(asked["contract"]), cache)
            print(json.dumps(asdict(built)), file=output, flush=True)


if __name__ == "__main__":
    # Who asked may be gone.
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main(sys.argv[1:])
