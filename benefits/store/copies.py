"""Copies of a store: its backup, and the store that is restored from one. Whole, and verified, or not there at all.

A backup is a store in a SQLite file, whatever database it was taken from: the log, and what stands beside it, without
the views. Values are copied as the database gives them, so that what was recorded is hashed as it was stored.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BOOLEAN, CHAR, DATE, MetaData, bindparam, insert, select, type_coerce, update
from sqlalchemy import exc as sql
from sqlalchemy.types import NullType

from benefits.errors import ConflictError, StoreError
from benefits.store.database import APPLICATION_ID, REVISIONS, Database, has_tables
from benefits.store.errors import (
    LogDamagedError,
    OlderStoreError,
    StoreDamagedError,
    StoreNotFoundError,
)
from benefits.store.prepared import Prepared
from benefits.store.questions import as_in_sqlite
from benefits.store.schema import keep_journal_beside, migrate, upgrade
from benefits.store.tables import event, head
from benefits.store.verification import verify_log

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from sqlalchemy import Column, Connection, Table
    from sqlalchemy.types import TypeEngine

    from benefits.proof.verify import Progress, Report

    Pages = Generator[Sequence[Sequence[Any]], None, None]
    Views = Callable[[str | Path, Progress | None], None]

_PAGE: Final = 1_000
_REVISION_TABLE: Final = "alembic_version"
_WAITING: Final = ("-wal", "-journal")
"""Endings of the files in which SQLite keeps changes that are not in the file itself."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: what verifying it found of its log, and its file's size and SHA-256."""

    report: Report
    size_bytes: int
    sha256: str


def back_up(
    database: Database, output: str | Path, *, replace: bool = False, progress: Progress | None = None
) -> BackedUp:
    """Write a store, as it stands at one moment, to a file that is itself a store, while others may go on recording.

    Args:
        database: The store, of any revision that this version knows.
        output: The file, which is verified before it gets its name.
        replace: Whether a file that is there is replaced.
        progress: Told now and then how many events of how many are done; each is copied, and then verified.

    Raises:
        ConflictError: If the file is there.
        LogDamagedError: If the log does not verify.
        NewerStoreError: If a newer version of this product migrated the store.
    """
    path = Path(output)
    with _becoming(path, replace=replace) as unfinished:
        with database.reading():
            events = _size(database)
            _copy_to_file(database, unfinished, _part(progress, 0, 2, events))
        with _up_to_date(unfinished) as made:
            report = verify_log(made, None, _part(progress, 1, 2, events))
        if report.findings:
            raise _damaged(f"{database.name} did NOT verify, and no backup was made of it", report)
        with unfinished.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = unfinished.stat().st_size
    return BackedUp(report, size, sha256)


def restore(
    backup: str | Path,
    url: str | Path,
    *,
    views: Views,
    against: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Make a new store from a backup, once all of it is verified.

    Args:
        backup: The backup; any store will do, and one of an older revision is brought up to date on the way.
        url: A new file, or an empty PostgreSQL database.
        views: Works out the views of the store at a URL, and tells how far. A new file has its name only after that; in
            a database the log is committed before, so that one that is interrupted here wants `benefits rebuild`.
        against: A token given earlier, `position@root`, with which the log must agree.
        progress: Told now and then how many events of how many are done; each is verified, copied, verified again, and
            taken into the views.

    Raises:
        ConflictError: If there is a file already, or anything in the database.
        LogDamagedError: If the log does not verify; nothing is made then.
        InvalidValueError: If `against` is not a token.
    """
    with closing(Database(url)) as wanted:
        path = wanted.address.path if wanted.is_sqlite else None
    if path is not None:
        _refuse_there(path)  # Before the backup is verified, which takes a while.
    with _up_to_date(backup) as source, source.reading():
        events = _size(source)
        report = verify_log(source, against, _part(progress, 0, 4, events))
        if report.findings:
            raise _damaged(f"{source.name} did NOT verify, and nothing was restored from it", report)
        if path is None:
            _copy_verified(source, url, report, progress)
            views(url, _part(progress, 3, 4, events))
        else:
            with _becoming(path) as unfinished:
                keep_journal_beside(unfinished, str(unfinished), wanted.limits.lock_timeout)
                _copy_verified(source, unfinished, report, progress)
                views(unfinished, _part(progress, 3, 4, events))
    return report


def _copy_verified(source: Database, url: str | Path, verified: Report, progress: Progress | None) -> None:
    """Copy a store to an empty database, and commit it if what is there then is what was verified."""
    events = verified.size
    with closing(Database(url)) as made, made.altering() as connection:
        if has_tables(connection):
            msg = f"{made.name} is not empty; restore into an empty database, or a file that is not there"
            raise ConflictError(msg, subject=made.name)
        _copy(source, connection, _part(progress, 1, 4, events))
        report = verify_log(made, verified.token, _part(progress, 2, 4, events))
        if report.findings:
            raise _damaged(f"{made.name} was not written as it was read, and nothing was restored", report)


def _copy_to_file(source: Database, path: Path, progress: Progress | None = None) -> None:
    with closing(Database(path)) as made, made.altering() as connection:
        _copy(source, connection, progress)


def _copy(source: Database, target: Connection, progress: Progress | None) -> None:
    """Make the tables of a store's revision in an empty database, and copy every row of it."""
    upgrade(target, _revision(source))
    tables = MetaData()
    tables.reflect(target)
    with source.reading() as connection:
        try:
            for table in tables.sorted_tables:
                if table.name not in {_REVISION_TABLE, head.name}:
                    pages = _pages(source, connection, table)
                    _copy_rows(pages, target, table, progress if table.name == event.name else None)
            # Last, because an event is only taken after it.
            _copy_head(_pages(source, connection, tables.tables[head.name]), target, tables.tables[head.name])
        except (sql.IntegrityError, sql.DataError) as error:
            msg = f"{source.name} holds what no store may hold ({error.orig}); run: benefits verify"
            raise StoreDamagedError(msg) from error
    if target.dialect.name == "sqlite":
        target.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _copy_rows(pages: Pages, target: Connection, table: Table, progress: Progress | None) -> None:
    convert = _converts(table.columns)
    rows = Prepared(insert(table), target.dialect)
    done = 0
    with closing(pages):
        for page in pages:
            rows.many(target, map(convert, page))
            done += len(page)
            if progress is not None:
                progress(done, done)


def _copy_head(pages: Pages, target: Connection, table: Table) -> None:
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns}
    write = Prepared(update(table).values(values), target.dialect)
    with closing(pages):
        for page in pages:
            for row in page:
                write(target, **dict(zip(values, row, strict=True)))


