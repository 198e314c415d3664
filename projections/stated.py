"""What the words of a state say, read once, and what its targets and forecasts come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from benefits.values import Period
from projections.series import is_counted, is_wholly_counted

_READ: Final = 16_384
"""States that stay read: those of some large programmes, of which a page, and the next one, ask more than once."""

_PROFILES: Final = ("original_target", "target", "forecast")
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


class _Handed(NamedTuple):
    """That a line was handed over: by which event, and on which assumption."""

    event: int
    assumed: str | None


class Lines:
    """The lines of a target or forecast that count for whoever asks, and what they come to.

    A board asks for the sums of thousands, so a line is made only where it is looked at.

    Args:
        periods: The period of each, with a space between.
        amounts: The amount of each.
        event: The event that said them.
        handed: Of each that was handed over, by what; `None` where none was.

    `total` is the sum of all; `is_assumed` says whether one of them rests on an assumption of its own.
    """

    __slots__ = ("_event", "_handed", "amounts", "is_assumed", "periods", "total")

    def __init__(
        self, periods: str, amounts: Sequence[Decimal], event: int, handed: Sequence[_Handed | None] | None
    ) -> None:
        self.periods = periods
        self.amounts = amounts
        self._event = event
        self._handed = handed
        self.total = sum(amounts, _NOTHING)
        self.is_assumed = handed is not None and any(one is not None and one.assumed for one in handed)

    @classmethod
    def of(cls, version: Mapping[str, Any] | None) -> Lines:
        """Return the lines of what a state says of the target or forecast in force; none where nothing is."""
        if version is None:
            return cls("", (), 0, None)
        amounts = list(map(Decimal, version["amounts"].split()))
        return cls(version["periods"], amounts, version["event"], _handed(version, len(amounts)))

    def only(self, is_counted: Callable[[str], bool]) -> Lines:
        """Return those that count, which is told by the last day of their periods."""
        kept = [at for at, last_day in enumerate(_last_days(self.periods)) if is_counted(last_day)]
        periods = self.periods.split()
        handed = self._handed
        return Lines(
            " ".join([periods[at] for at in kept]),
            [self.amounts[at] for at in kept],
            self._event,
            None if handed is None else [handed[at] for at in kept],
        )

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.amounts)

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines, in the order in which they were said."""
        for at, (period, last_day) in enumerate(zip(self.periods.split(), _last_days(self.periods), strict=True)):
            handed = self._handed[at] if self._handed is not None else None
            event = self._event if handed is None else handed.event
            yield Line(self.amounts[at], period, last_day, event, handed is not None)

    def due(self, on: date) -> Decimal:
        """Return what those come to whose periods have ended by a day."""
        return self.add_up(_ended(self.periods, on)).quantize(self.total)

    def add_up(self, lines: Iterable[int]) -> Decimal:
        """Return what some of them come to, each by its place."""
        amounts = self.amounts
        return sum([amounts[at] for at in lines], _NOTHING)

    def of_period(self, period: Period, bucket: Bucket) -> Decimal | None:
        """Return what those come to that fall in a period of a bucket; `None` if none does."""
        lines = places(self.periods, bucket).get(period)
        return None if lines is None else self.add_up(lines)

    def within(self, period: Period | None, bucket: Bucket) -> list[Line]:
        """Return those that fall in a period of a bucket; those that cross from one to another for `None`."""
        return [line for line in self if _within(line.period, bucket) == period]

    def in_full(self) -> list[dict[str, Any]]:
        """Return the lines as answers give them; of one that was handed over, by which event, and on what."""
        handed = self._handed or [None] * len(self)
        return [
            {"period": line.period, "last_day": line.last_day, "amount": format(line.amount, "f")}
            | ({"event": by.event} if by is not None else {})
            | ({"assumed": by.assumed} if by is not None and by.assumed else {})
            for line, by in zip(self, handed, strict=True)
        ]


def _handed(version: Mapping[str, Any], lines: int) -> list[_Handed | None] | None:
    """Return, of each line, by what it was handed over: those that were stand after a version's own."""
    if "handed" not in version:
        return None
    moved = [_Handed(one["event"], one.get("assumed")) for one in version["handed"] for _ in range(one["lines"])]
    return [*[None] * (lines - len(moved)), *moved]


@lru_cache(maxsize=4_096)
def _last_days(periods: str) -> tuple[str, ...]:
    return tuple(Period.of(one).last_day.isoformat() for one in periods.split())


@lru_cache(maxsize=4_096)
def _ended(periods: str, on: date) -> tuple[int, ...]:
    """Return which of some periods have ended by a day."""
    last = on.isoformat()
    return tuple(at for at, last_day in enumerate(_last_days(periods)) if last_day <= last)


@lru_cache(maxsize=4_096)
def _within(period: str, bucket: Bucket) -> Period | None:
    """Return in which period of a bucket another lies; `None` if it crosses from one to another."""
    whole = Period.of(period)
    found = bucket(whole.last_day)
    return found if found.first_day <= whole.first_day else None


@lru_cache(maxsize=4_096)
def places(periods: str, bucket: Bucket) -> Mapping[Period | None, tuple[int, ...]]:
    """Return which of some lines fall in each period of a bucket, by the places of the lines.

    A line that crosses from one period to another is not spread: it is under `None`. Benefits of a programme are often
    planned alike.
    """
    found: dict[Period | None, list[int]] = {}
    for at, period in enumerate(periods.split()):
        found.setdefault(_within(period, bucket), []).append(at)
    return MappingProxyType({period: tuple(lines) for period, lines in found.items()})


class Stated(dict[str, Any]):
    """What the words of a state say, by field. Nobody changes it, so what is worked out of it is kept with it."""

    __slots__ = ("_lines",)

    def __init__(self, said: Mapping[str, Any]) -> None:
        super().__init__(said)
        self._lines: dict[tuple[str, frozenset[str] | None], Lines] = {}

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
            if key[1] is None:
                found = Lines.of(self[name])
            else:
                found = self.lines(name, None).only(lambda last_day: is_counted(self, last_day, programmes))
            self._lines[key] = found
        return found

    def in_full(self) -> dict[str, Any]:
        """Return what it says as answers give it: the lines of targets and forecasts one by one."""
        full = {
            name: {"release": said["release"], "event": said["event"], "lines": Lines.of(said).in_full()}
            for name in _PROFILES
            if isinstance(said := self.get(name), Mapping) and "periods" in said  # A programme's target is one amount.
        }
        return {**self, **full}

    @property
    def is_first_target(self) -> bool:
        """Whether the target in force is the first."""
        return bool(self["original_target"] == self["target"])
