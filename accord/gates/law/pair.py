"""Two shapes under the law: everything that `narrow` takes, `wide` must take too."""

from __future__ import annotations

from dataclasses import dataclass

from accord.gates.law.shape import Shape
from accord.gates.law.verdict import Axis, Break, Way


@dataclass(frozen=True, slots=True)
class Pair:
    """In a request `narrow` is the old shape, in a reply the new one.

    `is_text`: values are written as text (parameters, headers), where the text of a number is a
    text like any other.
    """

    way: Way
    narrow: Shape
    wide: Shape
    is_text: bool = False

    @property
    def old(self) -> Shape:
        return self.narrow if self.way is Way.REQUEST else self.wide

    @property
    def new(self) -> Shape:
        return self.wide if self.way is Way.REQUEST else self.narrow

    def broken(
        self,
        rule: str,
        what: str,
        narrow: str | None = None,
        wide: str | None = None,
        *,
        axis: Axis = "wire",
    ) -> Break:
        """A break of `rule`; `narrow` and `wide` are pointers, of the shapes themselves unless
        given, "" where nothing is there."""
        narrow = self.narrow.pointer if narrow is None else narrow
        wide = self.wide.pointer if wide is None else wide
        old, new = (narrow, wide) if self.way is Way.REQUEST else (wide, narrow)
        return Break(f"{self.way.value}-{rule}", axis, what, old or None, new or None)

    def changed(self, rule: str, noun: str, narrow: object, wide: object, *at: str | None) -> Break:
        """A break that reads `noun was X and is Y`, whichever of the two is the old one."""
        old, new = (narrow, wide) if self.way is Way.REQUEST else (wide, narrow)
        if self.way is Way.REQUEST:
            effect = "requests that were valid are refused"
        else:
            effect = "replies may come that never could"
        return self.broken(rule, f"{noun} was {old} and is {new}: {effect}", *at)
