"""Overlays (OpenAPI Overlay 1.0 and 1.1): changes to a contract that its author need not make.

`v1.overlay.yaml` beside `v1.yaml` is applied by itself; others are named by who reads the contract.
They change the contract's first file, before references are followed. What they put there is still
known by the place in the overlay where it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from accord.errors import ContractErrors
from accord.spec.files import File, Files
from accord.spec.findings import Findings
from accord.spec.pointers import find, join, parent, split

_SUPPORTED = re.compile(r"1\.[01](?:\.\d+)?$")
_SUFFIXES = (".yaml", ".yml", ".json")


def overlay_places(contract: Path) -> list[Path]:
    """Where the overlay may be that belongs to a contract by its name."""
    return [contract.with_name(f"{contract.stem}.overlay{suffix}") for suffix in _SUFFIXES]


def overlays_beside(contract: Path) -> list[Path]:
    """The overlay that belongs to a contract by its name, if there is one."""
    return [path for path in overlay_places(contract) if path.is_file()][:1]


def apply_overlay(root: File, path: Path, files: Files, findings: Findings) -> None:
    """Changes `root.data` as the overlay at `path` says.

    An action that finds nothing is a warning. Raises `ContractErrors` where the overlay is none.
    """
    overlay = files.load(path)
    actions = _checked(overlay)
    changed = _Changed(root, overlay)
    for index, action in enumerate(actions):
        changed.apply(action, f"/actions/{index}", findings)
    root.data = changed.data
    root.moved |= changed.moved


def _checked(overlay: File) -> list[Mapping[str, Any]]:
    data = overlay.data
    if not isinstance(data, dict) or "overlay" not in data:
        _refuse(overlay, "", "the file is not an overlay", "add `overlay: 1.0.0` at the top")
    if not _SUPPORTED.match(str(data["overlay"])):
        _refuse(
            overlay,
            "/overlay",
            f"Overlay {str(data['overlay'])!r} is not supported",
            "write a 1.0 or 1.1 overlay, and its version as text: '1.0.0'",
        )
    actions = data.get("actions")
    if not isinstance(actions, list) or not actions:
        _refuse(overlay, "/actions", "the overlay has no actions", "add a list of actions")
    for index, action in enumerate(actions):
        at = f"/actions/{index}"
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            _refuse(overlay, at, "the action has no target", "add `target: $.…`, a JSONPath")
        if not {"update", "remove", "copy"} & action.keys():
            _refuse(overlay, at, "the action does nothing", "add `update:`, or `remove: true`")
    checked: list[Mapping[str, Any]] = actions
    return checked


class _Changed:
    """A document while an overlay changes it; `moved` is where values are written that are not
    where the document's file has them."""

    def __init__(self, root: File, overlay: File) -> None:
        self.data = deepcopy(root.data)
        self.moved: dict[str, tuple[File, str]] = dict(root.moved)
        self._root = root
        self._overlay = overlay

    def apply(self, action: Mapping[str, Any], at: str, findings: Findings) -> None:
        targets = self._find(str(action["target"]), join(at, "target"))
        if not targets:
            findings.warn_in(
                self._overlay,
                join(at, "target"),
                f"{action['target']!r} finds nothing in {self._root.shown}",
                "correct the target, or remove the action",
            )
        if action.get("remove") is True:
            for pointer in reversed(targets):
                self._remove(pointer, at)
            return
        if "copy" in action:
            sources = self._find(str(action["copy"]), join(at, "copy"))
            if len(sources) != 1:
                self._refuse(
                    join(at, "copy"),
                    f"{action['copy']!r} finds {len(sources)} values; one can be copied",
                    "write the path of one value",
                )
            value = find(self.data, sources[0])
            for pointer in targets:
                self._update(pointer, deepcopy(value), join(at, "copy"))
        if "update" in action:
            for pointer in targets:
                self._update(pointer, deepcopy(action["update"]), join(at, "update"))

    def _find(self, path: str, at: str) -> list[str]:
        """The pointers of what a JSONPath selects, each once, in the document's order."""
        # Takes a fifth of a second, which only overlays are worth.
        import jsonpath_rfc9535 as jsonpath

        try:
            nodes = jsonpath.find(path, self.data)
        except jsonpath.JSONPathError as error:
            self._refuse(at, f"{path!r} is not a JSONPath: {error}", "correct it (RFC 9535)")
        return list(dict.fromkeys(join("", *node.location) for node in nodes))

    def _update(self, pointer: str, update: Any, at: str) -> None:
        target = find(self.data, pointer)
        if isinstance(target, list):
            # An array of values is as many values (1.1); by 1.0 one is added at a time.
            several = isinstance(update, list)
            for offset, value in enumerate(update if several else [update]):
                self._written(join(pointer, len(target)), join(at, offset) if several else at)
                target.append(value)
        elif isinstance(target, dict) and isinstance(update, dict):
            self._merge(target, update, pointer, at)
        elif isinstance(target, dict) or isinstance(update, (dict, list)):
            self._refuse(
                at,
                f"the update does not fit what is at #{pointer}",
                "write a mapping for a mapping, an item for a list, a value for a value",
            )
        else:
            self._replace(pointer, update, at)

    def _merge(self, target: dict[str, Any], update: dict[str, Any], pointer: str, at: str) -> None:
        for key, value in update.items():
            place, source = join(pointer, key), join(at, key)
            old = target.get(key)
            if isinstance(old, dict) and isinstance(value, dict):
                self._merge(old, value, place, source)
            elif isinstance(old, list) and isinstance(value, list):
                self._update(place, value, source)
            else:
                target[key] = value
                self._written(place, source)

    def _replace(self, pointer: str, value: Any, at: str) -> None:
        holder, key = find(self.data, parent(pointer)), split(pointer)[-1]
        holder[int(key) if isinstance(holder, list) else key] = value
        self._written(pointer, at)

    def _remove(self, pointer: str, at: str) -> None:
        if not pointer:
            self._refuse(at, "the whole contract cannot be removed", "name a part of it")
        holder, key = find(self.data, parent(pointer)), split(pointer)[-1]
        if isinstance(holder, dict):
            del holder[key]
            self._forget(pointer)
            return
        gone, above = int(key), parent(pointer)
        # What comes after moves up, and is still known by where it is written.
        origins = [self.origin(join(above, index)) for index in range(gone + 1, len(holder))]
        inner = [self._below(join(above, index)) for index in range(gone + 1, len(holder))]
        del holder[gone]
        for index in range(gone, len(holder) + 1):
            self._forget(join(above, index))
        for index, (origin, moved) in enumerate(zip(origins, inner, strict=True), gone):
            self.moved[join(above, index)] = origin
            self.moved |= {join(above, index) + rest: to for rest, to in moved.items()}

    def origin(self, pointer: str) -> tuple[File, str]:
        """Where what is at `pointer` of the document is written."""
        return self._root.written(pointer, self.moved)

    def _written(self, pointer: str, at: str) -> None:
        self._forget(pointer)
        self.moved[pointer] = (self._overlay, at)

    def _below(self, pointer: str) -> dict[str, tuple[File, str]]:
        return {
            at.removeprefix(pointer): to
            for at, to in self.moved.items()
            if at.startswith(f"{pointer}/")
        }

    def _forget(self, pointer: str) -> None:
        for at in [at for at in self.moved if at == pointer or at.startswith(f"{pointer}/")]:
            del self.moved[at]

    def _refuse(self, pointer: str, reason: str, mend: str) -> Any:
        _refuse(self._overlay, pointer, reason, mend)


def _refuse(file: File, pointer: str, reason: str, mend: str) -> Any:
    raise ContractErrors([file.fault(pointer, reason, mend)])
