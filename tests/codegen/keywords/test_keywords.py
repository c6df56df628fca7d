"""Every keyword of JSON Schema: what a generated server says of a value is what an independent
validator says, at the same places, and what it takes reaches the handler as it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.codegen.keywords.combinations import combinations
from tests.codegen.keywords.schemas import KEYWORDS, SHARED
from tests.codegen.keywords.service import Service, contract, same
from tests.codegen.keywords.values import near
from tests.codegen.keywords.verdicts import Judge, disagreement

pytestmark = pytest.mark.slow

COMBINED = combinations(count=40, seed=20_260_101)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The server of all schemas."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("keywords")
        patch.syspath_prepend(str(folder))
        document = contract({**KEYWORDS, **COMBINED}, SHARED)
        yield Service(document, folder, "keywords_service")


@pytest.mark.parametrize("name", KEYWORDS)
def test_verdict_places_and_value(service: Service, name: str) -> None:
    """Of one keyword, or of what several mean together; in place and by name alike."""
    compare(service, name, KEYWORDS[name], SHARED)


@pytest.mark.parametrize("name", COMBINED)
def test_combinations_at_random(service: Service, name: str) -> None:
    """Always the same ones; another seed makes others."""
    compare(service, name, COMBINED[name], SHARED, examples=12)


def compare(
    service: Service,
    name: str,
    schema: Any,
    definitions: Mapping[str, Any],
    examples: int = 20,
) -> None:
    judge = Judge(schema, definitions)
    # Which member of a union is meant, and so which properties it names, is not asked here.
    is_union = '"anyOf"' in json.dumps(schema) or '"oneOf"' in json.dumps(schema)
    named = set() if is_union else set(_property_names(schema, definitions, set()))

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(near(schema, definitions))
    def check(value: Any) -> None:
        errors = judge.errors(value)
        for path in (f"/{name}", f"/{name}/named"):
            status, received, pointers = service.post(path, value)
            assert status == (422 if errors else 204), errors
            if errors:
                assert not disagreement(pointers, errors), disagreement(pointers, errors)
            else:
                assert same(received, value, named), received

    check()


def _property_names(schema: Any, definitions: Mapping[str, Any], seen: set[str]) -> Iterator[str]:
    """The properties that `schema`, and what it refers to, names anywhere."""
    if isinstance(schema, list):
        for inner in schema:
            yield from _property_names(inner, definitions, seen)
    elif isinstance(schema, Mapping):
        yield from schema.get("properties", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from _property_names(definitions[name], definitions, seen)
        for inner in schema.values():
            yield from _property_names(inner, definitions, seen)
