"""What was measured: a row a comparison, each with what was to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from benchmarks.measuring import Timing

Unit = Literal["s", "B", "events", "modules", "exponent", "a second"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its unit, and between what half of its samples lie."""

    value: float
    unit: Unit = "s"
    low: float | None = None
    high: float | None = None
    samples: int = 1

    @classmethod
    def of(cls, timing: Timing) -> Self:
        """Return the median of a timing."""
        low, high = timing.quartiles
        return cls(timing.median, "s", low, high, len(timing.seconds))


@dataclass(frozen=True, slots=True)
class Reach:
    """What is to be reached, and what is aimed at; of the ratio to a peer, or of our own figure."""

    bound: float
    aim: float | None = None
    is_most: bool = False
    is_time: bool = False
    of: Literal["ratio", "ours"] = "ratio"

    def is_met(self, value: float) -> bool:
        """Tell whether a value reaches it."""
        return value <= self.bound if self.is_most else value >= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes:
        section: What it was measured with, as `--only` names it.
        what: What was done.
        database: SQLite or PostgreSQL; empty where there is no telling them apart.
        size: Events in the log.
        ours: Our figure.
        peer: What it is compared with.
        theirs: The peer's figure; None if the peer is not installed, or there is none.
        note: What a reader must know to judge it.
        reach: What is to be reached, if anything is.
    """

    section: str
    what: str
    database: str
    size: int
    ours: Figure
    peer: str = ""
    theirs: Figure | None = None
    note: str = ""
    reach: Reach | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer we are; of bytes, how many times as many."""
        if self.theirs is None:
            return None
        mine, theirs = self.ours.value, self.theirs.value
        return mine / theirs if self.ours.unit in ("B", "a second") else theirs / mine

    @property
    def is_met(self) -> bool | None:
        """Whether it reaches what is to be reached; None if nothing is, or the peer is not there."""
        if self.reach is None:
            return None
        value = self.ours.value if self.reach.of == "ours" else self.ratio
        return None if value is None else self.reach.is_met(value)
