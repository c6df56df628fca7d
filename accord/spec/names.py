"""Names: gather what everything would like to be called, resolve over the whole contract.

Same contract, same names. `resolve` takes names that are already given away (`locked`), so that
a committed lock can keep every name where it is.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Digits stay with the letters before them: `line1`, `p24`, `3d`.
_WORDS = re.compile(
    r"E[Tt]ags?(?![a-z])|OAuth\d*|IPv\d"
    r"|[A-Z]{2,}s(?![a-z\d])|[A-Z]+\d*(?![a-z])|[A-Z]?[^\WA-Z_]+|[A-Z]"
)
_SIGNS = {"+": " plus ", "-": " minus ", "<": " less ", ">": " greater ", "=": " equal "}
_SIGN = re.compile(r"[+\-<>=]+")

# What generated modules import or define themselves, and what a class must not hide.
RESERVED_CLASSES = frozenset(
    (
        "ABSENT",
        "Absent",
        "Annotated",
        "Any",
        "AnyUrl",
        "Awaitable",
        "AwareDatetime",
        "Base64Bytes",
        "Base64Str",
        "BaseModel",
        "Callable",
        "ClassVar",
        "ConfigDict",
        "Decimal",
        "Discriminator",
        "EmailStr",
        "Enum",
        "Field",
        "IPv4Address",
        "IPv6Address",
        "IntEnum",
        "Iterable",
        "Json",
        "Literal",
        "Mapping",
        "Model",
        "NaiveDatetime",
        "Omittable",
        "Optional",
        "Principal",
        "Protocol",
        "RootModel",
        "Self",
        "Sequence",
        "StrEnum",
        "TypeAlias",
        "TypeAliasType",
        "TypeVar",
        "UUID",
        "Union",
        *(name for name in dir(builtins) if name[0].isupper()),
    )
)
RESERVED_PARAMETERS = frozenset(("self", "body", "content_type", "accept", "principal"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What `key` would like to be called: `candidates`, best first.

    `own` is a name that the author gave; it goes before names that are made.
    """

    key: str
    candidates: tuple[str, ...]
    own: bool = False


def words(text: str) -> list[str]:
    """The words in a name of any style: `listVPCs`, `list-vpcs` and `list_vpcs` are alike."""
    text = unicodedata.normalize("NFKC", text)
    if sign := _SIGN.match(text):
        text = "".join(_SIGNS[character] for character in sign.group()) + text[sign.end() :]
    return [word for word in _WORDS.findall(text) if f"_{word}".isidentifier()]


def snake(text: str, otherwise: str) -> str:
    """`text` as a function, parameter or module name; `otherwise` where nothing is left of it.

    Words that Python keeps for itself get a trailing `_`; a digit in front gets `otherwise`.
    """
    name = "_".join(words(text)).lower()
    if not name or name[0].isdigit() or not name.isidentifier():
        name = f"{otherwise}_{name}" if name else otherwise
    return f"{name}_" if keyword.iskeyword(name) else name


def pascal(text: str) -> str:
    """`text` as part of a class name: `simple-user` is `SimpleUser`, `apiURL` is `ApiURL`."""
    if re.fullmatch(r"[A-Z][A-Za-z0-9]*", text):
        return text
    return "".join(word[0].upper() + word[1:] for word in words(text))


def class_name(text: str) -> str:
    """`text` as a class name that hides nothing generated modules need."""
    name = pascal(text)
    if not name:
        return "Unnamed"
    if not name.isidentifier():
        name = f"Model{name}"
    if name in RESERVED_CLASSES or keyword.iskeyword(name):
        return f"{name}Model"
    return name


def resolve(
    wishes: Iterable[Wish],
    *,
    locked: Mapping[str, str] | None = None,
    reserved: Iterable[str] = (),
) -> dict[str, str]:
    """A name for each wish's key, no two alike when case is ignored.

    Keys in `locked` have theirs; what is there for other keys is free. Then come authors' own
    names, exact ones first; then those whose candidate nobody else wants; the rest get the lowest
    free number.
    """
    wishes = list(wishes)
    known = {wish.key for wish in wishes}
    given = {key: name for key, name in (locked or {}).items() if key in known}
    taken = {name.casefold() for name in (*given.values(), *reserved)}
    names: dict[str, str] = {}
    waiting: list[Wish] = []
    for wish in wishes:
        if wish.key in given:
            names[wish.key] = given[wish.key]
        else:
            waiting.append(wish)

    def give(wish: Wish, name: str) -> None:
        names[wish.key] = name
        taken.add(name.casefold())

    def numbered(name: str) -> str:
        number = 2
        stem = f"{name}_" if name[-1].isdigit() else name
        while f"{stem}{number}".casefold() in taken:
            number += 1
        return f"{stem}{number}"

    def settle(group: list[Wish]) -> None:
        for wish in group:
            free = (name for name in wish.candidates if name.casefold() not in taken)
            give(wish, next(free, None) or numbered(wish.candidates[-1]))

    own = [wish for wish in waiting if wish.own]
    exact = [wish for wish in own if wish.key.rpartition("/")[2] == wish.candidates[0]]
    settle(exact)
    settle([wish for wish in own if wish.key not in names])
    made = [wish for wish in waiting if not wish.own]
    wanted: dict[str, int] = {}
    for wish in made:
        first = wish.candidates[0].casefold()
        wanted[first] = wanted.get(first, 0) + 1
    for wish in made:
        unique = wanted[wish.candidates[0].casefold()] == 1
        choices = wish.candidates if unique else wish.candidates[1:] or wish.candidates
        settle([Wish(wish.key, choices)])
    return names
