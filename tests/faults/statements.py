"""Raise at one SQL statement: instead of it, or once the database has done it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg.errors
from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Statements:
    """How many statements were executed, and at which to raise what."""

    raise_at: int = 0
    done_first: bool = False
    error: BaseException | None = None
    seen: int = 0

    def execute(self, cursor: Any, statement: str, parameters: Any, *_: Any) -> bool:
        """Execute a statement, or raise; whether it was executed here."""
        return self._take(lambda: cursor.execute(statement, parameters))

    def execute_many(self, cursor: Any, statement: str, parameters: Any, *_: Any) -> bool:
        """As `execute`, with many rows."""
        return self._take(lambda: cursor.executemany(statement, parameters))

    def execute_plain(self, cursor: Any, statement: str, *_: Any) -> bool:
        """As `execute`, without values."""
        return self._take(lambda: cursor.execute(statement))

    def _take(self, do: Any) -> bool:
        self.seen += 1
        if self.seen != self.raise_at or self.error is None:
            return False
        if self.done_first:
            do()
        raise self.error


@contextmanager
def statements(
    raise_at: int = 0, *, done_first: bool = False, error: BaseException | None = None
) -> Iterator[Statements]:
    """Count every statement that the block executes, and raise at one of them.

    Args:
        raise_at: Which, counted from 1.
        done_first: Whether the database does it before the error is raised.
        error: What is raised; SQLAlchemy wraps a driver's error, as it would if the driver had raised it.
    """
    watched = Statements(raise_at, done_first, error)
    hooks = {
        "do_execute": watched.execute,
        "do_executemany": watched.execute_many,
        "do_execute_no_params": watched.execute_plain,
    }
    for name, hook in hooks.items():
        event.listen(Engine, name, hook)
    try:
        yield watched
    finally:
        for name, hook in hooks.items():
            event.remove(Engine, name, hook)


def disk_full(*, is_sqlite: bool) -> Exception:
    """Return what the driver raises when the disk is full."""
    if not is_sqlite:
        return psycopg.errors.DiskFull("could not extend file: No space left on device")
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error
