"""The naming pass: everything in a contract that becomes a Python name gets a final one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accord.spec.exchanges import Exchange, Part, Sent
from accord.spec.grammar import KINDS
from accord.spec.ir import Locked
from accord.spec.names import (
    RESERVED_PARAMETERS,
    Wish,
    class_name,
    pascal,
    resolve,
    snake,
)

UNTAGGED = "default"
_SCHEMA = KINDS["schema"].fields


@dataclass(frozen=True, slots=True)
class Names:
    """Final names: schemas by key, operations by their place under `paths`, tags by name."""

    classes: Mapping[str, str]
    operations: Mapping[str, str]
    ids: Mapping[str, str]
    """operationIds, made ones apart from each other."""
    modules: Mapping[str, str]
    protocols: Mapping[str, str]


def name_all(
    wishes: Iterable[Wish], exchanges: list[Exchange], tags: list[str], locked: Locked | None = None
) -> Names:
    """Resolves the names of a whole contract; what `locked` has keeps its name."""
    given = locked or Locked()
    classes = resolve(
        [Wish(wish.key, tuple(map(class_name, wish.candidates)), own=wish.own) for wish in wishes],
        locked=given.classes,
    )
    ids = resolve(Wish(each.use, (each.id,), own=each.named) for each in exchanges)
    wanted = {each.use: snake(ids[each.use], "operation") for each in exchanges}
    operations = resolve(
        (Wish(each.use, (wanted[each.use],), own=each.named) for each in exchanges),
        locked={
            use: name for use, name in given.operations.items() if _is_from(name, wanted.get(use))
        },
    )
    modules = resolve((Wish(tag, (snake(tag, "tag"),)) for tag in tags), locked=given.modules)
    protocols = resolve(Wish(tag, (f"{pascal(modules[tag])}Handler",)) for tag in tags)
    return Names(classes, operations, ids, modules, protocols)


def sent_names(sent: Iterable[Sent], names: Names) -> list[str]:
    """Names of the functions that send webhooks and callbacks, in their order; those of callbacks
    begin with that of their operation."""
    wishes = []
    for index, one in enumerate(sent):
        name = snake(one.name, "webhook")
        if one.owner is not None:
            name = f"{names.operations[one.owner.use]}_{snake(one.name, 'callback')}"
        wishes.append(Wish(str(index), (name, f"{name}_{one.exchange.method.lower()}")))
    resolved = _in_order(wishes, ("self",))
    return [resolved[str(index)] for index in range(len(wishes))]


def _is_from(name: str, wanted: str | None) -> bool:
    """Whether `name` is the one wanted, perhaps with a number: who renames an operation in the
    contract wants its method renamed."""
    return wanted is not None and re.fullmatch(rf"{re.escape(wanted)}(_?\d+)?", name) is not None


def tag_of(exchange: Exchange) -> str:
    """The tag that an operation goes by: its first."""
    tags = [tag for tag in exchange.node.get("tags") or () if tag]
    return tags[0] if tags else UNTAGGED


def parameter_names(parts: Iterable[Part], reserved: Collection[str] = ()) -> list[str]:
    """Keyword names of an operation's parameters, in their order; none is `reserved`."""
    parts = list(parts)
    wishes = []
    for index, part in enumerate(parts):
        name = snake(part.name, "parameter")
        where = part.node["in"]
        wishes.append(Wish(str(index), (name, f"{name.rstrip('_')}_{where}")))
    # The first of two that are alike keeps the name; the place tells the other apart.
    names = _in_order(wishes, RESERVED_PARAMETERS.union(reserved))
    return [names[str(index)] for index in range(len(parts))]


def header_names(parts: Iterable[Part]) -> list[str]:
    """Attribute names of a reply's headers, in their order; `body` and `status` are not free."""
    parts = list(parts)
    wishes = [
        Wish(str(index), (name := snake(part.name, "header"), f"{name.rstrip('_')}_header"))
        for index, part in enumerate(parts)
    ]
    names = _in_order(wishes, ("self", "body", "status", "media_type"))
    return [names[str(index)] for index in range(len(parts))]


def _in_order(wishes: list[Wish], reserved: Iterable[str]) -> dict[str, str]:
    return resolve(
        (Wish(wish.key, wish.candidates, own=True) for wish in wishes), reserved=reserved
    )


def apply(schema: Any, classes: Mapping[str, str]) -> Any:
    """`schema` with every reference by key turned into one by class name."""
    if not isinstance(schema, dict):
        return schema
    applied: dict[str, Any] = {}
    for key, value in schema.items():
        type_ = _SCHEMA.get(key, "")
        if key == "$ref":
            value = _reference(value, classes)
        elif key == "discriminator" and "mapping" in value:
            mapping = {name: _reference(to, classes) for name, to in value["mapping"].items()}
            value = {**value, "mapping": mapping}
        elif type_ in ("schema", "items"):
            value = apply(value, classes)
        elif type_ == "[schema]":
            value = [apply(member, classes) for member in value]
        elif type_ == "{schema}":
            value = {name: apply(member, classes) for name, member in value.items()}
        applied[key] = value
    return applied


def _reference(key: str, classes: Mapping[str, str]) -> str:
    return f"#/components/schemas/{classes[key]}"
