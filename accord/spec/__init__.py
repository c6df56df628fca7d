"""Contract text → IR. `read` a contract, `discover` those of a project."""

from accord.spec.ir import Contract, Locked
from accord.spec.reader import Source, discover, read

__all__ = ["Contract", "Locked", "Source", "discover", "read"]
