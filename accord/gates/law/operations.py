"""The law for contracts: operation by operation, then what they promise on their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from accord.gates.law.document import Document
from accord.gates.law.fields import compare_fields, parameters_of
from accord.gates.law.links import Links
from accord.gates.law.messages import Messages
from accord.gates.law.operation import TEMPLATE, Operation, Operations, operations_below
from accord.gates.law.same import Same
from accord.gates.law.schemas import Schemas
from accord.gates.law.security import Security, is_about_scheme
from accord.gates.law.servers import base_path, compare_servers
from accord.gates.law.verdict import Break, Exchange, Way, below
from accord.spec.pointers import join

_WHOLE = frozenset(("/servers", "/security"))


class Contracts:
    """Compares two versions of a contract."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._same = Same(old, new)
        self._schemas = Schemas(old, new, self._same)
        self._messages = Messages(self._schemas)
        self._security = Security(old, new)
        self._before = operations_below(old, "/paths")
        self._after = operations_below(new, "/paths")
        self._bases = ("", "")
        bases = (base_path(old), base_path(new))
        if bases[0] != bases[1] and not self._before.keys() & self._after.keys():
            # The base path may have moved into the paths, or out of them.
            before = operations_below(old, "/paths", bases[0])
            after = operations_below(new, "/paths", bases[1])
            if before.keys() & after.keys():
                self._before, self._after, self._bases = before, after, bases
        self._links = Links(old, new, self._ids(self._before), self._ids(self._after))

    def breaks(self) -> Iterator[Break]:
        """Everything that breaks, operations in the old contract's order."""
        for key, operation in self._before.items():
            if key not in self._after:
                yield self._gone("operation-removed", "is gone", operation).of(operation.name)
                continue
            after = self._after[key]
            for found in self._operation(operation, after):
                everywhere = found.new in _WHOLE or is_about_scheme(found)
                everywhere |= found.rule == "schema-renamed" or (found.new or "").startswith(
                    "/servers/"
                )
                yield found if everywhere else found.of(after.name)
        yield from self._sent("/webhooks", "webhook", self._old.data, self._new.data)

    @staticmethod
    def _gone(rule: str, said: str, operation: Operation) -> Break:
        return Break(rule, "wire", said, operation.pointer, operation.pointer)

    @staticmethod
    def _ids(operations: Operations) -> dict[str, tuple[str, str]]:
        return {
            operation.node["operationId"]: key
            for key, operation in operations.items()
            if isinstance(operation.node.get("operationId"), str)
        }

    def _operation(self, old: Operation, new: Operation) -> Iterator[Break]:
        yield from compare_servers(self._old, self._new, old.pointer, new.pointer, self._bases)
        yield from self._security.compare(old.pointer, new.pointer)
        if self._same(old.item, new.item) and old.path == new.path:
            return
        yield from self._exchange(old, new, Way.REQUEST)
        yield from self._names(old, new)
        yield from self._callbacks(old, new)

    def _exchange(self, old: Operation, new: Operation, way: Way) -> Iterator[Break]:
        """Both messages of an operation; `way` is that of the first."""
        exchange = Exchange(way, old, new)
        for found in self._messages_of(old, new, way):
            yield replace(found, exchange=exchange)

    def _messages_of(self, old: Operation, new: Operation, way: Way) -> Iterator[Break]:
        before, after = parameters_of(self._old, old), parameters_of(self._new, new)
        yield from compare_fields(self._schemas, way, before, after)
        request = "request " if way is Way.REQUEST else ""
        bodies = (join(old.pointer, "requestBody"), join(new.pointer, "requestBody"))
        yield from below(request, self._messages.bodies(way, *bodies))
        replies = (join(old.pointer, "responses"), join(new.pointer, "responses"))
        yield from self._messages.replies(way.opposite, *replies)
        yield from self._links.compare(*replies)
        if new.node.get("deprecated") is True and old.node.get("deprecated") is not True:
            yield Break("deprecated", "meaning", "is deprecated", old.pointer, new.pointer)

    def _names(self, old: Operation, new: Operation) -> Iterator[Break]:
        """What only the source of clients shows."""
        for key, noun in (("operationId", "operationId"), ("tags", "first tag")):
            before, after = old.node.get(key), new.node.get(key)
            if key == "tags":
                before, after = (before or [None])[0], (after or [None])[0]
            if before is not None and before != after:
                said = f"the {noun} was {before!r} and is {after!r}"
                places = (join(old.pointer, key), join(new.pointer, key))
                rule = "operation-id" if key == "operationId" else "tag"
                yield Break(rule, "source", said, *places)
        if TEMPLATE.findall(old.path) != TEMPLATE.findall(new.path):
            said = f"parameters in the path were named as in {old.path} and are as in {new.path}"
            yield Break("path-parameter-renamed", "source", said, old.pointer, new.pointer)
        before_order = list(parameters_of(self._old, old))
        after_order = list(parameters_of(self._new, new))
        common = [key for key in before_order if key in after_order]
        if common != [key for key in after_order if key in common]:
            said = "its parameters are in another order, and so the arguments of clients"
            places = (join(old.pointer, "parameters"), join(new.pointer, "parameters"))
            yield Break("arguments-reordered", "source", said, *places)

    def _callbacks(self, old: Operation, new: Operation) -> Iterator[Break]:
        for name in old.node.get("callbacks") or ():
            at, _ = self._old.follow(join(old.pointer, "callbacks", name))
            to, after = self._new.follow(join(new.pointer, "callbacks", name))
            trail = f"callback `{name}`"
            if not after:
                yield Break(
                    "callback-removed",
                    "wire",
                    "is gone: receivers wait for it",
                    at,
                    join(new.pointer, "callbacks", name),
                    trail,
                )
            else:
                yield from below(f"{trail} ", self._sent_below(at, to, "callback"))

    def _sent(
        self, section: str, noun: str, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterator[Break]:
        if old.get(section[1:]):
            yield from self._sent_below(section, section, noun)

    def _sent_below(self, old: str, new: str, noun: str) -> Iterator[Break]:
        """What the service sends on its own: the direction is reversed."""
        before, after = operations_below(self._old, old), operations_below(self._new, new)
        for key, operation in before.items():
            if key in after:
                found = self._exchange(operation, after[key], Way.REPLY)
            else:
                gone = self._gone(f"{noun}-removed", "is gone: receivers wait for it", operation)
                found = iter((replace(gone, new=join(new, operation.path, operation.method)),))
            if noun == "webhook":
                yield from (each.of(f"webhook {operation.name}") for each in found)
            else:
                yield from below(f"{operation.name} ", found)
