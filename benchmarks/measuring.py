"""Times side by side: contenders take turns, so that what disturbs the machine disturbs them all."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROUNDS: Final = 9
LONGEST_SECONDS: Final = 40.0
"""How long one contender may take in all before its further turns are left out."""

SHORTEST_SECONDS: Final = 0.01
"""What takes less is done several times in a turn."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long something took, once, at each of its turns.

    Attributes:
        seconds: At each turn, the mean of its repetitions.
        repeated: How often it was done in a turn.
    """

    seconds: tuple[float, ...]
    repeated: int = 1

    @property
    def median(self) -> float:
        """Seconds."""
        return median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and third quartile, in seconds: half of the turns lie between them."""
        if len(self.seconds) < 2:
            return self.seconds[0], self.seconds[0]
        first, _, third = quantiles(self.seconds, n=4, method="inclusive")
        return first, third

    def each(self, of: int) -> Timing:
        """Return how long one of so many things took, where all of them were done in a turn."""
        return Timing(tuple(one / of for one in self.seconds), self.repeated * of)


def side_by_side(
    contenders: Mapping[str, Callable[[int], object]],
    *,
    rounds: int = ROUNDS,
    longest: float = LONGEST_SECONDS,
    shortest: float = SHORTEST_SECONDS,
) -> dict[str, Timing]:
    """Return how long each contender takes, in turns: A B C, B C A, C A B, and so on, after a turn to warm up.

    Args:
        contenders: Given the number of the round, from 0, and within it always the same question.
        rounds: How many turns each gets.
        longest: A contender that has taken this many seconds gets no further turn; everyone gets at least one.
        shortest: What takes fewer seconds than this is done several times in a turn.
    """
    names = list(contenders)
    repeated: dict[str, int] = {}
    taken: dict[str, list[float]] = {}
    spent: dict[str, float] = {}
    for name in names:
        warm = _seconds(contenders[name], 0, 1)
        repeated[name] = max(1, math.ceil(shortest / warm)) if warm < shortest else 1
        taken[name], spent[name] = ([warm], warm) if warm > longest else ([], warm)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            if taken[name] and spent[name] > longest:
                continue
            seconds = _seconds(contenders[name], number, repeated[name])
            spent[name] += seconds
            taken[name].append(seconds / repeated[name])
    return {name: Timing(tuple(taken[name]), repeated[name]) for name in names}


def _seconds(do: Callable[[int], object], number: int, repeated: int) -> float:
    began = time.perf_counter()
    for _ in range(repeated):
        do(number)
    return time.perf_counter() - began


def growth(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """Return the exponent with which a time grows with size, fitted to all of them; None for fewer than two sizes."""
    if len(sizes) < 2:
        return None
    xs, ys = [math.log(size) for size in sizes], [math.log(one) for one in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
