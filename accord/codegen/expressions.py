"""Type expressions: read from what datamodel-code-generator writes, spelled in modules of ours.

Between reading and spelling a type is an `ast.expr` in which a `Name` is a builtin, a schema's
name marked by `$` (`$Item`), or a dotted name of another module (`datetime.date`). Constraints
stand inside, beside what they constrain: ``Annotated[str, Field(max_length=3)] | None``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from accord.codegen.formats import PLAIN
from accord.codegen.imports import Imports
from accord.codegen.patterns import python_pattern, rust_pattern

SCHEMA = "$"
NULL = ast.Constant(None)
_BUILTINS = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict"})
_OPTIONS = (
    *("ge", "gt", "le", "lt", "multiple_of"),
    *("min_length", "max_length", "pattern"),
    "discriminator",
)
_KNOWN = frozenset(
    {
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "pydantic.AwareDatetime",
        "typing.Any",
        "uuid.UUID",
    }
)


class Reader:
    """Reads annotations as datamodel-code-generator writes them.

    `imports` maps the module's names to what they import, `classes` its class names to schemas,
    `values` the names that stand for a type to that type, as written; `finish` adds to one of
    them, by name, what was not written.
    """

    def __init__(
        self,
        imports: Mapping[str, str],
        classes: Mapping[str, str],
        values: Mapping[str, ast.expr],
        finish: Callable[[str, ast.expr], ast.expr] = lambda name, node: node,
    ) -> None:
        self._imports = imports
        self._classes = classes
        self._values = values
        self._finish = finish

    def read(self, annotation: ast.expr) -> ast.expr:
        """The type that was written, without what says that a property may be absent.

        Raises ValueError with the text of what is not known.
        """
        match annotation:
            case ast.Constant(value=str(text)):
                return self.read(ast.parse(text, mode="eval").body)
            case ast.Constant(value=None):
                return NULL
            case ast.Name(id=name):
                return self._name(name)
            case ast.BinOp(op=ast.BitOr()):
                return self._union(members_of(annotation))
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._subscript(annotation, name, inner)
        raise _unknown(annotation)

    def _name(self, name: str) -> ast.expr:
        if name in self._values:
            return self._finish(name, self.read(self._values[name]))
        if name in self._classes:
            return ast.Name(SCHEMA + self._classes[name])
        if name in _BUILTINS:
            return ast.Name(name)
        known = self._imports.get(name)
        if known in _KNOWN:
            return ast.Name(known)
        raise ValueError(f"datamodel-code-generator wrote a name that is not ours: {name}")

    def _subscript(self, whole: ast.expr, name: str, inner: ast.expr) -> ast.expr:
        known = self._imports.get(name, name)
        if known == "typing.Annotated" and isinstance(inner, ast.Tuple):
            return self._constrained(inner.elts[0], inner.elts[1:])
        if known in ("typing.Union", "typing.Optional"):
            members = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return self._union([*members, *([NULL] if known == "typing.Optional" else [])])
        if known == "typing.Literal":
            values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return literal(*(ast.literal_eval(value) for value in values))
        if known == "list":
            return subscript("list", self.read(inner))
        if known == "dict" and isinstance(inner, ast.Tuple):
            return subscript("dict", *(self.read(part) for part in inner.elts))
        raise _unknown(whole)

    def _union(self, members: list[ast.expr]) -> ast.expr:
        return union(*(self.read(member) for member in members if not self._is_missing(member)))

    def _is_missing(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self._imports.get(node.id, "").endswith(".MISSING")

    def _constrained(self, inner: ast.expr, metadata: list[ast.expr]) -> ast.expr:
        """Constraints next to what they constrain: pydantic would ask for the length of None."""
        whole = self.read(inner)
        given = {
            keyword.arg: keyword
            for call in metadata
            if isinstance(call, ast.Call)
            for keyword in call.keywords
        }
        options = [self._option(given[name]) for name in _OPTIONS if name in given]
        if not options:
            return whole
        members = list(members_of(whole))
        core = union(*(member for member in members if not is_null(member)))
        field = ast.Call(ast.Name("pydantic.Field"), [], options)
        constrained = subscript("typing.Annotated", core, field)
        return union(constrained, NULL) if any(map(is_null, members)) else constrained

    def _option(self, keyword: ast.keyword) -> ast.keyword:
        if keyword.arg != "pattern":
            return ast.keyword(keyword.arg, ast.Constant(ast.literal_eval(keyword.value)))
        written = keyword.value
        if isinstance(written, ast.Call):
            written = written.args[0]
        pattern = str(ast.literal_eval(written))
        native = rust_pattern(pattern)
        if native is not None:
            return ast.keyword("pattern", ast.Constant(native))
        compiled = ast.Call(ast.Name("re.compile"), [ast.Constant(python_pattern(pattern))], [])
        return ast.keyword("pattern", compiled)


def union(*members: ast.expr) -> ast.expr:
    """The union of `members`: flat, each once, null last."""
    distinct: dict[str, ast.expr] = {}
    for member in members:
        for operand in members_of(member):
            distinct.setdefault(ast.dump(operand), operand)
    ordered = sorted(distinct.values(), key=is_null)
    if any(map(is_any, ordered)) and len(ordered) > 1:
        ordered = [member for member in ordered if not is_null(member)]
    whole = ordered[0]
    for operand in ordered[1:]:
        whole = ast.BinOp(whole, ast.BitOr(), operand)
    return whole


def literal(*values: object) -> ast.expr:
    """`Literal[…]`; None stands for itself."""
    if values == (None,):
        return NULL
    return subscript("typing.Literal", *(_constant(value) for value in values))


def _constant(value: object) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body


def subscript(name: str, *inner: ast.expr) -> ast.expr:
    """`name[inner, …]`."""
    index = inner[0] if len(inner) == 1 else ast.Tuple(list(inner))
    return ast.Subscript(ast.Name(name), index)


def is_null(node: ast.expr) -> bool:
    """Whether `node` is None."""
    return isinstance(node, ast.Constant) and node.value is None


def is_any(node: ast.expr) -> bool:
    """Whether a type takes everything, or all that its rule lets through."""
    match node:
        case ast.Subscript(value=ast.Name(id="typing.Annotated"), slice=ast.Tuple(elts=[core, *_])):
            return is_any(core)
    return isinstance(node, ast.Name) and node.id == "typing.Any"


def takes_none(node: ast.expr) -> bool:
    """Whether None is written as one of the type's members, or is one of Any."""
    match node:
        case ast.Subscript(value=ast.Name(id="typing.Annotated"), slice=ast.Tuple(elts=[core, *_])):
            return takes_none(core)
    return any(is_null(member) or is_any(member) for member in members_of(node))


