"""Answers as they leave the process: whole, in one write, and in the order of their requests."""

from __future__ import annotations

import asyncio
import gc
import re
import sys
import weakref
from typing import Any

import pytest
from httptools import parse_url
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from accord.runtime import context
from accord.service.http_protocol import ServiceProtocol
from tests.serving import Server, serving_here
from tests.unit.service.wire import Noted, asking, get

LENGTH = (b"content-length", b"5")
DATE = re.compile(rb"\r\ndate: [^\r]*")


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """The path, after as many turns of the loop as it has characters."""
    body = scope["path"].encode().ljust(5, b".")
    for _ in body:
        await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 200, "headers": [LENGTH]})
    await send({"type": "http.response.body", "body": body})


async def test_a_request_has_all_that_it_has_with_uvicorn() -> None:
    """Ours is made without uvicorn's own constructor: what a release of it adds is missed here."""
    made: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(receive.__self__)  # type: ignore[attr-defined]
        await hello(scope, receive, send)

    for protocol in (ServiceProtocol, HttpToolsProtocol):
        async with serving_here(app, http=protocol) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(get(last=False))
            while len(made) < 1 + (protocol is HttpToolsProtocol):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            writer.close()
    ours, stock = made
    assert type(stock) is RequestResponseCycle
    assert [name for name in vars(stock) if not hasattr(ours, name)] == []


async def test_an_answer_is_one_write() -> None:
    """Head and body together."""
    async with asking(hello) as ask:
        answer = await ask(get("/one"))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n/one.")
    assert [write for write in Noted.writes if write] == [answer]


async def test_answers_keep_their_order_on_one_connection() -> None:
    """Requests that come together are answered one after the other, on one connection, which
    closes when a caller asks for it."""
    async with asking(hello) as ask:
        answer = await ask(get("/a", last=False) + get("/bbb", last=False) + get("/c"))
    assert [part[-5:] for part in answer.split(b"HTTP/1.1 200 OK")[1:]] == [
        b"/a...",
        b"/bbb.",
        b"/c...",
    ]


async def test_head_has_no_body() -> None:
    """But the length that the body would have."""
    async with asking(hello) as ask:
        answer = await ask(get("/x", "HEAD"))
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length: 5" in answer


async def test_a_stream_begins_at_once() -> None:
    """Its caller sees the head before there is any body."""
    heard = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.wait_for(heard.wait(), 10)
        await send({"type": "http.response.body", "body": b"late", "more_body": True})
        await send({"type": "http.response.body"})

    async with asking(stream) as ask:
        answer = asyncio.create_task(ask(get()))
        while not Noted.writes:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert Noted.writes[0].startswith(b"HTTP/1.1 200 OK")
        heard.set()
        assert (await answer).endswith(b"\r\n\r\n4\r\nlate\r\n0\r\n\r\n")


async def test_a_body_in_parts_of_known_length() -> None:
    """The head goes with the first part, the others follow."""

    async def parts(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [LENGTH]})
        await send({"type": "http.response.body", "body": b"ab", "more_body": True})
        await send({"type": "http.response.body", "body": b"cde"})

    async with asking(parts) as ask:
        answer = await ask(get())
    assert answer.endswith(b"\r\n\r\nabcde")
    assert [write[-5:] for write in Noted.writes if write] == [b"\r\n\r\nab"[-5:], b"cde"]


@pytest.mark.parametrize("headers", [[LENGTH], []])
async def test_a_failure_before_the_body_is_a_500(headers: list[tuple[bytes, bytes]]) -> None:
    """Nothing of the answer that was begun is sent, where its length was known; a stream that has
    begun is cut off."""

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise RuntimeError("on purpose")

    async with asking(fails) as ask:
        answer = await ask(get())
    assert answer.startswith(b"HTTP/1.1 500" if headers else b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


async def test_a_body_of_another_length_is_not_sent() -> None:
    """The connection closes: the next answer on it would be read as the rest of this one."""

    async def lies(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [LENGTH]})
        await send({"type": "http.response.body", "body": b"too long"})

    async with asking(lies) as ask:
        answer = await ask(get(last=False))
    assert b"too long" not in answer


