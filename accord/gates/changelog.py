"""What each release changes for consumers: openapi/released/changes.json, and for people
openapi/CHANGELOG.md and CHANGELOG.html, which are made of it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from accord.gates import law
from accord.gates.additions import additions
from accord.gates.releases import FOLDER, Release, ReleaseError, releases

DATA = FOLDER / "changes.json"
MARKDOWN = Path("openapi", "CHANGELOG.md")
HTML = Path("openapi", "CHANGELOG.html")
_SECTIONS = {
    "breaking": "Breaking",
    "meaning": "Changed in meaning, or deprecated",
    "source": "Changed in the source of generated clients",
    "added": "New",
}
_INTRODUCTION = "Changes for consumers, newest first. Written by `accord release`."
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
    "overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one release changed since the one before; lines are `operation: what`. `day` is empty
    where it is not known."""

    name: str
    version: str
    day: str
    first: bool
    breaking: tuple[str, ...] = ()
    meaning: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def changes(
    name: str, version: str, day: date | None, old: law.Document | None, new: law.Document
) -> Changes:
    """What `new` changes for callers of `old` (None: it is the first release)."""
    shown = "" if day is None else day.isoformat()
    if old is None:
        return Changes(name, version, shown, first=True)
    lines: dict[str, list[str]] = {"wire": [], "meaning": [], "source": []}
    for found in law.compare(old, new):
        lines[found.axis].append(_line(found.operation, str(found)))
    gained = tuple(_line(operation, what) for operation, what in additions(old, new))
    return Changes(
        name,
        version,
        shown,
        first=False,
        breaking=tuple(lines["wire"]),
        meaning=tuple(lines["meaning"]),
        source=tuple(lines["source"]),
        added=gained,
    )


def record(root: Path, name: str, version: str, today: date) -> None:
    """Writes the change log, `version` of `name` having been frozen on `today`. Releases that it
    does not know are added without a day. Raises `ReleaseError` for a log that is damaged."""
    known = {(each.name, each.version): each for each in _read(root)}
    before: Release | None = None
    for release in releases(root, name):
        key = (name, release.version)
        if key not in known:
            day = today if release.version == version else None
            old = None if before is None else law.Document(before.path, root)
            new = law.Document(release.path, root)
            known[key] = changes(name, release.version, day, old, new)
        before = release
    every = sorted(known.values(), key=_order)
    data = json.dumps([asdict(each) for each in every], indent=2, ensure_ascii=False)
    (root / DATA).write_text(f"{data}\n", encoding="utf-8")
    (root / MARKDOWN).write_text("\n".join(_markdown(every)), encoding="utf-8")
    (root / HTML).write_text("\n".join(_html(every)), encoding="utf-8")


def _line(operation: str, what: str) -> str:
    return f"{operation}: {what}" if operation else what


def _order(each: Changes) -> tuple[str, tuple[int, ...]]:
    return each.name, tuple(-int(number) for number in each.version.split("."))


def _read(root: Path) -> Iterator[Changes]:
    path = root / DATA
    if not path.exists():
        return
    try:
        for entry in json.loads(path.read_text(encoding="utf-8")):
            lists = {key: tuple(entry[key]) for key in _SECTIONS}
            yield Changes(
                entry["name"], entry["version"], entry["day"], first=entry["first"], **lists
            )
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseError(
            f"{path} is not what `accord release` wrote ({error!r})\n"
            "  mend: restore it from version control"
        ) from error


def _sections(each: Changes) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, title in _SECTIONS.items():
        lines: tuple[str, ...] = getattr(each, key)
        if lines:
            yield title, lines


def _summary(each: Changes) -> str | None:
    if each.first:
        return "The first release."
    return None if any(_sections(each)) else "Nothing that callers notice."


def _markdown(every: Iterable[Changes]) -> Iterator[str]:
    yield "# Change log\n"
    yield f"{_INTRODUCTION}\n"
    name = ""
    for each in every:
        if each.name != name:
            name = each.name
            yield f"## {name}\n"
        yield f"### {each.version}{f' ({each.day})' * bool(each.day)}\n"
        summary = _summary(each)
        if summary is not None:
            yield f"{summary}\n"
        for title, lines in _sections(each):
            yield f"**{title}**\n"
            yield from (f"- {_escaped(line)}" for line in lines)
            yield ""


def _escaped(line: str) -> str:
    """Text of a contract, so that Markdown shows it as it is: on one line, nothing in it means
    anything."""
    text = " ".join(line.split())
    return "".join(f"\\{each}" if each in "\\<>[]*_#|" else each for each in text)


def _html(every: Iterable[Changes]) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8"><title>Change log</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><h1>Change log</h1>"
    yield f"<p>{html.escape(_INTRODUCTION.replace('`', ''))}</p>"
    name = ""
    for each in every:
        if each.name != name:
            name = each.name
            yield f"<h2>{html.escape(name)}</h2>"
        yield f"<h3>{html.escape(each.version)}{f' ({each.day})' * bool(each.day)}</h3>"
        summary = _summary(each)
        if summary is not None:
            yield f"<p>{summary}</p>"
        for title, lines in _sections(each):
            yield f"<h4>{title}</h4><ul>"
            yield from (f"<li>{html.escape(line)}</li>" for line in lines)
            yield "</ul>"
    yield "</body></html>\n"
