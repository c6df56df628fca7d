"""The security schemes of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# What is known of a scheme that a contract asks for and never describes.
_UNDESCRIBED = {"type": "apiKey", "in": "header", "name": "Authorization"}


def security_schemes(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Security scheme objects by name, references followed, in the author's order.

    Where a contract declares none at all but asks for some, each of those is a key in the
    Authorization header: the operation stays closed, and whoever verifies it sees what was sent.
    """
    declared = document.get("components", {}).get("securitySchemes") or {}
    schemes: dict[str, Mapping[str, Any]] = {}
    for name, scheme in declared.items():
        while "$ref" in scheme:
            scheme = declared.get(scheme["$ref"].rpartition("/")[2], {})
        schemes[name] = scheme
    if not declared:
        schemes.update(dict.fromkeys(_required(document), _UNDESCRIBED))
    return schemes


def _required(document: Mapping[str, Any]) -> Iterator[str]:
    owners: list[Any] = [document]
    for item in document.get("paths", {}).values():
        owners.extend(item.values())
        owners.extend(item.get("additionalOperations", {}).values())
    for owner in owners:
        requirements = owner.get("security") if isinstance(owner, dict) else None
        for requirement in requirements or ():
            yield from requirement or ()
