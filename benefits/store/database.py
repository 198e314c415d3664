"""The one door to the database: transactions that read one snapshot, and transactions that hold the head."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import URL, Connection, Dialect, inspect, make_url, select, text
from sqlalchemy import exc as sql

from benefits.store.engines import postgresql_engine, sqlite_engine
from benefits.store.errors import (
    CommitUnknownError,
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    ReadOnlyStoreError,
    StoreFullError,
    StoreNotFoundError,
    busy,
    head_lost,
    translated,
)
from benefits.store.limits import Limits
from benefits.store.prepared import Prepared
from benefits.store.rows import Head, StoreInfo
from benefits.store.tables import head, store
from benefits.store.turnstile import passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

    from benefits.errors import StoreError

APPLICATION_ID: Final = int.from_bytes(b"BenR", "big")
"""Marks a SQLite file as ours."""

FORMAT: Final = "benefits-realisation 1"
"""Marks a database as ours."""

REVISIONS: Final = ("0001",)
"""The schema's revisions, oldest first; a test holds them to `migrations/`, so that nobody loads Alembic to check."""

_HEAD_LOCKED: Final = select(head.c.size, head.c.recorded_at, head.c.frontier).with_for_update()
_STORE: Final = select(store.c.format, store.c.namespace, store.c.sandbox, store.c.created_by).where(store.c.id == 1)
_LOCK_SCHEMA: Final = text("SELECT pg_advisory_xact_lock(:key)")
_REVISION: Final = text("SELECT version_num FROM alembic_version")


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def store_url(url: str | Path) -> URL:
    """Return the database's URL from a file's path or from any way of writing a URL.

    Raises:
        StoreNotFoundError: If it names neither a SQLite file nor a PostgreSQL database.
    """
    written = str(url)
    if "://" not in written:
        return URL.create("sqlite", database=written)
    try:
        parsed = make_url(written)
    except sql.ArgumentError:
        parsed = None
    kind = "" if parsed is None else parsed.get_backend_name()
    if parsed is not None and kind in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed is not None and kind == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite")
    msg = (
        f"{parsed.render_as_string() if parsed else written} does not name a store; "
        "give a file, such as benefits.db, or a database, such as postgresql://host/name"
    )
    raise StoreNotFoundError(msg)


@dataclass(slots=True)
class Transaction:
    """An open transaction of one thread. `head` is None unless it holds the head and may write.

    `seen` is the head that a snapshot was read with, where it was asked for: it stays the same.
    """

    connection: Connection
    head: Head | None = None
    seen: Head | None = None
    doomed: bool = False
    told: bool = False  # Whoever listens will be told of it at commit, or cannot be; once is enough.


