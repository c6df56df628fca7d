"""The blocks of a README that are to be run, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(
    r"^<!-- (?P<directive>[^\n]+?) -->\n+```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_DIRECTIVES = (
    re.compile(r"(?P<verb>run|serve)"),
    re.compile(r'(?P<verb>into) (?P<file>\S+) after "(?P<after>[^"]+)"'),
    re.compile(r"(?P<verb>into) (?P<file>\S+) instead of (?P<instead>\w+)"),
    re.compile(r"(?P<verb>change) (?P<file>\S+)"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a block, and what it prints: lines, `…` for anything."""

    text: str
    printed: str
    line: int
    """Where it stands in the README."""


@dataclass(frozen=True, slots=True)
class Block:
    """A code block and what to do with it; `verb` is `run`, `serve`, `into` or `change`."""

    verb: str
    text: str
    line: int
    file: str = ""
    after: str = ""
    instead: str = ""

    def sides(self) -> tuple[str, str]:
        """Of a `change`: the text as it was and as it becomes."""
        lines = self.text.splitlines(keepends=True)
        old = [line[1:] for line in lines if not line.startswith("+")]
        new = [line[1:] for line in lines if not line.startswith("-")]
        return "".join(old), "".join(new)

    def commands(self) -> list[Command]:
        """Those of a `run` or `serve`; a command goes on where a line ends in a backslash."""
        found: list[Command] = []
        lines = self.text.splitlines()
        index = 0
        while index < len(lines):
            start = index
            if not lines[index].startswith("$ "):
                raise ValueError(f"line {self.line + index}: a command begins with `$ `")
            command = [lines[index][2:]]
            while command[-1].endswith("\\"):
                index += 1
                command.append(lines[index])
            index += 1
            printed = []
            while index < len(lines) and not lines[index].startswith("$ "):
                printed.append(lines[index])
                index += 1
            found.append(Command("\n".join(command), "\n".join(printed), self.line + start))
        return found


def blocks(readme: str) -> list[Block]:
    """Raises `ValueError` for a comment that looks like a directive and is none."""
    found = []
    for match in _BLOCK.finditer(readme):
        line = readme.count("\n", 0, match.start("text")) + 1
        for directive in _DIRECTIVES:
            if words := directive.fullmatch(match["directive"]):
                found.append(Block(text=match["text"], line=line, **words.groupdict()))
                break
        else:
            raise ValueError(f"line {line}: {match['directive']!r} is no directive")
    return found
