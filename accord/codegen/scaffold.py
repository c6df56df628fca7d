"""`accord scaffold`: the handler methods of a tag that nobody has written yet.

Text is only ever added: what a person wrote is neither changed nor laid out anew.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from accord.codegen.format import format_module, format_text
from accord.codegen.handlers import Signatures
from accord.codegen.imports import Imports
from accord.codegen.layout import docstring
from accord.codegen.lock import read_lock
from accord.codegen.models import write_models
from accord.codegen.replies import successes
from accord.codegen.schemas import Schemas
from accord.codegen.targets import inline_schemas
from accord.errors import AccordError, UsageError
from accord.spec import Source, discover, read
from accord.spec.ir import Contract, Operation, Tag

_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


def scaffold(
    root: Path, tag: str, name: str | None = None, *, operation: str | None = None
) -> list[str]:
    """Writes what is missing of `impl/handlers/v<N>/<tag>.py`, for each served contract that has
    the tag, or for the one called `name`; with `operation`, an operationId, no other's method.

    Returns a line for each method written. Raises `UsageError` where nobody has the tag, or the
    tag has no such operation.
    """
    sources = [
        source
        for source in discover(root)
        if source.kind == "served" and name in (None, source.name)
    ]
    written: list[str] = []
    known: set[str] = set()
    operations: set[str] = set()
    has_tag = False
    for source in sources:
        locked = read_lock(root / "generated" / source.name)
        contract = read(source.path, name=source.name, base=root, locked=locked)
        known.update(one.module for one in contract.tags)
        for one in contract.tags:
            if one.module == tag:
                has_tag = True
                wanted = [each for each in contract.operations if each.tag == one]
                operations.update(each.id for each in wanted)
                if operation is not None:
                    wanted = [each for each in wanted if each.id == operation]
                written += _scaffold(root, source, contract, one, wanted)
    if not has_tag:
        where = name or "the served contracts"
        raise UsageError(
            f"{where}: no tag is called {tag!r}; there are {', '.join(sorted(known)) or 'none'}"
        )
    if operation is not None and operation not in operations:
        raise UsageError(
            f"{tag} has no operation {operation!r}; it has {', '.join(sorted(operations))}"
        )
    return written


def _scaffold(
    root: Path, source: Source, contract: Contract, tag: Tag, wanted: Sequence[Operation]
) -> list[str]:
    file = root / "impl" / "handlers" / source.name.rpartition("/")[2] / f"{tag.module}.py"
    text = file.read_text("utf-8") if file.exists() else ""
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise AccordError(f"{file}:{error.lineno}: {error.msg}: mend that first") from error
    name = tag.protocol.removesuffix("Handler")
    found = next(
        (node for node in module.body if isinstance(node, ast.ClassDef) and node.name == name), None
    )
    there = {node.name for node in found.body if isinstance(node, _METHODS)} if found else set()
    missing = [operation for operation in wanted if operation.python_name not in there]
    if not missing:
        return []
    imports = Imports("generated." + source.name.replace("/", "."))
    methods = _methods(contract, missing, imports)
    file.parent.mkdir(parents=True, exist_ok=True)
    if found:
        new = _inserted(text, module, found, imports, methods)
    elif text:
        new = _inserted(f"{text}\n\nclass {name}:\n", module, None, imports, methods)
    else:
        local = (root / "accord").is_dir()
        new = format_module(_new_file(name, contract, imports, methods), accord_is_local=local)
    file.write_text(new, "utf-8")
    shown = file.relative_to(root).as_posix()
    return [f"{shown}: {name}.{operation.python_name}" for operation in missing]


def _methods(contract: Contract, missing: Sequence[Operation], imports: Imports) -> str:
    """The methods as the body of a class, laid out."""
    schemas = Schemas(contract)
    signatures = Signatures(
        schemas, write_models(contract, schemas, inline_schemas(contract)), imports, "handlers."
    )
    problem = imports.use("accord.runtime.Problem")
    lines = ["class Handlers:"]
    for operation in missing:
        lines += [
            signatures.method(operation),
            f'        raise {problem}(501, code="not_implemented")',
            "",
        ]
        if any(success.wrapper for success in successes(operation)):
            imports.use(".handlers")
    return format_text("\n".join(lines)).partition("\n")[2]


def _new_file(name: str, contract: Contract, imports: Imports, methods: str) -> str:
    note = docstring(f"{name} of {contract.name}: wire to domain and back, nothing else.", indent=0)
    return f"{note}\n\n{imports.lines()}\n\n\nclass {name}:\n{methods}"


def _inserted(
    text: str, module: ast.Module, found: ast.ClassDef | None, imports: Imports, methods: str
) -> str:
    """`text` with the methods at the end of the class, and the imports that they need and that
    it lacks below its own."""
    lines = text.rstrip("\n").split("\n")
    if found is None:
        lines += methods.rstrip("\n").split("\n")
    else:
        end = found.end_lineno or len(lines)
        lines[end:end] = ["", *methods.rstrip("\n").split("\n")]
    above = [node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    bound = {alias.asname or alias.name for node in above for alias in node.names}
    # Annotations are evaluated as the file wants it.
    lacking = imports.lines({*bound, "annotations"}).splitlines()
    if lacking:
        place = max((node.end_lineno or 0 for node in above), default=_after_docstring(module))
        lines[place:place] = lacking if above else ["", *lacking]
    return "\n".join(lines) + "\n"


def _after_docstring(module: ast.Module) -> int:
    first = module.body[0] if module.body else None
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if first and is_docstring else 0
