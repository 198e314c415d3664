"""How a store's database is connected to: one engine that reads, and one that writes, of either kind."""

from __future__ import annotations

import math
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine
from sqlalchemy import event as listening
from sqlalchemy import exc as sql

from benefits.store.limits import NAMES, Limits

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

_FRESH_SECONDS: Final = 0.1
"""How long a connection that lay unused is taken to be well: less than a server takes to start again."""


def sqlite_engine(url: URL, limits: Limits, *, writing: bool, keeping: bool) -> Engine:
    """Return what connects to a SQLite file.

    Args:
        url: The file.
        limits: How long is waited for what.
        writing: Whether its transactions may write, and so take the write lock when they begin.
        keeping: Whether what waits beside the file is to stay there.
    """
    path = Path(str(url.database)).absolute()
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    def connect() -> sqlite3.Connection:
        connection = _open(path, limits, writing=writing, keeping=keeping)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
        return connection

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=10, max_overflow=20, hide_parameters=True
    )

    @listening.listens_for(engine, "begin")
    def take_the_lock_first(connection: Connection) -> None:
        """Take the write lock before anything is read, or two writers would read the same position."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(begin)

    @listening.listens_for(engine, "invalidate")
    def let_go_of_the_lock(driver: sqlite3.Connection, *_: object) -> None:
        """Roll back what Ctrl-C broke off: a closed connection keeps its lock while a traceback holds its cursor."""
        driver.rollback()

    return engine


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


def postgresql_engine(url: URL, limits: Limits, *, writing: bool) -> Engine:
    """Return what connects to a PostgreSQL database.

    Args:
        url: The database.
        limits: How many connections are held, and how long is waited for what.
        writing: Whether its transactions may write; those that may not read one snapshot.
    """
    query = {key: value for key, value in url.query.items() if key not in NAMES}
    given = query.pop("options", "")
    options = [given] if isinstance(given, str) else list(given)
    options += [f"-c lock_timeout={limits.lock_timeout}s -c client_encoding=UTF8"]
    if writing:
        options.append(f"-c idle_in_transaction_session_timeout={limits.idle_timeout}s")
    else:
        options.append(f"-c statement_timeout={limits.statement_timeout}s -c default_transaction_read_only=on")
        if query.get("target_session_attrs") == "read-write":
            query["target_session_attrs"] = "primary"  # A server would count as read-only by our own wish.
    engine = create_engine(
        url.set(query=query),
        connect_args={"connect_timeout": limits.connect_timeout, "options": " ".join(filter(None, options))},
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        pool_size=1 if writing else limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.pool_timeout,
        hide_parameters=True,  # Errors are logged, and what is recorded is not for the log file.
    )
    if not writing:
        _keep_well(engine)
    return engine


def _keep_well(engine: Engine) -> None:
    """Have a connection replaced that was lost while it lay unused, before anybody reads on it."""

    @listening.listens_for(engine, "checkin")
    def lay_down(_: object, record: ConnectionPoolEntry) -> None:
        record.info["unused_since"] = time.monotonic()

    @listening.listens_for(engine, "checkout")
    def look_at(driver: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("unused_since", math.inf) < _FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sql.InvalidatePoolError from error  # The others were lost with it.
