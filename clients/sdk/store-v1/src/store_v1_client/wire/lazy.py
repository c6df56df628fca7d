"""Packages whose modules are loaded when a name of theirs is first used.

A contract may have thousands of schemas, of which a program needs a few.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def attributes(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of `package`: `modules` tells which of its modules has a name."""

    def load(name: str) -> Any:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{module}"), name)
        # The next time Python finds it there, and does not ask.
        setattr(sys.modules[package], name, value)
        return value

    return load
