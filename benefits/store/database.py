"""The one door to the database: transactions that read one snapshot, and transactions that hold the head."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from benefits.store.address import Address
from benefits.store.drivers import Direct, postgresql_connection, sqlite_connection
from benefits.store.errors import (
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    ReadOnlyStoreError,
    StoreNotFoundError,
    fault,
    is_of_a_database,
)
from benefits.store.limits import Limits
from benefits.store.questions import Question
from benefits.store.rows import StoreInfo
from benefits.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg
    from sqlalchemy import URL, Connection, Dialect, Engine

    from benefits.errors import StoreError
    from benefits.store.questions import Snapshot
    from benefits.store.rows import Head
    from benefits.store.writer import Writer

APPLICATION_ID: Final = int.from_bytes(b"BenR", "big")
"""Marks a SQLite file as ours."""

FORMAT: Final = "benefits-realisation 1"
"""Marks a database as ours."""

REVISIONS: Final = ("0001",)
"""The schema's revisions, oldest first; a test holds them to `migrations/`, so that nobody loads Alembic to check."""

_APPLICATION: Final = Question("PRAGMA application_id")
_TABLES: Final = Question(
    "SELECT name FROM sqlite_master WHERE type = 'table'",
    on_postgresql="SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') "
    "AND relnamespace = current_schema()::regnamespace",
)
_COLUMNS_OF_STORE: Final = Question(
    "SELECT attname FROM pg_attribute WHERE attrelid = 'store'::regclass AND attnum > 0"
)
_STORE: Final = Question("SELECT format, namespace, sandbox, created_by FROM store WHERE id = 1")
_REVISION: Final = Question("SELECT version_num FROM alembic_version")
_IS_REPLICA: Final = Question("SELECT pg_is_in_recovery()")


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Database:
    """A store's database, of either kind. Opening it creates and alters nothing.

    A process that asks one question after another, as a command does, puts them to a driver's connection. Whoever asks
    while another thread does, or once something was written, has SQLAlchemy's pools, which take longer to load than a
    question to answer.

    Args:
        url: A SQLite file (`benefits.db`, `sqlite:///benefits.db`) or a PostgreSQL database (`postgresql://host/name`).
        clock: Says what time it is; a test passes its own.
        read_only: Refuse to write, and ask nothing of the file or server that a reader may not.
    """

    def __init__(self, url: str | Path, *, clock: Callable[[], datetime] = utc_now, read_only: bool = False) -> None:
        self.address = Address.of(url)
        self.limits = Limits.of(self.address.query)
        self.clock = clock
        self.read_only = read_only
        self.is_sqlite = self.address.is_sqlite
        self._local = _Local()
        self._changing = threading.Lock()
        self._engine: Engine | None = None
        self._writing: Writer | None = None
        self._direct: Direct | None = None
        self._is_direct_taken = False
        self._was_closed = False  # Since the driver's connection was taken.

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self.address.name

    @property
    def url(self) -> URL:
        """The address as SQLAlchemy takes it."""
        return self.address.url

    @property
    def dialect(self) -> Dialect:
        """The kind of database, as SQLAlchemy compiles for it."""
        return self._pool.dialect

    def close(self) -> None:
        """Let go of every connection; the next use opens new ones."""
        with self._changing:
            direct, self._direct = self._direct, None
            self._was_closed = True
        if direct is not None:
            direct.close()
        if self._writing is not None:
            self._writing.close()
        if self._engine is not None:
            self._engine.dispose()

    # --- reading ---------------------------------------------------------------------------------

    @contextmanager
    def asking(self) -> Iterator[Snapshot]:
        """Ask questions in one snapshot, or in the transaction this thread has open."""
        open_already = self._local.transaction
        if open_already is not None:
            yield open_already.snapshot
            return
        with self._translating():
            direct = self._take_direct()
            if direct is not None:
                with self._kept(Transaction(direct)), self._snapshot(direct):
                    yield direct
                return
        with self.reading() as connection:
            yield connection

    def _take_direct(self) -> Direct | None:
        """Return the driver's connection for a snapshot; `None` where SQLAlchemy is to be asked."""
        with self._changing:
            if self._writing is not None or self._is_direct_taken or self.address.server is None:
                return None
            self._is_direct_taken, self._was_closed = True, False
            direct, self._direct = self._direct, None
        try:
            return direct if direct is not None and direct.is_well() else self._connected()
        except BaseException:
            if direct is not None:
                direct.close()
            self._is_direct_taken = False
            raise

    def _connected(self) -> Direct:
        if self.is_sqlite:
            connection = sqlite_connection(
                self.address.path.absolute(), self.limits, writing=False, keeping=self.read_only
            )
            return Direct(connection)
        return Direct(postgresql_connection(self.address, self.limits))

    @contextmanager
    def _snapshot(self, direct: Direct) -> Iterator[None]:
        try:
            direct.begin()
            yield
            direct.end()
        except BaseException:
            direct.close()
            raise
        else:
            with self._changing:
                if self._was_closed:
                    direct.close()  # Another file may stand there meanwhile.
                else:
                    self._direct = direct
        finally:
            self._is_direct_taken = False

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one snapshot through SQLAlchemy, or join the transaction this thread has open."""
        open_already = self._local.transaction
        if open_already is not None:
            yield open_already.connection
            return
        with (
            self._translating(),
            self._pool.connect() as connection,
            connection.begin(),
            self._kept(Transaction(connection)),
        ):
            yield connection

    @property
    def _pool(self) -> Engine:
        """What reads through SQLAlchemy."""
        with self._changing:
            if self._engine is None:
                from benefits.store.engines import engine_of

                self._engine = engine_of(self.address, self.limits, writing=False, keeping=self.read_only)
            return self._engine

    @contextmanager
    def _kept(self, transaction: Transaction) -> Iterator[Transaction]:
        """Have what this thread does meanwhile join a transaction."""
        self._local.transaction = transaction
        try:
            yield transaction
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
        with self.asking() as asked:
            return bool(_IS_REPLICA.value(asked))

    def apart(self) -> psycopg.Connection:
        """Return a connection to PostgreSQL of the caller's own, to listen on; the caller closes it."""
        pooled = self._pool.raw_connection()
        connection = cast("psycopg.Connection", pooled.driver_connection)
        pooled.detach()
        connection.autocommit = True
        return connection

    # --- writing ---------------------------------------------------------------------------------

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
        with self._translating(), self._writer.holding_the_head() as opened, self._kept(opened) as transaction:
            yield transaction

    @property
    def _writer(self) -> Writer:
        _ = self._pool  # Whoever writes has SQLAlchemy, and asks through it too.
        with self._changing:
            if self._writing is None:
                from benefits.store.writer import Writer

                self._writing = Writer(self.address, self.limits, keeping=self.read_only)
            return self._writing

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
        with self._translating(), self._writer.holding_the_schema() as opened, self._kept(opened) as transaction:
            yield transaction.connection

    # --- what it is ------------------------------------------------------------------------------

    def fault(self, error: Exception) -> StoreError | None:
        """Return what an error, or what it came of, says is wrong with the store; None if it blames its user."""
        # To say a server's name takes SQLAlchemy, which a rule's refusal has no use for.
        return fault(error, self.name) if is_of_a_database(error) else None

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
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
        with self.asking() as asked:
            refusal = self._foreign(asked)
            if refusal is not None:
                raise refusal
            made, namespace, is_sandbox, created_by = _STORE.one(asked)
            revisions = _REVISION.values(asked)
        return StoreInfo(made, namespace, is_sandbox, created_by, revisions[0] if len(revisions) == 1 else "")

    def refuse_absent(self) -> None:
        """Refuse a SQLite file that is not there, before anything would make one.

        Raises:
            StoreNotFoundError: If there is nothing there.
            NotAStoreError: If it is not a file.
        """
        if not self.is_sqlite:
            return
        path = self.address.path
        if path.is_file():
            return
        if path.exists():
            msg = f"{path} is not a file; give the name of a store"
            raise NotAStoreError(msg)
        msg = f"There is no store at {path}; check the name, or make one with: benefits init"
        raise StoreNotFoundError(msg)

    def _foreign(self, asked: Snapshot) -> StoreError | None:
        """Return why this is not a store, or None if it is one."""
        if self.is_sqlite and _APPLICATION.value(asked) == APPLICATION_ID:
            return None
        tables = set(_TABLES.values(asked))
        if {"store", "alembic_version"} <= tables and not self.is_sqlite:
            row = _STORE.one(asked) if "format" in _COLUMNS_OF_STORE.values(asked) else None
            if row is not None and str(row[0]).startswith(FORMAT.partition(" ")[0]):
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


def has_tables(asked: Snapshot) -> bool:
    """Return whether there is anything at all in the database."""
    return bool(_TABLES(asked))
