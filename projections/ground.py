"""What answers are made of: the states of all that some programmes have, and what their claims come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import add
from typing import Any, NamedTuple

from benefits.store import Condition, Question, Snapshot
from projections.bounds import THEN
from projections.series import SUMS, Amounts
from projections.stated import Stated


class StateRow(NamedTuple):
    """A rectangle's words."""

    kind: str
    reference: str
    programme: str
    stated_at: int
    state: Stated


def states(
    connection: Snapshot, programmes: Sequence[str] | None, on: date, position: int, kind: str | None = None
) -> list[StateRow]:
    """Return the state of everything of some programmes, each once, as at a day, as known at a position.

    Args:
        connection: Where the views are read.
        programmes: Whose; `None` for everything there is.
        on: The day.
        position: The position of the log.
        kind: Only of this kind.
    """
    whose = Condition(THEN, {"on": on, "position": position})
    if programmes is not None:
        whose &= Condition("programme IN (:programmes)", {"programmes": list(programmes)})
    if kind is not None:
        whose &= Condition("kind = :kind", {"kind": kind})
    query = Question("SELECT kind, reference, programme, stated_at, state FROM view_state WHERE", whose.words)
    # What belongs to several programmes has a row for each, alike in all else.
    rows = {
        row[1]: StateRow(row[0], row[1], row[2], row[3], Stated.of(row[4])) for row in query(connection, **whose.values)
    }
    return sorted(rows.values(), key=lambda row: row.reference)  # Here, because databases order text differently.


Sums = Mapping[tuple[str, str], Amounts]
"""By benefit and release: what each series comes to."""


def sums(connection: Snapshot, whose: Condition, on: date, position: int) -> Sums:
    """Return the series of benefits up to a day, as known at a position; `whose` says which deltas."""
    rows = _summed(("benefit", "release"), connection, whose, on, position)
    return {(benefit, release): amounts for (benefit, release), amounts in rows}


SumsByYear = Mapping[tuple[str, str, int], Amounts]
"""By benefit, release and the year in which a financial year begins: what each series comes to."""


def sums_by_year(connection: Snapshot, programmes: Sequence[str], on: date, position: int) -> SumsByYear:
    """Return the series of all that some programmes have had of benefits, up to a day, as known at a position."""
    rows = _summed(("benefit", "release", "year"), connection, of_programmes(programmes), on, position)
    return {(benefit, release, year): amounts for (benefit, release, year), amounts in rows}


def of_all_years(by_year: SumsByYear) -> Sums:
    """Return the sums of all years."""
    found: dict[tuple[str, str], Amounts] = {}
    for (benefit, release, _), amounts in by_year.items():
        there = found.get((benefit, release))
        found[benefit, release] = amounts if there is None else tuple(map(add, there, amounts))
    return {key: amounts for key, amounts in found.items() if any(amounts)}


def _summed(
    by: Sequence[str], connection: Snapshot, whose: Condition, on: date, position: int
) -> Iterator[tuple[Sequence[Any], Amounts]]:
    """Yield what all comes to under each key; nothing where each series comes to nought."""
    keys = ", ".join(by)
    query = Question(
        *("SELECT", keys, ",", SUMS, "FROM view_delta WHERE effective_on <= :on AND position <= :position AND"),
        *(whose.words, "GROUP BY", keys),
    )
    for row in query(connection, on=on, position=position, **whose.values):
        amounts = tuple(map(int, row[len(by) :]))
        if any(amounts):
            yield row[: len(by)], amounts


def of_programmes(programmes: Sequence[str]) -> Condition:
    """Return which deltas are of some programmes."""
    return Condition("programme IN (:programmes)", {"programmes": list(programmes)})


class Ground(NamedTuple):
    """What a board and the years beside it are made of, as at a day, as known at a position: read once for both."""

    states: Sequence[StateRow]
    sums: SumsByYear

    @classmethod
    def of(cls, connection: Snapshot, programmes: Sequence[str], on: date, position: int) -> Ground:
        """Read it."""
        return cls(
            states(connection, programmes, on, position),
            sums_by_year(connection, programmes, on, position),
        )
