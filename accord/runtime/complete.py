"""Models, built before what is made of them.

A model is built when it is first asked for. Until then whatever contains it builds it anew,
which for a contract whose schemas all refer to each other is most of the contract, each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args
from weakref import WeakSet

from pydantic import BaseModel
from typing_extensions import TypeAliasType

from accord.runtime.declare import Operation

_built: WeakSet[type] = WeakSet()
"""Models that are built, and all that they are made of."""


def complete(operation: Operation) -> None:
    """Builds every model that the operation's types are made of, each once."""
    waiting = list(_types(operation))
    aliases: set[int] = set()
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, TypeAliasType):
            if id(type_) not in aliases:
                aliases.add(id(type_))
                waiting.append(type_.__value__)
        elif isinstance(type_, type) and issubclass(type_, BaseModel):
            if type_ not in _built:
                _built.add(type_)
                type_.model_rebuild()
                waiting.extend(field.annotation for field in type_.model_fields.values())
        else:
            waiting.extend(get_args(type_))


def _types(operation: Operation) -> Iterator[Any]:
    yield from (parameter.type for parameter in operation.parameters)
    for holder in (operation.body, *operation.replies):
        if holder is not None:
            yield from (media.type for media in holder.media)
