"""The contract as it is really answered: with the engine's errors where it declares none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accord.gates.effective import effective
from accord.runtime.declare import PROBLEM
from accord.spec import read

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 0.1.0}
paths:
  /things:
    post:
      operationId: addThing
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '204': {description: Added.}
        '400': {description: What is wrong., content: {text/plain: {schema: {type: string}}}}
        '405': {description: Nobody says what comes with it.}
        '413': {description: Too large., content: {application/problem+json: {}}}
"""


def answered(folder: Path) -> tuple[dict[str, Any], int]:
    path = folder / "shop.yaml"
    path.write_text(CONTRACT, "utf-8")
    made = effective(read(path))
    return made.document["paths"]["/things"]["post"]["responses"], made.added


def test_errors_of_the_engine_are_added(tmp_path: Path) -> None:
    """Whole replies, and problems beside the bodies of declared ones; both are counted."""
    replies, added = answered(tmp_path)
    assert set(replies["400"]["content"]) == {"text/plain", PROBLEM}
    assert all(set(replies[status]["content"]) == {PROBLEM} for status in ("406", "415"))
    assert added == 3


def test_what_the_contract_says_stays(tmp_path: Path) -> None:
    """422 is answered as 400 where that is declared; a reply without a body stays without."""
    replies, _ = answered(tmp_path)
    assert "422" not in replies
    assert replies["405"] == {"description": "Nobody says what comes with it."}
    assert replies["413"] == {"description": "Too large.", "content": {PROBLEM: {}}}
