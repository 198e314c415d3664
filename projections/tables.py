"""The tables views remember their answers in. They hold nothing that the log does not say."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Date, Index, Integer, MetaData, String, Table, Text, Uuid, event
from sqlalchemy.sql import quoted_name

from projections.series import SERIES

BUILT: Final = "built_"
"""Begins the names of tables that a rebuild fills, until they take over."""

metadata: Final = MetaData()

progress: Final = Table(
    "view_progress",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("broken", Text, comment="Why the views stopped at their position; NULL while they follow."),
)
"""One row: how far the views have followed the log."""

state: Final = Table(
    "view_state",
    metadata,
    Column("subject", Uuid, primary_key=True),
    Column("programme", String, primary_key=True, comment="A programme it belongs to; empty if to none."),
    Column("valid_from", Date, primary_key=True),
    Column("known_from", BigInteger, primary_key=True),
    Column("valid_to", Date, nullable=False),
    Column("known_to", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("parent", String, nullable=False, comment="A programme's portfolio, a portfolio's authority; else empty."),
    Column("within", String, nullable=False, comment="The project or programme it is a part of; else empty."),
    Column("stated_at", BigInteger, nullable=False, comment="The event whose words began the period."),
    Column("state", Text, nullable=False, comment="The state as JSON."),
    Index("view_state_asked", "programme", "known_to", "known_from", "valid_from", "valid_to"),
    Index("view_state_parent", "kind", "parent", "known_to"),
)
"""Rectangles: what was so, in [valid_from, valid_to), as known in [known_from, known_to) of log positions."""


def _index_what_is_within(table: Table, name: str) -> None:
    """Have an index made with a table of rectangles, of those that are a part of something.

    Both databases take these words; as an `Index`, the condition makes SQLAlchemy load PostgreSQL for SQLite too.
    """
    words = f"CREATE INDEX {name} ON {table.name} (within, known_to) WHERE within <> ''"
    event.listen(table, "after_create", DDL(words))  # type: ignore[no-untyped-call]


_index_what_is_within(state, "view_state_within")

delta: Final = Table(
    "view_delta",
    metadata,
    Column("programme", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("nth", Integer, primary_key=True, autoincrement=False, comment="Of what the event adds, in order."),
    Column("effective_on", Date, nullable=False),
    Column("year", Integer, nullable=False, comment="The financial year of that day, by the year it begins in."),
    Column("benefit", String, nullable=False),
    Column("release", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("fund", String, nullable=False),
    Column("claim", BigInteger, nullable=False, comment="The event that made the claim."),
    *(Column(series, BigInteger, nullable=False) for series in SERIES),
    Index("view_delta_benefit", "benefit"),
    sqlite_with_rowid=False,
)
"""What each event added to the series of a claim, on the day its period ends, in pence or claims.

Sums are figures; rows are their explanation.
"""

subtotal: Final = Table(
    "view_subtotal",
    metadata,
    Column("programme", String, primary_key=True),
    Column("upto", BigInteger, primary_key=True, autoincrement=False, comment="The position it is known at."),
    Column("effective_on", Date, primary_key=True),
    Column("release", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("fund", String, primary_key=True),
    Column("year", Integer, nullable=False, comment="The financial year of that day, by the year it begins in."),
    *(Column(series, BigInteger, nullable=False) for series in SERIES),
    sqlite_with_rowid=False,
)
"""A programme's deltas up to some positions, summed by day, release, kind and fund: where its sums begin."""

subtotal_of_benefit: Final = Table(
    "view_subtotal_of_benefit",
    metadata,
    Column("programme", String, primary_key=True),
    Column("upto", BigInteger, primary_key=True, autoincrement=False, comment="The position it is known at."),
    Column("year", Integer, primary_key=True, autoincrement=False, comment="As in view_delta."),
    Column("benefit", String, primary_key=True),
    Column("release", String, primary_key=True),
    *(Column(series, BigInteger, nullable=False) for series in SERIES),
    sqlite_with_rowid=False,
)
"""A programme's deltas up to some positions, summed by financial year, benefit and release: where a board's begin."""


@dataclass(frozen=True)
class Generation:
    """The views' tables: those that are asked, or those that a rebuild fills beside them."""

    progress: Table
    state: Table
    delta: Table
    subtotal: Table
    subtotal_of_benefit: Table

    @property
    def tables(self) -> Sequence[Table]:
        """The tables, the one that every question reads first before the others."""
        return (self.progress, self.state, self.delta, self.subtotal, self.subtotal_of_benefit)


LIVE: Final = Generation(progress, state, delta, subtotal, subtotal_of_benefit)
"""The tables that are asked."""


def beside() -> Generation:
    """Return tables to be filled beside those that are asked, and beside those of any other rebuild.

    Their indexes keep their names when they take over.
    """
    mark = secrets.token_hex(4)
    built = MetaData()
    made = [table.to_metadata(built, name=f"{BUILT}{mark}_{table.name}") for table in LIVE.tables]
    for table in made:
        for index in table.indexes:
            index.name = quoted_name(f"{index.name}_{mark}", quote=None)
    generation = Generation(*made)
    _index_what_is_within(generation.state, f"view_state_within_{mark}")
    return generation
