"""How a store is, check by check: what was found, and what to do about it. Nothing is written.

A store that is damaged, foreign or gone is looked at as far as it can be: whatever stands in a check's way is what that
check found.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import MetaData, inspect, select, text

from benefits.errors import StoreError
from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import leaf_hash
from benefits.store.appending import CLOCK_TOLERANCE
from benefits.store.errors import (
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    ReadOnlyStoreError,
    StoreNotFoundError,
    StoreUnreachableError,
)
from benefits.store.log import Log
from benefits.store.rows import instant_of, microseconds
from benefits.store.tables import command, event, head, metadata, store, tile
from benefits.store.verification import verify_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from benefits.proof.verify import Progress
    from benefits.store.database import Database
    from benefits.store.rows import EventRow

Verdict = Literal["ok", "warning", "problem"]

LAST_EVENTS: Final = 1_000
"""How many events are verified where the whole log is not."""

HOW_TO: Final = "docs/how-to/operate.md"
KEEP_A_COPY: Final = "keep a copy of it as it is, record nothing more, and compare it with a backup or an export"
RESTORE: Final = "keep a copy of it as it is, restore a backup, and verify that: benefits verify"

_NOT_OURS: Final = (
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    ReadOnlyStoreError,
    StoreNotFoundError,
    StoreUnreachableError,
)
"""What is said where there is no store, or none that this version may read."""

_NEVER_CHANGED: Final = (event, tile, command, store)
_MB: Final = 1_000_000
_ROOM_TO_RECORD: Final = 16 * _MB
_ROOM_TO_REBUILD: Final = 250 * _MB
_MUCH_WAITING: Final = 64 * _MB
_LIBRARIES: Final = ("SQLAlchemy", "psycopg", "eventsourcing", "pydantic", "alembic", "click")

GUARDS_ON_SQLITE: Final = frozenset(
    {f"{table}_refuses_{verb}" for table in ("event", "tile", "command", "store") for verb in ("delete", "update")}
    | {"head_refuses_delete"}
    | {f"{table}_refuses_insert" for table in ("event", "head", "tile", "command", "store")}
)
GUARDS_ON_POSTGRESQL: Final = frozenset(
    {f"{table}_refuses_{verb}" for table in ("event", "tile", "command", "store") for verb in ("delete", "update")}
    | {"head_refuses_delete"}
    | {f"{table}_refuses_truncate" for table in ("event", "head", "tile", "command", "store")}
)
"""The triggers by which the database itself keeps what is recorded; a test holds them to what a new store has."""

_TRIGGERS_ON_SQLITE: Final = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
_TRIGGERS_ON_POSTGRESQL: Final = text(
    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = CAST(current_schema() AS regnamespace)"
)
_RIGHTS: Final = text(
    "SELECT rolsuper OR pg_has_role(relowner, 'USAGE') AS owns, "
    "has_table_privilege(pg_class.oid, 'INSERT') AS records, "
    "has_table_privilege(pg_class.oid, 'UPDATE') OR has_any_column_privilege(pg_class.oid, 'UPDATE') AS updates, "
    "has_table_privilege(pg_class.oid, 'DELETE') OR has_table_privilege(pg_class.oid, 'TRUNCATE') AS deletes, "
    "current_user AS role "
    "FROM pg_class, pg_roles WHERE pg_class.oid = to_regclass(:name) AND rolname = current_user"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `advice` is empty where nothing has to be done."""

    name: str
    verdict: Verdict
    message: str
    advice: str = ""


def looked_at(name: str, look: Callable[[], Check]) -> Check:
    """Return what a look found, or what stood in its way."""
    try:
        return look()
    except ReadOnlyStoreError as error:
        return Check(name, "problem", _parted(error)[0], f"grant this account what it needs: {HOW_TO}")
    except StoreError as error:
        return Check(name, "problem", *_parted(error))
    except Exception as error:  # noqa: BLE001  # A store may be damaged in any way; whatever comes of it is the finding.
        said = str(error).strip().partition("\n")[0]
        return Check(name, "problem", f"could not be looked at ({type(error).__name__}: {said})", RESTORE)


def _parted(error: StoreError) -> tuple[str, str]:
    """Return what an error says is wrong, and what to do."""
    wrong, _, to_do = error.message.rpartition("; ")
    return (wrong, to_do) if wrong else (to_do, RESTORE)


def examine(database: Database, *, full: bool = False, progress: Progress | None = None) -> Iterator[Check]:
    """Yield what is found of a store and its log.

    Args:
        database: The store, opened to be read only.
        full: Verify the whole log, and not only its last events.
        progress: Told how many events are verified, if all are.
    """
    yield Check("versions", "ok", _versions())
    yield looked_at("store", lambda: _store(database))
    if database.is_sqlite and database.address.path.is_file():
        yield looked_at("file", lambda: _file(database))
        yield looked_at("disk", lambda: _disk(database.address.path))
        yield looked_at("waiting", lambda: _waiting(database.address.path))
    if not is_ours(database):
        return
    yield looked_at("schema", lambda: _schema(database))
    yield looked_at("guards", lambda: _guards(database))
    if not database.is_sqlite:
        yield looked_at("rights", lambda: _rights(database))
        yield looked_at("disk", lambda: _size_on_server(database))
    yield looked_at("log", lambda: _whole_log(database, progress) if full else _end_of_log(database))
    yield looked_at("clock", lambda: _clock(database))


