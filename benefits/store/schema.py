"""Make a store, and bring an old one up to date: by command only, never at start-up."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import insert, text

from benefits import __version__
from benefits.errors import StoreError
from benefits.store.database import APPLICATION_ID, FORMAT, Database, has_tables
from benefits.store.errors import OlderStoreError, StoreNotFoundError, translated
from benefits.store.tables import store

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from benefits.store.rows import StoreInfo

_RETRY_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Initialised:
    """A store, and whether it was made just now or was there already."""

    store: StoreInfo
    created: bool


@dataclass(frozen=True, slots=True)
class Migrated:
    """A store that is up to date, and the schema's revision it had before."""

    store: StoreInfo
    before: str


def initialise(
    url: str | Path, *, namespace: UUID | None = None, sandbox: bool = False, created_by: str | None = None
) -> Initialised:
    """Make a store where there is none, whole or not at all; one that is there already is left as it is.

    Args:
        url: As `Database` takes it.
        namespace: Under which the store's streams are named; None takes a new random one.
        sandbox: Whether its clock may be set.
        created_by: The version of the product that makes it; None is this one.

    Raises:
        NotAStoreError: If the file or database belongs to something else.
        OlderStoreError: If there is an old store, to be migrated.
        NewerStoreError: If there is a store from a newer version.
    """
    with closing(Database(url)) as database:
        if database.is_sqlite:
            keep_journal_beside(database.address.path, database.name, database.limits.lock_timeout)
        with database.altering() as connection:
            created = not has_tables(connection)
            if created:
                upgrade(connection)
                values = {
                    "id": 1,
                    "format": FORMAT,
                    "namespace": namespace or uuid4(),
                    "sandbox": sandbox,
                    "created_by": created_by or __version__,
                }
                connection.execute(insert(store), values)
                if database.is_sqlite:
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            info = database.check()
        return Initialised(info, created)


def migrate(url: str | Path) -> Migrated:
    """Bring a store up to the schema this version uses, whole or not at all.

    Raises:
        StoreNotFoundError: If there is nothing there.
        NotAStoreError: If what is there is not a store.
        NewerStoreError: If a newer version of this product made or migrated it.
    """
    with closing(Database(url)) as database:
        database.refuse_absent()
        with database.altering() as connection:
            try:
                info = database.check()
            except OlderStoreError:
                before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
                upgrade(connection)
                return Migrated(database.check(), before)
            return Migrated(info, info.revision)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Make the tables of a revision, or bring older ones up to it, in the transaction that is open."""
    # Alembic takes a tenth of a second to load, and few commands need it.
    from alembic import command

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def migrations() -> Config:
    """Return where Alembic finds the revisions."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "benefits.store:migrations")
    return config


def keep_journal_beside(path: Path, name: str, patience: int) -> None:
    """Have a file that is ours or empty, and make an empty one keep its journal as a store does.

    The journal can only be chosen outside a transaction, so a crash just after leaves an empty database, which is no
    store, and which the next `init` takes.
    """
    if not path.parent.is_dir():
        msg = f"There is no folder {path.parent}; make it first"
        raise StoreNotFoundError(msg)
    give_up = time.monotonic() + patience
    uri = f"{path.absolute().as_uri()}?mode=rwc"
    try:
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=patience)) as connection:
            while connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    break
                except sqlite3.OperationalError as error:
                    # SQLite does not wait here for another process that does the same.
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                        raise
                    time.sleep(_RETRY_SECONDS)
    except sqlite3.Error as error:
        raise translated(error, name) or StoreError(f"{name} cannot be made: {error}") from error
