"""readOnly and writeOnly: what requests and replies do not share becomes two schemas.

The schema itself is what replies have, without its writeOnly properties. Where it, or anything
below it, differs in requests, they get one of their own, which is called `<Name>Input`, without
the readOnly ones. An inline schema that only requests use is cut down where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from accord.spec.exchanges import Content, Exchange
from accord.spec.names import Wish

_SUFFIX = "Input"
_COMPONENT = "/components/schemas/"
_DATA = frozenset(("const", "enum", "default", "example", "examples"))

_BY_NAME = frozenset(("properties", "patternProperties", "dependentSchemas"))

Schemas = dict[str, dict[str, Any]]
Rename = Callable[[str], str]


def split_directions(
    schemas: Schemas,
    wishes: dict[str, Wish],
    exchanges: Iterable[Exchange],
    outgoing: Iterable[Exchange] = (),
) -> None:
    """Splits the schemas whose properties depend on the direction. `schemas` and `wishes` are
    keyed by pointer, and so are the references of schemas. In `outgoing` exchanges the service is
    the one that asks: what it sends has the properties of its replies."""
    marked = _reaching_marks(schemas)
    if not marked:
        return
    exchanges = list(exchanges)
    outgoing = list(outgoing)
    sent = [*_bodies(exchanges), *_answers(outgoing)]
    answered = [*_answers(exchanges), *_bodies(outgoing)]
    requests = _reachable(_roots(sent), schemas)
    replies = _reachable(_roots(answered), schemas)
    split = {key for key in requests & marked if key.startswith(_COMPONENT) or key in replies}

    def rename(key: str) -> str:
        return f"{key}~{_SUFFIX}" if key in split else key

    whole = dict(schemas)
    for key, schema in whole.items():
        if key in split:
            schemas[rename(key)] = _directed(schema, "readOnly", whole, rename)
            wish = wishes[key]
            names = tuple(f"{candidate}{_SUFFIX}" for candidate in wish.candidates)
            wishes[rename(key)] = Wish(rename(key), names)
    for key in marked:
        only_sent = key in requests and key not in split
        schemas[key] = (
            _directed(whole[key], "readOnly", whole, rename)
            if only_sent
            else _directed(whole[key], "writeOnly", whole, str)
        )
    for content in sent:
        content.schema = _renamed(content.schema, rename)
        content.item_schema = _renamed(content.item_schema, rename)


def _bodies(exchanges: Iterable[Exchange]) -> Iterator[Content]:
    for exchange in exchanges:
        yield from exchange.body.content if exchange.body else ()


def _answers(exchanges: Iterable[Exchange]) -> Iterator[Content]:
    for exchange in exchanges:
        for reply in exchange.replies:
            yield from reply.content


def _roots(contents: Iterable[Content]) -> Iterator[str]:
    for content in contents:
        yield from _references(content.schema)
        yield from _references(content.item_schema)


def _references(value: Any) -> Iterator[str]:
    """The keys of the schemas that `value` refers to anywhere."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                yield inner
            elif key in _BY_NAME:  # a property may be called like a keyword
                for named in inner.values():
                    yield from _references(named)
            elif key not in _DATA:
                yield from _references(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _references(inner)


def _reachable(start: Iterable[str], schemas: Schemas) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        if key not in found and key in schemas:
            found.add(key)
            waiting.extend(_references(schemas[key]))
    return found


def _reaching_marks(schemas: Schemas) -> set[str]:
    """The schemas that have a property of one direction, themselves or below."""
    users: dict[str, set[str]] = {}
    waiting: list[str] = []
    for key, schema in schemas.items():
        for used in _references(schema):
            users.setdefault(used, set()).add(key)
        if _dropped(schema, "readOnly", schemas) or _dropped(schema, "writeOnly", schemas):
            waiting.append(key)
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(users.get(key, ()))
    return found


def _dropped(
    schema: Mapping[str, Any], mark: str, schemas: Schemas, seen: frozenset[str] = frozenset()
) -> set[str]:
    """The properties that a schema and its allOf mark."""
    names = {
        name
        for name, inner in schema.get("properties", {}).items()
        if _is_marked(inner, mark, schemas)
    }
    for part in schema.get("allOf", ()):
        ref = part.get("$ref")
        if ref is None:
            names |= _dropped(part, mark, schemas, seen)
        elif ref not in seen:
            names |= _dropped(schemas.get(ref, {}), mark, schemas, seen | {ref})
    return names


def _is_marked(inner: Any, mark: str, schemas: Schemas) -> bool:
    if not isinstance(inner, Mapping):
        return False
    return bool(inner.get(mark) or schemas.get(inner.get("$ref", ""), {}).get(mark))


def _directed(
    schema: Mapping[str, Any], mark: str, schemas: Schemas, rename: Rename
) -> dict[str, Any]:
    """`schema` without the properties of the other direction."""
    gone = _dropped(schema, mark, schemas)
    return {**_renamed(_without(schema, gone), rename)}


def _without(schema: Any, gone: set[str]) -> Any:
    """`schema` and the members it is composed of, without the properties called so."""
    if not gone or not isinstance(schema, Mapping):
        return schema
    kept = dict(schema)
    if "properties" in kept:
        properties = kept["properties"].items()
        kept["properties"] = {name: inner for name, inner in properties if name not in gone}
    if "required" in kept:
        kept["required"] = [name for name in kept["required"] if name not in gone]
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in kept:
            kept[keyword] = [_without(member, gone) for member in kept[keyword]]
    return kept


def _renamed(value: Any, rename: Rename) -> Any:
    """`value` with its references, and those of discriminators, renamed."""
    if isinstance(value, Mapping):
        made: dict[str, Any] = {}
        for key, inner in value.items():
            if key == "$ref" and isinstance(inner, str):
                made[key] = rename(inner)
            elif key == "discriminator" and "mapping" in inner:
                mapping = {label: rename(to) for label, to in inner["mapping"].items()}
                made[key] = {**inner, "mapping": mapping}
            elif key in _BY_NAME:
                made[key] = {name: _renamed(named, rename) for name, named in inner.items()}
            else:
                made[key] = inner if key in _DATA else _renamed(inner, rename)
        return made
    if isinstance(value, (list, tuple)):
        return [_renamed(inner, rename) for inner in value]
    return value