class Database:
    """A store's database, of either kind. Opening it creates and alters nothing.

    Args:
        url: A SQLite file (`benefits.db`, `sqlite:///benefits.db`) or a PostgreSQL database (`postgresql://host/name`).
        clock: Says what time it is; a test passes its own.
        read_only: Refuse to write, and ask nothing of the file or server that a reader may not.
    """

    def __init__(self, url: str | Path, *, clock: Callable[[], datetime] = utc_now, read_only: bool = False) -> None:
        self.url = store_url(url)
        self.limits = Limits.of(self.url)
        self.clock = clock
        self.read_only = read_only
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # An engine each, because what SQLAlchemy derives from one engine with other options is slow at every statement.
        engine = partial(sqlite_engine, keeping=read_only) if self.is_sqlite else postgresql_engine
        self._reader = engine(self.url, self.limits, writing=False)
        self._writer = engine(self.url, self.limits, writing=True)
        self._head_locked = Prepared(_HEAD_LOCKED, self._writer.dialect)
        self._local = _Local()
        # One at a time holds the head, so one connection writes for the whole process, and its threads take turns here;
        # SQLite's own way of waiting is to sleep and try again, which may never be lucky.
        self._turn = threading.Lock()
        self._writing_connection: Connection | None = None

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return str(self.url.database) if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @property
    def dialect(self) -> Dialect:
        """The kind of database, as SQLAlchemy compiles for it."""
        return self._writer.dialect

    def close(self) -> None:
        """Let go of every connection; the next use opens new ones."""
        with self._in_turn():
            self._let_go()
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one snapshot, or join the transaction this thread has open."""
        open_already = self._local.transaction
        if open_already is not None:
            yield open_already.connection
            return
        with self._translating(), self._reader.connect() as connection, connection.begin():
            self._local.transaction = Transaction(connection)
            try:
                yield connection
            finally:
                self._local.transaction = None

    @property
    def head(self) -> Head | None:
        """The head of the log, if the transaction that this thread has open holds it or has seen it."""
        transaction = self._local.transaction
        return None if transaction is None else transaction.head or transaction.seen

    def see(self, head: Head) -> None:
        """Note the head that the snapshot of this thread has."""
        if self._local.transaction is not None:
            self._local.transaction.seen = head

    def is_replica(self) -> bool:
        """Return whether this is a streaming replica, which follows another server."""
        if self.is_sqlite:
            return False
        with self.reading() as connection:
            return bool(connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one())

    def apart(self) -> psycopg.Connection:
        """Return a connection to PostgreSQL of the caller's own, to listen on; the caller closes it."""
        pooled = self._reader.raw_connection()
        connection = cast("psycopg.Connection", pooled.driver_connection)
        pooled.detach()
        connection.autocommit = True
        return connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the head until everything written is committed, or join the transaction this thread has open."""
        with self.transaction() as transaction:
            yield transaction.connection

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Do as `writing` does, for the log: with the head as it stands."""
        open_already = self._local.transaction
        if open_already is not None:
            if open_already.head is None:
                msg = "this thread is reading; a snapshot cannot become a writing transaction"
                raise RuntimeError(msg)
            yield open_already
            return
        if self.read_only:
            msg = f"{self.name} was opened to be read only; open it to write"
            raise ReadOnlyStoreError(msg)
        with self._translating(), self._in_turn(), self._committing(self._lock_head) as transaction:
            yield transaction

    @property
    def is_writing(self) -> bool:
        """Whether this thread has a transaction open that may write, whose rows are not committed yet."""
        return self._local.transaction is not None and self._local.transaction.head is not None

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Take back what is written inside, appended events too, if it raises, and keep the transaction open."""
        transaction = self._local.transaction
        if transaction is None or transaction.head is None:
            msg = "a savepoint stands inside a writing transaction"
            raise RuntimeError(msg)
        before = transaction.head, transaction.doomed, transaction.told
        try:
            with transaction.connection.begin_nested():
                yield
        except BaseException:
            transaction.head, transaction.doomed, transaction.told = before
            raise

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """Be the only one to make or migrate the store until that is committed."""
        with self._translating(), self._in_turn(), self._committing(self._lock_schema) as transaction:
            yield transaction.connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self.limits.lock_timeout):
            raise busy(self.name)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _next_in_line(self) -> Iterator[None]:
        """Wait among the processes that want to write; a PostgreSQL server keeps the order itself."""
        if not self.is_sqlite:
            yield
            return
        with passing(Path(str(self.url.database)), self.limits.lock_timeout) as is_our_turn:
            if not is_our_turn:
                raise busy(self.name)
            yield

    @contextmanager
    def _committing(self, lock: Callable[[Connection], Transaction]) -> Iterator[Transaction]:
        """Begin under a lock, and commit if all went well; whoever comes here has the turn."""
        connection, opened = self._locked(lock)
        self._local.transaction = opened
        try:
            yield opened
            if opened.doomed:
                msg = "an append failed in this transaction, which must not be committed"
                raise RuntimeError(msg)
            self._commit(connection)
        finally:
            self._local.transaction = None
            if connection.in_transaction():
                connection.rollback()

    def _locked(self, lock: Callable[[Connection], Transaction]) -> tuple[Connection, Transaction]:
        for attempt in (1, 2):
            if self._writing_connection is None or self._writing_connection.invalidated:
                self._let_go()
                self._writing_connection = self._writer.connect()
            connection = self._writing_connection
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
            msg = f"There was no room left for {self.name}; nothing was recorded. Make room, then try again"
            raise StoreFullError(msg)
        try:
            connection.commit()
        except BaseException as error:
            if not isinstance(error, sql.DBAPIError) or not error.connection_invalidated:
                connection.invalidate()  # SQLAlchemy would neither roll it back nor begin again on it.
                raise
            msg = (
                f"The connection to {self.name} broke while recording was being confirmed, so it is recorded whole or "
                "not at all; give the same command with the same id again: it is recorded once"
            )
            raise CommitUnknownError(msg) from error

    def _is_undone(self, connection: Connection) -> bool:
        """Tell whether SQLite rolled the whole transaction back by itself, as it may when the disk is full.

        Committing then would commit nothing and say nothing.
        """
        if not self.is_sqlite:
            return False
        driver = connection.connection.driver_connection
        return isinstance(driver, sqlite3.Connection) and not driver.in_transaction

    def _let_go(self) -> None:
        if self._writing_connection is not None:
            self._writing_connection.close()
            self._writing_connection = None

    def _lock_head(self, connection: Connection) -> Transaction:
        with self._next_in_line():
            connection.begin()
        row = self._head_locked(connection).one_or_none()
        if row is None:
            raise head_lost(self.name)
        return Transaction(connection, Head._make(row), told=self.is_sqlite)

    def _lock_schema(self, connection: Connection) -> Transaction:
        connection.begin()
        if not self.is_sqlite:
            connection.execute(_LOCK_SCHEMA, {"key": APPLICATION_ID})
        return Transaction(connection)

    def fault(self, error: Exception) -> StoreError | None:
        """Return what an error, or what it came of, says is wrong with the store; None if it blames its user."""
        found: BaseException | None = error
        while isinstance(found, (sql.SQLAlchemyError, sqlite3.Error)):
            known = translated(found, self.name)
            if known is not None:
                return known
            found = found.__cause__ or found.__context__
        return None

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (sql.SQLAlchemyError, sqlite3.Error) as error:
            known = self.fault(error)
            if known is None:
                raise
            raise known from error

    def check(self) -> StoreInfo:
        """Return what the store says of itself.

        Raises:
            StoreNotFoundError: If there is nothing there.
            NotAStoreError: If what is there is not a store.
            NewerStoreError: If a newer version of this product made or migrated it.
            OlderStoreError: If it has to be migrated first.
        """
        info = self.identify()
        if info.revision == REVISIONS[-1]:
            return info
        if info.revision in REVISIONS or not info.revision:
            msg = f"{self.name} was made by an older version; back it up, then run: benefits migrate"
            raise OlderStoreError(msg)
        msg = (
            f"{self.name} has schema {info.revision}, and this version knows up to {REVISIONS[-1]}; "
            "use the version that migrated it, or a later one"
        )
        raise NewerStoreError(msg)

    def identify(self) -> StoreInfo:
        """Return what a store of any revision says of itself; an empty revision if it does not say just one.

        Raises:
            StoreNotFoundError: If there is nothing there.
            NotAStoreError: If what is there is not a store.
        """
        self.refuse_absent()
        with self.reading() as connection:
            refusal = self._foreign(connection)
            if refusal is not None:
                raise refusal
            info = connection.execute(_STORE).one()
            revisions = connection.execute(_REVISION).scalars().all()
        return StoreInfo(*info, revision=revisions[0] if len(revisions) == 1 else "")

    def refuse_absent(self) -> None:
        """Refuse a SQLite file that is not there, before anything would make one.

        Raises:
            StoreNotFoundError: If there is nothing there.
            NotAStoreError: If it is not a file.
        """
        if not self.is_sqlite:
            return
        path = Path(str(self.url.database))
        if path.is_file():
            return
        if path.exists():
            msg = f"{path} is not a file; give the name of a store"
            raise NotAStoreError(msg)
        msg = f"There is no store at {path}; check the name, or make one with: benefits init"
        raise StoreNotFoundError(msg)

    def _foreign(self, connection: Connection) -> StoreError | None:
        """Return why this is not a store, or None if it is one."""
        if self.is_sqlite and connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID:
            return None
        tables = set(inspect(connection).get_table_names())
        if {"store", "alembic_version"} <= tables and not self.is_sqlite:
            columns = {column["name"] for column in inspect(connection).get_columns("store")}
            row = connection.execute(_STORE).one_or_none() if "format" in columns else None
            if row is not None and str(row.format).startswith(FORMAT.partition(" ")[0]):
                return None
        if not tables and not self.is_sqlite:
            msg = f"There is no store in {self.name}; make one with: benefits init"
            return StoreNotFoundError(msg)
        if not tables:
            msg = f"{self.name} is an empty database, not a store; check the name, or make it one with: benefits init"
            return NotAStoreError(msg)
        msg = (
            f"{self.name} belongs to something else and is not a store; check the name, or make one elsewhere with: "
            "benefits init"
        )
        return NotAStoreError(msg)


class _Local(threading.local):
    transaction: Transaction | None = None


def has_tables(connection: Connection) -> bool:
    """Return whether there is anything at all in the database."""
    return bool(inspect(connection).get_table_names())