def _pages(source: Database, connection: Connection, table: Table) -> Pages:
    """Give every row as the driver gives it, in order of its key, without ever holding more than a page."""
    query = select(*(type_coerce(column, NullType()) for column in table.columns)).order_by(*table.primary_key)
    try:
        with connection.execute(query, execution_options={"yield_per": _PAGE}) as found:
            yield from found.partitions()
    except sql.SQLAlchemyError as error:
        # Whoever writes would say that it is the copy which is damaged.
        raise source.fault(error) or error from error


def _converts(columns: Iterable[Column[Any]]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what makes a row of one kind of database fit a table of the other; a row of its own kind stays as it is.

    SQLite keeps a UUID as its hexadecimal digits, a date as text and a truth as a number, as SQLAlchemy has it there.
    PostgreSQL takes the first two as they are, and wants a truth.
    """
    changed = [
        (at, change) for at, one in enumerate(columns) for kind, change in _CONVERTS if isinstance(one.type, kind)
    ]

    def convert(row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for at, change in changed:
            values[at] = change(values[at])
        return tuple(values)

    return convert


def _truth(value: Any) -> Any:
    return bool(value) if value in (0, 1) else value


_CONVERTS: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...]] = (
    (CHAR, as_in_sqlite),
    (DATE, as_in_sqlite),
    (BOOLEAN, _truth),
)


def _revision(database: Database) -> str:
    """Return the revision of a store that this version can read or bring up to date."""
    try:
        return database.check().revision
    except OlderStoreError:
        revision = database.identify().revision
        if revision not in REVISIONS:
            raise
        return revision


@contextmanager
def _up_to_date(path: str | Path) -> Iterator[Database]:
    """Open a store to read, or, if an older version made it, a copy of it that is brought up to date."""
    with closing(Database(path, read_only=True)) as database:
        if _revision(database) == REVISIONS[-1]:
            yield database
            return
        with TemporaryDirectory(prefix="benefits-") as folder:
            copy = Path(folder) / "store.db"
            copy.touch()
            _copy_to_file(database, copy)
            migrate(copy)
            with closing(Database(copy, read_only=True)) as migrated:
                yield migrated


def _size(database: Database) -> int:
    """Return how many events a store says it has."""
    with database.reading() as connection:
        return connection.execute(select(head.c.size)).scalar() or 0


def _part(progress: Progress | None, part: int, of: int, events: int) -> Progress | None:
    """Return who is told of one part of the work, where each takes in every event."""
    if progress is None:
        return None
    return lambda done, _: progress(part * events + done, of * events)


def _damaged(what: str, report: Report) -> LogDamagedError:
    found = [f"{f'event {one.position}' if one.position else 'the log'}: {one.message}" for one in report.findings]
    msg = "\n".join(
        [f"{what}:", *found, "Keep a copy of it as it is, and compare it with an earlier backup or an export."]
    )
    return LogDamagedError(msg, report.findings)


# --- files ------------------------------------------------------------------------------------------


@contextmanager
def _becoming(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give an empty file to fill, which becomes `path` if all goes well, and of which otherwise nothing is left.

    Its name is its own, so that two who want the same path do not write to one file; what a process that was killed
    leaves ends in `.part`, is never looked at, and may be removed.
    """
    if not path.parent.is_dir():
        msg = f"There is no folder {path.parent}; make it first"
        raise StoreNotFoundError(msg)
    _refuse_there(path, replace=replace)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        unfinished.touch(exist_ok=False)
        yield unfinished
        if any(unfinished.with_name(f"{unfinished.name}{ending}").exists() for ending in _WAITING):
            raise RuntimeError(f"{unfinished} is still open, and what waits beside it would be lost")
        _to_disk(unfinished)
        _refuse_there(path, replace=replace)
        unfinished.replace(path)
        _to_disk(path.parent)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}; check the room left, and that you may write there"
        raise StoreError(msg) from error
    finally:
        for ending in ("", "-shm", "-turn", *_WAITING):
            unfinished.with_name(f"{unfinished.name}{ending}").unlink(missing_ok=True)


def _refuse_there(path: Path, *, replace: bool = False) -> None:
    if path.exists() and not (replace and path.is_file()):
        msg = f"{path} is already there; give another name, or move it away"
        raise ConflictError(msg, subject=str(path))
    for waiting in (path.with_name(f"{path.name}{ending}") for ending in _WAITING):
        # SQLite would take what is in it for changes to the new file.
        if waiting.exists():
            msg = f"{waiting} belongs to a store of that name, in use or broken off; give another name, or move it away"
            raise ConflictError(msg, subject=str(path))


def _to_disk(path: Path) -> None:
    """Wait until a file, or what a folder says of its files, is on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Which cannot, and needs not.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
