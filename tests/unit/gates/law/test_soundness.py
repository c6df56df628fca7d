"""The law before values: where one is found that the old schema takes and the new one refuses (or
the other way round, in a reply), the law must have said so."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from accord.gates.law import Document, Way, compare
from accord.gates.law.shapes import Shapes
from accord.gates.witness.judges import Reading
from accord.gates.witness.search import Search
from accord.gates.witness.values import Values
from accord.gates.witness.witness import Witness
from tests.unit.gates.law.conftest import call, content, contract
from tests.unit.gates.law.random_schemas import Schemas

PAIRS, TRIED = 60, 400
PLACES = {
    Way.REQUEST: "/paths/~1things/post/requestBody/content/application~1json/schema",
    Way.REPLY: "/paths/~1things/post/responses/200/content/application~1json/schema",
}


def document(folder: Path, name: str, schema: Any, way: Way) -> Document:
    if way is Way.REQUEST:
        parts = {"requestBody": {"content": content(schema)}}
    else:
        parts = {"responses": {"200": {"description": "R.", "content": content(schema)}}}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(contract(paths=call(**parts))))
    return Document(path)


def difference(narrow: Reading, wide: Reading, place: str) -> Any:
    """A value that `narrow` takes and `wide` refuses. Raises `StopIteration` if none is found."""
    node = (place,)
    near = Values(narrow.shapes, narrow.takes).near(node, [(wide.shapes, wide.shapes.of(node))])
    return next(
        value
        for value in islice(near, TRIED)
        if narrow.takes(node, value) and not wide.takes(node, value)
    )


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("seed", range(4))
def test_nothing_slips_through(tmp_path: Path, seed: int, way: Way) -> None:
    """Of random schemas and edits, none that a value shows to break is called harmless."""
    schemas = Schemas(seed)
    shown = 0
    for _ in range(PAIRS):
        before, after = schemas.pair()
        old, new = document(tmp_path, "old", before, way), document(tmp_path, "new", after, way)
        readings = [Reading(Shapes(each), way, told=False) for each in (old, new)]
        narrow, wide = readings if way is Way.REQUEST else readings[::-1]
        try:
            value = difference(narrow, wide, PLACES[way])
        except StopIteration:
            continue
        shown += 1
        search = Search(old, new)
        said = [
            found
            for found in compare(old, new, with_suspected=True)
            if found.axis == "wire"
            and not (found.is_suspected and not isinstance(search.of(found), Witness))
        ]
        assert said, f"{json.dumps(before)}\n{json.dumps(after)}\n{json.dumps(value)}"
    assert shown > PAIRS // 10
