"""Times on the command line."""

from __future__ import annotations

import pytest

from accord.errors import UsageError
from accord.mock.faults import Latency, read_latency


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("200ms", 0.2, 0.2),
        ("1.5s", 1.5, 1.5),
        ("50-400ms", 0.05, 0.4),
        ("1s-2", 1, 2),
        ("7", 0.007, 0.007),
    ],
)
def test_a_time_or_a_span(text: str, low: float, high: float) -> None:
    """A bare number is milliseconds; a unit of one end is that of the other too."""
    latency = read_latency(text)
    assert (latency.low, latency.high) == (pytest.approx(low), pytest.approx(high))
    assert isinstance(latency, Latency)


@pytest.mark.parametrize("text", ["soon", "-5ms", "2s-1s", "", "5m"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """With what to write."""
    with pytest.raises(UsageError, match="--latency"):
        read_latency(text)
