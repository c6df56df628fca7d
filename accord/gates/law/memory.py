"""What has been judged, where schemas contain themselves.

A pair that is met again while it is being judged is assumed to fit. What was found under such an
assumption is good while the pair is open, and for ever if the pair turns out to fit.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from accord.gates.law.verdict import Breaks, on_wire

_NOTHING_ASSUMED = sys.maxsize


class Memory:
    """Verdicts on pairs by key."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Breaks] = {}
        self._open: dict[Hashable, int] = {}
        """Pairs that are being judged → how deep."""
        self._assuming: dict[Hashable, tuple[Breaks, int]] = {}
        """Verdicts that rest on the open pair at a depth, and maybe on deeper ones."""
        self._resting: dict[int, list[Hashable]] = defaultdict(list)
        self._lowest = _NOTHING_ASSUMED

    def recall(self, key: Hashable) -> Breaks | None:
        """The verdict on a pair, as far as it is known; None: judge it."""
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            return ()
        if key in self._assuming:
            found, lowest = self._assuming[key]
            self._lowest = min(self._lowest, lowest)
            return found
        return None

    @contextmanager
    def judging(self, key: Hashable) -> Iterator[Callable[[Breaks], Breaks]]:
        """Marks a pair as open; the function within takes its verdict, and hands it back."""
        depth = self._open[key] = len(self._open)
        outer, self._lowest = self._lowest, _NOTHING_ASSUMED

        def keep(found: Breaks) -> Breaks:
            lowest = self._lowest if self._lowest < depth else _NOTHING_ASSUMED
            self._close(key, depth, found, lowest)
            self._lowest = min(outer, lowest)
            return found

        yield keep

    def _close(self, key: Hashable, depth: int, found: Breaks, lowest: int) -> None:
        del self._open[key]
        fits = not on_wire(found)
        for resting in self._resting.pop(depth, ()):
            verdict, _ = self._assuming.pop(resting)
            if fits or verdict:
                self._settle(resting, verdict, lowest)
        self._settle(key, found, lowest)

    def _settle(self, key: Hashable, found: Breaks, lowest: int) -> None:
        if lowest == _NOTHING_ASSUMED:
            self._known[key] = found
        else:
            self._assuming[key] = (found, lowest)
            self._resting[lowest].append(key)
