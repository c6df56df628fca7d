"""What a release answered: openapi/released/<name>/<version>.recording.json, frozen beside it.

A recording has the scenarios as they were, with all that was said, and a walk over the contract's
own requests. It was made twice, each time with a fresh application: what differed is loose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accord.errors import UsageError
from accord.gates.replay.play import Exchange, Played
from accord.gates.replay.scenarios import Scenario, scenario
from accord.gates.replay.shapes import Level, Loose, Twins, loose

WALK = "walk"
"""What the requests of the contract itself go by, where scenarios have their names."""
STRANGERS = "strangers"
"""What those of a stranger go by."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The calls of one scenario, or of the walk (`source` is empty), and what of each is loose."""

    name: str
    source: str
    exchanges: tuple[Exchange, ...]
    loose: tuple[Loose, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """All that was recorded of a release."""

    parts: tuple[Recorded, ...]

    def scenarios(self, file: str) -> tuple[Scenario, ...]:
        """The scenarios as they were, `file` being the recording's own."""
        return tuple(
            scenario(part.name, part.source, f"{file}#{part.name}")
            for part in self.parts
            if part.source
        )

    def text(self) -> str:
        """The file: the same recording gives the same bytes."""
        parts = ",\n".join(_part(part) for part in self.parts)
        return f'{{"parts": [\n{parts}\n]}}\n'


def _part(part: Recorded) -> str:
    """A part as JSON, a line for each line of the scenario and for each call."""
    calls = [
        {**exchange, "loose": dict(loosened)}
        for exchange, loosened in zip(part.exchanges, part.loose, strict=True)
    ]
    lists: dict[str, list[Any]] = {"source": part.source.splitlines(), "exchanges": calls}
    shown = {
        name: ",\n".join(json.dumps(each, ensure_ascii=False, sort_keys=True) for each in values)
        for name, values in lists.items()
    }
    inner = ",\n".join(f'"{name}": [\n{lines}\n]' for name, lines in shown.items())
    return f'{{"name": {json.dumps(part.name)},\n{inner}}}'


def read(path: Path) -> Recording:
    """The recording in `path`. Raises `UsageError` for a file that is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Recording(tuple(_recorded(part) for part in data["parts"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no recording: {error!r}") from error


def _recorded(part: Mapping[str, Any]) -> Recorded:
    source = "".join(f"{line}\n" for line in part["source"])
    told = [dict(each) for each in part["exchanges"]]
    loosened = tuple(each.pop("loose") for each in told)
    return Recorded(part["name"], source, tuple(told), loosened)


@dataclass(frozen=True, slots=True)
class Run:
    """What one application answered: to scenarios, to the walk, to a stranger."""

    played: Sequence[Played]
    walked: Sequence[Exchange]
    strangers: Sequence[Exchange]


def record(first: Run, second: Run) -> Recording:
    """What two runs, each of a fresh application, have in common.

    Raises `UsageError` where a scenario fails, or does not make the same calls both times.
    """
    return Recording(tuple(_parts(first, second)))


def _parts(first: Run, second: Run) -> Iterator[Recorded]:
    for one, other in zip(first.played, second.played, strict=True):
        name, file = one.scenario.name, one.scenario.file
        for each in (one, other):
            if each.what:
                raise UsageError(
                    f"scenario {name} fails ({file}:{each.line}): {each.what}\n"
                    "  mend: a release is recorded with scenarios that pass"
                )
        if len(one.exchanges) != len(other.exchanges):
            raise UsageError(
                f"scenario {name} ({file}) made {len(one.exchanges)} calls, then "
                f"{len(other.exchanges)}\n  mend: let it ask the same every time"
            )
        yield _together(name, one.scenario.source, one.exchanges, other.exchanges)
    yield _together(WALK, "", first.walked, second.walked)
    yield _together(STRANGERS, "", first.strangers, second.strangers)


def _together(
    name: str, source: str, first: Sequence[Exchange], second: Sequence[Exchange]
) -> Recorded:
    twins = Twins()
    loosened: list[dict[str, Level]] = [
        dict(loose(one, other, twins)) for one, other in zip(first, second, strict=True)
    ]
    return Recorded(name, source, tuple(first), tuple(loosened))
