"""What a package for consumers is called."""

from __future__ import annotations

from dataclasses import dataclass

from accord.spec.ir import Contract
from accord.spec.names import pascal, snake


@dataclass(frozen=True, slots=True)
class Names:
    """`folder` is `store-v2`, below `clients/sdk`; `distribution` is `store-v2-client`, to pip;
    `package` is `store_v2_client`, to Python; `service` is `Store`, the class, and `AsyncStore`
    the other."""

    folder: str
    distribution: str
    package: str
    service: str


def names_of(contract: Contract) -> Names:
    """The names of the package of `contract`, from its own: `store/v2`."""
    folder = folder_of(contract.name)
    service = pascal(snake(contract.name.partition("/")[0], "service"))
    return Names(folder, f"{folder}-client", f"{snake(folder, 'service')}_client", service)


def folder_of(name: str) -> str:
    """The folder of the contract called `name`, below `clients/sdk`."""
    return name.replace("/", "-").replace("_", "-").lower()
