"""Data that schemas accept: what a mock answers where the contract gives no example.

Deterministic: the same contract, seed and schema give the same value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from random import Random
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from accord.codegen.patterns import schema_pattern
from accord.codegen.schemas import PREFIX, Schemas, referenced, types_of
from accord.mock.texts import text
from accord.spec.ir import Schema

_HOME = "urn:contract"
_FULL_DEPTH = 3
"""Optional properties and array items are made down to here; below, only what must be."""
_ENDLESS = math.inf
# How each attempt goes about it: with the contract's examples, down to which depth whatever is
# optional is made, and which member of a union comes first.
_ATTEMPTS = ((True, _FULL_DEPTH), (False, _FULL_DEPTH), (False, 1), (False, 0))
_TURNS = 14


class Unanswerable(Exception):
    """No value was found that a schema accepts, as where there is none; says what the last one
    tried, `nearest`, lacked."""

    def __init__(self, fault: str, nearest: Any) -> None:
        super().__init__(f"no value was found that fits the schema: {fault:.300}")
        self.nearest = nearest


class Answers:
    """Makes values for the schemas of one contract."""

    def __init__(self, schemas: Schemas, *, seed: int = 0) -> None:
        self.schemas = schemas
        self._seed = seed
        self._validators: dict[int, tuple[Schema, Draft202012Validator]] = {}

    def value(
        self, schema: Schema, *, variant: str = "", examples: bool = True, full: int = _FULL_DEPTH
    ) -> Any:
        """A JSON value that `schema` accepts: the author's example where it holds, unless
        `examples` are not wanted. Another `variant` is another value; down to the level `full` it
        has what it may have, below what it must.

        Raises `Unanswerable`.
        """
        validator = self._validator(schema)
        last: ValidationError | None = None
        value: Any = None
        for turn in range(_TURNS):
            for with_examples, most in _ATTEMPTS:
                depth = full if most == _FULL_DEPTH else most
                if with_examples and not examples:
                    continue
                random = Random(f"{self._seed}:{turn}{variant and f':{variant}'}")
                maker = _Maker(self.schemas, self._heights, random, with_examples, depth, turn)
                value = maker.make(schema, 0)
                last = next(iter(validator.iter_errors(value)), None)
                if last is None:
                    return value
        assert last is not None
        raise Unanswerable(last.message, value)

    def fault(self, schema: Schema, value: Any) -> str | None:
        """What `schema` refuses about `value`; None where it accepts it."""
        error = next(iter(self._validator(schema).iter_errors(value)), None)
        return None if error is None else f"{error.message:.300}"

    def _validator(self, schema: Schema) -> Draft202012Validator:
        # By identity: the contract's schemas live as long as the contract, and cannot be hashed.
        known = self._validators.get(id(schema))
        if known is None or known[0] is not schema:
            validator = Draft202012Validator(
                _absolute(schema), registry=self._registry, validate_formats=True
            )
            known = self._validators[id(schema)] = (schema, validator)
        return known[1]

    @cached_property
    def _registry(self) -> Registry:
        named = {name: _absolute(schema) for name, schema in self.schemas.named.items()}
        return Registry([(_HOME, {"components": {"schemas": named}})])

    @cached_property
    def _heights(self) -> Mapping[str, float]:
        """How deep the shallowest value of each named schema is; endless where there is none."""
        heights = dict.fromkeys(self.schemas.named, _ENDLESS)
        changed = True
        while changed:
            changed = False
            for name in heights:
                height = _height(self.schemas.flat(name), heights)
                if height < heights[name]:
                    heights[name], changed = height, True
        return heights


class _Maker:
    """One attempt: `full` is the depth down to which optional parts are made, `turn` rotates
    the members of unions."""

    def __init__(
        self,
        schemas: Schemas,
        heights: Mapping[str, float],
        random: Random,
        examples: bool,
        full: int,
        turn: int,
    ) -> None:
        self._schemas = schemas
        self._heights = heights
        self._random = random
        self._examples = examples
        self._full = full
        self._turn = turn

    def make(self, schema: Schema, depth: int) -> Any:
        name = referenced(schema)
        if name is not None:
            return self.make(self._schemas.flat(name), depth)
        if "const" in schema:
            return schema["const"]
        if self._examples and (found := _examples(schema)):
            return found[0]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        variants = schema.get("oneOf") or schema.get("anyOf")
        if variants:
            return self._variant(schema, variants, depth)
        return self._typed(schema, depth)

    def _variant(self, schema: Schema, variants: list[Schema], depth: int) -> Any:
        start = self._turn // 2 % len(variants)
        ordered = [*variants[start:], *variants[:start]]
        if depth >= self._full:
            ordered.sort(key=self._height)
        chosen = next((one for one in ordered if self._height(one) < _ENDLESS), ordered[0])
        rest = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")}
        labelled = self._labelled(schema, chosen)
        made = self.make(labelled, depth)
        if isinstance(made, dict) and rest.keys() & {"properties", "required"}:
            # A member may only name what must be there, and leave to the whole what that is.
            needed = [*rest.get("required", ()), *made]
            whole = self._object({**rest, "required": needed}, depth)
            own = self._schemas.resolve(labelled).get("properties", {})
            common = rest.get("properties", {}).keys() - own
            made = {**whole, **{wire: made[wire] for wire in made if wire not in common}}
        if isinstance(made, dict) and "oneOf" in schema and self._turn % 2:
            self._tell_apart(made, chosen, [one for one in variants if one is not chosen])
        return made

    def _tell_apart(self, made: dict[str, Any], chosen: Schema, others: list[Schema]) -> None:
        """Adds what keeps the other members of a union from fitting too: a property that only
        they know, of a type that they refuse."""
        flat = self._schemas.resolve(chosen)
        if flat.get("additionalProperties") is False:
            return
        for other in others:
            known: Mapping[str, Schema] = self._schemas.resolve(other).get("properties", {})
            for wire, inner in known.items():
                types = types_of(self._schemas.resolve(inner))
                if wire not in flat.get("properties", {}) and wire not in made and types:
                    made[wire] = [] if "array" not in types else {}
                    break

    def _labelled(self, schema: Schema, variant: Schema) -> Schema:
        """`variant` with the discriminator's value that stands for it."""
        discriminator, name = schema.get("discriminator"), referenced(variant)
        if discriminator is None or name is None:
            return variant
        mapping: Mapping[str, str] = discriminator.get("mapping", {})
        label = next((key for key, to in mapping.items() if to == PREFIX + name), name)
        flat = self._schemas.flat(name)
        wire = discriminator["propertyName"]
        if "properties" not in flat:
            return variant
        properties = {**flat["properties"], wire: {"const": label}}
        required = [*flat.get("required", ()), wire]
        kept = {key: flat[key] for key in flat if key not in ("example", "examples")}
        return {**kept, "properties": properties, "required": required}

    def _typed(self, schema: Schema, depth: int) -> Any:
        kinds = types_of(schema)
        if not kinds:
            looks_like = {"properties": "object", "items": "array", "pattern": "string"}
            kinds = tuple(kind for key, kind in looks_like.items() if key in schema) or ("string",)
            if schema.keys() & {"required", "additionalProperties", "minProperties"}:
                kinds = ("object",)
        match kinds[self._turn % len(kinds)]:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "integer":
                return int(_number(schema, self._random, whole=True))
            case "number":
                return _number(schema, self._random, whole=False)
            case "boolean":
                return self._random.random() < 0.5
            case "null":
                return None
        return text(schema, self._random)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made: dict[str, Any] = {}
        properties: Mapping[str, Schema] = schema.get("properties", {})
        for wire, inner in properties.items():
            if inner == {"not": {}}:
                continue
            wanted = depth < self._full and self._height(inner) < _ENDLESS
            if wire in required or wanted:
                made[wire] = self.make(inner, depth + 1)
        extra = schema.get("additionalProperties", {})
        extra = extra if isinstance(extra, Mapping) else {"type": "string"}
        for wire in required:
            if wire not in made and wire not in properties:
                made[wire] = self.make(extra, depth + 1)
        names = self._extra_names(schema, made, depth)
        made.update((name, self.make(inner, depth + 1)) for name, inner in names.items())
        return made

    def _extra_names(
        self, schema: Schema, made: Mapping[str, Any], depth: int
    ) -> Mapping[str, Schema]:
        """Names that the contract leaves open, with their schemas: as many as must be, and one
        to show where names are all that an object has."""
        extra = schema.get("additionalProperties", {})
        patterns: Mapping[str, Schema] = schema.get("patternProperties", {})
        shown = int(not made and depth < self._full and (bool(patterns) or bool(extra)))
        missing = max(schema.get("minProperties", 0) - len(made), shown)
        names: dict[str, Schema] = {}
        if patterns and not (isinstance(extra, Mapping) and extra):
            pattern, inner = next(iter(patterns.items()))
            names[text({"pattern": pattern}, self._random)] = inner
        rule = schema.get("propertyNames", {})
        if isinstance(extra, Mapping) and self._height(extra) < _ENDLESS:
            for index in range(missing - len(names)):
                name = str(self.make({**rule, "type": "string"}, depth))
                names[f"{name}{index or ''}"] = extra
        return dict(list(names.items())[:missing])

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        made = [self.make(inner, depth + 1) for inner in schema.get("prefixItems", ())]
        items = schema.get("items", {})
        if not isinstance(items, Mapping):
            return made
        needed = schema.get("contains", items)
        shown = int(depth < self._full and self._height(items) < _ENDLESS)
        count = min(max(schema.get("minItems", 0), shown), schema.get("maxItems", _ENDLESS))
        for _ in range(max(0, int(count) - len(made))):
            value = self.make(
                needed if len(made) < schema.get("minContains", 1) else items, depth + 1
            )
            tries = 0
            while schema.get("uniqueItems") and value in made and tries < 20:
                plain = _Maker(self._schemas, self._heights, self._random, False, self._full, tries)
                value, tries = plain.make(items, depth + 1), tries + 1
            made.append(value)
        return made

    def _height(self, schema: Schema) -> float:
        return _height(schema, self._heights)


