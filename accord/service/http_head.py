"""Heads of answers as they are sent, at the price of one look at all their headers together."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE

from accord.runtime.whole import WITHOUT_BODY, FixedHeaders, Headers

MOST_NAMES = 1000
"""Names of headers that are remembered."""

_STATUS = {status: line.removesuffix(b"\r\n") for status, line in STATUS_LINE.items()}
_FRAMING = frozenset((b"connection", b"content-length", b"transfer-encoding"))
# What a header's value may not hold: all below space but the tab, and DEL.
_CONTROLS = bytes({*range(32), 127} - {9})


class _Names(dict[bytes, bytes]):
    """Names of headers, as an answer begins its lines with them, remembered once they are known to
    be good. Raises `KeyError` for those that are not in lower case, or say what becomes of the
    connection or how long the body is: such answers are uvicorn's to write."""

    def __missing__(self, name: bytes) -> bytes:
        if name != name.lower() or HEADER_RE.search(name) or name in _FRAMING:
            raise KeyError(name)
        line = b"\r\n" + name + b": "
        if len(self) < MOST_NAMES:
            self[name] = line
        return line


_NAMES = _Names()


def _lines(headers: Headers) -> bytes | None:
    """`headers`, the end of a line before each; None where one is unusual."""
    try:
        lines = [_NAMES[name] + value for name, value in headers]
    except KeyError:
        return None
    joined = b"".join(lines)
    if len(joined) - len(joined.translate(None, _CONTROLS)) != 2 * len(lines):
        # Some value holds more than the end of its line.
        return None
    return joined


class _Defaults:
    """The server's own headers, which change each second, or are added to: written once for all
    answers until then."""

    def __init__(self) -> None:
        # In one piece: other threads may have servers too.
        self._written: tuple[Headers, bytes | None] = [], b""

    def lines(self, headers: Headers) -> bytes | None:
        known, lines = self._written
        if headers != known:
            lines = _lines(headers)
            self._written = [*headers], lines
        return lines


_DEFAULTS = _Defaults()


def written(
    status: int, default: Headers, headers: Headers, body: bytes, fixed: FixedHeaders | None
) -> bytes | None:
    """An answer of a length that `headers` do not say, as it is sent; None where a header is
    unusual."""
    defaults = _DEFAULTS.lines(default)
    lines = _lines(headers) if headers else b""
    if defaults is None or lines is None:
        return None
    more = fixed.lines if fixed is not None else b""
    if status in WITHOUT_BODY:
        return b"".join((_STATUS[status], defaults, more, lines, b"\r\n\r\n"))
    length = b"\r\ncontent-length: %d\r\n\r\n" % len(body)
    return b"".join((_STATUS[status], defaults, more, lines, length, body))
