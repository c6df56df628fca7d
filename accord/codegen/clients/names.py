"""Names that only clients have: modules and readers of schemas, fields of models."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping

from accord.spec.names import Wish, resolve, snake

# What a model's own attributes must not hide, and what its annotations are spelled with.
_RESERVED_FIELDS = (
    *(name for name in dir(builtins) if name != "id"),
    "additional_properties",
    "attrs",
    "dt",
    "from_dict",
    "models",
    "self",
    "to_dict",
)
_RESERVED_ARGUMENTS = frozenset(("accept", "client", "content_type"))


class ModelNames:
    """What the schemas of one contract are called in a client."""

    def __init__(self, classes: Iterable[str]) -> None:
        classes = sorted(classes)
        readers = resolve(Wish(name, (f"read_{snake(name, 'schema')}",)) for name in classes)
        self._readers: Mapping[str, str] = readers
        # A submodule is an attribute of its package, as a reader is.
        self._modules: Mapping[str, str] = resolve(
            (Wish(name, (snake(name, "schema"),)) for name in classes), reserved=readers.values()
        )

    def module(self, name: str) -> str:
        """The module of the schema called `name`, below `models`."""
        return self._modules[name]

    def reader(self, name: str) -> str:
        """The function that reads a schema which is no model."""
        return self._readers[name]


def field_names(properties: Iterable[str]) -> dict[str, str]:
    """The attributes that properties become, by their names on the wire."""
    properties = list(properties)
    wishes = [
        Wish(wire, (name := snake(wire, "field"), f"{name}_"), own=True) for wire in properties
    ]
    names = resolve(wishes, reserved=_RESERVED_FIELDS)
    return {wire: names[wire] for wire in properties}


def argument_name(python_name: str) -> str:
    """The argument that a parameter becomes; some names every operation has for itself."""
    return f"{python_name}_" if python_name in _RESERVED_ARGUMENTS else python_name
