"""`README.md` of a package for consumers: every example in it runs against the service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from accord.codegen.schemas import Schemas, types_of
from accord.codegen.sdk.names import Names
from accord.codegen.sdk.paging import paging_of
from accord.spec.ir import Contract, Operation

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|]")


def readme(contract: Contract, schemas: Schemas, names: Names) -> str:
    """The file's text. Examples take the address and the token from the environment:
    `STORE_URL`, `STORE_TOKEN`."""
    return "\n".join(_Readme(contract, schemas, names).lines()) + "\n"


class _Readme:
    def __init__(self, contract: Contract, schemas: Schemas, names: Names) -> None:
        self._contract = contract
        self._schemas = schemas
        self._names = names

    def lines(self) -> Iterator[str]:
        contract, names = self._contract, self._names
        shown = "".join(each if each.isprintable() else " " for each in contract.title)
        title = _MARKDOWN.sub(lambda found: f"\\{found.group()}", " ".join(shown.split()))
        release = _MARKDOWN.sub("", contract.release)
        yield f"# {names.distribution}\n"
        yield f"A typed client of {title}, release {release}, for threads and for asyncio.\n"
        yield f"```console\n$ pip install {names.distribution}\n```\n"
        if (paged := self._paged()) is not None:
            yield "## Items of all pages\n"
            yield from self._example(*self._walk(paged))
        if (plain := self._plain()) is not None:
            yield "## One call\n"
            yield from self._example(
                f"    print(service.{plain.tag.module}.{plain.python_name}())",
            )
            yield "With asyncio:\n"
            yield from self._asyncio(plain)
            yield "Status and headers, too:\n"
            yield from self._example(
                f"    response = service.{plain.tag.module}.{plain.python_name}_response()",
                "    print(response.status_code, response.headers, response.parsed)",
            )
        if (single := self._single()) is not None:
            yield from self._errors(*single)
        yield from _REST.format(service=names.service, package=names.package).splitlines()

    def _example(
        self, *lines: str, imports: tuple[str, ...] = (), extra: str = ""
    ) -> Iterator[str]:
        names = self._names
        yield "```python"
        yield "import os"
        yield from imports
        yield ""
        yield f"from {names.package} import {', '.join(sorted({names.service, *extra.split()}))}"
        yield ""
        yield f"with {self._opened(names.service)} as service:"
        yield from lines
        yield "```\n"

    def _asyncio(self, operation: Operation) -> Iterator[str]:
        names = self._names
        yield "```python"
        yield "import asyncio\nimport os\n"
        yield f"from {names.package} import Async{names.service}\n\n"
        yield "async def main() -> None:"
        yield f"    async with {self._opened(f'Async{names.service}')} as service:"
        yield f"        print(await service.{operation.tag.module}.{operation.python_name}())\n\n"
        yield "asyncio.run(main())"
        yield "```\n"

    def _opened(self, kind: str) -> str:
        variable = re.sub(r"\W", "_", self._names.service).upper()
        return f'{kind}(os.environ["{variable}_URL"], token=os.environ["{variable}_TOKEN"])'

    def _walk(self, operation: Operation) -> tuple[str, str]:
        name = operation.python_name
        for prefix in ("list_", "get_all_", "get_", "search_", "find_"):
            if name.startswith(prefix):
                name = name.removeprefix(prefix)
                break
        return (
            f"    for each in service.{operation.tag.module}.iter_{name}():",
            "        print(each)",
        )

    def _errors(self, operation: Operation, value: str) -> Iterator[str]:
        yield "## Errors\n"
        yield "An answer of 400 or more raises: the class says the status, `problem` is the content"
        yield "as the contract types it. `Refused` is every 4XX, `Failed` every 5XX, `Unreachable`"
        yield "and `TimedOut` no answer at all, `ServiceError` all of these.\n"
        imports = ("import uuid",) if value.startswith("uuid.") else ()
        yield from self._example(
            "    try:",
            f"        service.{operation.tag.module}.{operation.python_name}({value})",
            "    except NotFound as error:",
            "        print(error.status, error.code, error.detail, error.problem)",
            imports=imports,
            extra="NotFound",
        )

    def _paged(self) -> Operation | None:
        return next(
            (each for each in self._safe() if paging_of(each, self._schemas) is not None), None
        )

    def _plain(self) -> Operation | None:
        return next(
            (
                each
                for each in self._safe()
                if any("json" in media.type for reply in each.successes for media in reply.media)
            ),
            None,
        )

    def _single(self) -> tuple[Operation, str] | None:
        """An operation that reads one thing, and a value that names none."""
        for operation in self._contract.operations:
            needed = [each for each in operation.parameters if each.required]
            declares = any(reply.status == "404" for reply in operation.errors)
            if operation.method != "GET" or len(needed) != 1 or not declares:
                continue
            schema = self._schemas.resolve(needed[0].schema)
            if needed[0].location != "path" or types_of(schema) != ("string",):
                continue
            if schema.get("format") == "uuid":
                return operation, 'uuid.UUID("00000000-0000-4000-8000-000000000000")'
            if not schema.keys() & {"pattern", "enum", "format", "minLength"}:
                return operation, '"unknown"'
        return None

    def _safe(self) -> Iterator[Operation]:
        """The operations that only read, and need nothing to be said; those to stay first."""
        for operation in sorted(self._contract.operations, key=lambda each: each.deprecated):
            needs = any(each.required for each in operation.parameters) or operation.body
            if operation.method == "GET" and not needs:
                yield operation


_REST = """## Retries, timeouts, keys

What can be repeated is tried again, by default three times: where no connection was made, where the
service is overloaded or down (429, 502, 503, 504), after what it asks for by `Retry-After`, else
after a pause that doubles. `{service}(…, retries=Retries(attempts=1))` does not; `timeout` is in
seconds, for each attempt. Where an operation takes an `Idempotency-Key`, one is made for the call
and all attempts at it, unless you give your own.

## What a newer service may send

Properties that this release does not know are kept in `additional_properties` of their object, and
sent back with it. Members of enums that it does not know are `str` (or `int`) as they came.
"""
