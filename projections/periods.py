"""Closed months and years: which are closed for a programme, and whether something was recorded after close."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from benefits.store import Question, Snapshot
from benefits.values import GivenDate, Period
from projections.bounds import THEN

_HELD: Final = Question(
    "SELECT reference, parent, state FROM view_state WHERE kind = :kind AND reference IN (:names) AND", THEN
)
_PROGRAMMES: Final = Question(
    "SELECT DISTINCT reference FROM view_state WHERE kind = 'programme' AND known_from <= :position"
)
_LATE: Final = Question(
    "SELECT DISTINCT position FROM view_delta WHERE programme = :programme",
    "AND effective_on >= :first_day AND effective_on <= :last_day AND position > :after AND position <= :upto",
)


class Closing(NamedTuple):
    """A month or financial year whose accounts are closed, from a day on, by an event."""

    period: Period
    on: date
    event: int

    def covers(self, other: Period) -> bool:
        """Tell whether every day of a period is closed by it."""
        return self.period.first_day <= other.first_day and other.last_day <= self.period.last_day


def closings(
    connection: Snapshot, programmes: Collection[str], on: date, position: int
) -> dict[str, Sequence[Closing]]:
    """Return what is closed for each of some programmes, as at a day, as known at a position."""
    portfolios = _parents(connection, "programme", programmes, on, position)
    authorities = _parents(connection, "portfolio", portfolios.values(), on, position)
    closed: dict[str, Sequence[Closing]] = {}
    for name, _, words in _rows(connection, "authority", authorities.values(), on, position):
        closed[name] = [
            Closing(Period.of(one["period"]), GivenDate.of(one["on"]).day, one["event"])
            for one in json.loads(words)["closed"]
        ]
    return {programme: closed.get(authorities.get(portfolio, ""), ()) for programme, portfolio in portfolios.items()}


def _parents(connection: Snapshot, kind: str, names: Iterable[str], on: date, position: int) -> dict[str, str]:
    return {name: parent for name, parent, _ in _rows(connection, kind, names, on, position)}


def _rows(connection: Snapshot, kind: str, names: Iterable[str], on: date, position: int) -> list[Any]:
    return _HELD(connection, kind=kind, names=set(names), on=on, position=position)


def closed_by(closed: Iterable[Closing], period: Period) -> Closing | None:
    """Return the first closing that covers a period; `None` while it is open."""
    return min((one for one in closed if one.covers(period)), key=lambda one: one.event, default=None)


def recorded_after_close(
    connection: Snapshot, on: date, position: int, after: int = 0, upto: int | None = None
) -> frozenset[int]:
    """Return the events that changed an amount of a period after it was closed, as known at a position.

    Args:
        connection: Where the views are read.
        on: The day.
        position: The position of the log.
        after: Leave out the events up to this one.
        upto: Leave out those after this one.
    """
    last = position if upto is None else min(upto, position)
    closed = closings(connection, _PROGRAMMES.values(connection, position=position), on, position)
    return frozenset(
        event
        for programme, its in closed.items()
        for closing in its
        for event in _LATE.values(
            connection,
            programme=programme,
            first_day=closing.period.first_day,
            last_day=closing.period.last_day,
            after=max(closing.event, after),
            upto=last,
        )
    )
