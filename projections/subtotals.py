"""Sums of money where questions begin: so that they cost a few hundred rows, however long the log is.

Every so many deltas of a programme, its deltas so far are summed: by day, release, kind and fund, and, at positions of
their own, by financial year, benefit and release. Where subtotals stand follows from the log alone, so that views
rebuilt are the views that stood. `projections/cells.py` and `projections/ground.py` ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, func, insert, select, union_all

from projections.series import SERIES
from projections.tables import Generation

LEAST: Final = 256
"""Deltas between two subtotals of a programme, at least."""

A_ROW: Final = 2
"""Deltas between two subtotals for each row of the first of them, so that they take little more room than deltas."""

_KEYS: Final = ("year", "effective_on", "release", "kind", "fund")
_KEYS_OF_BENEFIT: Final = ("year", "benefit", "release")


def _so_far(deltas: Table, subtotals: Table, keys: Sequence[str]) -> Select[Any]:
    """Return the sums of a programme at a position, from the subtotal at another that is not after it."""
    of = [subtotals.c.programme == bindparam("programme"), subtotals.c.upto == bindparam("begun")]
    more = [
        deltas.c.programme == bindparam("programme"),
        deltas.c.position > bindparam("begun"),
        deltas.c.position <= bindparam("position"),
    ]
    rows = union_all(
        *(
            select(*(table.c[name] for name in (*keys, *SERIES))).where(*conditions)
            for table, conditions in ((subtotals, of), (deltas, more))
        )
    ).subquery()
    by = [rows.c[name] for name in keys]
    return select(*by, *(func.sum(rows.c[series]).label(series) for series in SERIES)).group_by(*by)


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
    """What subtotals of one kind are read and written by."""

    def __init__(self, deltas: Table, subtotals: Table, keys: Sequence[str]) -> None:
        programme: BindParameter[str] = bindparam("programme")
        begun: BindParameter[int] = bindparam("begun")
        stands = subtotals.c
        self.last = select(func.max(stands.upto)).where(stands.programme == programme)
        self.rows = select(func.count()).where(stands.programme == programme, stands.upto == begun)
        self.more = select(func.count()).where(deltas.c.programme == programme, deltas.c.position > begun)
        columns = (*keys, *SERIES)
        so_far = _so_far(deltas, subtotals, keys).subquery()
        written = select(
            bindparam("programme", type_=stands.programme.type),
            bindparam("position", type_=stands.upto.type),
            *(so_far.c[name] for name in columns),
        )
        self.insert = insert(subtotals).from_select(("programme", "upto", *columns), written)


@lru_cache(maxsize=8)
def _statements(tables: Generation) -> Sequence[_Statements]:
    """Return what both kinds are read and written by."""
    return (
        _Statements(tables.delta, tables.subtotal, _KEYS),
        _Statements(tables.delta, tables.subtotal_of_benefit, _KEYS_OF_BENEFIT),
    )


class Subtotals:
    """Writes subtotals, of both kinds, of the deltas that a follower writes."""

    def __init__(self, tables: Generation) -> None:
        self._kinds = [_Kind(one) for one in _statements(tables)]

    def count(self, connection: Connection, programme: str) -> bool:
        """Take note of one more delta of a programme, and tell whether a subtotal is due after its event."""
        are_due = [kind.count(connection, programme) for kind in self._kinds]  # Each counts.
        return any(are_due)

    def write(self, connection: Connection, programme: str, position: int) -> None:
        """Write the subtotals that are due at a position, up to which all deltas are written."""
        for kind in self._kinds:
            kind.write(connection, programme, position)


class _Kind:
    """Subtotals of one kind: where the last of each programme stands, and what came after it."""

    def __init__(self, statements: _Statements) -> None:
        self._statements = statements
        self._since: dict[str, _Since] = {}

    def count(self, connection: Connection, programme: str) -> bool:
        since = self._since.get(programme)
        if since is None:
            since = self._since[programme] = self._read(connection, programme)
        since.deltas += 1
        return since.is_due

    def write(self, connection: Connection, programme: str, position: int) -> None:
        since = self._since[programme]
        if since.is_due:
            asked = {"programme": programme, "position": position, "begun": since.upto}
            written = connection.execute(self._statements.insert, asked).rowcount
            self._since[programme] = _Since(position, written, 0)

    def _read(self, connection: Connection, programme: str) -> _Since:
        upto = connection.execute(self._statements.last, {"programme": programme}).scalar() or 0
        asked = {"programme": programme, "begun": upto}
        rows, more = (
            connection.execute(query, asked).scalar_one() for query in (self._statements.rows, self._statements.more)
        )
        return _Since(upto, rows, more)
