"""What a board, and the years beside it, are made of: read once for both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from benefits.store import Snapshot
from projections import board


class Ground(NamedTuple):
    """The states of all that some programmes have, and their sums, as at a day, as known at a position."""

    states: Sequence[board.StateRow]
    sums: board.SumsByYear

    @classmethod
    def of(cls, connection: Snapshot, programmes: Sequence[str], on: date, position: int) -> Ground:
        """Read it."""
        return cls(
            board.states(connection, programmes, on, position),
            board.sums_by_year(connection, programmes, on, position),
        )
