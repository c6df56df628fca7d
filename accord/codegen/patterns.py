"""Which regular expressions pydantic's own engine takes; the others are left to Python's."""

from __future__ import annotations

import re
from functools import cache

from pydantic_core import SchemaError, SchemaValidator, core_schema


@cache
def rust_takes(pattern: str) -> bool:
    """Whether pydantic's engine takes `pattern`: it has no look-around and a limit on size."""
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


def check_python_takes(pattern: str) -> None:
    """Raises ValueError where `pattern` is no regular expression for Python either."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"the pattern {pattern!r} is a regular expression neither for pydantic's engine nor"
            f" for Python's: {error}"
        ) from error
