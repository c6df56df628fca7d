"""YAML text → plain data, built from libyaml's events.

PyYAML's own constructor speaks YAML 1.1 (`no` is false, dates become objects), drops repeated
keys in silence and takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from accord.errors import ContractErrors, Fault
from accord.spec.pointers import join

DEEPEST = 200
MOST_NODES = 5_000_000

_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OTHER_BASE = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_TAGS = ("null", "bool", "int", "float")


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been read; `size` counts the nodes within."""

    data: dict[str, Any] | list[Any]
    pointer: str
    anchor: str | None
    key: str | None = None
    merges: list[Any] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    size: int = 1
    merging: bool = False


class _Stop(Exception):
    """A fault after which nothing more can be read."""


def events(text: str) -> Iterator[Any]:
    """libyaml's events for `text`. Raises `yaml.YAMLError`."""
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()


def parse(text: str, file: str) -> Any:
    """The one document in `text`; None where there is none. Raises `ContractErrors`."""
    builder = _Builder(file)
    try:
        for event in events(text):
            builder.take(event)
    except _Stop:
        pass
    except yaml.YAMLError as error:
        builder.faults.append(_syntax_fault(error, text, file))
    if builder.faults:
        raise ContractErrors(builder.faults)
    return builder.root


def scalar(value: str) -> Any:
    """What a plain scalar means in YAML 1.2's core schema. Raises ValueError for `.nan`, `.inf`."""
    if value in _CONSTANTS:
        return _CONSTANTS[value]
    if value[0] in "0123456789+-.":
        if _INTEGER.match(value) and len(value) < 400:
            return int(value)
        if _OTHER_BASE.match(value):
            return int(value[2:], 8 if value[1] == "o" else 16)
        if _FLOAT.match(value):
            number = float(value)
            if number in (float("inf"), float("-inf")):
                raise ValueError
            return number
        if _NOT_FINITE.match(value):
            raise ValueError
    return value


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.root: Any = None
        self.documents = 0
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.opened: set[str] = set()
        self.scalars: dict[str, Any] = {}

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._open(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._open(event, [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self._stop(event, "a second YAML document begins here", "keep one per file")

    def _fault(self, event: Any, reason: str, mend: str) -> None:
        mark = event.start_mark
        # A pointer of two hundred steps says less than its beginning.
        pointer = self.stack[min(len(self.stack), 20) - 1].pointer if self.stack else ""
        self.faults.append(Fault(self.file, mark.line + 1, mark.column + 1, pointer, reason, mend))

    def _stop(self, event: Any, reason: str, mend: str) -> None:
        self._fault(event, reason, mend)
        raise _Stop

    def _scalar(self, event: Any) -> None:
        top = self.stack[-1] if self.stack else None
        value = event.value
        if top is not None and type(top.data) is dict and top.key is None and not top.merging:
            self._key(top, event)
            return
        if event.implicit[0]:
            try:
                data = self.scalars[value]
            except KeyError:
                try:
                    data = self.scalars[value] = scalar(value)
                except ValueError:
                    self._fault(
                        event, f"{value!r} is not a finite number", "quote it, or write a number"
                    )
                    data = None
        else:
            data = value if event.tag is None else self._tagged(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (data, 1)
        self._add(event, data, 1)

    def _tagged(self, event: Any) -> Any:
        name = event.tag.removeprefix("tag:yaml.org,2002:")
        if name == event.tag and event.tag != "!":
            self._fault(
                event,
                f"the tag {event.tag!r} has no meaning in a contract",
                "remove the tag; to include another file use $ref",
            )
        if name not in _TAGS:
            return event.value
        try:
            return scalar(event.value)
        except ValueError:
            return event.value

    def _key(self, top: _Open, event: Any) -> None:
        key = event.value
        if key == "<<" and event.implicit[0]:
            top.merging = True
            return
        if key in top.lines:
            self._fault(
                event,
                f"the key {key!r} is here twice, first in line {top.lines[key]}",
                "remove or rename one of them",
            )
        top.lines[key] = event.start_mark.line + 1
        top.key = key

    def _open(self, event: Any, data: dict[str, Any] | list[Any]) -> None:
        pointer = ""
        if self.stack:
            top = self.stack[-1]
            if type(top.data) is dict and top.key is None and not top.merging:
                self._stop(event, "a key is a mapping or a list", "keys must be plain text")
            token = top.key if type(top.data) is dict else len(top.data)
            pointer = join(top.pointer, "<<" if token is None else token)
        if len(self.stack) == DEEPEST:
            self._stop(
                event,
                f"more than {DEEPEST} levels inside each other",
                "name inner schemas under components and use $ref",
            )
        if event.anchor is not None:
            self.opened.add(event.anchor)
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Open(data, pointer, event.anchor))

    def _close(self, event: Any) -> None:
        done = self.stack.pop()
        if done.merges and type(done.data) is dict:
            for merged in done.merges:
                for key, value in merged.items():
                    done.data.setdefault(key, value)
        if done.anchor is not None:
            self.opened.discard(done.anchor)
            self.anchors[done.anchor] = (done.data, done.size)
        self._add(event, done.data, done.size)

    def _alias(self, event: Any) -> None:
        if self.stack and type(self.stack[-1].data) is dict:
            top = self.stack[-1]
            if top.key is None and not top.merging:
                self._stop(event, "an alias is used as a key", "write the key out")
        if event.anchor in self.opened:
            self._stop(
                event,
                f"the alias *{event.anchor} stands inside what it stands for",
                "use $ref for structures that contain themselves",
            )
        if event.anchor not in self.anchors:
            self._stop(
                event,
                f"the alias *{event.anchor} has no anchor before it",
                f"write &{event.anchor} at the node that it should repeat",
            )
        self._add(event, *self.anchors[event.anchor])

    def _add(self, event: Any, data: Any, size: int) -> None:
        if not self.stack:
            self.root = data
            return
        top = self.stack[-1]
        top.size += size
        if top.size > MOST_NODES:
            self._stop(
                event,
                f"aliases make this more than {MOST_NODES} values",
                "use $ref instead of YAML aliases",
            )
        if type(top.data) is list:
            top.data.append(data)
        elif top.merging:
            top.merging = False
            self._merge(event, top, data)
        else:
            assert isinstance(top.data, dict) and top.key is not None
            top.data[top.key] = data
            top.key = None

    def _merge(self, event: Any, top: _Open, data: Any) -> None:
        sources = data if isinstance(data, list) else [data]
        if not all(isinstance(source, dict) for source in sources):
            self._fault(
                event,
                "`<<` merges something that is not a mapping",
                "give it an alias of a mapping, or a list of such; quote it if it is a key",
            )
            return
        top.merges.extend(sources)


def _syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    context = getattr(error, "context", None)
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        mend = "indent with spaces: YAML does not allow tabs there"
    elif "mapping values are not allowed" in problem:
        mend = "quote the text if it contains ': ', or correct the indentation"
    else:
        mend = "correct the YAML here or just before: look at indentation, quotes and brackets"
    return Fault(file, line, column, "", f"not YAML: {problem} {context or ''}".rstrip(), mend)
