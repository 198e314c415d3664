"""How a store's database is connected to: one engine that reads, and one that writes, of either kind."""

from __future__ import annotations

import math
import sqlite3
import time
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine
from sqlalchemy import event as listening
from sqlalchemy import exc as sql

from benefits.store.drivers import FRESH_SECONDS, postgresql_options, sqlite_connection

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from benefits.store.address import Address
    from benefits.store.limits import Limits


def engine_of(address: Address, limits: Limits, *, writing: bool, keeping: bool) -> Engine:
    """Return what connects to a store; see `sqlite_engine` and `postgresql_engine`."""
    if address.is_sqlite:
        return sqlite_engine(address.path.absolute(), limits, writing=writing, keeping=keeping)
    return postgresql_engine(address.url, limits, writing=writing)


def sqlite_engine(path: Path, limits: Limits, *, writing: bool, keeping: bool) -> Engine:
    """Return what connects to a SQLite file.

    Args:
        path: The file.
        limits: How long is waited for what.
        writing: Whether its transactions may write, and so take the write lock when they begin.
        keeping: Whether what waits beside the file is to stay there.
    """
    connect = partial(sqlite_connection, path, limits, writing=writing, keeping=keeping)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
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


def postgresql_engine(url: URL, limits: Limits, *, writing: bool) -> Engine:
    """Return what connects to a PostgreSQL database.

    Args:
        url: The database.
        limits: How many connections are held, and how long is waited for what.
        writing: Whether its transactions may write; those that may not read one snapshot.
    """
    query, told = postgresql_options(url.query, limits, writing=writing)
    engine = create_engine(
        url.set(query=query),
        connect_args=told,
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
        if time.monotonic() - record.info.get("unused_since", math.inf) < FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sql.InvalidatePoolError from error  # The others were lost with it.
