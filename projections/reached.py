"""How far the views have come: whether they stand at the head of the log, so that nothing has to be folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from benefits.store import Database, Question, Snapshot
from projections.bounds import VERSION

if TYPE_CHECKING:
    from benefits import BenefitsRegister


_HAS_TABLE: Final = Question(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'view_progress'",
    on_postgresql="SELECT 1 WHERE to_regclass('view_progress') IS NOT NULL",
)
_REACHED: Final = Question("SELECT version, position, broken FROM view_progress")
_POSITION: Final = Question("SELECT position FROM view_progress")
_HAVE_VIEWS: Final[WeakSet[Database]] = WeakSet()
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


def reached(connection: Snapshot, database: Database) -> Reached | None:
    """Return how far the views are; `None` if the store has none."""
    if database not in _HAVE_VIEWS:
        if not _HAS_TABLE(connection):
            return None
        _HAVE_VIEWS.add(database)
    row = _REACHED.one(connection)
    return Reached(*row) if row else None


def position_of_views(connection: Snapshot) -> int:
    """Return the position the views have reached; 0 if they were made since this snapshot was taken."""
    return _POSITION.value(connection) or 0


def are_at_head(at: Reached | None, register: BenefitsRegister) -> bool:
    """Tell whether views that have come so far say all that the log does."""
    return at is not None and at.is_sound and at.position >= register.log.head().size
