"""Two versions of a contract under the law, from the parts that differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accord.gates.law import Break, Document, compare

Json = dict[str, Any]
Judge = Callable[..., tuple[Break, ...]]


def contract(version: str = "3.1.0", **parts: Any) -> Json:
    """A contract with the `paths` (and other parts) given."""
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


def call(**parts: Any) -> Json:
    """`POST /things` alone, as the value of `paths`."""
    return {"/things": {"post": {"responses": {"204": {"description": "Done."}}, **parts}}}


def content(schema: Any) -> Json:
    return {"application/json": {"schema": schema}}


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """`judge(old, new)`: what the law says about two documents."""

    def compared(old: Json, new: Json) -> tuple[Break, ...]:
        before, after = tmp_path / "old.json", tmp_path / "new.json"
        before.write_text(json.dumps(old))
        after.write_text(json.dumps(new))
        return compare(Document(before), Document(after))

    return compared


@pytest.fixture
def request_rules(judge: Judge) -> Callable[..., set[str]]:
    """The rules that a change from one schema to another breaks in a request body."""

    def rules(old: Any, new: Any, version: str = "3.1.0", **components: Any) -> set[str]:
        return _rules(
            judge,
            lambda schema: {"requestBody": {"content": content(schema)}},
            old,
            new,
            version,
            components,
        )

    return rules


@pytest.fixture
def reply_rules(judge: Judge) -> Callable[..., set[str]]:
    """The rules that a change from one schema to another breaks in a reply."""

    def rules(old: Any, new: Any, version: str = "3.1.0", **components: Any) -> set[str]:
        return _rules(
            judge,
            lambda schema: {
                "responses": {"200": {"description": "R.", "content": content(schema)}}
            },
            old,
            new,
            version,
            components,
        )

    return rules


def _rules(
    judge: Judge,
    message: Callable[[Any], Json],
    old: Any,
    new: Any,
    version: str,
    components: Json,
) -> set[str]:
    shared = {"components": {"schemas": components}} if components else {}
    found = judge(
        contract(version, paths=call(**message(old)), **shared),
        contract(version, paths=call(**message(new)), **shared),
    )
    return {each.rule for each in found}
