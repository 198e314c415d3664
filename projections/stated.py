"""What the words of a state say, read once, and what its targets and forecasts come to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from benefits.values import Period
from projections.series import is_counted, is_wholly_counted

_READ: Final = 8_192
"""States that stay read: those of some large programmes, of which a page, and the next one, ask more than once."""

Bucket = Callable[[date], Period]
"""Gives the period a day falls in, by the financial year or month."""


class Line(NamedTuple):
    """A line of a target or forecast: an amount for a period, and the event that said so or handed it over."""

    amount: Decimal
    period: str
    last_day: str
    event: int
    is_handed_over: bool
    assumed: bool


class Cut(NamedTuple):
    """The lines that fall in one period, and what they come to; `None` for those that cross from one to another."""

    period: Period | None
    lines: Sequence[Line]
    amount: Decimal


class Lines:
    """The lines of a target or forecast that count for whoever asks, and what they come to.

    Args:
        each: The lines, in the order in which they were said.

    `total` is the sum of all; `is_assumed` says whether one of them rests on an assumption of its own.
    """

    __slots__ = ("_cut", "_days", "_sums", "each", "is_assumed", "total")

    def __init__(self, each: Sequence[Line]) -> None:
        self.each = each
        in_order = sorted(each, key=_last_day)
        self._days = [line.last_day for line in in_order]
        self._sums = [*accumulate([line.amount for line in in_order], initial=Decimal(0))]
        self.total = self._sums[-1]
        self.is_assumed = any(line.assumed for line in each)
        self._cut: dict[Bucket, Sequence[Cut]] = {}

    def due(self, on: date) -> Decimal:
        """Return what those come to whose periods have ended by a day."""
        return self._sums[bisect_right(self._days, on.isoformat())].quantize(self.total)

    def cut(self, bucket: Bucket) -> Sequence[Cut]:
        """Return them by the periods of a bucket; a line that crosses from one to another is not spread."""
        found = self._cut.get(bucket)
        if found is None:
            by_period: dict[Period | None, list[Line]] = {}
            for line in self.each:
                by_period.setdefault(_within(line.period, bucket), []).append(line)
            found = self._cut[bucket] = [
                Cut(period, lines, sum([line.amount for line in lines], Decimal(0)))
                for period, lines in by_period.items()
            ]
        return found


_last_day = attrgetter("last_day")


@lru_cache(maxsize=4_096)
def _within(period: str, bucket: Bucket) -> Period | None:
    """Return in which period of a bucket another lies; `None` if it crosses from one to another."""
    whole = Period.of(period)
    found = bucket(whole.last_day)
    return found if found.first_day <= whole.first_day else None


class Stated(dict[str, Any]):
    """What the words of a state say, by field. Nobody changes it, so what is worked out of it is kept with it."""

    @classmethod
    @lru_cache(maxsize=_READ)
    def of(cls, words: str) -> Stated:
        """Return what the words of a state say; the same words are read once."""
        return cls(from_json(words, cache_strings="keys"))

    def lines(self, name: str, programmes: frozenset[str] | None) -> Lines:
        """Return the lines in force that count for some programmes; none where nothing is in force.

        Args:
            name: `target`, `original_target` or `forecast`.
            programmes: Only the periods that belong to these; every period if `None`.
        """
        key = (name, None if is_wholly_counted(self, programmes) else programmes)
        found = self._lines.get(key)
        if found is None:
            version = self[name]
            lines = version["lines"] if version is not None else ()
            if key[1] is not None:
                lines = [line for line in lines if is_counted(self, line["last_day"], programmes)]
            found = self._lines[key] = Lines([_line(version, line) for line in lines])
        return found

    @cached_property
    def is_first_target(self) -> bool:
        """Whether the target in force is the first."""
        return bool(self["original_target"] == self["target"])

    @cached_property
    def _lines(self) -> dict[tuple[str, frozenset[str] | None], Lines]:
        return {}


def _line(version: Mapping[str, Any], line: Mapping[str, Any]) -> Line:
    is_handed_over = "event" in line
    return Line(
        Decimal(line["amount"]),
        line["period"],
        line["last_day"],
        line["event"] if is_handed_over else version["event"],
        is_handed_over,
        "assumed" in line and bool(line["assumed"]),
    )
