"""Sums of money as at any day, as known at any position, at the cost of a few hundred rows.

Every so many deltas of a programme, its deltas so far are summed by day, release, kind and fund. A question begins at
the last such subtotal before the position it is known at, and adds the deltas after that. Where subtotals stand follows
from the log alone, so that views rebuilt are the views that stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, func, insert, select, union_all

from projections.series import SERIES, Amounts
from projections.tables import delta, subtotal

LEAST: Final = 256
"""Deltas between two subtotals of a programme, at least."""

A_ROW: Final = 2
"""Deltas between two subtotals for each row that the first of them has, so that they take no more room than deltas."""

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


def _so_far(deltas: Table, subtotals: Table, by: tuple[str, ...]) -> Select[Any]:
    """Return the sums of a programme at a position, from the subtotal at another that is not after it."""
    of = [subtotals.c.programme == bindparam("programme"), subtotals.c.upto == bindparam("begun")]
    more = [
        deltas.c.programme == bindparam("programme"),
        deltas.c.position > bindparam("begun"),
        deltas.c.position <= bindparam("position"),
    ]
    rows = union_all(
        *(
            select(*(table.c[name] for name in (*by, *SERIES))).where(
                *conditions, table.c.effective_on <= bindparam("on")
            )
            for table, conditions in ((subtotals, of), (deltas, more))
        )
    ).subquery()
    keys = [rows.c[name] for name in by]
    return select(*keys, *(func.sum(rows.c[series]).label(series) for series in SERIES)).group_by(*keys)


def _of_benefit(by: tuple[str, ...]) -> Select[Any]:
    """Return the sums of a benefit, in whichever programme, at a position."""
    keys = [delta.c[name] for name in by]
    return (
        select(*keys, *(func.sum(delta.c[series]) for series in SERIES))
        .where(
            delta.c.benefit == bindparam("benefit"),
            delta.c.position <= bindparam("position"),
            delta.c.effective_on <= bindparam("on"),
        )
        .group_by(*keys)
    )


_OF_PROGRAMME: Final = {by: _so_far(delta, subtotal, by) for by in (_BY_DAY, _BY_YEAR)}
_OF_BENEFIT: Final = {by: _of_benefit(by) for by in (_BY_DAY, _BY_YEAR)}
_LAST: Final = select(func.max(subtotal.c.upto)).where(
    subtotal.c.programme == bindparam("programme"), subtotal.c.upto <= bindparam("position")
)


def cells(
    connection: Connection,
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
    connection: Connection, by: tuple[str, ...], programmes: Sequence[str], benefit: str | None, on: date, position: int
) -> Iterator[Any]:
    asked: dict[str, Any] = {"on": on, "position": position}
    if benefit is not None:
        yield from connection.execute(_OF_BENEFIT[by], {**asked, "benefit": benefit})
        return
    for programme in programmes:
        begun = connection.execute(_LAST, {"programme": programme, "position": position}).scalar() or 0
        yield from connection.execute(_OF_PROGRAMME[by], {**asked, "programme": programme, "begun": begun}).all()


@dataclass
class _Since:
    """The last subtotal of a programme: where it stands, how many rows it has, and how many deltas came after it."""

    upto: int
    rows: int
    deltas: int

    @property
    def is_due(self) -> bool:
        return self.deltas >= max(LEAST, A_ROW * self.rows)


class _Statements:
    """What subtotals are read and written by."""

    def __init__(self, deltas: Table, subtotals: Table) -> None:
        programme: BindParameter[str] = bindparam("programme")
        begun: BindParameter[int] = bindparam("begun")
        stands = subtotals.c
        self.last = select(func.max(stands.upto)).where(stands.programme == programme)
        self.rows = select(func.count()).where(stands.programme == programme, stands.upto == begun)
        self.more = select(func.count()).where(deltas.c.programme == programme, deltas.c.position > begun)
        columns = ("year", *_BY_DAY, *SERIES)
        so_far = _so_far(deltas, subtotals, ("year", *_BY_DAY)).subquery()
        written = select(
            bindparam("programme", type_=stands.programme.type),
            bindparam("position", type_=stands.upto.type),
            *(so_far.c[name] for name in columns),
        )
        self.insert = insert(subtotals).from_select(("programme", "upto", *columns), written)


@lru_cache(maxsize=8)
def _statements(deltas: Table, subtotals: Table) -> _Statements:
    return _Statements(deltas, subtotals)


class Subtotals:
    """Writes subtotals of the deltas that a follower writes."""

    def __init__(self, deltas: Table, subtotals: Table) -> None:
        self._statements = _statements(deltas, subtotals)
        self._since: dict[str, _Since] = {}

    def count(self, connection: Connection, programme: str) -> bool:
        """Take note of one more delta of a programme, and tell whether a subtotal is due after its event."""
        since = self._since.get(programme)
        if since is None:
            since = self._since[programme] = self._read(connection, programme)
        since.deltas += 1
        return since.is_due

    def write(self, connection: Connection, programme: str, position: int) -> None:
        """Write the subtotal at a position, up to which all deltas are written."""
        since = self._since[programme]
        asked = {"programme": programme, "position": position, "begun": since.upto, "on": date.max}
        written = connection.execute(self._statements.insert, asked).rowcount
        self._since[programme] = _Since(position, written, 0)

    def _read(self, connection: Connection, programme: str) -> _Since:
        upto = connection.execute(self._statements.last, {"programme": programme}).scalar() or 0
        asked = {"programme": programme, "begun": upto}
        rows, more = (
            connection.execute(query, asked).scalar_one() for query in (self._statements.rows, self._statements.more)
        )
        return _Since(upto, rows, more)
