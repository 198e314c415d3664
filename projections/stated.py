"""What the words of a state say, read once, and what its targets and forecasts come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from benefits.values import Period
from projections.series import is_counted, is_wholly_counted

_READ: Final = 8_192
"""States that stay read: those of some large programmes, of which a page, and the next one, ask more than once."""

_NOTHING: Final = Decimal(0)

Bucket = Callable[[date], Period]
"""Gives the period a day falls in, by the financial year or month."""


class Line(NamedTuple):
    """A line of a target or forecast: an amount for a period, and the event that said so or handed it over."""

    amount: Decimal
    period: str
    last_day: str
    event: int
    is_handed_over: bool


class Lines:
    """The lines of a target or forecast that count for whoever asks, and what they come to.

    A board asks for the sums of thousands, so a line is made only where it is looked at.

    Args:
        version: What a state says of the target or forecast in force.
        said: What it says of the lines that count.

    `total` is the sum of all; `is_assumed` says whether one of them rests on an assumption of its own.
    """

    __slots__ = ("_amounts", "_cut", "_event", "_said", "is_assumed", "total")

    def __init__(self, version: Mapping[str, Any] | None, said: Sequence[Mapping[str, Any]]) -> None:
        self._event = version["event"] if version is not None else 0
        self._said = said
        self._amounts = [Decimal(line["amount"]) for line in said]
        self.total = sum(self._amounts, _NOTHING)
        self.is_assumed = any("assumed" in line and line["assumed"] for line in said)
        self._cut: dict[Bucket, dict[Period | None, Decimal]] = {}

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._said)

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines, in the order in which they were said."""
        return map(self._line, range(len(self)))

    def _line(self, at: int) -> Line:
        line = self._said[at]
        is_handed_over = "event" in line
        event = line["event"] if is_handed_over else self._event
        return Line(self._amounts[at], line["period"], line["last_day"], event, is_handed_over)

    def due(self, on: date) -> Decimal:
        """Return what those come to whose periods have ended by a day."""
        last = on.isoformat()
        due = [amount for amount, line in zip(self._amounts, self._said, strict=True) if line["last_day"] <= last]
        return sum(due, _NOTHING).quantize(self.total)

    def cut(self, bucket: Bucket) -> Mapping[Period | None, Decimal]:
        """Return what they come to in each period of a bucket.

        A line that crosses from one period to another is not spread: its amount is under `None`.
        """
        found = self._cut.get(bucket)
        if found is None:
            amounts = self._amounts
            places = _places(tuple([line["period"] for line in self._said]), bucket)
            found = self._cut[bucket] = {
                period: sum([amounts[at] for at in lines], _NOTHING) for period, lines in places
            }
        return found

    def within(self, period: Period | None, bucket: Bucket) -> list[Line]:
        """Return those that fall in a period of a bucket; those that cross from one to another for `None`."""
        return [self._line(at) for at, line in enumerate(self._said) if _within(line["period"], bucket) == period]


@lru_cache(maxsize=4_096)
def _within(period: str, bucket: Bucket) -> Period | None:
    """Return in which period of a bucket another lies; `None` if it crosses from one to another."""
    whole = Period.of(period)
    found = bucket(whole.last_day)
    return found if found.first_day <= whole.first_day else None


@lru_cache(maxsize=4_096)
def _places(periods: tuple[str, ...], bucket: Bucket) -> Sequence[tuple[Period | None, Sequence[int]]]:
    """Return which of some lines fall in each period of a bucket; benefits of a programme are often planned alike."""
    found: dict[Period | None, list[int]] = {}
    for at, period in enumerate(periods):
        found.setdefault(_within(period, bucket), []).append(at)
    return tuple(found.items())


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
            found = self._lines[key] = Lines(version, lines)
        return found

    @cached_property
    def is_first_target(self) -> bool:
        """Whether the target in force is the first."""
        return bool(self["original_target"] == self["target"])

    @cached_property
    def _lines(self) -> dict[tuple[str, frozenset[str] | None], Lines]:
        return {}
