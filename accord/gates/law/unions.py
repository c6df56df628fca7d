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
from accord.gates.law.takes import takes
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
        mine = self.narrow.branches(_solid(self.pair.narrow))
        taken: set[int] = set()
        homeless: list[Shape] = []
        for branch in mine:
            home = self._home(branch, theirs)
            if home is not None:
                taken.add(home)
                yield from self._twice(branch, home, mine, theirs)
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

    def _twice(
        self, branch: Shape, home: int, mine: Sequence[Shape], theirs: Sequence[Shape]
    ) -> Iterator[Break]:
        """`oneOf` refuses what a second alternative takes too, if it did not so before."""
        wide, narrow = self.pair.wide, self.pair.narrow
        if not wide.unions or wide.unions[0].keyword != "oneOf" or wide.discriminator:
            return
        was_exclusive = bool(narrow.unions) and narrow.unions[0].keyword == "oneOf"
        if narrow.unions and not was_exclusive:
            return
        for index, other in enumerate(theirs):
            if index == home:
                continue
            is_certain = self._meet(branch, other)
            if not is_certain and not self._may_meet(branch, other):
                continue
            known = was_exclusive and any(
                not on_wire(
                    self.judge(
                        replace(self.pair, way=self.pair.way.opposite, narrow=other, wide=one)
                    )
                )
                for one in mine
                if one is not branch
            )
            if not known:
                said = (
                    "what two alternatives take is refused (`oneOf`), and they are more alike now"
                    if self.pair.way is Way.REQUEST
                    else "alternatives are less alike now: what two of them took was excluded"
                )
                places = branch.pointer, other.pointer
                found = self.pair.broken("alternatives-overlap", said, *places)
                yield found if is_certain else replace(found, is_suspected=True)
                return

    def _may_meet(self, branch: Shape, other: Shape) -> bool:
        """Whether there may be objects of both. What they have in common only values show."""
        return "object" in branch.types & other.types and not self._are_apart(branch, other)

    def _meet(self, branch: Shape, other: Shape) -> bool:
        """Whether there are values of both: scalars and arrays, and objects of any kind."""
        common = branch.types & other.types
        if other.required or other.closed or other.others or other.properties:
            common -= {"object"}
        if not common or self._are_apart(branch, other):
            return False
        if branch.values is not None:
            return any(takes(self.wide, other, value) for value in branch.values)
        if other.values is not None:
            return any(takes(self.narrow, branch, value) for value in other.values)
        if common <= NUMBERS:
            return not _is_ahead(branch, other, "imum") and not _is_ahead(other, branch, "imum")
        if common == {"string"}:
            return not _is_ahead(branch, other, "Length") and not _is_ahead(other, branch, "Length")
        return True

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


def _is_ahead(one: Shape, two: Shape, measure: str) -> bool:
    """Whether all that the one takes is smaller or shorter than all that the other does."""
    high, low = one.limit(f"max{measure}"), two.limit(f"min{measure}")
    if high is None or low is None:
        return False
    return bool(
        high.value < low.value or (high.value == low.value and (high.exclusive or low.exclusive))
    )


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
