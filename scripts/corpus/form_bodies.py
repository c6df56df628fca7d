"""Forms as OpenAPI has them, for Schemathesis: its own writer knows neither the styles of
properties nor objects in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis

from accord.client.forms import urlencoded
from accord.client.styles import Style
from accord.spec import Contract
from accord.spec.ir import Media
from accord.spec.pointers import split

FORM = "application/x-www-form-urlencoded"
LEFT_OUT = "X-Left-Out"
"""A header in the account of a request whose form has not all that was to be sent: a form holds
no empty array and no empty object."""
_styles: dict[tuple[str, str], Mapping[str, Style]] = {}


def write_forms_of(contract: Contract) -> None:
    """From now on forms that Schemathesis sends are written as this contract says."""
    _styles.clear()
    for operation in contract.operations:
        _, path, *_ = split(operation.pointer)
        for media in operation.body.media if operation.body else ():
            if media.type == FORM:
                _styles[operation.method, path] = styles_of(media)


def styles_of(media: Media) -> dict[str, Style]:
    """How the properties of a form are written, by name; those without a style are left out."""
    return {
        name: Style(encoding.style, encoding.explode, encoding.allow_reserved)
        for name, encoding in media.encoding.items()
        if encoding.style
    }


@schemathesis.serializer(FORM)
def _form(context: Any, value: Any) -> Any:
    # What was made, rather than `value`, in which objects are spread over names already.
    made = context.case.body
    if not isinstance(made, Mapping):
        return value if isinstance(value, bytes) else str(value).encode()
    if leaves_out(made):
        # Seen where a failure is told of, which writes the request again.
        context.case.headers[LEFT_OUT] = "what is empty"
    operation = context.case.operation
    return urlencoded(made, _styles.get((operation.method.upper(), operation.path), {}))


def leaves_out(value: Any) -> bool:
    """Whether an array or an object in `value` is empty."""
    inner = value.values() if isinstance(value, Mapping) else value
    return any(isinstance(item, dict | list) and (not item or leaves_out(item)) for item in inner)
