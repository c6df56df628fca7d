"""Which regular expressions pydantic's own engine takes; the others are left to Python's."""

from __future__ import annotations

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
