"""Operations that ask for scopes, called by somebody who has none of them.

Schemathesis tries requests without a credential and with a wrong one. A credential that is good
and does not allow this is the application's own: only it can issue one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from accord.gates.application import Running
from accord.gates.fuzz.report import Failure
from accord.gates.operations import Operations, filled

CHECK = "scopes_required"
NOTHING = "nobody-in-particular"
"""A caller who may do nothing."""
_TIMEOUT_S = 30.0
_LONGEST = 300


def calls(
    document: Mapping[str, Any], application: Running
) -> Iterator[tuple[str, str, Failure | None]]:
    """Each operation that asks for scopes, the status that somebody without any gets, and what is
    wrong with it; nothing where `application` cannot say who that is."""
    token = application.issue(NOTHING, "")
    if token is None:
        return
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=application.url, headers=headers, timeout=_TIMEOUT_S) as client:
        for method, path, operation in Operations(document).each():
            alternatives = operation.get("security", document.get("security", ()))
            if not alternatives or not all(any(each.values()) for each in alternatives):
                continue
            reply = client.request(method, filled(path))
            failure = None
            if reply.status_code not in (401, 403):
                failure = Failure(
                    CHECK,
                    "access",
                    f"{method} {path}",
                    "A credential without any scope is not refused",
                    f"{reply.status_code} {reply.text[:_LONGEST]!r}",
                    f"curl -X {method} -H 'Authorization: Bearer {token}' {reply.request.url}",
                )
            yield f"{method} {path}", str(reply.status_code), failure