async def _raises(scope: Scope, receive: Receive, send: Send) -> None:
    raise LookupError("nobody catches this")


async def _is_cancelled(scope: Scope, receive: Receive, send: Send) -> None:
    raise asyncio.CancelledError


async def _breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise LookupError("nobody catches this")


async def _says_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    pass


async def _says_half(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _answers_twice(scope: Scope, receive: Receive, send: Send) -> None:
    await hello(scope, receive, send)
    await hello(scope, receive, send)


async def _answers_in_a_stream(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await hello(scope, receive, send)


async def _gives_something(scope: Scope, receive: Receive, send: Send) -> int:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})
    return 1


@pytest.mark.parametrize(
    "app",
    [
        _raises,
        _is_cancelled,
        _breaks_off,
        _says_nothing,
        _says_half,
        _answers_twice,
        _answers_in_a_stream,
        _gives_something,
    ],
)
async def test_what_an_application_does_wrong(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Is answered, and logged, as uvicorn's own protocol does it, and holds up no shutdown."""
    seen = []
    for protocol in (ServiceProtocol, HttpToolsProtocol):
        caplog.clear()
        server = Server(app, lifespan="off", access_log=False, http=protocol)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.001)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        # Nobody but the server closes it.
        writer.write(get(last=False))
        sent = DATE.sub(b"", await asyncio.wait_for(reader.read(), 5))
        writer.close()
        while server.server_state.tasks:  # noqa: ASYNC110 - nor for this
            await asyncio.sleep(0.001)
        server.stop()
        await running
        logged = [
            (record.name, record.message, record.exc_info and record.exc_info[0])
            for record in caplog.records
            if record.levelname == "ERROR"
        ]
        seen.append((sent, logged))
    assert seen[0] == seen[1]
    assert seen[0][1]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python has had eager tasks since 3.12")
