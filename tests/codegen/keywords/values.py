"""JSON values for a schema: most of them nearly what it accepts, so that both verdicts are met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

_TEXTS = st.text(st.sampled_from("ab1é\U0001f600 "), max_size=6)
_NUMBERS = st.integers(-4, 12) | st.integers(-16, 48).map(lambda number: number / 4)
_NAMES = st.sampled_from(["a", "b", "c", "n1", "zz"])
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS
ANYTHING: Strategy = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=5,
)
_ALIKE = [True, 1, 1.0, False, 0, "1", "true", "", None, [], {}]
"""What is taken for another of them in one language or another."""
_DEPTH = 4


def near(schema: Any, definitions: Mapping[str, Any], depth: int = 0) -> Strategy:
    """Values that fit `schema`, or nearly do; `definitions` are what `$ref` leads to."""
    if isinstance(schema, bool) or depth > _DEPTH:
        return ANYTHING
    parts = list(_parts(schema, definitions, depth))
    return st.one_of(*parts, *parts, ANYTHING) if parts else ANYTHING


def _parts(schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int) -> Any:
    def below(inner: Any) -> Strategy:
        return near(inner, definitions, depth + 1)

    if "$ref" in schema:
        yield below(definitions[schema["$ref"].rpartition("/")[2]])
    if "const" in schema or "enum" in schema:
        members = [schema["const"]] if "const" in schema else schema["enum"]
        yield st.sampled_from(members) | st.sampled_from(_ALIKE)
    for keyword in ("anyOf", "oneOf"):
        for member in schema.get(keyword, ()):
            yield _with(below(member), schema, definitions, depth)
    if "allOf" in schema:
        yield st.tuples(*map(below, schema["allOf"])).map(_together)
    for keyword in ("if", "then", "else", "not"):
        if keyword in schema:
            yield _with(below(schema[keyword]), schema, definitions, depth)
    types = schema.get("type", ())
    for kind in (types,) if isinstance(types, str) else types:
        yield _of_type(kind, schema, below)
    if not types and schema.keys() & {"properties", "required", "patternProperties"}:
        yield _of_type("object", schema, below)
    if not types and schema.keys() & {"items", "prefixItems", "contains", "uniqueItems"}:
        yield _of_type("array", schema, below)


def _with(
    made: Strategy, schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int
) -> Strategy:
    """`made`, with what stands beside it in the schema where both are objects."""
    if not schema.keys() & {"properties", "required"}:
        return made
    rest = {key: schema[key] for key in ("type", "properties", "required") if key in schema}
    return st.tuples(near(rest, definitions, depth + 1), made).map(_together)


def _together(values: tuple[Any, ...]) -> Any:
    if all(isinstance(value, dict) for value in values):
        return {name: inner for value in values for name, inner in value.items()}
    return values[-1]


def _of_type(kind: str, schema: Mapping[str, Any], below: Any) -> Strategy:
    match kind:
        case "object":
            return _objects(schema, below)
        case "array":
            return _arrays(schema, below)
        case "string":
            given = schema.get("x-texts", ())
            return st.sampled_from(given) | _TEXTS if given else _TEXTS
        case "integer":
            return st.integers(-4, 12) | st.integers(-4, 12).map(float)
        case "number":
            return _NUMBERS
        case "boolean":
            return st.booleans()
    return st.none()


def _objects(schema: Mapping[str, Any], below: Any) -> Strategy:
    named = {name: below(inner) for name, inner in schema.get("properties", {}).items()}
    required = [name for name in schema.get("required", ()) if name not in named]
    named.update(dict.fromkeys(required, below(schema.get("additionalProperties", True))))
    for inner in schema.get("patternProperties", {}).values():
        named.update({"n1": below(inner), "n2": below(inner)})
    extra = st.dictionaries(_NAMES, below(schema.get("additionalProperties", True)), max_size=2)
    whole = st.fixed_dictionaries({}, optional=named) if named else st.just({})
    full = st.fixed_dictionaries(named)
    return st.one_of(full, whole, st.tuples(extra, whole).map(_together))


def _arrays(schema: Mapping[str, Any], below: Any) -> Strategy:
    heads = [below(inner) for inner in schema.get("prefixItems", ())]
    tail = [below(schema[key]) for key in ("items", "contains") if key in schema] or [ANYTHING]
    rest = st.lists(st.one_of(*tail), max_size=4)
    if not heads:
        return rest
    return st.tuples(st.tuples(*heads), rest).map(lambda pair: [*pair[0], *pair[1]]) | rest
