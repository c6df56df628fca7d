"""The command: `python -m scripts.capabilities` writes docs/capabilities.md.

What the engine does with every construct, and what that comes to for contracts that others wrote.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from accord.codegen import capabilities
from accord.codegen.capabilities import SCHEMA, Capability, Verdict
from accord.errors import AccordError
from accord.gates.explain import Explained, explain
from scripts.corpus.contracts import CORPUS, HOW_TO_GET_IT

PAGE = Path(__file__).parents[1] / "docs" / "capabilities.md"
_INTRODUCTION = """`accord explain CONTRACT` says of every construct of a contract, with its line,
whether it is **enforced** (what breaks it is refused, or never sent), **typed only** (it decides
about types or clients; values that break it pass) or **ignored**. Texts for readers are not
counted. `--strict` exits with 1 where anything is ignored, `--effective` prints the contract as it
is really answered. Tests hold every keyword and format against a server, and of the other
constructs those that a request can show.
"""
_REAL = (
    *("petstore.yaml", "museum.yaml", "box.json", "stripe.yaml"),
    *("digitalocean/DigitalOcean-public.v2.yaml", "github.json"),
)
_CONSTRUCTS: Mapping[str, Capability] = {
    "operation": capabilities.OPERATION,
    "operation whose method and path, without fragment, are another's": capabilities.UNREACHABLE,
    "parameter: type, style, explode, required": capabilities.PARAMETER,
    "parameter Accept, Content-Type, Authorization": capabilities.PARAMETER_IGNORED,
    "parameter allowReserved": capabilities.ALLOW_RESERVED,
    "parameter allowEmptyValue": capabilities.ALLOW_EMPTY,
    "request body": capabilities.BODY,
    "request of JSON, a form, a stream of items, a single value as text": capabilities.MEDIA_IN,
    "request of another media type": capabilities.MEDIA_IN_AS_IT_IS,
    "encoding of a form's property": capabilities.ENCODING,
    "response": capabilities.STATUS,
    "response of these": capabilities.MEDIA_OUT,
    "response of another media type": capabilities.MEDIA_OUT_AS_IT_IS,
    "response header, required": capabilities.HEADER_REQUIRED,
    "response header": capabilities.HEADER,
    "security": capabilities.SECURITY,
    "security scheme": capabilities.SCHEME,
    "security scheme mutualTLS": capabilities.SCHEME_CERTIFICATE,
    "server, the first": capabilities.SERVER,
    "server, others": capabilities.SERVER_OTHER,
    "link to the next page": capabilities.LINK_TO_PAGE,
    "link": capabilities.LINK,
    "callback": capabilities.CALLBACK,
    "webhook": capabilities.WEBHOOK,
    "component that nothing uses": capabilities.UNUSED,
    "any keyword of a schema of replies alone": capabilities.REPLY_SCHEMA,
    "any keyword of a schema of XML, other text or bytes": capabilities.UNHELD_SCHEMA,
    "format with a type of its own": capabilities.FORMAT,
    "format float, double": capabilities.FORMAT_TYPED,
    "format binary": capabilities.FORMAT_FILE,
    "any other format": capabilities.FORMAT_IGNORED,
}


def main() -> int:
    if not CORPUS.is_dir():
        print(HOW_TO_GET_IT, file=sys.stderr)
        return 2
    try:
        explained = [explain(CORPUS / "real" / name, base=CORPUS) for name in _REAL]
    except AccordError as error:
        print(error, file=sys.stderr)
        return 2
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n".join(_page(explained)) + "\n", "utf-8")
    print(f"{PAGE.name} written")
    return 0


def _page(explained: list[Explained]) -> Iterator[str]:
    yield "# What is made of a contract"
    yield "Written by `make capabilities`; do not edit.\n"
    yield _INTRODUCTION
    yield "## Constructs"
    yield from _table(("construct", "verdict", "how"), _rows(_CONSTRUCTS))
    yield "\n## Keywords of schemas, where values come in"
    yield from _table(("keyword", "verdict", "how"), _rows(_grouped()))
    yield "\n## Contracts that others wrote"
    heads = ("contract", *(verdict.value for verdict in Verdict), "what is ignored")
    yield from _table(heads, map(_totals, explained))


def _grouped() -> dict[str, Capability]:
    """Keywords that are treated alike, in one row."""
    rows: dict[Capability, list[str]] = {}
    for keyword, capability in SCHEMA.items():
        rows.setdefault(capability, []).append(f"`{keyword}`")
    return {", ".join(keywords): capability for capability, keywords in rows.items()}


def _rows(capabilities: Mapping[str, Capability]) -> Iterator[tuple[str, ...]]:
    return ((name, each.verdict.value, each.why) for name, each in capabilities.items())


def _totals(explained: Explained) -> tuple[str, ...]:
    ignored = {
        kind: counts[Verdict.IGNORED]
        for kind, counts in explained.by_kind.items()
        if counts[Verdict.IGNORED]
    }
    largest = sorted(ignored.items(), key=lambda pair: -pair[1])
    return (
        explained.contract.removeprefix("real/"),
        *(f"{count:,}" for count in explained.totals.values()),
        ", ".join(f"{kind} {count:,}" for kind, count in largest) or "nothing",
    )


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


if __name__ == "__main__":
    sys.exit(main())
