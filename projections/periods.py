"""Closed months and years: which are closed for a programme, and whether something was recorded after close."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from benefits.values import GivenDate, Period
from projections.tables import delta, state


class Closing(NamedTuple):
    """A month or financial year whose accounts are closed, from a day on, by an event."""

    period: Period
    on: date
    event: int

    def covers(self, other: Period) -> bool:
        """Tell whether every day of a period is closed by it."""
        return self.period.first_day <= other.first_day and other.last_day <= self.period.last_day


def closings(
    connection: Connection, programmes: Collection[str], on: date, position: int
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


def _parents(connection: Connection, kind: str, names: Iterable[str], on: date, position: int) -> dict[str, str]:
    return {name: parent for name, parent, _ in _rows(connection, kind, names, on, position)}


def _rows(connection: Connection, kind: str, names: Iterable[str], on: date, position: int) -> list[Any]:
    query = select(state.c.reference, state.c.parent, state.c.state).where(
        state.c.kind == kind,
        state.c.reference.in_(set(names)),
        state.c.known_to > position,
        state.c.known_from <= position,
        state.c.valid_from <= on,
        state.c.valid_to > on,
    )
    return list(connection.execute(query))


def closed_by(closed: Iterable[Closing], period: Period) -> Closing | None:
    """Return the first closing that covers a period; `None` while it is open."""
    return min((one for one in closed if one.covers(period)), key=lambda one: one.event, default=None)


def recorded_after_close(
    connection: Connection, on: date, position: int, after: int = 0, upto: int | None = None
) -> frozenset[int]:
    """Return the events that changed an amount of a period after it was closed, as known at a position.

    Args:
        connection: Where the views are read.
        on: The day.
        position: The position of the log.
        after: Leave out the events up to this one.
        upto: Leave out those after this one.
    """
    names = select(state.c.reference).where(state.c.kind == "programme", state.c.known_from <= position).distinct()
    closed = closings(connection, list(connection.execute(names).scalars()), on, position)
    found: set[int] = set()
    for programme, its in closed.items():
        for closing in its:
            late = select(delta.c.position).where(
                delta.c.programme == programme,
                delta.c.effective_on >= closing.period.first_day,
                delta.c.effective_on <= closing.period.last_day,
                delta.c.position > max(closing.event, after),
                delta.c.position <= (position if upto is None else min(upto, position)),
            )
            found.update(connection.execute(late.distinct()).scalars())
    return frozenset(found)
