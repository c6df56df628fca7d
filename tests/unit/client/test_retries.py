"""What is tried again, how often, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from accord.client.failures import seconds_of
from accord.client.retries import AsyncRetryingClient, Retries, RetryingClient

_KEY = {"Idempotency-Key": "a"}
_QUICK = Retries(attempts=3, first=0.001, longest=0.002, patience=1)


class _Server:
    """Answers one after the other of what it was given; the last again and again."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return httpx.Response(status, headers=headers)


def _ask(server: _Server, method: str = "GET", **options: Any) -> httpx.Response:
    with RetryingClient(_QUICK, transport=httpx.MockTransport(server)) as client:
        return client.request(method, "http://service/a", **options)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_overloaded_service_is_asked_again(status: int) -> None:
    """And what it answers then is the answer."""
    server = _Server(status, 200)
    assert _ask(server).status_code == 200
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 404, 409, 500, 501])
def test_other_answers_are_final(status: int) -> None:
    """Nothing else would come."""
    server = _Server(status)
    assert _ask(server).status_code == status
    assert len(server.requests) == 1


def test_there_is_an_end_to_it() -> None:
    """The last answer is given, the last error raised."""
    server = _Server(503)
    assert _ask(server).status_code == 503
    assert len(server.requests) == 3
    broken = _Server(httpx.ReadError("gone"))
    with pytest.raises(httpx.ReadError):
        _ask(broken)
    assert len(broken.requests) == 3


@pytest.mark.parametrize("answer", [503, httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("x")])
def test_what_may_have_been_done_is_not_done_twice(answer: Any) -> None:
    """A POST is repeated with a key alone, and then with the same."""
    server = _Server(answer, 200)
    if isinstance(answer, Exception):
        with pytest.raises(httpx.TransportError):
            _ask(server, "POST")
    else:
        assert _ask(server, "POST").status_code == answer
    assert len(server.requests) == 1
    keyed = _Server(answer, 200)
    assert _ask(keyed, "POST", headers=_KEY).status_code == 200
    assert [request.headers["idempotency-key"] for request in keyed.requests] == ["a", "a"]


@pytest.mark.parametrize("answer", [429, httpx.ConnectError("refused")])
def test_what_was_not_done_is_tried_again_without_a_key(answer: Any) -> None:
    """Nothing was sent, or it was turned away."""
    server = _Server(answer, 201)
    assert _ask(server, "POST", json={"a": 1}).status_code == 201
    assert [request.content for request in server.requests] == [b'{"a":1}'] * 2


def test_a_twin_at_work_is_waited_for() -> None:
    """409 with Retry-After, of a request with a key."""
    again = (409, {"retry-after": "0"})
    assert _ask(_Server(again, 201), "POST", headers=_KEY).status_code == 201
    assert _ask(_Server(again, 201), "POST").status_code == 409


def test_a_stream_is_sent_once() -> None:
    """It cannot be read again."""
    server = _Server(503)
    assert _ask(server, "PUT", content=iter([b"a"])).status_code == 503
    assert len(server.requests) == 1


def test_who_is_asked_for_more_patience_gives_the_answer() -> None:
    """Rather than waiting for minutes."""
    server = _Server((503, {"retry-after": "3600"}))
    assert _ask(server).headers["retry-after"] == "3600"
    assert len(server.requests) == 1


def test_pauses_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to twice the one before, and to the longest; Retry-After goes before."""
    slept: list[float] = []
    drawn: Callable[[float, float], float] = lambda low, high: high  # noqa: E731
    monkeypatch.setattr("accord.client.retries.random.uniform", drawn)
    monkeypatch.setattr("accord.client.retries.time.sleep", slept.append)
    retries = Retries(attempts=5, first=1, longest=3, patience=10)
    server = _Server(503, 503, 503, (503, {"retry-after": "7"}), 200)
    with RetryingClient(retries, transport=httpx.MockTransport(server)) as client:
        client.get("http://service/a")
    assert slept == [1, 2, 3, 7]


async def test_the_same_for_asyncio() -> None:
    """With the same rules."""
    server = _Server(503, httpx.ReadError("gone"), 200)
    async with AsyncRetryingClient(_QUICK, transport=httpx.MockTransport(server)) as client:
        assert (await client.get("http://service/a")).status_code == 200
    final = _Server(httpx.ReadError("gone"))
    async with AsyncRetryingClient(_QUICK, transport=httpx.MockTransport(final)) as client:
        with pytest.raises(httpx.ReadError):
            await client.post("http://service/a")
    assert len(final.requests) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    """What is neither says nothing."""
    assert seconds_of("7") == 7
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < (seconds_of(soon) or 0) <= 60
    past = format_datetime(datetime.now(UTC) - timedelta(seconds=60), usegmt=True)
    assert seconds_of(past) == 0
    assert seconds_of("soon") is None
    assert seconds_of("") is None
