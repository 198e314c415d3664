"""What can be wrong with a store, each with what to do about it."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING, Any, Final

from benefits.errors import CheckFailedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benefits.proof.verify import Finding


class StoreNotFoundError(StoreError):
    """There is no store there."""

    code = "store-not-found"


class NotAStoreError(StoreError):
    """Something is there, and it is not a store of ours."""

    code = "not-a-store"


class NewerStoreError(StoreError):
    """A newer version of this product made or migrated the store."""

    code = "newer-store"


class OlderStoreError(StoreError):
    """The store has to be migrated before this version can use it."""

    code = "older-store"


class ReadOnlyStoreError(StoreError):
    """The store can be read and not written."""

    code = "read-only-store"


class StoreFullError(StoreError):
    """There is no room to record anything more; what was being recorded was not."""

    code = "store-full"


class StoreBusyError(StoreError):
    """Somebody else held the store for too long; nothing was recorded."""

    code = "store-busy"


class StoreUnreachableError(StoreError):
    """The database server cannot be reached; nothing was recorded."""

    code = "store-unreachable"


class CommitUnknownError(StoreError):
    """The connection broke while recording was being confirmed: it is recorded whole or not at all."""

    code = "commit-unknown"


class ReplicaBehindError(StoreError):
    """The replica that was asked has not come as far as the question."""

    code = "replica-behind"


class StoreDamagedError(StoreError):
    """The database says that its own file is damaged."""

    code = "store-damaged"


class LogDamagedError(CheckFailedError):
    """A log that was to be copied does not verify; `findings` say where."""

    code = "log-damaged"

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class ClockBehindError(StoreError):
    """The clock is more than an hour behind what was last recorded."""

    code = "clock-behind"


def busy(name: str) -> StoreBusyError:
    """Return what is to be said of a store that somebody else held for too long."""
    return StoreBusyError(f"{name} is in use by another writer; nothing was recorded, try again")


def head_lost(name: str) -> StoreDamagedError:
    """Return what is to be said of a store whose head's row is not there."""
    return StoreDamagedError(f"{name} has lost the head of its log; verify it, and restore a backup")


def fault(error: Exception, name: str) -> StoreError | None:
    """Return what an error, or what it came of, says is wrong with a store; None if it blames its user."""
    found: BaseException | None = error
    while isinstance(found, Exception) and is_of_a_database(found):
        known = translated(found, name)
        if known is not None:
            return known
        found = found.__cause__ or found.__context__
    return None


def is_of_a_database(error: Exception) -> bool:
    """Tell whether an error is a driver's or SQLAlchemy's."""
    # Whoever only asks loads neither SQLAlchemy nor the other kind's driver, and none of their errors can come.
    loaded = (sys.modules.get("sqlalchemy.exc"), "SQLAlchemyError"), (sys.modules.get("psycopg"), "Error")
    return isinstance(error, (sqlite3.Error, *(getattr(module, name) for module, name in loaded if module)))


def translated(error: Exception, name: str) -> StoreError | None:
    """Return what a database's error means to whoever uses the store, or None if it says nothing of the store.

    Args:
        error: A driver's, or SQLAlchemy's, which may hold a driver's.
        name: The store's.
    """
    if type(error).__name__ == "TimeoutError" and type(error).__module__ == "sqlalchemy.exc":
        return StoreBusyError(f"{name} has no connection free for so many at once; try again")
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause, name)
    if hasattr(cause, "sqlstate"):
        return _postgresql(cause, name, is_lost=getattr(error, "connection_invalidated", False))
    return None


def _sqlite(cause: sqlite3.Error, name: str) -> StoreError | None:
    code = getattr(cause, "sqlite_errorcode", 0)
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return busy(name)
        case sqlite3.SQLITE_READONLY:
            return ReadOnlyStoreError(
                f"{name} can only be read; nothing was recorded. Allow writing to it, and its folder"
            )
        case sqlite3.SQLITE_FULL:
            return StoreFullError(f"There is no room left for {name}; nothing was recorded. Make room, then try again")
        case sqlite3.SQLITE_IOERR:
            return StoreFullError(
                f"{name} could not be read or written ({cause}); nothing was recorded. Check the room left and the disk"
            )
        case sqlite3.SQLITE_CORRUPT:
            return StoreDamagedError(f"{name} is damaged ({cause}); restore a backup, and verify it")
        case sqlite3.SQLITE_NOTADB:
            return NotAStoreError(f"{name} is not a store; check the name")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreNotFoundError(f"{name} cannot be opened; check that it is there and that you may use it")
        case _ if "Could not decode" in str(cause):
            return StoreDamagedError(f"{name} is damaged ({cause}); restore a backup, and verify it")
        case _:
            return None


_BUSY: Final = {"40001", "40P01", "53300"}
_DAMAGED: Final = {"XX001", "XX002"}


def _postgresql(error: Any, name: str, *, is_lost: bool) -> StoreError | None:
    from psycopg import OperationalError

    state = error.sqlstate
    if state == "55P03":
        return busy(name)
    if state == "57014":
        return StoreBusyError(
            f"{name} took too long ({_first_line(error)}); nothing was recorded. Try again, ask for less, or allow "
            "more time with statement_timeout in the store's URL"
        )
    if state in _BUSY:
        return StoreBusyError(f"{name} is too busy ({_first_line(error)}); nothing was recorded, try again")
    if state == "25006":
        return ReadOnlyStoreError(
            f"{name} can only be read ({_first_line(error)}); nothing was recorded. If it is a replica, record in the "
            "store that it follows"
        )
    if state == "42501":
        return ReadOnlyStoreError(
            f"{name} does not let this account do that ({_first_line(error)}); nothing was recorded. "
            "Use an account that may"
        )
    if state == "53100":
        return StoreFullError(f"There is no room left for {name}; nothing was recorded. Make room, then try again")
    if state in _DAMAGED:
        return StoreDamagedError(f"{name} is damaged ({_first_line(error)}); restore a backup, and verify it")
    if is_lost or (state or "").startswith(("08", "28", "57P")):
        return StoreUnreachableError(
            f"{name} cannot be reached ({_first_line(error)}); nothing was recorded, try again"
        )
    if state is None and isinstance(error, OperationalError):
        return StoreUnreachableError(
            f"{name} cannot be reached ({_first_line(error)}); nothing was recorded, try again"
        )
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