def _height(schema: Schema, heights: Mapping[str, float]) -> float:
    """The least number of levels that a value of `schema` has, given those of named ones."""
    name = referenced(schema)
    if name is not None:
        return heights[name]
    below: list[float] = [0.0]
    if schema.get("not") == {}:
        return _ENDLESS
    variants = schema.get("oneOf") or schema.get("anyOf")
    if variants:
        below.append(min(_height(variant, heights) for variant in variants))
    below += [_height(part, heights) for part in schema.get("allOf", ())]
    if "null" in types_of(schema):
        return max(below)
    properties = schema.get("properties", {})
    below += [1 + _height(properties.get(wire, {}), heights) for wire in schema.get("required", ())]
    if schema.get("minItems", 0) > 0 and isinstance(schema.get("items"), Mapping):
        below.append(1 + _height(schema["items"], heights))
    return max(below)


def _examples(schema: Schema) -> list[Any]:
    single = [schema["example"]] if "example" in schema else []
    several = schema.get("examples")
    return [*single, *several] if isinstance(several, list) else single


def _number(schema: Schema, random: Random, *, whole: bool) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    step = schema.get("multipleOf", 1 if whole else 0.5)
    if (above := schema.get("exclusiveMinimum")) is not None:
        low = above + step if low is None else max(low, above + step)
    if (under := schema.get("exclusiveMaximum")) is not None:
        high = under - step if high is None else min(high, under - step)
    if low is None:
        low = 0 if high is None else min(0, high)
    if high is None:
        high = low + 100 * step
    first, last = math.ceil(low / step), math.floor(high / step)
    if first > last:
        return float(low + high) / 2
    return float(random.randint(first, min(last, first + 100)) * step)


def _absolute(schema: Any) -> Any:
    """`schema` as its validator is given it: references lead to the registry, and patterns are in
    the validator's dialect."""
    if isinstance(schema, Mapping):
        made = {}
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                made[key] = _HOME + value
            elif key == "pattern" and isinstance(value, str):
                made[key] = schema_pattern(value) or value
            elif key in ("const", "enum", "default", "example", "examples", "discriminator"):
                made[key] = value
            else:
                made[key] = _absolute(value)
        return made
    if isinstance(schema, (list, tuple)):
        return [_absolute(item) for item in schema]
    return schema