def plain(node: ast.expr) -> ast.expr:
    """The type without constraints: what a reader of a handler's signature wants to see."""
    match node:
        case ast.Subscript(
            value=ast.Name(id="typing.Annotated"), slice=ast.Tuple(elts=[inner, *_])
        ):
            return plain(inner)
        case ast.BinOp(op=ast.BitOr()):
            return union(*map(plain, members_of(node)))
        case ast.Subscript(value=value, slice=ast.Tuple(elts=elements)):
            return ast.Subscript(value, ast.Tuple([plain(element) for element in elements]))
        case ast.Subscript(value=value, slice=inner):
            return ast.Subscript(value, plain(inner))
        case ast.Name(id=name):
            return ast.Name(PLAIN.get(name, name))
    return node


def names_in(node: ast.expr) -> Iterator[str]:
    """The names of schemas that a type mentions."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id.startswith(SCHEMA):
            yield inner.id.removeprefix(SCHEMA)


def spell(node: ast.expr, imports: Imports, *, module: str = "") -> str:
    """The type as Python text; what it needs is added to `imports`.

    Names of schemas get `module` in front.
    """

    def text(node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) if name.startswith(SCHEMA):
                return module + name.removeprefix(SCHEMA)
            case ast.Name(id=name):
                return imports.use(name)
            case ast.Subscript(value=value, slice=ast.Tuple(elts=elements)):
                return f"{text(value)}[{', '.join(map(text, elements))}]"
            case ast.Subscript(value=value, slice=inner):
                return f"{text(value)}[{text(inner)}]"
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{text(left)} | {text(right)}"
            case ast.Attribute(value=value, attr=attribute):
                return f"{text(value)}.{attribute}"
            case ast.Call(func=function, args=arguments, keywords=keywords):
                named = [f"{keyword.arg}={text(keyword.value)}" for keyword in keywords]
                return f"{text(function)}({', '.join([*map(text, arguments), *named])})"
        return ast.unparse(node)

    return text(node)


def members_of(node: ast.expr) -> list[ast.expr]:
    """The members of a union; a type that is none by itself."""
    if isinstance(node, ast.BinOp):
        return [*members_of(node.left), *members_of(node.right)]
    return [node]


def _unknown(node: ast.expr) -> ValueError:
    return ValueError(
        f"datamodel-code-generator wrote a type that accord does not know: {ast.unparse(node)}"
    )