def is_ours(database: Database) -> bool:
    """Tell whether there is a store that is to be, damaged or not, as this version would have it."""
    try:
        database.check()
    except _NOT_OURS:
        return False
    except Exception:  # noqa: BLE001  # See `looked_at`.
        return True
    return True


def missing_of(connection: Connection, wanted: MetaData) -> tuple[list[str], list[str]]:
    """Return the tables and columns, and the indexes, that should be there and are not."""
    found = inspect(connection)
    parts: list[str] = []
    indexes: list[str] = []
    for table in wanted.sorted_tables:
        if not found.has_table(table.name):
            parts.append(table.name)
            continue
        columns = {column["name"] for column in found.get_columns(table.name)}
        parts += [f"{table.name}.{column.name}" for column in table.columns if column.name not in columns]
        # By what they are over: an index that was made beside another of its name has a name of its own.
        there = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        indexes += [str(index.name) for index in table.indexes if tuple(index.columns.keys()) not in there]
    return parts, sorted(indexes)


def _versions() -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"benefits {version('benefits-realisation')}, Python {python}, SQLite {sqlite3.sqlite_version}, {libraries}"


def _store(database: Database) -> Check:
    info = database.check()
    kind = "a sandbox" if info.sandbox else "a store"
    server = ""
    if not database.is_sqlite:
        with database.reading() as connection:
            server = f", on PostgreSQL {connection.execute(text('SHOW server_version')).scalar()}"
    return Check(
        "store",
        "ok",
        f"{database.name} is {kind} of schema {info.revision}, made by version {info.created_by}{server}",
    )


def _file(database: Database) -> Check:
    with database.reading() as connection:
        said = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    if said != ["ok"]:
        return Check("file", "problem", f"SQLite finds it damaged: {'; '.join(map(str, said))}", RESTORE)
    path = database.address.path
    if not _can_write(path):
        return Check(
            "file", "warning", "whole, and can only be read from here", "to record, allow writing to it and its folder"
        )
    return Check("file", "ok", "SQLite finds it whole")


def _can_write(path: Path) -> bool:
    """Tell whether this process may write a file and beside it; opening to append changes nothing."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _disk(path: Path) -> Check:
    return room(shutil.disk_usage(path.parent).free, path.stat().st_size)


def room(free: int, size: int) -> Check:
    """Say whether there is room for a store to grow, in bytes."""
    said = f"{_bytes(free)} free beside a store of {_bytes(size)}"
    if free < _ROOM_TO_RECORD:
        return Check("disk", "problem", said, "make room, or nothing more can be recorded")
    if free < max(size, _ROOM_TO_REBUILD):
        return Check("disk", "warning", said, "make room: a rebuild and a backup want as much again as the store")
    return Check("disk", "ok", said)


def _waiting(path: Path) -> Check:
    sizes = {
        end: beside.stat().st_size
        for end in ("-wal", "-journal")
        if (beside := path.with_name(path.name + end)).exists() and beside.stat().st_size
    }
    return waiting(path.name, sizes)


def waiting(name: str, sizes: dict[str, int]) -> Check:
    """Say what SQLite keeps beside a store until it is written into it, by the ending of the file's name, in bytes."""
    if not sizes:
        return Check("waiting", "ok", "nothing waits beside the store")
    said = " and ".join(f"{_bytes(size)} in {name}{end}" for end, size in sizes.items())
    if "-journal" in sizes:
        return Check(
            "waiting",
            "warning",
            f"a change that was cut off waits to be taken back: {said}",
            "leave the file where it is; the next command that writes takes the change back",
        )
    if sizes["-wal"] > _MUCH_WAITING:
        return Check(
            "waiting",
            "warning",
            f"much waits to be written into the store: {said}",
            "end whatever has been reading for long: it is written in when all have let go",
        )
    return Check("waiting", "ok", f"{said}, which belongs to the store: copy a store with benefits closed, or both")


def _schema(database: Database) -> Check:
    with database.reading() as connection:
        parts, indexes = missing_of(connection, metadata)
    missing = parts + indexes
    if missing:
        return Check("schema", "problem", f"missing: {', '.join(missing)}", RESTORE)
    return Check("schema", "ok", f"all {len(metadata.tables)} tables of the log are there")


def _guards(database: Database) -> Check:
    wanted = GUARDS_ON_SQLITE if database.is_sqlite else GUARDS_ON_POSTGRESQL
    with database.reading() as connection:
        query = _TRIGGERS_ON_SQLITE if database.is_sqlite else _TRIGGERS_ON_POSTGRESQL
        missing = sorted(wanted - set(connection.execute(query).scalars()))
    if missing:
        return Check(
            "guards",
            "problem",
            f"somebody took away what keeps the log from being changed: {', '.join(missing)}",
            "find out who did and why; verify the whole log against a token kept elsewhere: "
            "benefits verify --against TOKEN",
        )
    return Check("guards", "ok", f"{len(wanted)} triggers keep what is recorded from being changed")


