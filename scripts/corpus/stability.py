"""What an edit changes, and what generation costs against its floor."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

from accord.codegen.generate import formatted
from accord.codegen.models import write_with_generator
from accord.codegen.prepare import Prepared
from accord.codegen.schemas import Schemas
from accord.codegen.targets import inline_schemas, render_server
from accord.spec import read
from scripts.corpus.contracts import CORPUS, Case
from scripts.corpus.stage import spent

_ADDED = """
    accord_corpus_probe:
      type: object
      description: Nothing refers to it.
      required: [id]
      properties: {id: {type: string, maxLength: 40}}
"""


def lines_touched(case: Case, folder: Path) -> dict[str, tuple[int, int]]:
    """Adds one schema to a contract in YAML: for each file, the lines that came and that went,
    but for those that speak of the new schema."""
    before = _package(case.path)
    text = case.path.read_text("utf-8")
    place = text.index("\n  schemas:\n") + len("\n  schemas:\n")
    # The same file name: it is also the contract's.
    edited = folder / "edited" / case.path.name
    edited.parent.mkdir(exist_ok=True)
    edited.write_text(text[:place] + _ADDED.lstrip("\n") + text[place:], "utf-8")
    after = _package(edited, shown=case.path.name)
    touched = {}
    for name in before:
        if name.endswith(".py"):
            old, new = before[name].splitlines(), after[name].splitlines()
            gone, came = set(old) - set(new), set(new) - set(old)
            block = {line for line in came if _is_of_the_probe(line)}
            touched[name] = (len(came - block), len(gone))
    return touched


def _is_of_the_probe(line: str) -> bool:
    return "AccordCorpusProbe" in line or "Nothing refers to it." in line or "max_length=40" in line


def _package(path: Path, shown: str | None = None) -> dict[str, str]:
    files = render_server(read(path, base=CORPUS), shown or path.name)
    return {
        name: content.decode() for name, content in formatted(files, accord_is_local=False).items()
    }


def cost_against_generator(case: Case, rounds: int = 3) -> tuple[float, float]:
    """Seconds of processor time for the server side of a contract, and for
    datamodel-code-generator alone on the same prepared input with its formatters off; medians of
    interleaved rounds."""
    contract = read(case.path, base=CORPUS)
    schemas = Schemas(contract)
    prepared = Prepared(schemas, inline_schemas(contract))

    def ours() -> None:
        formatted(render_server(contract, case.name), accord_is_local=False)

    def floor() -> None:
        write_with_generator(prepared)

    figures: dict[Callable[[], None], list[float]] = {ours: [], floor: []}
    for _ in range(rounds):
        for one, seconds in figures.items():
            start = spent()
            one()
            seconds.append(spent() - start)
    return statistics.median(figures[ours]), statistics.median(figures[floor])
