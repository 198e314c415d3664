"""The least a database can do: the same bytes in one table with the same two keys, and nothing else."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benefits.store import EventRow

_COLUMNS: Final = """
    (position bigint NOT NULL, recorded_at bigint NOT NULL, effective_on date NOT NULL, originator_id {id} NOT NULL,
     originator_version bigint NOT NULL, type text NOT NULL, schema_version integer NOT NULL, actor text NOT NULL,
     account text NOT NULL, command_id text NOT NULL, body {bytes}, salt {bytes}, commitment {bytes} NOT NULL,
     leaf {bytes} NOT NULL, PRIMARY KEY ({key}), UNIQUE (originator_id, originator_version))
"""
_SQLITE_TABLE: Final = "CREATE TABLE event" + _COLUMNS.format(id="char(32)", bytes="blob", key="position").replace(
    "position bigint", "position integer"
)
_POSTGRESQL_TABLE: Final = "CREATE TABLE event" + _COLUMNS.format(id="uuid", bytes="bytea", key="position")
_SQLITE_INSERT: Final = f"INSERT INTO event VALUES ({', '.join('?' * 14)})"
_POSTGRESQL_INSERT: Final = f"INSERT INTO event VALUES ({', '.join(['%s'] * 14)})"


def sqlite_values(row: EventRow) -> tuple[Any, ...]:
    """Return a row as the plain driver takes it."""
    return (*row[:2], row.effective_on.isoformat(), row.originator_id.hex, *row[4:])


class RawSqlite:
    """Python's own driver: WAL, every commit on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute(_SQLITE_TABLE)

    def append(self, values: tuple[Any, ...]) -> None:
        """Insert one row in a transaction of its own."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(_SQLITE_INSERT, values)
        self.connection.execute("COMMIT")

    def append_many(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(_SQLITE_INSERT, rows)
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


class RawPostgres:
    """psycopg: every commit on the disk."""

    def __init__(self, url: str, *, make: bool = True) -> None:
        self.connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        if make:
            self.connection.execute(_POSTGRESQL_TABLE.encode())

    def append(self, row: tuple[Any, ...]) -> None:
        """Insert one row in a transaction of its own."""
        with self.connection.transaction():
            self.connection.execute(_POSTGRESQL_INSERT.encode(), row)

    def append_many(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows in one transaction."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(_POSTGRESQL_INSERT.encode(), rows)

    def close(self) -> None:
        """Let go of the server."""
        self.connection.close()
