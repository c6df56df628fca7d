"""The base of generated models, and how absence is told from null.

A property that may be left out but not be null is `Omittable[X]`: `X | None`, where None means
absent; null on the wire is refused, and None is never written. A property that may be left out
*and* be null is `X | None | Absent`, `ABSENT` by default.
"""

from __future__ import annotations

import operator
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from pydantic import MISSING, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:

    class Absent(Enum):
        """The type of `ABSENT`: a property that was not sent, or is not to be sent."""

        ABSENT = "absent"

    ABSENT: Final = Absent.ABSENT
else:
    # pydantic-core itself leaves a field with this value out of the JSON it writes.
    ABSENT = Absent = MISSING


class Model(BaseModel):
    """The base of every generated model."""

    # Validators are built on first use: a contract of a thousand schemas imports in a moment,
    # and a service warms those it serves before it says that it is ready.
    # No namespace is protected: generated names never hide an attribute of pydantic's.
    model_config = ConfigDict(
        defer_build=True,
        validate_by_name=True,
        validate_by_alias=True,
        protected_namespaces=(),
        # Neither is a number of JSON's.
        allow_inf_nan=False,
    )


class _NotNull:
    """Refuses null in JSON, takes None for absent in Python."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        inner = schema["schema"] if schema["type"] == "nullable" else schema
        return core_schema.json_or_python_schema(inner, schema)


is_none = partial(operator.is_, None)

T = TypeVar("T")
Omittable = Annotated[T | None, _NotNull(), Field(exclude_if=is_none)]
