"""How each of the six services is called, where the method alone does not say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from accord.downstream import CallPolicy, Downstream, Timeouts

API_KEY_HEADER = "X-Api-Key"

# These set a status and no more: done twice is as good as done once.
_REPEATABLE: Mapping[str, tuple[str, ...]] = {
    "inventory": ("PATCH /reservations/{reservation_id}",),
    "payments": ("PATCH /payments/{payment_id}",),
}


def downstream(
    service: str,
    base_url: str,
    *,
    api_key: str,
    call_timeout: float,
    connect_timeout: float,
    max_connections: int,
) -> Downstream:
    """The policies of one service.

    Silence of three fifths of `call_timeout` ends an attempt: a second one has the rest.
    """
    policy = CallPolicy(
        timeouts=Timeouts(connect=connect_timeout, read=call_timeout * 0.6, total=call_timeout)
    )
    repeatable = replace(policy, repeatable=True)
    return Downstream(
        service=service,
        base_url=base_url,
        headers={API_KEY_HEADER: api_key},
        policy=policy,
        operations=dict.fromkeys(_REPEATABLE.get(service, ()), repeatable),
        max_connections=max_connections,
        max_waiting=2 * max_connections,
    )
