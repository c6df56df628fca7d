"""Items of streams, wherever chunks break."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.client.streams import RECORD, EventItems, Items, JsonItems, event_bytes, json_line

VALUES = st.lists(
    st.dictionaries(st.text(max_size=3), st.text(max_size=5) | st.integers(), max_size=2),
    max_size=4,
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=8)


def fed(items: Items, data: bytes, size: int) -> list[Any]:
    """What comes of `data` in chunks of `size`."""
    found = []
    for start in range(0, len(data), size):
        found += items.feed(data[start : start + size])
    return [*found, *items.feed(b"", last=True)]


@settings(max_examples=60, deadline=None, database=None)
@given(VALUES, st.integers(1, 7), st.sampled_from(["", RECORD]))
def test_lines(values: list[Any], size: int, start: str) -> None:
    """JSON lines and JSON text sequences are what they were made of."""
    data = b"".join(json_line(value, start) for value in values)
    assert fed(JsonItems(lambda value: value), data, size) == values


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(TEXTS, max_size=4), st.integers(1, 7))
def test_events(texts: list[str], size: int) -> None:
    """The data of events is what it was, line ends included."""
    data = b"".join(event_bytes({"event": "said", "data": text}) for text in texts)
    found = fed(EventItems(lambda text: text), data, size)
    assert [event.data for event in found] == texts


def test_whole_events() -> None:
    """Fields that may be something else than text are parsed, as far as they are JSON."""
    data = event_bytes({"id": "1", "data": {"a": [1]}, "retry": 5})
    (event,) = fed(EventItems(lambda value: value, ("data", "retry")), data, 3)
    assert event == {"id": "1", "data": {"a": [1]}, "retry": 5}
    (event,) = fed(EventItems(json.dumps, ("data",)), b"data: plain\n\n", 3)
    assert event == '{"data": "plain"}'
