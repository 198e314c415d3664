"""What answers are made of: the states of all that some programmes have, and what their claims come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from operator import add
from typing import Final, NamedTuple, TypeVar

from benefits.store import Condition, Question, Snapshot
from benefits.values import year_begun
from projections.bounds import THEN
from projections.series import SERIES, SUMS, Amounts
from projections.stated import Stated

K = TypeVar("K", bound=tuple[object, ...])


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


# --- what claims come to -------------------------------------------------------------------------


Sums = Mapping[tuple[str, str], Amounts]
"""By benefit and release: what each series comes to; none where all come to nought."""

SumsByYear = Mapping[tuple[str, str, int], Amounts]
"""Likewise by benefit, release and the year in which a financial year begins."""

_BY_YEAR: Final = f"benefit, release, year, {', '.join(SERIES)}"
_LAST: Final = Question(
    "SELECT max(upto) FROM view_subtotal_of_benefit WHERE programme = :programme AND upto <= :position"
)
_ENDED: Final = Question(
    "SELECT",
    _BY_YEAR,
    "FROM view_subtotal_of_benefit WHERE programme = :programme AND upto = :begun AND year < :year",
)
_SINCE: Final = Question(
    *("SELECT benefit, release, year,", SUMS, "FROM view_delta WHERE programme = :programme AND position <= :position"),
    "AND effective_on <= :on AND (position > :begun OR year = :year) GROUP BY benefit, release, year",
)


def sums_by_year(connection: Snapshot, programmes: Sequence[str], on: date, position: int) -> SumsByYear:
    """Return the series of all that some programmes have had of benefits, up to a day, as known at a position.

    Years that have ended by the day begin at the last subtotal of a programme; that of the day itself is cut at it.
    """
    found: dict[tuple[str, str, int], Amounts] = {}
    for programme in programmes:
        begun = _LAST.value(connection, programme=programme, position=position) or 0
        asked = {"programme": programme, "begun": begun, "year": year_begun(on), "on": on, "position": position}
        for part in (_ENDED, _SINCE):
            for benefit, release, year, *amounts in part(connection, **asked):
                _add(found, (benefit, release, year), tuple(map(int, amounts)))
    return _without_nought(found)


def of_all_years(by_year: SumsByYear) -> Sums:
    """Return the sums of all years."""
    found: dict[tuple[str, str], Amounts] = {}
    for (benefit, release, _), amounts in by_year.items():
        _add(found, (benefit, release), amounts)
    return _without_nought(found)


def sums(connection: Snapshot, whose: Condition, on: date, position: int) -> Sums:
    """Return the series of benefits up to a day, as known at a position; `whose` says which deltas."""
    query = Question(
        *("SELECT benefit, release,", SUMS, "FROM view_delta WHERE effective_on <= :on AND position <= :position AND"),
        *(whose.words, "GROUP BY benefit, release"),
    )
    rows = query(connection, on=on, position=position, **whose.values)
    return _without_nought({(benefit, release): tuple(map(int, amounts)) for benefit, release, *amounts in rows})


def _add(found: dict[K, Amounts], key: K, amounts: Amounts) -> None:
    there = found.get(key)
    found[key] = amounts if there is None else tuple(map(add, there, amounts))


def _without_nought(found: Mapping[K, Amounts]) -> dict[K, Amounts]:
    return {key: amounts for key, amounts in found.items() if any(amounts)}


# --- both, read once -----------------------------------------------------------------------------


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
