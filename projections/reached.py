"""How far the views have come: whether they stand at the head of the log, so that nothing has to be folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from sqlalchemy import Connection, Engine, inspect, select

from projections.tables import VERSION, progress

if TYPE_CHECKING:
    from benefits import BenefitsRegister


_REACHED: Final = select(progress.c.version, progress.c.position, progress.c.broken)
_HAVE_VIEWS: Final[WeakSet[Engine]] = WeakSet()
"""Databases whose views have tables; they are never taken away but for others."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the views of a store are; `broken` says why they stopped there."""

    version: int
    position: int
    broken: str | None

    @property
    def is_sound(self) -> bool:
        """Whether they are of this version, and follow the log."""
        return self.version == VERSION and not self.broken


def reached(connection: Connection) -> Reached | None:
    """Return how far the views are; `None` if the store has none."""
    if connection.engine not in _HAVE_VIEWS:
        if not inspect(connection).has_table(progress.name):
            return None
        _HAVE_VIEWS.add(connection.engine)
    row = connection.execute(_REACHED).one_or_none()
    return Reached(*row) if row else None


def position_of_views(connection: Connection) -> int:
    """Return the position the views have reached; 0 if they were made since this snapshot was taken."""
    return connection.execute(select(progress.c.position)).scalar() or 0


def are_at_head(at: Reached | None, register: BenefitsRegister) -> bool:
    """Tell whether views that have come so far say all that the log does."""
    return at is not None and at.is_sound and at.position >= register.log.head().size
