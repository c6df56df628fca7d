"""Pages for people: one layout, everything on the page itself, readable on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import Response

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; }
li { margin: .35rem 0; }
code { font: .9em ui-monospace, monospace; }
.note { opacity: .7; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
"""What a browser may do on such a page: lay it out by the page's own style."""
CACHED = {"cache-control": "public, max-age=3600"}


def page(title: str, body: str, headers: Mapping[str, str] = CACHED) -> Response:
    """An HTML page; `body` is HTML, `title` is text."""
    name = escape(title)
    return Response(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{name}</h1>\n{body}</body></html>\n",
        headers={"content-security-policy": POLICY, **headers},
        media_type="text/html",
    )


def wants_page(request: Request) -> bool:
    """A browser asks: everybody else is given JSON."""
    return "text/html" in request.headers.get("accept", "")
