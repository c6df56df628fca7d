"""How another service is called, as data: per service, and per operation where one differs.

All times are in seconds. The defaults are safe for any service: a call is repeated only where its
method or an idempotency key allows it, and never so often that it makes an outage worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from accord.runtime.paths import PathTree

READS = frozenset({"GET", "HEAD"})
IDEMPOTENT = READS | {"PUT", "DELETE", "OPTIONS"}


def _check_positive(policy: Any) -> None:
    for each in fields(policy):
        value = getattr(policy, each.name)
        if isinstance(value, int | float) and not value > 0:
            raise ValueError(
                f"{type(policy).__name__}: {each.name} is {value!r}; it must be above 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """`connect`: until there is a connection. `read`: until the service says the first or the next
    word. `total`: the call as a whole, with its waits and repetitions.

    The caller's deadline, where it comes first, takes the place of `total`.
    """

    connect: float = 1.0
    read: float = 3.0
    total: float = 5.0

    def __post_init__(self) -> None:
        _check_positive(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """At most `attempts` in all, the first included; 1 for none.

    Between them a random pause of 0 to `first_pause`, doubled each time up to `longest_pause`;
    a `Retry-After` comes on top. `statuses` are those that a repetition may mend.
    """

    attempts: int = 3
    first_pause: float = 0.03
    longest_pause: float = 1.0
    statuses: frozenset[int] = frozenset({429, 500, 502, 503, 504})

    def __post_init__(self) -> None:
        _check_positive(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """How an operation is called.

    `repeatable` says whether it may be carried out twice; None: if the method is idempotent, or
    the call carries an idempotency key. `hedge_after`: a read that has had no answer for so long
    is asked a second time, and the first answer counts; None: never.
    """

    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    repeatable: bool | None = None
    hedge_after: float | None = None

    def __post_init__(self) -> None:
        if self.hedge_after is not None and self.hedge_after <= 0:
            raise ValueError(f"hedge_after is {self.hedge_after!r}; it must be above 0, or None")

    def may_repeat(self, method: str, *, has_key: bool) -> bool:
        """Whether a call may be sent again though the first may have been carried out."""
        return has_key or method in IDEMPOTENT if self.repeatable is None else self.repeatable


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryBudget:
    """Each call earns `ratio` of a repetition; at most `reserve` are saved up."""

    ratio: float = 0.1
    reserve: float = 5.0

    def __post_init__(self) -> None:
        if not (0 <= self.ratio <= 1 and self.reserve >= 0):
            raise ValueError(
                f"ratio is {self.ratio!r}, reserve {self.reserve!r}; "
                "the first is from 0 to 1, the second not below 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """Opens when at least `least_calls` ended within `window` and `failure_share` of them failed.

    Open, it lets nobody through for `pause`, twice as long each time it opens again, up to
    `longest_pause`; then `probes` calls are let through, and it closes when all of them succeed.
    A call that was given up for its caller's sake counts as failed only if the service had had
    `patience` to answer: one hasty caller must not cut off the others.
    """

    window: float = 10.0
    least_calls: int = 10
    failure_share: float = 0.5
    pause: float = 1.0
    longest_pause: float = 15.0
    probes: int = 3
    patience: float = 1.0

    def __post_init__(self) -> None:
        _check_positive(self)
        if self.failure_share > 1:
            raise ValueError(f"failure_share is {self.failure_share!r}; it is at most 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """A service that is called: where it is, and how.

    `headers` go with every call: credentials, for example. `operations` has the policies of those
    that need their own, by method and path template: `"PATCH /payments/{payment_id}"`.

    At most `max_connections` attempts are under way at once; `max_waiting` further ones wait for
    their turn for `longest_wait`, more are turned away. An idle connection is kept for
    `keepalive`.
    """

    service: str
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    policy: CallPolicy = CallPolicy()
    operations: Mapping[str, CallPolicy] = field(default_factory=dict)
    retry_budget: RetryBudget = RetryBudget()
    breaker: BreakerPolicy = BreakerPolicy()
    max_connections: int = 100
    max_waiting: int = 200
    longest_wait: float = 1.0
    keepalive: float = 30.0


class Policies:
    """The policy of each operation, found by method and path."""

    def __init__(self, downstream: Downstream) -> None:
        self._default = downstream.policy
        self._named: PathTree[tuple[str, CallPolicy]] | None = None
        for operation, policy in downstream.operations.items():
            method, blank, template = operation.partition(" ")
            if not (blank and method.isupper() and template.startswith("/")):
                raise ValueError(
                    f"{downstream.service}: {operation!r} names no operation; "
                    "write a method and a path template: 'GET /payments/{payment_id}'"
                )
            self._named = self._named or PathTree()
            self._named.add(template, method, (operation, policy))

    def find(self, method: str, path: str) -> tuple[str, CallPolicy]:
        """The policy of an operation and a name for it: the key in `Downstream.operations`, or
        the method alone, so that names are few whatever paths are called."""
        if self._named is not None:
            found = self._named.find(path.partition("?")[0])
            if found is not None and method in found[0]:
                return found[0][method]
        return method, self._default