async def test_requests_that_begin_at_once() -> None:
    """As `asyncio.eager_task_factory` has it: each is answered, and holds up no shutdown."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/late":
            await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": [LENGTH]})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    loop = asyncio.get_running_loop()
    server = Server(app, lifespan="off", access_log=False, http=ServiceProtocol)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    loop.set_task_factory(asyncio.eager_task_factory)  # type: ignore[attr-defined,unused-ignore]
    try:
        writer.write(get("/once", last=False) + get("/late", last=False) + get("/once"))
        answers = await asyncio.wait_for(reader.read(), 5)
    finally:
        loop.set_task_factory(None)
    assert re.findall(rb"\r\n\r\n(/....)", answers) == [b"/once", b"/late", b"/once"]
    assert not server.server_state.tasks
    writer.close()
    server.stop()
    await running


async def test_a_connection_that_is_idle_is_closed() -> None:
    """After the time that the server keeps it, counted from the last answer."""
    async with asking(hello, timeout_keep_alive=0.05) as ask:
        answer = await ask(get("/a", last=False) + get("/b", last=False))
    assert answer.count(b"HTTP/1.1 200 OK") == 2


async def test_a_connection_with_a_request_is_not_idle() -> None:
    """However long its answer takes, and whenever the one before was sent."""
    idle = 0.05

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            await asyncio.sleep(4 * idle)
        await hello(scope, receive, send)

    async with asking(slow, timeout_keep_alive=idle) as ask:
        answer = await ask(get("/a", last=False) + get("/slow"))
    assert answer.endswith(b"\r\n\r\n/slow")


async def test_a_request_sees_nothing_of_the_one_before() -> None:
    """What was set in the context of a request is not there in the next one's, though that came
    before the first was answered."""
    seen = []

    async def sets(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(context.traceparent.get())
        context.traceparent.set(scope["path"])
        await hello(scope, receive, send)

    async with asking(sets) as ask:
        await ask(get("/a", last=False) + get("/b"))
    assert seen == ["", ""]


async def test_nor_of_one_whose_body_came_in_parts() -> None:
    """Reading goes on at the word of a request, and what is read then is the next one's too."""
    seen = []

    async def sets(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(context.traceparent.get())
        context.traceparent.set(scope["path"])
        while (await receive()).get("more_body"):
            pass
        await hello(scope, receive, send)

    length = 2 * HIGH_WATER_LIMIT
    head = f"POST /a HTTP/1.1\r\nhost: here\r\ncontent-length: {length}\r\n\r\n".encode()
    async with asking(sets) as ask:
        await ask(head + b"x" * (length - 1), b"x", get("/b"))
    assert seen == ["", ""]


async def test_an_idle_connection_keeps_nothing_of_a_context() -> None:
    """What a request has put there, however large, is gone with it."""

    class Large(str):
        __slots__ = ("__weakref__",)

    kept: list[weakref.ref[Large]] = []

    async def sets(scope: Scope, receive: Receive, send: Send) -> None:
        large = Large("x")
        kept.append(weakref.ref(large))
        context.traceparent.set(large)
        await hello(scope, receive, send)

    async with serving_here(sets, http=ServiceProtocol) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in ("/a", "/b"):
            writer.write(get(path, last=False))
            await reader.readuntil(path.encode().ljust(5, b"."))
            await asyncio.sleep(0)
        gc.collect()
        assert [large() for large in kept] == [None, None]
        writer.close()


@pytest.mark.parametrize("header", [(b"X-Mixed", b"1"), (b"x-twice", b"1")])
async def test_unusual_headers_are_sent_as_they_are(header: tuple[bytes, bytes]) -> None:
    """In upper case, or more than once."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [LENGTH, header, header]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})

    async with asking(app) as ask:
        answer = await ask(get(last=False) + get())
    assert answer.lower().count(header[0].lower() + b": 1\r\n") == 4
    assert len([write for write in Noted.writes if write]) == 2


@pytest.mark.parametrize(
    "header", [(b"x-bad", b"1\r\nx-more: 2"), (b"x-bad", b"\0"), (b"x bad", b"1"), (b"x:", b"1")]
)
async def test_a_header_that_would_be_another_is_not_sent(header: tuple[bytes, bytes]) -> None:
    """The answer is 500, and the connection goes on to nobody."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [LENGTH, header]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"hello"})

    async with asking(app) as ask:
        answer = await ask(get(last=False))
    assert b"x-more" not in answer
    assert b"hello" not in answer


async def test_nothing_follows_an_answer_to_one_who_would_have_asked_first() -> None:
    """`Expect: 100-continue`, answered without the body: no `100 Continue` comes after it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        assert (await receive())["type"] == "http.disconnect"

    asks = get("/a", "POST", last=False).replace(
        b"host", b"expect: 100-continue\r\ncontent-length: 3\r\nhost"
    )
    async with asking(app) as ask:
        answer = await ask(asks + b"abc" + get("/b"))
    assert answer.count(b"HTTP/1.1") == answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a/b", b"/a/b", b""),
        ("/a?b=c?d/e", b"/a", b"b=c?d/e"),
        ("/a?", b"/a", b""),
        ("//a", b"//a", b""),
        ("/a%2Fb?%20", b"/a%2Fb", b"%20"),
        ("http://there/a?b", b"/a", b"b"),
        ("http://there:80/", b"/", b""),
    ],
)
async def test_what_is_asked_for(target: str, path: bytes, query: bytes) -> None:
    """Path and query of every form of a request's target, as uvicorn takes it apart."""
    seen: list[tuple[bytes, bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["raw_path"], scope["query_string"]))
        await hello(scope, receive, send)

    async with asking(app) as ask:
        await ask(get(target))
    parsed = parse_url(target.encode())
    assert seen == [(path, query)] == [(parsed.path, parsed.query or b"")]
