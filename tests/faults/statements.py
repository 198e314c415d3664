"""Raise at one statement of the database's driver: instead of it, or once the database has done it.

What is watched is what the drivers are told, so nothing passes by: BEGIN and COMMIT are among it, and what the product
says to a driver without SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self
from unittest.mock import patch

import psycopg
import psycopg.errors
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMIT: Final = "COMMIT"


@dataclass
class Statements:
    """How many statements were executed, and at which to raise what."""

    raise_at: int = 0
    done_first: bool = False
    error: BaseException | None = None
    seen: int = 0
    raised_at: str | None = None
    was_done: bool = False

    @property
    def committed_unheard(self) -> bool:
        """Whether the database had committed when the error was raised."""
        return self.was_done and self.raised_at == COMMIT

    def take(self, connection: Any, statement: str, do: Callable[[], Any]) -> Any:
        """Have the driver do a statement, or raise."""
        self.seen += 1
        if self.seen != self.raise_at or self.error is None:
            return do()
        self.raised_at = statement
        # A database that says at COMMIT that its disk is full has not committed.
        self.was_done = self.done_first and not (statement == COMMIT and isinstance(self.error, _DISK_FULL))
        if self.was_done:
            do()
        if isinstance(self.error, ConnectionLost):
            connection.close()
        raise self.error


class ConnectionLost(psycopg.OperationalError):  # Named for what happened.
    """The connection to the server is gone."""


_DISK_FULL: Final = (sqlite3.OperationalError, psycopg.errors.DiskFull)
_WATCHING: Final[ContextVar[Statements | None]] = ContextVar("_WATCHING", default=None)


@contextmanager
def statements(
    raise_at: int = 0, *, done_first: bool = False, error: BaseException | None = None
) -> Iterator[Statements]:
    """Count every statement that the block executes on connections of `watched_drivers`, and raise at one of them.

    Args:
        raise_at: Which, counted from 1.
        done_first: Whether the database does it before the error is raised.
        error: What is raised; SQLAlchemy wraps a driver's error, as it would if the driver had raised it.
    """
    watched = Statements(raise_at, done_first, error)
    before = _WATCHING.set(watched)
    try:
        yield watched
    finally:
        _WATCHING.reset(before)


@contextmanager
def watched_drivers() -> Iterator[None]:
    """Have every connection that the block opens tell `statements` what it is told."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, factory=_Connection, **options)

    with (
        patch.object(sqlite3, "connect", connected),
        patch.object(psycopg.Cursor, "execute", _watched(psycopg.Cursor.execute)),
        patch.object(psycopg.Cursor, "executemany", _watched(psycopg.Cursor.executemany)),
        patch.object(psycopg.Connection, "commit", _ended(psycopg.Connection.commit, COMMIT)),
        patch.object(psycopg.Connection, "rollback", _ended(psycopg.Connection.rollback, "ROLLBACK")),
    ):
        yield


def _take(connection: Any, statement: str, do: Callable[[], Any]) -> Any:
    watched = _WATCHING.get()
    return do() if watched is None else watched.take(connection, statement, do)


class _Cursor(sqlite3.Cursor):
    def execute(self, *said: Any) -> Self:
        return _take(self.connection, said[0], lambda: super(_Cursor, self).execute(*said))  # type: ignore[no-any-return]

    def executemany(self, *said: Any) -> Self:
        return _take(self.connection, said[0], lambda: super(_Cursor, self).executemany(*said))  # type: ignore[no-any-return]


class _Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> _Cursor:  # type: ignore[override]
        return super().cursor(_Cursor)

    def commit(self) -> None:
        if self.in_transaction:
            _take(self, COMMIT, super().commit)

    def rollback(self) -> None:
        if self.in_transaction:
            _take(self, "ROLLBACK", super().rollback)


def _watched(method: Callable[..., Any]) -> Callable[..., Any]:
    def executed(cursor: psycopg.Cursor[Any], query: Any, *values: Any, **options: Any) -> Any:
        return _take(cursor.connection, str(query), lambda: method(cursor, query, *values, **options))

    return executed


def _ended(method: Callable[[psycopg.Connection[Any]], None], statement: str) -> Callable[..., None]:
    def ended(connection: psycopg.Connection[Any]) -> None:
        if connection.closed or connection.info.transaction_status == TransactionStatus.IDLE:
            method(connection)
        else:
            _take(connection, statement, lambda: method(connection))

    return ended


def disk_full(*, is_sqlite: bool) -> Exception:
    """Return what the driver raises when the disk is full."""
    if not is_sqlite:
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error
