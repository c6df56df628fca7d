"""The law for alternatives: every alternative of the one fits some alternative of the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from accord.gates.law.discriminators import discriminators
from accord.gates.law.pair import Pair
from accord.gates.law.scalars import null
from accord.gates.law.shape import Shape
from accord.gates.law.shapes import Shapes
from accord.gates.law.values import NUMBERS, among, shown
from accord.gates.law.verdict import Break, Breaks, Way, on_wire

Judge = Callable[[Pair], Breaks]


@dataclass(frozen=True, slots=True)
class Unions:
    """A pair of which one at least has alternatives, the shapes of either's document, and who
    judges alternatives."""

    pair: Pair
    narrow: Shapes
    wide: Shapes
    judge: Judge

    def breaks(self) -> Iterator[Break]:
        """Of every alternative that fits none what is wrong with it; and what is wrong with how
        alternatives are told apart."""
        yield from null(self.pair)
        yield from discriminators(self.pair, self.narrow, self.wide, self.judge)
        yield from self._exclusive()
        theirs = self.wide.branches(_solid(self.pair.wide))
        taken: set[int] = set()
        homeless: list[Shape] = []
        for branch in self.narrow.branches(_solid(self.pair.narrow)):
            home = self._home(branch, theirs)
            if home is not None:
                taken.add(home)
                yield from self.judge(self._with(branch, theirs[home]))
            elif not self._fits_in_parts(branch, theirs):
                homeless.append(branch)
        free = [each for index, each in enumerate(theirs) if index not in taken]
        for branch in homeless:
            partner = self._partner(branch, free if self.pair.wide.unions else theirs)
            if partner is None:
                yield self._no_alternative(branch)
            else:
                yield from self.judge(self._with(branch, partner))

    def _exclusive(self) -> Iterator[Break]:
        """`anyOf` takes what several alternatives take; `oneOf` does not."""
        narrow, wide = self.pair.narrow, self.pair.wide
        if not narrow.unions or not wide.unions or wide.discriminator:
            return
        if (narrow.unions[0].keyword, wide.unions[0].keyword) != ("anyOf", "oneOf"):
            return
        branches = self.narrow.branches(narrow)
        if any(
            one.types & two.types and not self._are_apart(one, two, self.narrow)
            for one, two in combinations(branches, 2)
        ):
            said = (
                "what several alternatives take is refused now (`oneOf`, not `anyOf`)"
                if self.pair.way is Way.REQUEST
                else "values may be of several alternatives at once now (`anyOf`, not `oneOf`)"
            )
            places = narrow.unions[0].pointer, wide.unions[0].pointer
            yield self.pair.broken("alternatives-overlap", said, *places)

    def _home(self, branch: Shape, theirs: Sequence[Shape]) -> int | None:
        """Which alternative takes all that `branch` does; that of the same name is asked first."""
        name = _name(branch)
        order = sorted(range(len(theirs)), key=lambda index: _name(theirs[index]) != name)
        for index in order:
            if not on_wire(self.judge(self._with(branch, theirs[index]))):
                return index
        return None

    def _fits_in_parts(self, branch: Shape, theirs: Sequence[Shape]) -> bool:
        parts = _split(branch)
        return len(parts) > 1 and all(self._home(part, theirs) is not None for part in parts)

    def _with(self, branch: Shape, other: Shape) -> Pair:
        return replace(self.pair, narrow=branch, wide=other)

    def _partner(self, branch: Shape, free: Sequence[Shape]) -> Shape | None:
        """The alternative that `branch` was, or became, for all that has changed in it."""
        for other in free:
            if _name(other) == _name(branch) and self.pair.wide.unions:
                return other
        alike = [
            other
            for other in free
            if other.types & branch.types and not self._are_apart(branch, other)
        ]
        if not self.pair.wide.unions:
            return free[0]
        return alike[0] if len(alike) == 1 else None

    def _are_apart(self, branch: Shape, other: Shape, others: Shapes | None = None) -> bool:
        """Whether a property tells the two apart by its value."""
        for name in branch.required.keys() & other.required.keys():
            if name in branch.properties and name in other.properties:
                mine = self.narrow.of(branch.properties[name]).values
                theirs = (others or self.wide).of(other.properties[name]).values
                if mine and theirs and not any(among(value, theirs) for value in mine):
                    return True
        return False

    def _no_alternative(self, branch: Shape) -> Break:
        said = (
            f"the alternative {_name(branch)} is not taken any more"
            if self.pair.way is Way.REQUEST
            else f"the alternative {_name(branch)} is new: callers do not know it"
        )
        wide = self.pair.wide
        place = wide.unions[0].pointer if wide.unions else wide.pointer
        return self.pair.broken("alternative", said, branch.pointer, place)


def _solid(shape: Shape) -> Shape:
    """The same without null, about which all has been said."""
    return replace(shape, null=False, key=(*shape.key, "!null"))


def _name(branch: Shape) -> str:
    """What a reader calls an alternative: its component, else where it is written."""
    return repr(branch.pointer.removeprefix("/components/schemas/"))


def _split(branch: Shape) -> tuple[Shape, ...]:
    """A shape by its values, or else by its types."""
    if branch.values is not None and len(branch.values) > 1:
        return tuple(
            replace(branch, values=(value,), key=(*branch.key, f"={shown(value)}"))
            for value in branch.values
        )
    numbers = branch.types & NUMBERS
    parts = [frozenset((each,)) for each in sorted(branch.types - NUMBERS)]
    return tuple(
        replace(branch, types=part, key=(*branch.key, f":{sorted(part)}"))
        for part in (*parts, *((numbers,) if numbers else ()))
    )