def _rights(database: Database) -> Check:
    with database.reading() as connection:
        rights = [connection.execute(_RIGHTS, {"name": table.name}).one() for table in _NEVER_CHANGED]
        of_head = connection.execute(_RIGHTS, {"name": head.name}).one()
    role = of_head.role
    may = [
        word
        for word, is_so in (
            ("own", any(one.owns for one in (*rights, of_head))),
            ("update", any(one.updates for one in rights)),
            ("delete", any(one.deletes for one in (*rights, of_head))),
        )
        if is_so
    ]
    if may:
        return Check(
            "rights",
            "warning",
            f"role {role} may {', '.join(may)} what is recorded, and could take the triggers away or go round them",
            f"let another role own the tables of the log, and grant this one no more than it needs: {HOW_TO}",
        )
    if not rights[0].records:
        return Check(
            "rights", "warning", f"role {role} may only read", f"to record, grant it what that needs: {HOW_TO}"
        )
    return Check("rights", "ok", f"role {role} may add to the log, and neither change nor delete")


def _size_on_server(database: Database) -> Check:
    with database.reading() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return Check("disk", "ok", f"the database has {_bytes(size)}; the room left is for its server to say")


def _whole_log(database: Database, progress: Progress | None) -> Check:
    report = verify_log(database, None, progress)
    if report.findings:
        first = report.findings[0]
        more = f", and {len(report.findings) - 1} more" if len(report.findings) > 1 else ""
        return Check("log", "problem", f"{first.message}{more}", KEEP_A_COPY)
    return Check("log", "ok", f"all {report.size:,} events verified")


def _end_of_log(database: Database) -> Check:
    log = Log(database)
    with database.reading():
        end = log.head()
        rows = log.read(after=max(0, end.size - LAST_EVENTS))
        found = next(_wrong_in(rows, end.size), None)
        if found is None and (rows[-1].recorded_at if rows else 0) != end.recorded_at:
            found = "the head's time is not that of the last event"
        if found is None and log.root_at(end.size) != end.root:
            found = "the tree's tiles do not come to the root that the head keeps"
    if found is not None:
        return Check("log", "problem", found, f"{KEEP_A_COPY}; benefits verify names all that is not as it was")
    return Check("log", "ok", f"the last {len(rows):,} of {end.size:,} events, and the tree's root, verified")


def _wrong_in(rows: Sequence[EventRow], size: int) -> Iterator[str]:
    """Yield what is wrong with the last rows of a log of some size, in order of position."""
    first = max(0, size - LAST_EVENTS) + 1
    last_instant = 0
    for position, row in enumerate(rows, first):
        if row.position != position:
            yield f"event {position:,} is missing"
            return
        if row.body is not None and row.salt is not None and commitment(row.salt, row.body) != row.commitment:
            yield f"event {position:,} is not as it was recorded: its body, salt or commitment was changed"
        if leaf_hash(entry(*row[:10], row.commitment)) != row.leaf:
            yield f"event {position:,} is not as it was recorded: its header, commitment or leaf was changed"
        if row.recorded_at <= last_instant:
            yield f"event {position:,} was recorded before the one that it follows"
        last_instant = row.recorded_at
    end = first + len(rows) - 1
    if end != size:
        yield f"the head counts {size:,} events, and the log ends at position {end:,}"


def _clock(database: Database) -> Check:
    with database.reading() as connection:
        sandbox = connection.execute(select(store.c.sandbox)).scalar()
    return clock(microseconds(database.clock()), Log(database).head().recorded_at, is_sandbox=bool(sandbox))


def clock(now: int, last: int, *, is_sandbox: bool) -> Check:
    """Say whether recording can go on, at an instant, after what was recorded last; both in microseconds."""
    behind = timedelta(microseconds=last - now)
    said = f"{instant_of(now):%Y-%m-%d %H:%M:%S} UTC"
    if behind <= timedelta():
        return Check("clock", "ok", f"{said}, not behind the log")
    said = f"{said}, behind the last event of {instant_of(last):%Y-%m-%d %H:%M:%S} UTC"
    if is_sandbox:
        return Check("clock", "ok", f"{said}; a sandbox's clock is set with --now")
    if behind > CLOCK_TOLERANCE:
        return Check(
            "clock",
            "problem",
            f"{said}: nothing more is recorded",
            "set the clock right, or have an administrator record that it was looked at: benefits accept-clock",
        )
    return Check("clock", "warning", said, "see that the clock is set from a time server")


def _bytes(count: int) -> str:
    """Return a number of bytes as people say it."""
    size, units = float(count), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 1_000:
        following = next(units, None)
        if following is None:
            break
        size, unit = size / 1_000, following
    return f"{size:,.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
