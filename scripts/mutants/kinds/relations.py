"""Schemas in place of another, wider, narrower or the same: the tables, in requests and replies."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from scripts.mutants.kinds.tables import NARROWINGS, REWORDINGS
from scripts.mutants.mutants import Draft, Edit, Label, Step, kind, on
from scripts.mutants.uses import REPLY, REQUEST, Use

Schema = dict[str, Any]


def places(draft: Draft, way: str, *, only: bool) -> Iterator[Use]:
    """Plain text values, which a schema of a table takes the place of."""
    for use in draft.uses.schemas.values():
        is_free = use.node.get("type") == "string" and not {"enum", "default"} & use.node.keys()
        if is_free and use.is_plain and way in use.ways and (use.only(way) or not only):
            yield use


def replace(pointer: str, schema: Schema) -> Step:
    """The step that puts `schema` in place of the one at `pointer`."""

    def put(node: Schema) -> None:
        node.clear()
        node.update(copy.deepcopy(schema))

    return on(pointer, put)


def _swap(use: Use, before: Schema, after: Schema, number: int) -> Edit:
    return Edit(
        f"{use.pointer} {number}", replace(use.pointer, after), replace(use.pointer, before)
    )


def _narrowings(family: str) -> None:
    changes: tuple[tuple[str, str, bool, Label, str], ...] = (
        ("fewer in a request", REQUEST, True, "wire", "requests that were valid are refused"),
        ("more in a request", REQUEST, False, "compatible", "what was valid stays valid"),
        ("more in a reply", REPLY, False, "wire", "replies come that never could before"),
        ("fewer in a reply", REPLY, True, "compatible", "every reply was possible before"),
    )
    for name, way, narrower, label, why in changes:
        only = label == "compatible"

        @kind(f"{family}: {name}", label, why)
        def edits(
            draft: Draft, way: str = way, narrower: bool = narrower, only: bool = only
        ) -> Iterator[Edit]:
            for use in places(draft, way, only=only):
                for number, pair in enumerate(NARROWINGS[family]):
                    if pair.legacy or not draft.contract.is_legacy:
                        wide_first = (pair.wide, pair.narrow)
                        before, after = wide_first if narrower else wide_first[::-1]
                        yield _swap(use, before, after, number)


def _rewordings(family: str) -> None:
    @kind(family, "compatible", "both schemas take the same values")
    def edits(draft: Draft) -> Iterator[Edit]:
        for way in (REQUEST, REPLY):
            for use in places(draft, way, only=False):
                for number, pair in enumerate(REWORDINGS[family]):
                    if pair.legacy or not draft.contract.is_legacy:
                        yield _swap(use, pair.one, pair.other, number)
                        yield _swap(use, pair.other, pair.one, -1 - number)


for _family in NARROWINGS:
    _narrowings(_family)
for _family in REWORDINGS:
    _rewordings(_family)
