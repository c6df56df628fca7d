"""Bodies that are here already and answers in one piece: the same as in messages, and only where
nothing stands between."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.runtime.problem import Problem
from accord.runtime.whole import (
    FixedHeaders,
    Headers,
    body_at_hand,
    body_source,
    in_messages,
    respond,
)
from accord.service.body_limit import BodyLimit
from accord.service.errors import ErrorGuard
from accord.service.request_id import RequestIds
from accord.service.security_headers import STANDARD, SecurityHeaders
from tests.unit.service.wire import Noted, asking, get

PLAIN = (b"content-type", b"text/plain")
LENGTH = (b"content-length", b"5")
DATE = re.compile(rb"\r\ndate: [^\r]*")


async def whole(send: Send, *answer: Any) -> None:
    waiting = respond(send, *answer)
    if waiting is not None:
        await waiting


def answering(by: Any, status: int, headers: Headers) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await by(send, status, list(headers), b"hello")

    return app


CASES: dict[str, tuple[Headers, bytes]] = {
    "usual": ([PLAIN], b"HTTP/1.1 201 "),
    "nothing but a body": ([], b"HTTP/1.1 201 "),
    "twice": ([(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")], b"HTTP/1.1 201 "),
    "mixed case": ([(b"X-Mixed", b"1")], b"HTTP/1.1 201 "),
    "closing": ([(b"connection", b"close")], b"HTTP/1.1 201 "),
    "its own length": ([PLAIN, LENGTH], b"HTTP/1.1 201 "),
    "another length": ([(b"content-length", b"6")], b"HTTP/1.1 201 "),
    "two lengths": ([LENGTH, (b"content-length", b"4")], b"HTTP/1.1 201 "),
    # What cannot be sent: uvicorn breaks off.
    "split": ([(b"x-split", b"a\r\nx-other: b")], b""),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_answer_in_one_piece_is_the_one_in_messages(method: str, case: str) -> None:
    """Byte for byte, on a connection that stays and on one that is closed after it."""
    headers, begins = CASES[case]
    answers = []
    for by in (in_messages, whole):
        async with asking(answering(by, 201, headers)) as ask:
            sent = await ask(get(method=method, last=False) + get(method=method))
            answers.append(DATE.sub(b"", sent))
    assert answers[1].startswith(begins)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("status", [204, 304])
async def test_a_status_without_a_body_has_no_length_either(status: int) -> None:
    """Whatever it was given: the next answer begins where this one's head ends."""
    for by in (in_messages, whole):
        async with asking(answering(by, status, [PLAIN])) as ask:
            sent = await ask(get(last=False) + get())
        assert sent.count(b"HTTP/1.1 %d " % status) == 2
        assert b"content-length" not in sent
        assert b"hello" not in sent


async def test_it_is_one_write_with_what_the_middlewares_add() -> None:
    """Past their `send`, and not past what they asked for; the answer's own headers go first."""
    own = [(b"cache-control", b"max-age=60")]
    app = RequestIds(SecurityHeaders(ErrorGuard(answering(whole, 200, own))))
    async with asking(app) as ask:
        answer = await ask(get(last=False) + get())
    first, _, rest = answer.partition(b"hello")
    assert rest.endswith(b"\r\n\r\nhello")
    assert first == Noted.writes[0][: len(first)]
    assert first.count(b"x-request-id: ") == 1
    assert first.count(b"cache-control: ") == 1
    for name in STANDARD:
        assert first.count(name.encode()) == 1


async def test_nothing_is_answered_twice() -> None:
    """A second answer is an error, as it is in messages."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await whole(send, 200, [LENGTH], b"hello")
        with pytest.raises(RuntimeError):
            await whole(send, 200, [LENGTH], b"again")

    async with asking(app) as ask:
        assert (await ask(get())).count(b"HTTP/1.1") == 1


class Between:
    """A middleware of somebody's, in front of `app`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.seen: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            message = await receive()
            self.seen.append(message["type"])
            return message

        async def said(message: Message) -> None:
            self.seen.append(f"{message['type']} {message.get('status', '')}".strip())
            await send(message)

        await self.app(scope, heard, said)


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = body_at_hand(receive)
    if body is None:
        body = (await receive())["body"]
    await whole(send, 200, [(b"content-length", b"%d" % len(body))], body)


@pytest.mark.parametrize("outside", [lambda app: app, RequestIds])
async def test_who_wraps_the_messages_sees_them(outside: Any) -> None:
    """What a team puts in between is passed by at neither end."""
    between = Between(SecurityHeaders(_echo))
    async with asking(outside(between)) as ask:
        answer = await ask(post(b"hello"))
    assert answer.endswith(b"hello")
    assert between.seen == ["http.request", "http.response.start 200", "http.response.body"]


