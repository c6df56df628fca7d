"""The imports of a generated module, computed from what it uses."""

from __future__ import annotations

from collections.abc import Collection

# Modules whose names read better, or cannot be confused with a property's, behind a prefix.
_PREFIXED = {
    "datetime": "dt",
    "pathlib": "pathlib",
    "re": "re",
    "accord.runtime.formats": "fmt",
    "accord.runtime.schema": "js",
}


class Imports:
    """Collects what a module uses. The order of `lines` is left to the formatter.

    `package` is what a leading dot means: the package that the module is in, unless given.
    """

    prefixes = frozenset(_PREFIXED.values())

    def __init__(self, package: str = ".") -> None:
        self._package = package
        self._modules: dict[str, str] = {}
        self._names: dict[str, set[str]] = {}

    def use(self, dotted: str) -> str:
        """How to write `dotted`: `uuid.UUID`, `datetime.date`, `.models` of the same package;
        builtins as they are."""
        module, dot, name = dotted.rpartition(".")
        if not dot:
            return name
        if module in _PREFIXED:
            self._modules[module] = _PREFIXED[module]
            return f"{_PREFIXED[module]}.{name}"
        self._names.setdefault(module or self._package, set()).add(name)
        return name

    def lines(self, bound: Collection[str] = ()) -> str:
        """The import block, without the names in `bound`."""
        modules = [
            _import(module, name) for module, name in self._modules.items() if name not in bound
        ]
        names = [
            f"from {module} import {', '.join(sorted(lacking))}"
            for module, names in self._names.items()
            if (lacking := names.difference(bound))
        ]
        future = [] if "annotations" in bound else ["from __future__ import annotations"]
        return "\n".join([*future, *modules, *names])


def _import(module: str, name: str) -> str:
    package, _, last = module.rpartition(".")
    start = f"from {package} import {last}" if package else f"import {last}"
    return start if last == name else f"{start} as {name}"
