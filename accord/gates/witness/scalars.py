"""Numbers and texts near the limits of schemas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from accord.gates.law.shape import Shape
from accord.gates.witness import patterns
from accord.gates.witness.formats import EXAMPLES

_LONGEST = 10_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PLAIN = ("x", "", "a", "abc", "A-1", "zz zz", "é", "0", "7", "true", "a/b", "%%%", "{", "null")


def numbers(shape: Shape, others: Sequence[Shape], *, whole: bool) -> Iterator[float]:
    """Numbers for `shape`, then those at and beside the limits of `others`."""
    found: dict[float, None] = {}
    steps = [each.value for one in (shape, *others) for each in one.multiples]
    marks: list[float] = [1, 0, 2, 7]
    for one in (shape, *others):
        for keyword in ("minimum", "maximum"):
            limit = one.limit(keyword)
            marks += [limit.value] if limit is not None and math.isfinite(limit.value) else []
        marks += [value for value in one.values or () if isinstance(value, (int, float))]
    for mark in marks:
        for by in (0, 1, -1, 0.5, -0.5, 10, -10):
            found[mark + by] = None
        for step in steps:
            if step:
                base = math.ceil(mark / step)
                found |= dict.fromkeys(_clean((base + by) * step) for by in (0, 1, -1, 2, 3))
    found |= dict.fromkeys((2**31, -(2**31) - 1, 2**40, 2**63, 1e6 + 0.25, 0.1, 1e20))
    for value in found:
        if whole and float(value).is_integer():
            yield int(value)
        elif not whole and not float(value).is_integer():
            yield float(value)


def texts(shape: Shape, others: Sequence[Shape]) -> Iterator[str]:
    """Texts for `shape`, then those that patterns, formats and lengths of `others` tell apart."""
    found: dict[str, None] = {}
    for one in (shape, *others):
        for kind, text in one.texts:
            if kind == "pattern":
                found |= dict.fromkeys(patterns.texts(text))
            elif kind == "format":
                found |= dict.fromkeys(EXAMPLES.get(text, ()))
            else:
                found |= dict.fromkeys(EXAMPLES.get(f"{kind} {text}", ()))
    sized = dict.fromkeys(_of_lengths((shape, *others), [text for text in found if text]))
    # Where nothing is to be told apart the plainest comes first, else what is at the limits.
    found |= {**sized, **dict.fromkeys(_PLAIN)} if others else {**dict.fromkeys(_PLAIN), **sized}
    for one in others:
        found |= dict.fromkeys(value for value in one.values or () if isinstance(value, str))
    for examples in islice(EXAMPLES.values(), 40):
        found[examples[0]] = None
    if any(kind == "pattern" for kind, _ in shape.texts):
        # What a pattern finds is kept where more is put around it, unless it is anchored.
        for text in list(found)[:12]:
            found |= dict.fromkeys((f"{text}{text}", text.upper(), text.lower(), f"{text}x"))
    yield from found


def _of_lengths(shapes: Sequence[Shape], seeds: Sequence[str]) -> Iterator[str]:
    """Texts as long as lengths allow, one longer and one shorter."""
    for shape in shapes:
        for keyword in ("minLength", "maxLength"):
            limit = shape.limit(keyword)
            for size in (int(limit.value) + by for by in (0, 1, -1)) if limit is not None else ():
                if 0 <= size <= _LONGEST:
                    yield from _of_length(size, seeds)


def _of_length(size: int, seeds: Sequence[str]) -> Iterator[str]:
    yield (_LETTERS * (size // len(_LETTERS) + 1))[:size]
    for seed in seeds[:6]:
        yield (seed * (size // len(seed) + 1))[:size]
        yield (seed + seed[-1] * size)[:size]


def _clean(value: float) -> float:
    """`3 * 0.1` as 0.3."""
    return float(f"{value:.12g}")
