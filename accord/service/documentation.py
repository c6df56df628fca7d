"""Documentation that a service serves itself: its contracts to read and to try, what changed in
them, and what its problems mean. Nothing comes from another host, and the pages work with the
security headers on.

The reference is Swagger UI, as the package fastapi-offline carries it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from accord.runtime.declare import Contract
from accord.service.assets import Asset
from accord.service.pages import CACHED, POLICY, page

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Nothing is asked of validator.swagger.io.
_START = b"""\
addEventListener("DOMContentLoaded", () => SwaggerUIBundle({
  url: document.body.dataset.contract,
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: true,
  validatorUrl: null,
}));
"""


class MissingAssets(Exception):
    """The package that carries the pages' scripts is not installed."""


def documentation_routes(
    contracts: Sequence[Contract],
    *,
    changelog: Path | None = None,
    problems: str = "",
    path: str = "/docs",
) -> list[Route]:
    """`GET {path}` leads to a page for each contract, the change log and the kinds of problems.

    `changelog` is an HTML file as `accord release` writes it, `problems` where `problem_routes`
    are. A contract's page is `{path}/{name}`, its document `{path}/{name}/openapi.json`.

    Raises `MissingAssets`; FileNotFoundError for a change log that is not there.
    """
    assets = _assets()
    routes = [
        Route(path, partial(_index, _entries(contracts, changelog, problems, path))),
        Asset(lambda: _START, "text/javascript").route(f"{path}/assets/start.js"),
        *(
            Asset((assets / name).read_bytes, media_type).route(f"{path}/assets/{name}")
            for name, media_type in (
                ("swagger-ui-bundle.js", "text/javascript"),
                ("swagger-ui.css", "text/css"),
            )
        ),
    ]
    if changelog is not None:
        routes.append(Route(f"{path}/changes", partial(_changes, changelog.read_bytes())))
    for contract in contracts:
        document = Asset(contract.document.read_bytes, "application/json")
        routes.append(Route(f"{path}/{contract.name}", partial(_reference, contract)))
        routes.append(document.route(f"{path}/{contract.name}/openapi.json"))
    for route in routes:
        route.include_in_schema = False
    return routes


def _assets() -> Path:
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        raise MissingAssets(
            "The documentation's pages need fastapi-offline: pip install 'accord[docs]'"
        )
    return Path(found.origin).parent / "static"


def _entries(
    contracts: Sequence[Contract], changelog: Path | None, problems: str, path: str
) -> str:
    """The list of the first page, as HTML. Links are relative: a proxy may put a prefix before."""
    here = path.rpartition("/")[2]
    lines = [
        f'<li><a href="{here}/{escape(contract.name)}">{escape(contract.title)}</a>'
        f' <span class="note">{escape(contract.name)} {escape(contract.release)}, '
        f'<a href="{here}/{escape(contract.name)}/openapi.json">openapi.json</a></span></li>'
        for contract in contracts
    ]
    if changelog is not None:
        lines.append(f'<li><a href="{here}/changes">What changed</a></li>')
    if problems:
        up = "../" * (path.count("/") - 1)
        lines.append(f'<li><a href="{up}{problems.lstrip("/")}">Kinds of problems</a></li>')
    return f"<ul>{''.join(lines)}</ul>"


async def _index(entries: str, request: Request) -> Response:
    return page("Documentation", entries)


async def _changes(text: bytes, request: Request) -> Response:
    headers = {"content-security-policy": POLICY, **CACHED}
    return Response(text, headers=headers, media_type="text/html")


async def _reference(contract: Contract, request: Request) -> Response:
    name = contract.name.rpartition("/")[2]
    assets = f"{'../' * contract.name.count('/')}assets"
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(contract.title)} {escape(contract.release)}</title>"
        f'<link rel="stylesheet" href="{assets}/swagger-ui.css">'
        '<link rel="icon" href="data:,">'
        f'<script src="{assets}/swagger-ui-bundle.js" defer></script>'
        f'<script src="{assets}/start.js" defer></script></head>\n'
        f'<body data-contract="{escape(name)}/openapi.json"><div id="reference">'
        "<noscript>This page needs JavaScript; the contract itself is "
        f'<a href="{escape(name)}/openapi.json">openapi.json</a>.</noscript>'
        "</div></body></html>\n"
    )
    headers = {"content-security-policy": _POLICY, **CACHED}
    return Response(text, headers=headers, media_type="text/html")
