"""What the fakes can be told to do wrong, and whether they do it this time.

    {"seed": 7, "faults": [
        {"kind": "slow", "service": "payments", "seconds": 0.5},
        {"kind": "fail", "service": "pricing", "operation": "createQuote", "rate": 0.1},
        {"kind": "hang", "service": "inventory", "count": 3}]}

| kind      | what happens                                                                  |
| --------- | ----------------------------------------------------------------------------- |
| `slow`    | waits `seconds`, fixed or drawn, and then does what it would have done        |
| `fail`    | answers `status` (503), with `Retry-After` if given; does nothing             |
| `limit`   | answers 429 with `Retry-After: retry_after` (1); does nothing                 |
| `reset`   | resets the connection; does nothing                                           |
| `garbage` | answers 200 with what is not JSON; does nothing                               |
| `hang`    | takes the request and never answers; does nothing                             |
| `lose`    | does the work and resets the connection instead of answering                  |

`service` and `operation` (an operationId) are all of them unless given. A fault strikes at a
`rate` (1) of the requests, at most `count` times. The first that strikes decides; slowness adds
up with anything. The same seed strikes the same requests of a sequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Seconds = Annotated[float, Field(ge=0, le=3600)]


class WrongFaults(ValueError):
    """A plan of faults is wrong; the message says where, and what is allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Uniform(_Strict):
    distribution: Literal["uniform"]
    low: Seconds
    high: Seconds

    def draw(self, random: Random) -> float:
        return random.uniform(self.low, self.high)


class Exponential(_Strict):
    distribution: Literal["exponential"]
    mean: Annotated[float, Field(gt=0, le=3600)]

    def draw(self, random: Random) -> float:
        return random.expovariate(1 / self.mean)


class LogNormal(_Strict):
    """Most are near the median, a few much slower: how real services are slow."""

    distribution: Literal["lognormal"]
    median: Annotated[float, Field(gt=0, le=3600)]
    sigma: Annotated[float, Field(gt=0, le=3)] = 1.0

    def draw(self, random: Random) -> float:
        return self.median * random.lognormvariate(0, self.sigma)


class _Fault(_Strict):
    service: str = "*"
    operation: str = "*"
    rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    count: Annotated[int, Field(ge=1)] | None = None


class Slow(_Fault):
    kind: Literal["slow"]
    seconds: (
        Seconds | Annotated[Uniform | Exponential | LogNormal, Field(discriminator="distribution")]
    )

    def draw(self, random: Random) -> float:
        return self.seconds if isinstance(self.seconds, float) else self.seconds.draw(random)


class Fail(_Fault):
    kind: Literal["fail"]
    status: Annotated[int, Field(ge=500, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0)] | None = None


class Limit(_Fault):
    kind: Literal["limit"]
    retry_after: Annotated[int, Field(ge=0)] = 1


class Break(_Fault):
    kind: Literal["reset", "garbage", "hang", "lose"]


Fault = Annotated[Slow | Fail | Limit | Break, Field(discriminator="kind")]


class Plan(_Strict):
    """Faults and the seed of their dice."""

    seed: int = 0
    faults: tuple[Fault, ...] = ()


def read_plan(text: str | bytes) -> Plan:
    """A plan from its JSON; a list is a plan with seed 0, an object with a `kind` one fault.

    Raises WrongFaults.
    """
    try:
        match TypeAdapter[Any](Any).validate_json(text):
            case list(faults):
                return Plan(faults=_faults.validate_python(faults))
            case {"kind": _} as fault:
                return Plan(faults=_faults.validate_python([fault]))
            case plan:
                return Plan.model_validate(plan)
    except ValidationError as error:
        lines = (
            f"{'/'.join(map(str, fault['loc'])) or 'the plan'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise WrongFaults("; ".join(lines)) from None


_faults: TypeAdapter[tuple[Fault, ...]] = TypeAdapter(tuple[Fault, ...])


def given_plan(given: str) -> Plan:
    """A plan from a command line: JSON, or the name of a file of it. Raises WrongFaults."""
    if given.lstrip().startswith(("{", "[")):
        return read_plan(given)
    try:
        return read_plan(Path(given).read_bytes())
    except OSError as error:
        raise WrongFaults(f"{given!r}: {error.strerror}; give a file, or JSON") from None


class _Active:
    """A fault with its dice and its count."""

    def __init__(self, number: int, fault: Slow | Fail | Limit | Break, seed: int) -> None:
        self.number = number
        self.fault = fault
        self.hits = 0
        # Dice of its own: what the other faults do does not change what this one does.
        self.random = Random(f"{seed}:{number}")

    def strikes(self, service: str, operation: str) -> bool:
        fault = self.fault
        if fault.service not in ("*", service) or fault.operation not in ("*", operation):
            return False
        if fault.count is not None and self.hits >= fault.count:
            return False
        if fault.rate < 1 and self.random.random() >= fault.rate:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults of all fakes of a process. `operations` are the operationIds of each service;
    `requests` counts what came, by service and operation."""

    def __init__(self, operations: Mapping[str, Iterable[str]], plan: Plan | None = None) -> None:
        self._operations = {service: frozenset(ids) for service, ids in operations.items()}
        self.requests: dict[str, Counter[str]] = {service: Counter() for service in operations}
        self._active: list[_Active] = []
        self._number = 0
        self.seed = 0
        self.replace(plan or Plan())

    def replace(self, plan: Plan) -> None:
        """These and no others, from their beginning. Raises WrongFaults and changes nothing."""
        self._check(plan)
        self.seed, self._number, self._active = plan.seed, 0, []
        self.add(plan)

    def add(self, plan: Plan) -> None:
        """These too; their seed stays that of the others. Raises WrongFaults."""
        self._check(plan)
        for fault in plan.faults:
            self._number += 1
            self._active.append(_Active(self._number, fault, self.seed))

    def clear(self, service: str | None = None) -> None:
        """No faults any more, or none of those told for this service."""
        self._active = [
            active
            for active in self._active
            if service is not None and active.fault.service != service
        ]

    def strike(self, service: str, operation: str) -> tuple[float, Fail | Limit | Break | None]:
        """What happens to a request: the seconds that it is held up, and the fault that ends it."""
        self.requests[service][operation] += 1
        held_up = 0.0
        ends: Fail | Limit | Break | None = None
        for active in self._active:
            fault = active.fault
            if isinstance(fault, Slow):
                if active.strikes(service, operation):
                    held_up += fault.draw(active.random)
            elif ends is None and active.strikes(service, operation):
                ends = fault
        return held_up, ends

    def as_json(self) -> dict[str, Any]:
        """The faults with their number and how often they struck, and the requests counted."""
        return {
            "seed": self.seed,
            "faults": [
                {"number": each.number, "hits": each.hits, **each.fault.model_dump(mode="json")}
                for each in self._active
            ],
            "requests": self.requests,
        }

    def _check(self, plan: Plan) -> None:
        for fault in plan.faults:
            known = self._operations.get(fault.service)
            if fault.service != "*" and known is None:
                raise WrongFaults(
                    f"no service is called {fault.service!r}; there are "
                    f"{', '.join(self._operations)}, and '*' for all"
                )
            ids = known or frozenset().union(*self._operations.values())
            if fault.operation != "*" and fault.operation not in ids:
                raise WrongFaults(
                    f"no operation of {fault.service!r} is called {fault.operation!r}; there are "
                    f"{', '.join(sorted(ids))}, and '*' for all"
                )
