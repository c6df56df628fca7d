"""Scenarios: modules that say what a consumer wants, since when, and do it."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.gates.replay.play import without_waiting
from accord.gates.replay.scenarios import FOLDER, scenarios

SOURCE = '"""Reads."""\n\nSINCE = "0.2.0"\n\n\ndef run(shop):\n    shop.read()\n'


def write(root: Path, name: str, source: str) -> None:
    path = root / FOLDER / "shop" / "v1" / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)


def test_scenarios_run_with_releases_from_theirs_on(tmp_path: Path) -> None:
    """They come by name, and versions are compared as numbers."""
    write(tmp_path, "read", SOURCE)
    write(tmp_path, "buy", SOURCE.replace("0.2.0", "0.10.0"))
    buy, read = scenarios(tmp_path, "shop/v1")
    assert (buy.name, read.name, read.file) == (
        "buy",
        "read",
        "clients/scenarios/shop/v1/read.py",
    )
    assert (read.runs_with("0.1.9"), read.runs_with("0.9.0")) == (False, True)
    assert not buy.runs_with("0.9.0")


@pytest.mark.parametrize(
    ("source", "lack"),
    [
        (SOURCE.replace('"""Reads."""', ""), "a docstring"),
        (SOURCE.replace("0.2.0", "soon"), "SINCE"),
        (SOURCE.replace("def run", "def go"), "def run"),
        ("def run(:", "invalid syntax"),
    ],
)
def test_what_is_no_scenario_is_refused(tmp_path: Path, source: str, lack: str) -> None:
    """With its file and what it lacks."""
    write(tmp_path, "read", source)
    with pytest.raises(UsageError, match=lack) as raised:
        scenarios(tmp_path, "shop/v1")
    assert "clients/scenarios/shop/v1/read.py" in str(raised.value)


def test_asking_until_something_is_done_counts_once() -> None:
    """The last answer is kept; changes that are repeated are kept all."""
    calls = [
        {"request": {"method": method, "target": "/orders/1"}, "reply": number}
        for number, method in enumerate(("GET", "GET", "PUT", "PUT", "GET"))
    ]
    assert [each["reply"] for each in without_waiting(calls)] == [1, 2, 3, 4]
