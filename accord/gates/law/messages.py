"""The law for whole messages: bodies by media type, replies by status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accord.gates.law.encodings import Encodings, Part
from accord.gates.law.fields import compare_fields, header_fields
from accord.gates.law.media import ranges
from accord.gates.law.schemas import Schemas
from accord.gates.law.shape import Node
from accord.gates.law.verdict import Break, Step, Way, below
from accord.spec.pointers import join

_BODY = Step("body", None, "body")
_REPLY_BODY = Step("body", None, " body")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class _Media:
    type: str
    pointer: str
    node: Mapping[str, Any]

    @property
    def schemas(self) -> tuple[Node, Node]:
        """Of the whole, and of each item of a stream (OpenAPI 3.2)."""
        whole, item = (
            (join(self.pointer, key),) if key in self.node else ()
            for key in ("schema", "itemSchema")
        )
        return whole, item

    @property
    def is_form(self) -> bool:
        """Whether its values are written as text."""
        return self.type.lower().startswith(_FORMS)

    @property
    def has_parts(self) -> bool:
        """Whether its properties are written one by one."""
        return self.is_form or self.type.lower().startswith("multipart/")


class Messages:
    """Compares bodies and replies; pointers are where operations have them."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._old = schemas.old.document
        self._new = schemas.new.document

    def bodies(self, way: Way, old: str, new: str) -> Iterator[Break]:
        """The `requestBody` of two operations, either of which may not be there."""
        if not self._old.has(old) and not self._new.has(new):
            return
        at, before = self._old.follow(old)
        to, after = self._new.follow(new)
        is_needed = after.get("required") is True
        if not self._new.has(new):
            yield Break(f"{way.value}-body-removed", "wire", "is gone", at, new).below(_BODY)
        elif not self._old.has(old):
            if way is Way.REQUEST and is_needed:
                said = "is new and required: requests without it were valid"
                yield Break("request-body-added-required", "wire", said, None, to).below(_BODY)
        else:
            if way is Way.REQUEST and is_needed and before.get("required") is not True:
                said = "is required now: requests without it were valid"
                yield Break("request-body-required", "wire", said, at, to).below(_BODY)
            if way is Way.REPLY and before.get("required") is True and not is_needed:
                said = "was always there and may be absent now"
                yield Break("reply-body-optional", "wire", said, at, to).below(_BODY)
            found = self._contents(way, at, before, to, after, is_asked_for=False)
            yield from below(_BODY, found)

    def replies(self, way: Way, old: str, new: str) -> Iterator[Break]:
        """The `responses` of two operations. `way` is that of the replies themselves."""
        old, before = self._old.follow(old)
        new, after = self._new.follow(new)
        before, after = _by_status(before), _by_status(after)
        for status, written in after.items():
            known = _covering(status, before)
            if known is None:
                if way is Way.REPLY:
                    yield self._new_status(status, join(new, written), before)
            else:
                pair = join(old, before[known]), join(new, written)
                yield from below(_status(status), self._reply(way, *pair))
        for status, written in before.items():
            if status in after:
                continue
            covering = _covering(status, after)
            if covering is not None:
                pair = join(old, written), join(new, after[covering])
                yield from below(_status(status), self._reply(way, *pair))
            elif way is Way.REPLY and any(each[0] == status[0] for each in after if "X" in status):
                continue
            elif way is Way.REQUEST or status[0] == "2":
                said = (
                    "is gone: what callers were promised never comes"
                    if way is Way.REPLY
                    else "is not understood as an answer any more"
                )
                yield Break(
                    f"{way.value}-status-removed",
                    "wire",
                    said,
                    join(old, written),
                    join(new, written),
                ).below(_status(status))

    @staticmethod
    def _new_status(status: str, pointer: str, before: Mapping[str, str]) -> Break:
        listed = ", ".join(before) or "none"
        said = f"is new: callers know {listed}, and no range or default announced more"
        return Break("reply-status-added", "wire", said, None, pointer).below(_status(status))

    def _reply(self, way: Way, old: str, new: str) -> Iterator[Break]:
        at, before = self._old.follow(old)
        to, after = self._new.follow(new)
        headers = (
            header_fields(self._old, at, before.get("headers") or {}),
            header_fields(self._new, to, after.get("headers") or {}),
        )
        yield from below(" ", compare_fields(self._schemas, way, *headers))
        found = self._contents(way, at, before, to, after, is_asked_for=True)
        yield from below(_REPLY_BODY, found)

    def _contents(
        self,
        way: Way,
        at: str,
        before: Mapping[str, Any],
        to: str,
        after: Mapping[str, Any],
        *,
        is_asked_for: bool,
    ) -> Iterator[Break]:
        """The bodies of a message; `is_asked_for`: whoever reads it says which types it takes."""
        old, new = _media(at, before), _media(to, after)
        for type_, media in old.items():
            covering = next((new[each] for each in (type_, *ranges(type_)) if each in new), None)
            if covering is None:
                if way is Way.REPLY and any(type_ in ranges(each) for each in new):
                    # One of the range, or several, are left of it.
                    continue
                yield _media_gone(way, media, join(to, "content", media.type))
                continue
            if way is Way.REPLY and type_ not in new:
                said = f"was certain to be {media.type}, and may be any of {covering.type} now"
                wider = Break(
                    "reply-media-type-widened", "wire", said, media.pointer, covering.pointer
                )
                yield wider.below(Step("media", covering.type, ""))
            step = Step("media", media.type, f" ({media.type})" if len(old) > 1 else "")
            for old_node, new_node in zip(media.schemas, covering.schemas, strict=True):
                found = self._schemas.compare(way, old_node, new_node, media.is_form)
                yield from below(step, found)
            yield from below(step, self._encodings(way, media, covering))
        for type_, media in new.items():
            known = next((old[each] for each in ranges(type_) if each in old), None)
            if type_ in old:
                continue
            if known is not None:
                # The most specific type is the one that holds.
                found = self._schemas.compare(way, known.schemas[0], media.schemas[0])
                yield from below(Step("media", media.type, f" ({media.type})"), found)
            elif way is Way.REPLY and not is_asked_for:
                said = f"{media.type} is new: it may come, and nobody asked for it"
                added = Break("reply-media-type-added", "wire", said, None, media.pointer)
                yield added.below(Step("media", media.type, ""))

    def _encodings(self, way: Way, old: _Media, new: _Media) -> Iterator[Break]:
        if not (old.has_parts and new.has_parts):
            # OpenAPI: nothing else has encodings.
            return
        encodings = Encodings(self._schemas, way)
        before, after = (each.node.get("encoding") or {} for each in (old, new))
        for name in dict.fromkeys((*before, *after)):
            parts = [
                Part(shapes.of(media.schemas[0]), name, written.get(name) or {}, pointer)
                for shapes, media, written, pointer in (
                    (self._schemas.old, old, before, join(old.pointer, "encoding", name)),
                    (self._schemas.new, new, after, join(new.pointer, "encoding", name)),
                )
            ]
            yield from below(Step("property", name, f" {name}"), encodings.compare(*parts))


def _media(owner: str, node: Mapping[str, Any]) -> dict[str, _Media]:
    """By type in lower case, without parameters."""
    return {
        type_.partition(";")[0].strip().lower(): _Media(type_, join(owner, "content", type_), media)
        for type_, media in (node.get("content") or {}).items()
    }


def _media_gone(way: Way, media: _Media, place: str) -> Break:
    said = (
        f"{media.type} is not understood any more"
        if way is Way.REQUEST
        else f"{media.type} is gone: callers that ask for it get none"
    )
    gone = Break(f"{way.value}-media-type-removed", "wire", said, media.pointer, place)
    return gone.below(Step("media", media.type, ""))


def _status(status: str) -> Step:
    return Step("status", status, f"reply {status}")


def _by_status(responses: Mapping[str, Any]) -> dict[str, str]:
    """Statuses, ranges in upper case → as they are written."""
    return {
        (status if status == "default" else status.upper()): status
        for status in responses
        if not status.startswith("x-")
    }


def _covering(status: str, others: Mapping[str, str]) -> str | None:
    """The status itself, its range or the default: whatever of it is there first."""
    for other in (status, f"{status[0]}XX", "default"):
        if other in others:
            return other
    return None
