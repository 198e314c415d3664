"""The tables views remember their answers in. They hold nothing that the log does not say."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table, Text, Uuid, text

FOREVER: Final = date.max
"""`valid_to` of what has no end."""

UNTIL_CHANGED: Final = 2**62
"""`known_to` of what still stands."""

VERSION: Final = 2
"""Raised whenever a fold or a table changes: a store whose views have another version is rebuilt."""

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
    Index(
        "view_state_within",
        "within",
        "known_to",
        sqlite_where=text("within <> ''"),
        postgresql_where=text("within <> ''"),
    ),
)
"""Rectangles: what was so, in [valid_from, valid_to), as known in [known_from, known_to) of log positions."""

delta: Final = Table(
    "view_delta",
    metadata,
    Column("programme", String, primary_key=True),
    Column("effective_on", Date, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("benefit", String, primary_key=True),
    Column("series", String, primary_key=True),
    Column("release", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("fund", String, primary_key=True),
    Column("claim", BigInteger, primary_key=True, autoincrement=False, comment="The event that made the claim."),
    Column("subject", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False, comment="Pence; or how many claims, for series that count."),
    sqlite_with_rowid=False,
)
"""What each event added to a series, on the day its period ends. Sums are figures; rows are their explanation."""
