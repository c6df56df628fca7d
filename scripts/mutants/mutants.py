"""Kinds of change and the mutants that they make: a contract before and after one edit."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from accord.spec.pointers import find
from scripts.mutants.contracts import Contract
from scripts.mutants.uses import Uses

Label = Literal["wire", "source", "meaning", "compatible"]
Document = dict[str, Any]
Step = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at `pointer`. `prepare` is done to the contract before and after alike: it puts
    in what the change needs (a `multipleOf` to be dropped, say)."""

    pointer: str
    change: Step
    prepare: Step | None = None


class Draft:
    """One contract as kinds look at it: what is where, used how."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.document = contract.document

    @cached_property
    def text(self) -> str:
        """The whole document as JSON."""
        return json.dumps(self.document)

    @cached_property
    def uses(self) -> Uses:
        return Uses(self.document)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: what it is labelled, and why the specifications say so."""

    name: str
    label: Label
    why: str
    edits: Callable[[Draft], Iterable[Edit]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`before` becomes `after`. `held_out` is decided by the hash of `id`."""

    id: str
    kind: Kind
    contract: Contract
    edit: Edit

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(self.id.encode()).digest()[0] % 4 == 0

    def documents(self) -> tuple[Document, Document]:
        """The contract before and after, the caller's to keep."""
        before = copy.deepcopy(self.contract.document)
        if self.edit.prepare is not None:
            self.edit.prepare(before)
        after = copy.deepcopy(before)
        self.edit.change(after)
        return before, after


KINDS: dict[str, Kind] = {}


def kind(
    name: str, label: Label, why: str
) -> Callable[[Callable[[Draft], Iterable[Edit]]], Callable[[Draft], Iterable[Edit]]]:
    """Registers a function that finds the places of one kind of change in a contract."""

    def register(edits: Callable[[Draft], Iterable[Edit]]) -> Callable[[Draft], Iterable[Edit]]:
        assert name not in KINDS, name
        KINDS[name] = Kind(name, label, why, edits)
        return edits

    return register


def at(pointer: str, change: Callable[[Any], object], prepare: Step | None = None) -> Edit:
    """The edit that calls `change` on the value at `pointer`, which it changes in place."""
    return Edit(pointer, lambda document: void(change(find(document, pointer))), prepare)


def on(pointer: str, change: Callable[[Any], object]) -> Step:
    """The step that calls `change` on the value at `pointer`."""
    return lambda document: void(change(find(document, pointer)))


def put(values: Mapping[str, Any]) -> Callable[[Any], object]:
    """The change that gives an object these values."""
    return lambda node: node.update(copy.deepcopy(dict(values)))


def drop(*keys: Any) -> Callable[[Any], object]:
    """The change that takes out what lies at `keys`, one below the other."""

    def change(node: Any) -> None:
        for key in keys[:-1]:
            node = node[key]
        node.pop(keys[-1])

    return change


def move(old: Any, new: Any, *within: Any) -> Callable[[Any], object]:
    """The change that gives what is called `old`, in what lies at `within`, the name `new`."""

    def change(node: Any) -> None:
        for key in within:
            node = node[key]
        node[new] = node.pop(old)

    return change


def void(_: object) -> None:
    """Takes what an in-place method answers."""


def make(contracts: Iterable[Contract], per_kind: int) -> Iterator[Mutant]:
    """Up to `per_kind` mutants of every kind: from as many contracts as have a place for it, our
    own and others' in turn, places chosen by hash so that they are the same in every run."""
    drafts = [Draft(contract) for contract in contracts]
    for each in KINDS.values():
        queues = {"own": list[list[Mutant]](), "corpus": list[list[Mutant]]()}
        for draft in drafts:
            found = [
                Mutant(
                    f"{each.name} {draft.contract.name} {edit.pointer}", each, draft.contract, edit
                )
                for edit in each.edits(draft)
            ]
            if found:
                queues[draft.contract.origin].append(sorted(found, key=_hash))
        turns = [sorted(queue, key=lambda found: _hash(found[0])) for queue in queues.values()]
        yield from _in_turn([_flat(turn) for turn in turns], per_kind)


def _hash(mutant: Mutant) -> bytes:
    return hashlib.sha256(f"place {mutant.id}".encode()).digest()


def _flat(lists: list[list[Mutant]]) -> list[Mutant]:
    longest = max((len(found) for found in lists), default=0)
    return [found[index] for index in range(longest) for found in lists if index < len(found)]


def _in_turn(queues: list[list[Mutant]], count: int) -> Iterator[Mutant]:
    taken = 0
    for index in range(max((len(queue) for queue in queues), default=0)):
        for queue in queues:
            if index < len(queue) and taken < count:
                taken += 1
                yield queue[index]
