"""Witnesses: messages that show a break, and proof that there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from accord.gates.law import Break, Document, compare
from accord.gates.witness.search import Search
from accord.gates.witness.versions import Versions
from accord.gates.witness.witness import Unproved, Verdict, Withdrawn, Witness
from scripts.mutants.kinds.tables import NARROWINGS, Narrowing
from tests.unit.gates.law.conftest import call, content, contract

TEXT: dict[str, Any] = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
RECORD = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": TEXT}}


class Pair:
    """Two versions of a contract in files."""

    def __init__(self, folder: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
        paths = folder / "old.json", folder / "new.json"
        for path, document in zip(paths, (old, new), strict=True):
            path.write_text(json.dumps(document))
        self.old, self.new = map(Document, paths)

    def breaks(self) -> list[Break]:
        return [found for found in compare(self.old, self.new) if found.axis == "wire"]

    def verdicts(self) -> list[Verdict]:
        search = Search(self.old, self.new)
        return [search.of(found) for found in self.breaks()]

    def witnesses(self) -> list[Witness]:
        return [each for each in self.verdicts() if isinstance(each, Witness)]


def asked(schema: Any, **more: Any) -> dict[str, Any]:
    """A contract whose request body has that schema."""
    return contract(paths=call(requestBody={"content": content(schema)}, **more))


def answered(schema: Any) -> dict[str, Any]:
    """A contract whose reply has that schema."""
    return contract(
        paths=call(responses={"200": {"description": "R.", "content": content(schema)}})
    )


def with_parameters(*parameters: dict[str, Any]) -> dict[str, Any]:
    return contract(paths=call(parameters=list(parameters)))


def takes(schema: Any, value: Any) -> bool:
    return Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(value)


PAIRS = [
    pytest.param(pair, id=f"{family} {number}")
    for family, table in NARROWINGS.items()
    for number, pair in enumerate(table)
]


@pytest.mark.parametrize("pair", PAIRS)
def test_request(tmp_path: Path, pair: Narrowing) -> None:
    """A request that the wider schema takes and the narrower one refuses, as an independent
    validator says of the bare schemas too."""
    witness, *_ = Pair(tmp_path, asked(pair.wide), asked(pair.narrow)).witnesses()
    assert (witness.way, witness.taken_by) == ("request", "old")
    value = witness.message["body"]["application/json"]
    assert takes(pair.wide, value)
    assert not takes(pair.narrow, value)


@pytest.mark.parametrize("pair", PAIRS)
def test_reply(tmp_path: Path, pair: Narrowing) -> None:
    """A reply that could not come before, and can."""
    witness, *_ = Pair(tmp_path, answered(pair.narrow), answered(pair.wide)).witnesses()
    assert (witness.way, witness.taken_by, witness.status) == ("reply", "new", "200")
    value = witness.message["body"]["application/json"]
    assert takes(pair.wide, value)
    assert not takes(pair.narrow, value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ([], [{"required": True}], {}),
        ([{}], [{"required": True}], {}),
        ([{}], [], {"query": {"q": "x"}}),
        ([{"schema": TEXT}], [{"schema": {**TEXT, "maxLength": 3}}], {"query": {"q": "abcd"}}),
        ([{"schema": TEXT}], [{"schema": {"type": "integer"}}], {"query": {"q": "x"}}),
        ([{"schema": LIST}], [{"schema": LIST, "explode": False}], {"query": {"q": ["x", ""]}}),
        ([{"allowReserved": True}], [{}], {"query": {"q": "a:b/c"}}),
        ([{"allowEmptyValue": True}], [{}], {"query": {"q": ""}}),
    ],
)
def test_parameter(tmp_path: Path, old: Any, new: Any, message: Any) -> None:
    """A request with, without or with another text of the parameter."""
    parameter = {"name": "q", "in": "query", "schema": TEXT}
    before, after = (
        with_parameters(*({**parameter, **each} for each in version)) for version in (old, new)
    )
    (witness,) = Pair(tmp_path, before, after).witnesses()
    assert witness.message == message


def test_promise_taken_back(tmp_path: Path) -> None:
    """A property that replies have no more: one that had it, which is promised no longer."""
    less = {"type": "object", "required": ["a"], "properties": {"a": TEXT}}
    (witness,) = Pair(tmp_path, answered(RECORD), answered(less)).witnesses()
    assert (witness.reading, witness.taken_by) == ("told", "old")
    assert "b" in witness.message["body"]["application/json"]
    assert witness.sentence == "promised before, never comes now"


def test_whole_message(tmp_path: Path) -> None:
    """A witness is a whole message: what else must be in it is in it."""
    parameter = {"name": "key", "in": "header", "required": True, "schema": TEXT}
    narrow = {**RECORD, "properties": {"a": {**TEXT, "enum": ["x"]}, "b": TEXT}}
    old = asked({"type": "array", "items": RECORD, "minItems": 2}, parameters=[parameter])
    new = asked({"type": "array", "items": narrow, "minItems": 2}, parameters=[parameter])
    (witness,) = Pair(tmp_path, old, new).witnesses()
    first, second = witness.message["body"]["application/json"]
    assert {"a"} <= first.keys() & second.keys()
    assert witness.message["header"]["key"]
    assert witness.control is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "boolean"}, {"anyOf": [{"enum": [True, 1]}, {"enum": [False]}]}),
        ({"type": "integer", "minimum": 1, "maximum": 9}, {"not": {"const": 10}}),
    ],
)
def test_withdrawn(tmp_path: Path, old: Any, new: Any) -> None:
    """Where all values were tried and none is refused, the verdict is taken back."""
    (verdict,) = Pair(tmp_path, asked(old), asked(new)).verdicts()
    assert isinstance(verdict, Withdrawn)
    assert "every value" in verdict.why


def test_nothing_proved(tmp_path: Path) -> None:
    """Where values are endless, and none was found, the verdict stands."""
    old, new = ({**TEXT, "format": name} for name in ("phone", "fax"))
    (verdict,) = Pair(tmp_path, asked(old), asked(new)).verdicts()
    assert isinstance(verdict, Unproved)


def test_schema_that_is_none(tmp_path: Path) -> None:
    """A pattern that no validator reads leaves the verdict as it is, and says why."""
    old, new = ({**TEXT, "pattern": "[z-a]", "maxLength": most} for most in (9, 8))
    (verdict,) = Pair(tmp_path, asked(old), asked(new)).verdicts()
    assert isinstance(verdict, Unproved)
    assert "cannot be judged" in verdict.why


def test_same_again(tmp_path: Path) -> None:
    """The same contracts give the same witnesses."""
    pair = Pair(tmp_path, asked(RECORD), asked({**RECORD, "additionalProperties": False}))
    assert pair.witnesses() == pair.witnesses()


def test_kept(tmp_path: Path) -> None:
    """A witness comes back from JSON as it was, and is confirmed again; not by other contracts."""
    narrow = {**RECORD, "maxProperties": 1}
    pair = Pair(tmp_path, asked(RECORD), asked(narrow))
    (witness,) = pair.witnesses()
    again = Witness.from_json(json.loads(json.dumps(witness.as_json())))
    assert again == witness
    assert Versions(pair.old, pair.new).confirm(again) == witness.refusal
    assert Versions(pair.old, pair.old).confirm(again) is None


def test_legacy(tmp_path: Path) -> None:
    """OpenAPI 3.0's own words mean what they mean there."""
    legacy = [{"type": "integer", "nullable": True}, {"type": "integer", "nullable": False}]
    old, new = (
        contract("3.0.3", paths=call(requestBody={"content": content(schema)})) for schema in legacy
    )
    (witness,) = Pair(tmp_path, old, new).witnesses()
    assert witness.message["body"] == {"application/json": None}
