"""Where each value of a contract file stands: JSON pointer → line and column."""

from __future__ import annotations

import yaml

from accord.spec.pointers import escape
from accord.spec.yaml_data import events

Place = tuple[int, int]


def index(text: str) -> dict[str, Place]:
    """The place of every value in YAML or JSON text that parses, counted from 1.

    A value in a mapping is placed at its key, one in a list where it begins. Values that come
    through an alias or a merge key have no place of their own: ask for their parent's.
    """
    places: dict[str, Place] = {}
    # One entry per open collection: its pointer, the next index, or the key that is waiting.
    stack: list[tuple[str, list[int] | None]] = []
    key: str | None = None
    try:
        for event in events(text):
            kind = type(event)
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                stack.pop()
                continue
            if kind not in _VALUES:
                continue
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if not stack:
                pointer = ""
                places[pointer] = place
            else:
                above, count = stack[-1]
                if count is not None:
                    pointer = f"{above}/{count[0]}"
                    count[0] += 1
                    places[pointer] = place
                elif key is None:
                    key = event.value
                    places.setdefault(f"{above}/{escape(event.value)}", place)
                    continue
                else:
                    pointer = f"{above}/{escape(key)}"
                    key = None
            if kind is yaml.MappingStartEvent:
                stack.append((pointer, None))
            elif kind is yaml.SequenceStartEvent:
                stack.append((pointer, [0]))
    except yaml.YAMLError:
        # JSON that libyaml does not take (tabs in odd places): what was read so far serves.
        return places
    return places


_VALUES = frozenset(
    (yaml.ScalarEvent, yaml.AliasEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)
)
