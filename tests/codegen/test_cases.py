"""Golden records: contracts, each beside every byte that is generated from it.

`cases/<case>/contract.yaml` becomes `cases/<case>/expected/`. After an intended change,
`pytest tests/codegen/test_cases.py --update-golden` writes them anew: read the diff before you
commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.codegen import recognise
from accord.codegen.single import generate_one

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]
NAMES = sorted(path.parent.name for path in CASES.glob("*/contract.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_output_is_as_recorded(name: str, request: pytest.FixtureRequest) -> None:
    """Not a byte differs, no file is missing, none is extra."""
    case = CASES / name
    update = request.config.getoption("--update-golden", default=False)
    difference = generate_one(
        case / "contract.yaml", case / "expected", root=ROOT, check=not update
    )
    if update:
        (case / "expected" / recognise.FILE).unlink()  # differs with every change of accord
    else:
        assert difference.lines() == []
