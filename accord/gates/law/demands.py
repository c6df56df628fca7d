"""Properties that need others beside them, whichever of three ways says so: `dependentRequired`,
`dependentSchemas` and `if` with nothing but `required` in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accord.spec.pointers import join

_ANNOTATIONS = frozenset(("title", "description", "$comment"))


def dependents(node: Mapping[str, Any], pointer: str) -> Iterator[tuple[tuple[str, str], str]]:
    """(property, the one that it needs) and where that is written."""
    for name, names in (node.get("dependentRequired") or {}).items():
        at = join(pointer, "dependentRequired", name)
        yield from (((name, needed), at) for needed in names)
    for name, schema in (node.get("dependentSchemas") or {}).items():
        at = join(pointer, "dependentSchemas", name)
        yield from (((name, needed), at) for needed in only_required(schema) or ())
    demand = of_condition(node)
    if demand is not None:
        name, names = demand
        yield from (((name, needed), join(pointer, "if")) for needed in names)


def of_condition(node: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The property and those that it needs, where that is all that `if` says."""
    test, then, otherwise = (node.get(key) for key in ("if", "then", "else"))
    if isinstance(test, dict) and test.keys() - _ANNOTATIONS == {"not"} and then is None:
        test, then, otherwise = test["not"], otherwise, None
    present, needed = only_required(test), only_required(then)
    if present is None or len(present) != 1 or not needed or otherwise is not None:
        return None
    return present[0], needed


def only_required(schema: Any) -> list[str] | None:
    """The names that a schema requires; None where it says anything else."""
    if isinstance(schema, dict) and schema.keys() - _ANNOTATIONS == {"required"}:
        return list(schema["required"])
    return None
