"""What a mock says of itself at `/__mock`: a page for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from pydantic_core import to_json
from starlette.responses import Response

from accord.mock.reload import State

PATH = "/__mock"
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title} — mock</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}}
pre{{background:#fff3f3;border-left:4px solid #c00;overflow:auto;padding:1rem}}
td{{padding:.1rem 1rem .1rem 0}}code{{font-size:.9em}}</style>
<h1>{title} <small>{release}</small></h1>
{faults}<p>{count} operations of <code>{file}</code>, as <code>{digest}</code> since {since}.
Prefer: <code>code=404</code>, <code>example=name</code>, <code>dynamic=true</code>,
<code>seed=7</code>, in the header or as <code>?__code=404</code>.</p>
<table>{rows}</table>
</html>
"""
_FAULTS = """<p><strong>The contract is broken now; what is answered is its last sound version.
</strong></p><pre>{faults}</pre>
"""


def page(state: State, file: str, accept: bytes) -> Response:
    """The answer to a request for it."""
    said = described(state, file)
    if b"text/html" in accept:
        return Response(_html(said), media_type="text/html")
    return Response(to_json(said), media_type="application/json")


def described(state: State, file: str) -> Mapping[str, Any]:
    """Which contract is answered, and what is wrong with the one on disk."""
    contract = state.served.contract
    return {
        "contract": file,
        "title": contract.title,
        "release": contract.release,
        "digest": state.served.digest,
        "since": datetime.fromtimestamp(state.since, UTC).isoformat(timespec="seconds"),
        "faults": state.faults,
        "warnings": list(state.served.warnings),
        "operations": [
            {"id": operation.id, "method": operation.method, "path": operation.path}
            for operation in contract.operations
        ],
    }


def _html(said: Mapping[str, Any]) -> str:
    rows = (
        f"<tr><td><code>{escape(each['method'])}</code><td><code>{escape(each['path'])}</code>"
        f"<td>{escape(each['id'])}"
        for each in said["operations"]
    )
    texts = {key: escape(str(said[key])) for key in ("title", "release", "digest", "since")}
    return _PAGE.format(
        **texts,
        file=escape(said["contract"]),
        count=len(said["operations"]),
        faults=_FAULTS.format(faults=escape(said["faults"])) if said["faults"] else "",
        rows="\n".join(rows),
    )
