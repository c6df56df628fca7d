"""When a call that failed is made again: how long to pause, and whether it can be afforded."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from accord.downstream.policy import Retries, RetryBudget


class Budget:
    """Tokens for repetitions and hedges of one service.

    Calls earn them, so attempts stay within 1 + `ratio` of the calls, plus the reserve, however
    long an outage lasts.
    """

    def __init__(self, policy: RetryBudget) -> None:
        self._ratio = policy.ratio
        self._reserve = policy.reserve
        self.tokens = policy.reserve

    def earn(self) -> None:
        """A call was sent for the first time."""
        self.tokens = min(self._reserve, self.tokens + self._ratio)

    def spend(self) -> bool:
        """Whether one more attempt can be afforded; if so, it is paid for."""
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def pause(retries: Retries, attempts: int, random: Callable[[], float]) -> float:
    """Seconds to wait after `attempts` attempts; `random` gives 0 to 1.

    Full jitter: calls that failed together do not come back together.
    """
    # The exponent is bounded for the float's sake; the longest pause comes long before it.
    return random() * min(retries.longest_pause, retries.first_pause * 2.0 ** min(attempts - 1, 60))


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` header asks for, in either of its forms.

    None where there is no header, or none that can be understood.
    """
    if not value:
        return None
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
