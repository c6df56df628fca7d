"""The `instance` of a problem."""

from __future__ import annotations

import json

from accord.runtime import Problem, problem_bytes


def test_the_instance_is_a_uri_reference_whatever_was_asked_for() -> None:
    """Control characters, spaces and letters beyond ASCII of a decoded path are encoded again."""
    text = problem_bytes(Problem(404, code="not_found"), instance="/v1/items/\f\x7f $Ä")

    assert json.loads(text)["instance"] == "/v1/items/%0C%7F%20$%C3%84"
