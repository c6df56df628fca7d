"""Forms as OpenAPI has them, for Schemathesis: its own writer knows neither the styles of
properties nor objects in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis

from accord.client.forms import urlencoded
from accord.client.styles import Style
from accord.spec import Contract
from accord.spec.pointers import split

FORM = "application/x-www-form-urlencoded"
_styles: dict[tuple[str, str], Mapping[str, Style]] = {}


def write_forms_of(contract: Contract) -> None:
    """From now on forms that Schemathesis sends are written as this contract says."""
    _styles.clear()
    for operation in contract.operations:
        _, path, *_ = split(operation.pointer)
        for media in operation.body.media if operation.body else ():
            if media.type == FORM:
                _styles[operation.method, path] = {
                    name: Style(encoding.style, encoding.explode, encoding.allow_reserved)
                    for name, encoding in media.encoding.items()
                    if encoding.style
                }


@schemathesis.serializer(FORM)
def _form(context: Any, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value if isinstance(value, bytes) else str(value).encode()
    operation = context.case.operation
    return urlencoded(value, _styles.get((operation.method.upper(), operation.path), {}))
