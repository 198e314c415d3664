"""How the views are, check by check, beside `benefits.store.health` on the log. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import inspect, select

from benefits.store import Database, Log
from benefits.store.health import Check, looked_at, missing_of
from projections.bounds import VERSION
from projections.tables import metadata, progress

REBUILD: Final = "benefits rebuild"


def examine_views(database: Database) -> Iterator[Check]:
    """Yield what is found of the views of a store that can be read."""
    yield looked_at("views", lambda: _views(database))
    yield looked_at("index", lambda: _index(database))


def _views(database: Database) -> Check:
    with database.reading() as connection:
        there = inspect(connection).has_table(progress.name)
        at = connection.execute(select(progress)).one_or_none() if there else None
        head = Log(database).head().size
    if at is None:
        return Check("views", "problem", "the store has no views, and answers no question", REBUILD)
    if at.version != VERSION:
        return Check(
            "views", "problem", f"of version {at.version}, where this version reads {VERSION}; no answers", REBUILD
        )
    if at.broken:
        return Check(
            "views",
            "problem",
            f"stopped at event {at.position:,} of {head:,} ({at.broken}); nothing recorded is lost",
            f"install a version that mends it, then: {REBUILD}",
        )
    if at.position > head:
        return Check(
            "views", "problem", f"at event {at.position:,}, where the log ends at {head:,}: it lost its end", REBUILD
        )
    if at.position < head:
        return Check(
            "views",
            "warning",
            f"at event {at.position:,}, where the log has {head:,}",
            f"the next question brings them along; where that may only read, do it where writing is allowed: {REBUILD}",
        )
    return Check("views", "ok", f"version {at.version}, at the log's last event, {head:,}")


def _index(database: Database) -> Check:
    with database.reading() as connection:
        parts, indexes = missing_of(connection, metadata)
    if parts:
        return Check("index", "problem", f"missing: {', '.join(parts + indexes)}", REBUILD)
    if indexes:
        return Check("index", "warning", f"questions are slow without {', '.join(indexes)}", REBUILD)
    return Check("index", "ok", f"all {len(metadata.tables)} tables of the views and their indexes are there")
