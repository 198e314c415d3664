"""What claims come to, as at any day, as known at any position, at the cost of a few hundred rows.

A question begins at the last subtotal of a programme before the position it is known at (`projections/subtotals.py`),
and adds the deltas after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from benefits.store import Question, Snapshot
from projections.series import SERIES, SUMS, Amounts

_OF: Final = ("release", "kind", "fund")
_BY_DAY: Final[tuple[str, ...]] = ("effective_on", *_OF)
_BY_YEAR: Final[tuple[str, ...]] = ("year", *_OF)


class Cell(NamedTuple):
    """What the claims of one day, release, kind and fund come to, in the order of `SERIES`; or those of one year."""

    effective_on: date
    release: str
    kind: str
    fund: str
    amounts: Amounts


def _asked(by: tuple[str, ...]) -> tuple[Question, Question]:
    """Return what asks for the sums of a programme, and for those of a benefit in whichever programme."""
    keys = ", ".join(by)
    columns = ", ".join((*by, *SERIES))
    of_programme = Question(
        *("SELECT", keys, ",", SUMS, "FROM ("),
        *("SELECT", columns, "FROM view_subtotal WHERE programme = :programme AND upto = :begun"),
        "AND effective_on <= :on UNION ALL",
        *("SELECT", columns, "FROM view_delta WHERE programme = :programme AND position > :begun"),
        "AND position <= :position AND effective_on <= :on",
        *(") AS so_far GROUP BY", keys),
    )
    of_benefit = Question(
        *("SELECT", keys, ",", SUMS, "FROM view_delta WHERE benefit = :benefit"),
        "AND position <= :position AND effective_on <= :on",
        *("GROUP BY", keys),
    )
    return of_programme, of_benefit


_ASKED: Final = {by: _asked(by) for by in (_BY_DAY, _BY_YEAR)}
_LAST: Final = Question("SELECT max(upto) FROM view_subtotal WHERE programme = :programme AND upto <= :position")


def cells(
    connection: Snapshot,
    programmes: Sequence[str],
    benefit: str | None,
    on: date,
    position: int,
    *,
    by_year: bool = False,
) -> Iterator[Cell]:
    """Yield what claims come to, up to a day, as known at a position.

    Args:
        connection: Where the views are read.
        programmes: Whose.
        benefit: Instead, one benefit, in whichever programme.
        on: The day.
        position: The position of the log.
        by_year: Those of a financial year together, under its first day.
    """
    by = _BY_YEAR if by_year else _BY_DAY
    for day, release, kind, fund, *sums in _rows(connection, by, programmes, benefit, on, position):
        yield Cell(date(day, 4, 1) if by_year else day, release, kind, fund, tuple(map(int, sums)))


def _rows(
    connection: Snapshot, by: tuple[str, ...], programmes: Sequence[str], benefit: str | None, on: date, position: int
) -> Iterator[Any]:
    of_programme, of_benefit = _ASKED[by]
    if benefit is not None:
        yield from of_benefit(connection, benefit=benefit, on=on, position=position)
        return
    for programme in programmes:
        begun = _LAST.value(connection, programme=programme, position=position) or 0
        yield from of_programme(connection, programme=programme, begun=begun, on=on, position=position)
