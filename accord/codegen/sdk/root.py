"""`service.py` and `__init__.py` of a package for consumers."""

from __future__ import annotations

from accord.codegen.layout import docstring, literal, paragraphs
from accord.codegen.sdk.facade import tag_class
from accord.codegen.sdk.names import Names
from accord.spec.ir import Contract

_ERRORS = (
    *("ApiError", "BadGateway", "BadRequest", "Conflict", "ContentTooLarge", "Failed"),
    *("Forbidden", "GatewayTimeout", "Gone", "InternalError", "NotAcceptable", "NotFound"),
    *("PaymentRequired", "PreconditionFailed", "PreconditionRequired", "Refused", "ServiceError"),
    *("TimedOut", "TooManyRequests", "Unauthorized", "Unavailable", "Unprocessable"),
    *("Unreachable", "UnsupportedMediaType"),
)
_ARGUMENTS = """
- `base_url`: Where the service is: `https://api.example.com`.
- `token`: The credential of the first security scheme; `credentials` has those of others, by name.
- `timeout`: Seconds that one attempt may take.
- `retries`: How often, and how long to wait; `Retries(attempts=1)` for none.
- `headers`: More of them, for every request.
- `http_client`: Send through this one instead; the settings above are then its own affair.
"""


def service_module(contract: Contract, names: Names, header: str) -> str:
    """One class for the service, and one for asyncio."""
    imports = [
        "from __future__ import annotations",
        "from collections.abc import Mapping",
        "import httpx",
        *(
            f"from .api.{tag.module} import Async{tag_class(tag)}, {tag_class(tag)}"
            for tag in contract.tags
        ),
        "from .client import AuthenticatedClient",
        "from .wire import service",
        "from .wire.connection import Credential",
        "from .wire.retries import Retries",
    ]
    return "\n\n".join(
        [
            header,
            docstring(f"{contract.title}, as one object.", indent=0),
            "\n".join(imports),
            f"__version__ = {literal(contract.release)}\n"
            '"""The release of the contract that this package is made from."""\n'
            f'_AGENT = f"{names.distribution}/{{__version__}}"',
            _service(contract, names.service, is_async=False),
            _service(contract, names.service, is_async=True),
        ]
    )


def root_module(contract: Contract, names: Names, header: str) -> str:
    """What consumers import."""
    classes = [names.service, f"Async{names.service}"]
    values = ["UNSET", "File", "Response", "Retries"]
    everything = [*classes, *values, *_ERRORS, "__version__", "models"]
    # Constants, classes, functions: as ruff sorts them.
    ordered = sorted(everything, key=lambda name: (not name.isupper(), name.islower(), name))
    listed = ", ".join(f'"{name}"' for name in ordered)
    return "\n\n".join(
        [
            header,
            docstring(f"A client of {contract.title}.", indent=0),
            "from . import models\n"
            f"from .service import {', '.join([*classes, '__version__'])}\n"
            f"from .wire.failures import {', '.join(_ERRORS)}\n"
            "from .wire.files import File\n"
            "from .wire.response import Response\n"
            "from .wire.retries import Retries\n"
            "from .wire.values import UNSET",
            f"__all__ = [{listed}]\n",
        ]
    )


def _service(contract: Contract, name: str, *, is_async: bool) -> str:
    prefix = "Async" if is_async else ""
    beside = "for asyncio, " if is_async else ""
    text = paragraphs(f"{contract.title}, {beside}release {contract.release}.", _ARGUMENTS)
    client = "httpx.AsyncClient" if is_async else "httpx.Client"
    tags = [
        f"        self.{tag.module} = {prefix}{tag_class(tag)}(client)" for tag in contract.tags
    ]
    return f"""class {prefix}{name}(service.{prefix}Service):
{docstring(text)}

    def __init__(
        self,
        base_url: str,
        *,
        token: Credential = "",
        credentials: Mapping[str, Credential] | None = None,
        timeout: float = 30.0,
        retries: Retries | None = None,
        headers: Mapping[str, str] | None = None,
        http_client: {client} | None = None,
    ) -> None:
        client = AuthenticatedClient(
            base_url.rstrip("/"),
            token=token,
            credentials=dict(credentials or {{}}),
            timeout=httpx.Timeout(timeout),
            headers={{"User-Agent": _AGENT, **(headers or {{}})}},
        )
        super().__init__(client, retries or Retries(), http_client)
{chr(10).join(tags)}
"""
