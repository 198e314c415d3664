"""The one connection that writes for a whole process, and what it holds until it commits."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import exc as sql
from sqlalchemy import select, text

from benefits.store.database import APPLICATION_ID
from benefits.store.engines import engine_of
from benefits.store.errors import CommitUnknownError, StoreFullError, busy, head_lost
from benefits.store.prepared import Prepared
from benefits.store.rows import Head
from benefits.store.tables import head
from benefits.store.transaction import Transaction
from benefits.store.turnstile import passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from benefits.store.address import Address
    from benefits.store.limits import Limits

_HEAD_LOCKED: Final = select(head.c.size, head.c.recorded_at, head.c.frontier).with_for_update()
_LOCK_SCHEMA: Final = text("SELECT pg_advisory_xact_lock(:key)")


class Writer:
    """Writes, one transaction after another.

    One at a time holds the head, so one connection writes for the whole process, and its threads take turns here;
    SQLite's own way of waiting is to sleep and try again, which may never be lucky.
    """

    def __init__(self, address: Address, limits: Limits, *, keeping: bool) -> None:
        self._address = address
        self._limits = limits
        self._engine = engine_of(address, limits, writing=True, keeping=keeping)
        self._head_locked = Prepared(_HEAD_LOCKED, self._engine.dialect)
        self._turn = threading.Lock()
        self._connection: Connection | None = None

    def close(self) -> None:
        """Let go of the connection; the next use opens a new one."""
        with self._in_turn():
            self._let_go()
        self._engine.dispose()

    @contextmanager
    def holding_the_head(self) -> Iterator[Transaction]:
        """Hold the head until everything written is committed."""
        with self._in_turn(), self._committing(self._lock_head) as opened:
            yield opened

    @contextmanager
    def holding_the_schema(self) -> Iterator[Transaction]:
        """Be the only one to make or migrate the store until that is committed."""
        with self._in_turn(), self._committing(self._lock_schema) as opened:
            yield opened

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._limits.lock_timeout):
            raise busy(self._address.name)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _next_in_line(self) -> Iterator[None]:
        """Wait among the processes that want to write; a PostgreSQL server keeps the order itself."""
        if not self._address.is_sqlite:
            yield
            return
        with passing(self._address.path, self._limits.lock_timeout) as is_our_turn:
            if not is_our_turn:
                raise busy(self._address.name)
            yield

    @contextmanager
    def _committing(self, lock: Callable[[Connection], Transaction]) -> Iterator[Transaction]:
        """Begin under a lock, and commit if all went well; whoever comes here has the turn."""
        connection, opened = self._locked(lock)
        try:
            yield opened
            if opened.doomed:
                msg = "an append failed in this transaction, which must not be committed"
                raise RuntimeError(msg)
            self._commit(connection)
        finally:
            if connection.in_transaction():
                connection.rollback()

    def _locked(self, lock: Callable[[Connection], Transaction]) -> tuple[Connection, Transaction]:
        for attempt in (1, 2):
            if self._connection is None or self._connection.invalidated:
                self._let_go()
                self._connection = self._engine.connect()
            connection = self._connection
            try:
                return connection, lock(connection)
            except BaseException as error:
                # The server was started again while the connection lay here: nothing was said yet, so say it again.
                lost = isinstance(error, sql.DBAPIError) and error.connection_invalidated
                if connection.in_transaction():
                    connection.rollback()
                if not lost or attempt == 2:
                    raise
        raise AssertionError  # Each attempt returned or raised.

    def _commit(self, connection: Connection) -> None:
        if self._is_undone(connection):
            msg = f"There was no room left for {self._address.name}; nothing was recorded. Make room, then try again"
            raise StoreFullError(msg)
        try:
            connection.commit()
        except BaseException as error:
            if not isinstance(error, sql.DBAPIError) or not error.connection_invalidated:
                connection.invalidate()  # SQLAlchemy would neither roll it back nor begin again on it.
                raise
            msg = (
                f"The connection to {self._address.name} broke while recording was being confirmed, so it is recorded "
                "whole or not at all; give the same command with the same id again: it is recorded once"
            )
            raise CommitUnknownError(msg) from error

    def _is_undone(self, connection: Connection) -> bool:
        """Tell whether SQLite rolled the whole transaction back by itself, as it may when the disk is full.

        Committing then would commit nothing and say nothing.
        """
        if not self._address.is_sqlite:
            return False
        driver = connection.connection.driver_connection
        return isinstance(driver, sqlite3.Connection) and not driver.in_transaction

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _lock_head(self, connection: Connection) -> Transaction:
        with self._next_in_line():
            connection.begin()
        row = self._head_locked(connection).one_or_none()
        if row is None:
            raise head_lost(self._address.name)
        return Transaction(connection, Head._make(row), told=self._address.is_sqlite)

    def _lock_schema(self, connection: Connection) -> Transaction:
        connection.begin()
        if not self._address.is_sqlite:
            connection.execute(_LOCK_SCHEMA, {"key": APPLICATION_ID})
        return Transaction(connection)
