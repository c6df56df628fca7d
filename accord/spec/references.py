"""`$ref` text → the value it means, in whichever file that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from accord.errors import ContractErrors
from accord.spec.files import File, Files
from accord.spec.findings import Findings
from accord.spec.pointers import NotThere, find, join, split

LONGEST = 50
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means: `node`, at `pointer` in `file`."""

    file: File
    pointer: str
    node: Any


class _Unresolved(Exception):
    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


class References:
    """Resolves references over the files of one contract; what fails becomes a finding."""

    def __init__(self, files: Files, findings: Findings) -> None:
        self._files = files
        self._findings = findings
        self._known: dict[tuple[File, str], Target | _Unresolved] = {}

    def resolve(self, file: File, pointer: str, text: str) -> Target | None:
        """The value that `text`, the `$ref` at `pointer` of `file`, finally means.

        A target that is nothing but another `$ref` is followed. None, and a fault, where
        there is no such value.
        """
        key = (file, text)
        if key not in self._known:
            try:
                self._known[key] = self._follow(file, text)
            except _Unresolved as error:
                self._known[key] = error
            except ContractErrors as error:
                self._known[key] = self._unreadable(text, error)
        found = self._known[key]
        if isinstance(found, Target):
            return found
        self._findings.fault_in(file, pointer, found.reason, found.mend)
        return None

    def _unreadable(self, text: str, error: ContractErrors) -> _Unresolved:
        first = error.faults[0]
        if first.line:
            self._findings.include(error)
            place = f"{first.file}:{first.line}"
            return _Unresolved(f"the $ref {text!r}: {place} is wrong", "correct that file")
        return _Unresolved(f"the $ref {text!r}: {first.reason} ({first.file})", first.mend)

    def _follow(self, file: File, text: str) -> Target:
        target = last = self._step(file, text)
        seen = [(file, text)]
        # What has a meaning of its own beside its $ref is the target; a ring is wrong even so.
        is_alias = True
        while isinstance(last.node, dict) and isinstance(last.node.get("$ref"), str):
            following = (last.file, last.node["$ref"])
            if following in seen:
                through = " → ".join(repr(ref) for _, ref in [*seen, following])
                raise _Unresolved(
                    f"the $ref leads back to itself: {through}",
                    "let one of them be the value that is meant",
                )
            seen.append(following)
            if len(seen) > LONGEST:
                raise _Unresolved(
                    f"the $ref {text!r} leads through more than {LONGEST} others",
                    "refer to the value that is meant",
                )
            is_alias = is_alias and len(last.node) == 1
            last = self._step(*following)
            if is_alias:
                target = last
        return target

    def _step(self, file: File, text: str) -> Target:
        where, _, fragment = text.partition("#")
        if _REMOTE.match(where):
            known = _anchors(file).get(where)
            if known is None:
                raise _Unresolved(
                    f"the $ref {text!r} is remote; accord reads files only",
                    "save a copy beside the contract and refer to it by a relative path",
                )
            return self._within(file, known + unquote(fragment), text)
        if where and where not in _anchors(file):
            file = self._files.beside(file, unquote(where))
        elif where:
            return self._within(file, _anchors(file)[where] + unquote(fragment), text)
        return self._within(file, unquote(fragment), text)

    def _within(self, file: File, fragment: str, text: str) -> Target:
        if fragment and not fragment.startswith("/"):
            anchors = _anchors(file)
            if f"#{fragment}" not in anchors:
                raise _Unresolved(
                    f"the $ref {text!r}: {file.shown} has no $anchor {fragment!r}",
                    "write a JSON pointer, which begins with '#/', or add the $anchor",
                )
            fragment = anchors[f"#{fragment}"]
        try:
            return Target(file, fragment, find(file.data, fragment))
        except NotThere as error:
            across = self._across(file, fragment)
            if across is not None:
                return across
            raise _Unresolved(
                f"the $ref {text!r}: {file.shown} has no {error.key!r} there",
                _suggestion(error),
            ) from None

    def _across(self, file: File, pointer: str) -> Target | None:
        """`pointer` where it leads through another `$ref` on its way."""
        here = Target(file, "", file.data)
        crossed = 0
        for key in split(pointer):
            node = here.node
            while isinstance(node, dict) and key not in node and isinstance(node.get("$ref"), str):
                crossed += 1
                if crossed > 100:
                    return None
                here = self._step(here.file, node["$ref"])
                node = here.node
            try:
                below = join("", key)
                here = Target(here.file, here.pointer + below, find(node, below))
            except NotThere:
                return None
        return here if crossed else None


def _suggestion(error: NotThere) -> str:
    names = error.nearest or list(error.names[:5])
    if not names:
        return "correct the pointer: there is nothing by name at that place"
    listed = ", ".join(repr(name) for name in names)
    return f"correct the name, or add it; {'nearest' if error.nearest else 'there are'}: {listed}"


def _anchors(file: File) -> dict[str, str]:
    """`#name` for each `$anchor`, and each `$id`, of a file → pointer."""
    if file.anchors is None:
        file.anchors = {}
        waiting: list[tuple[str, Any]] = []
        if b"$anchor" in file.raw or b"$id" in file.raw or b"$dynamicAnchor" in file.raw:
            waiting.append(("", file.data))
        while waiting:
            pointer, node = waiting.pop()
            children = enumerate(node) if isinstance(node, list) else node.items()
            for key, value in children:
                if isinstance(value, (dict, list)):
                    waiting.append((join(pointer, key), value))
                elif key in ("$anchor", "$dynamicAnchor") and isinstance(value, str):
                    file.anchors.setdefault(f"#{value}", pointer)
                elif key == "$id" and isinstance(value, str):
                    file.anchors.setdefault(value.rstrip("#"), pointer)
    return file.anchors
