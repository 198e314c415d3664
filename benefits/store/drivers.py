"""How a store's database is connected to through its driver, and asked in one snapshot without SQLAlchemy."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benefits.store.limits import NAMES, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from benefits.store.address import Address


FRESH_SECONDS: Final = 0.1
"""How long a connection that lay unused is taken to be well: less than a server takes to start again."""


def sqlite_connection(path: Path, limits: Limits, *, writing: bool, keeping: bool) -> sqlite3.Connection:
    """Return a connection to a SQLite file that is there.

    Args:
        path: The file.
        limits: How long is waited for what.
        writing: Whether its transactions may write.
        keeping: Whether what waits beside the file is to stay there.
    """
    connection = _open(path, limits, writing=writing, keeping=keeping)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    return connection


def _open(path: Path, limits: Limits, *, writing: bool, keeping: bool) -> sqlite3.Connection:
    """Open a file that is there.

    The last to close a store that may be written writes into it what waits beside it. Whoever only looks, perhaps at
    what a crash left, is `keeping` everything as it is.

    SQLite wants to make files beside a store to read it, and cannot where an auditor may keep one: on a disc, in a
    read-only folder. Nobody records there either, so the file is read as it stands, if nothing waits beside it.
    """
    waiting = path.with_name(f"{path.name}-wal")
    has_waiting = waiting.exists() and waiting.stat().st_size > 0
    try:
        return _connect(path, "mode=ro" if keeping and has_waiting else "mode=rw", limits)
    except sqlite3.OperationalError as error:
        cannot_be_read_so = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
        if writing or not cannot_be_read_so or waiting.exists():
            raise
        return _connect(path, "mode=ro&immutable=1", limits)


def _connect(path: Path, mode: str, limits: Limits) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=limits.lock_timeout,
    )
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def postgresql_options(
    query: Mapping[str, Any], limits: Limits, *, writing: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what of a URL's query is the driver's, and what it is told beside.

    Args:
        query: The URL's.
        limits: How long is waited for what.
        writing: Whether its transactions may write.
    """
    given = {key: value for key, value in query.items() if key not in NAMES}
    wanted = given.pop("options", "")
    options = [wanted] if isinstance(wanted, str) else list(wanted)
    options += [f"-c lock_timeout={limits.lock_timeout}s -c client_encoding=UTF8"]
    if writing:
        options.append(f"-c idle_in_transaction_session_timeout={limits.idle_timeout}s")
    else:
        options.append(f"-c statement_timeout={limits.statement_timeout}s -c default_transaction_read_only=on")
        if given.get("target_session_attrs") == "read-write":
            given["target_session_attrs"] = "primary"  # A server would count as read-only by our own wish.
    return given, {"connect_timeout": limits.connect_timeout, "options": " ".join(filter(None, options))}


def postgresql_connection(address: Address, limits: Limits) -> psycopg.Connection:
    """Return a connection to a PostgreSQL database that reads one snapshot a transaction."""
    import psycopg

    assert address.server is not None
    query, told = postgresql_options(address.query, limits, writing=False)
    connection = psycopg.connect(**{**address.server, **query, **told})
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


class Direct:
    """A driver's connection, asked in one snapshot; `questions.Snapshot` says how."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection) -> None:
        self._connection: Any = connection
        self._unused_since = time.monotonic()
        self.dialect = _SQLITE if isinstance(connection, sqlite3.Connection) else _POSTGRESQL

    def is_well(self) -> bool:
        """Tell whether the connection still leads to its server, if it has been unused long enough to have lost it."""
        if self.dialect is _SQLITE or time.monotonic() - self._unused_since < FRESH_SECONDS:
            return True
        try:
            self._connection.execute("SELECT 1")
            self._connection.rollback()
        except self._connection.OperationalError:
            self._connection.close()
            return False
        return True

    def begin(self) -> None:
        """Begin a snapshot; PostgreSQL's driver does with the first question."""
        if self.dialect is _SQLITE:
            self._connection.cursor().execute("BEGIN")

    def end(self) -> None:
        """End the snapshot."""
        self._connection.rollback()
        self._unused_since = time.monotonic()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def exec_driver_sql(self, statement: str, parameters: Mapping[str, Any] | None = None, /) -> Cursor:
        """Put words to the driver, with values by name."""
        cursor = self._connection.cursor()
        return Cursor(cursor.execute(statement, parameters or {}))


class _Kind:
    def __init__(self, name: str) -> None:
        self.name = name


_SQLITE, _POSTGRESQL = _Kind("sqlite"), _Kind("postgresql")


class Cursor:
    """What a driver found."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def keys(self) -> list[str]:
        """Return the columns' names."""
        return [column[0] for column in self._cursor.description]

    def fetchall(self) -> Sequence[Any]:
        """Return the rows."""
        return self._cursor.fetchall()  # type: ignore[no-any-return]