async def test_who_stands_between_sees_the_errors_that_are_answered_within() -> None:
    """An `ErrorGuard` inside a middleware answers through it."""

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise Problem(409, code="taken")

    between = Between(ErrorGuard(fails))
    async with asking(RequestIds(between)) as ask:
        assert (await ask(get())).startswith(b"HTTP/1.1 409")
    assert between.seen == ["http.response.start 409", "http.response.body"]


def post(body: bytes, *, length: int | None = None, more: str = "") -> bytes:
    said = f"content-length: {len(body) if length is None else length}\r\n"
    head = f"POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{said}{more}\r\n"
    return head.encode() + body


async def test_a_body_that_came_with_its_head_is_at_hand() -> None:
    """Once; what comes after it is that the caller has gone."""
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        source = body_source(receive)
        assert source is not None
        seen.append(source.arrived())
        seen.append(body_at_hand(receive))
        seen.append(body_at_hand(receive))
        await whole(send, 200, [LENGTH], b"hello")
        seen.append((await receive())["type"])

    async with asking(app) as ask:
        await ask(post(b"12345678"))
    assert seen == [8, b"12345678", None, "http.disconnect"]


@pytest.mark.parametrize(
    "more", [post(b"1234", length=8), post(b"", length=8, more="expect: 100-continue\r\n")]
)
async def test_a_body_that_is_still_coming_is_not(more: bytes) -> None:
    """It is read in messages, all of it, also where it is here by then."""
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(body_at_hand(receive))
        received = b""
        while len(received) < 8:
            received += (await receive())["body"]
        seen.append(received)
        await whole(send, 200, [LENGTH], b"hello")

    async with asking(app) as ask:
        rest = b"12345678"[len(more.partition(b"\r\n\r\n")[2]) :]
        assert (await ask(more, rest)).endswith(b"hello")
    assert seen == [None, b"12345678"]


CHUNKED = (
    b"POST / HTTP/1.1\r\nhost: here\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    b"5\r\n12345\r\n4\r\n6789\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(("most", "status"), [(9, b"200"), (8, b"413")])
@pytest.mark.parametrize("request_", [post(b"123456789"), CHUNKED], ids=["whole", "chunked"])
async def test_a_body_at_hand_is_held_to_its_limit(
    request_: bytes, most: int, status: bytes
) -> None:
    """By its bytes, said or not."""
    async with asking(ErrorGuard(BodyLimit(_echo, max_bytes=most))) as ask:
        answer = await ask(request_)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.endswith(b"123456789") == (status == b"200")


@pytest.mark.parametrize(
    "pair",
    [
        (b"Upper", b"1"),
        (b"x y", b"1"),
        (b"", b"1"),
        (b"x", b"a\r\nb: c"),
        (b"connection", b"close"),
    ],
)
def test_headers_that_not_every_answer_can_have(pair: tuple[bytes, bytes]) -> None:
    """They are refused where they are configured, not when something is sent."""
    with pytest.raises(ValueError, match="is no header that every answer can have"):
        FixedHeaders([pair])


def test_headers_that_are_the_same_on_every_answer_twice() -> None:
    """Those of the answer itself win, in whatever order they were asked for."""
    own = FixedHeaders([(b"content-type", b"text/plain"), (b"cache-control", b"max-age=60")])
    more = FixedHeaders([(b"cache-control", b"no-store"), (b"x-more", b"1")])
    both = own.over(more)
    assert both.pairs == (*own.pairs, (b"x-more", b"1"))
    assert both.lines == own.lines + b"\r\nx-more: 1"
    assert own.over(more) is both


async def test_a_caller_that_has_gone_is_sent_nothing() -> None:
    """And nothing fails for it."""
    gone = asyncio.Event()
    done: list[Awaitable[None] | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        waiting = respond(send, 200, [LENGTH], b"hello")
        done.append(waiting)
        if waiting is not None:
            await waiting
        gone.set()

    async with asking(app) as ask:
        asked = asyncio.create_task(ask(get()))
        await asyncio.sleep(0.05)
        asked.cancel()
        await asyncio.wait_for(gone.wait(), 5)
    assert Noted.writes == []


async def test_what_the_server_adds_meanwhile_is_on_the_next_answer() -> None:
    """As when it is told to stop, and has its connections end."""
    added: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await whole(send, 200, [], b"hello")
        if not added:
            added.append((b"x-server", b"stopping"))
            receive.__self__.default_headers.append(added[0])  # type: ignore[attr-defined]

    async with asking(app) as ask:
        first, second = (await ask(get(last=False) + get(last=False) + get())).split(b"hello")[:2]
    assert b"x-server" not in first
    assert second.count(b"\r\nx-server: stopping\r\n") == 1
