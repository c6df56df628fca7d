from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from accord.service.compression import Compression

TEXT = "again and " * 500


async def test_who_accepts_gzip_gets_it(call: Any) -> None:
    """A long answer is compressed, and caches are told on what that depends."""
    response = await call(
        Compression(PlainTextResponse(TEXT)), headers={"Accept-Encoding": "br, gzip"}
    )

    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.text == TEXT


@pytest.mark.parametrize("accepted", ["gzip;q=0.5, br;q=0", "*;q=0, gzip;Q=1"])
async def test_how_much_gzip_is_wanted_is_weighed(call: Any, accepted: str) -> None:
    """Anything above 0 is yes."""
    response = await call(
        Compression(PlainTextResponse(TEXT)), headers={"Accept-Encoding": accepted}
    )

    assert response.headers["content-encoding"] == "gzip"


async def test_a_short_answer_is_left_alone(call: Any) -> None:
    """Below the minimum size compression would only add bytes."""
    response = await call(
        Compression(PlainTextResponse("short")), headers={"Accept-Encoding": "gzip"}
    )

    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "br, gzip; Q=0.0, *"])
async def test_who_does_not_accept_gzip_gets_the_text(call: Any, accepted: str) -> None:
    """The answer passes as it is; a cache still learns that others may get it compressed."""
    response = await call(
        Compression(PlainTextResponse(TEXT)), headers={"Accept-Encoding": accepted}
    )

    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.text == TEXT
