"""Work out every view anew from the log, beside the views that are asked meanwhile.

A rebuild fills tables of its own, a page of the log at a time, each in a transaction of its own, so that others go on
recording and asking. Once it has come to the head, its tables take over in one transaction. Broken off, it leaves the
views as they were.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, insert, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from benefits import BenefitsRegister
from benefits.errors import BenefitsError, ConflictError, ViewBrokenError
from benefits.store import ReadOnlyStoreError
from projections.bounds import VERSION
from projections.follower import Progress, follow, page_after
from projections.following import Following
from projections.reached import position_of_views, reached
from projections.tables import BUILT, LIVE, Generation, beside

PAUSE_SECONDS: Final = 0.005
"""Between two pages, so that whoever waits to record comes to it."""

WAIT_SECONDS: Final = 1.0
"""Between two tries to take over, where a question that takes long keeps the views."""

_PATIENCE: Final = "SET LOCAL lock_timeout = '200ms'"
"""How long a try waits, and everybody who asks or records with it."""

_NOT_AVAILABLE: Final = "55P03"
_OWNER: Final = text("""
    SELECT tableowner, pg_has_role(current_user, tableowner, 'MEMBER') FROM pg_tables
    WHERE schemaname = current_schema() AND tablename = :table AND tableowner <> current_user
""")


def rebuild(register: BenefitsRegister, tell: Progress | None = None) -> int:
    """Work out every view anew from the log, and return how many events that took.

    Strict: the first fold that fails ends it, and the views stay as they were. On PostgreSQL it waits at its end for
    questions under way, and others go on recording and asking between its tries.

    Args:
        register: Whose views.
        tell: Told how many events of how many have been followed.

    Raises:
        ViewBrokenError: If a fold fails.
        ReadOnlyStoreError: If the views belong to a role of the server that this one cannot be.
    """
    with _built(register) as following:
        _fill(register, following, tell, _take_over)
        return following.position


@dataclass(frozen=True, slots=True)
class Digests:
    """The SHA-256 over the rows of a table that stands, and over those worked out anew."""

    table: str
    standing: str
    anew: str

    @property
    def is_equal(self) -> bool:
        """Whether the table is what the log says."""
        return self.standing == self.anew


@dataclass(frozen=True, slots=True)
class Compared:
    """The views that stand beside those worked out anew, at one position."""

    position: int
    digests: Sequence[Digests]

    @property
    def is_equal(self) -> bool:
        """Whether the views are what the log says."""
        return all(one.is_equal for one in self.digests)


def check(register: BenefitsRegister, tell: Progress | None = None) -> Compared:
    """Work out every view anew, and compare it with the one that is asked, which stays.

    Args:
        register: Whose views.
        tell: Told how many events of how many have been followed.

    Raises:
        ViewBrokenError: If a fold fails, or the views that stand are broken or of another version.
    """
    found: list[Compared] = []

    def compare(connection: Connection, built: Generation) -> bool:
        follow(register, ())  # Somebody may have recorded without bringing the views along.
        found.append(_compared(connection, built))
        return True

    with register.database.asking() as connection:
        at = reached(connection, register.database)
    if at is None or not at.is_sound:
        raise ViewBrokenError("the views that stand are broken or of another version; run: benefits rebuild")
    with _built(register) as following:
        _fill(register, following, tell, compare)
    return found[0]


@contextmanager
def _built(register: BenefitsRegister) -> Iterator[Following]:
    """Make empty tables beside those that are asked, and take them away if they have not taken over."""
    tables = beside()
    with register.database.writing() as connection:
        _be_the_owner(connection)
        for table in tables.tables:
            table.create(connection)
        connection.execute(insert(tables.progress).values(id=1, version=VERSION, position=0, broken=None))
    try:
        yield Following(register, tables, 0)
    except Exception as error:
        if isinstance(error, BenefitsError) or register.database.fault(error) is not None:
            raise
        raise ViewBrokenError(
            f"the views cannot be rebuilt ({type(error).__name__}: {error}); they stay as they were, and nothing "
            "recorded is lost. Install a version that mends it, then run: benefits rebuild"
        ) from error
    finally:
        with suppress(BenefitsError), register.database.writing() as connection:
            for table in tables.tables:
                table.drop(connection, checkfirst=True)


def _fill(
    register: BenefitsRegister,
    following: Following,
    tell: Progress | None,
    end: Callable[[Connection, Generation], bool],
) -> None:
    """Follow the log page by page, and at its head, before anybody else records, come to an end, if it can be had."""
    tables = following.tables
    with _uncollected():
        while True:
            with register.database.writing() as connection:
                if not inspect(connection).has_table(tables.progress.name):
                    raise ConflictError("another rebuild has taken over meanwhile, and the views are what it found")
                page = page_after(register, following.position)
                if page:
                    following.take(connection, page)
                    connection.execute(update(tables.progress).values(position=following.position))
                head = register.log.head().size
                is_at_head = following.position == head
                is_done = is_at_head and end(connection, tables)
            if tell is not None:
                tell(following.position, head)
            if is_done:
                return
            time.sleep(WAIT_SECONDS if is_at_head else PAUSE_SECONDS)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Have Python not look for cycles: a rebuild holds much and makes none, and looking took a fifth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _be_the_owner(connection: Connection) -> None:
    """Make tables as the role whose the views are, so that it can follow them, and its readers can read them.

    Raises:
        ReadOnlyStoreError: If this role cannot be it.
    """
    if connection.dialect.name != "postgresql":
        return
    for owner, is_member in connection.execute(_OWNER, {"table": LIVE.progress.name}):
        if not is_member:
            msg = f"the views belong to {owner}; rebuild them as {owner}, or as a role that belongs to it"
            raise ReadOnlyStoreError(msg)
        connection.exec_driver_sql(f"SET LOCAL ROLE {connection.dialect.identifier_preparer.quote_identifier(owner)}")


def _are_free(connection: Connection) -> bool:
    """Take the tables that are asked for ourselves, and tell whether they could be had soon."""
    there = set(inspect(connection).get_table_names())
    names = ", ".join(table.name for table in LIVE.tables if table.name in there)
    try:
        with connection.begin_nested():
            connection.execute(text(_PATIENCE))
            if names:
                connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_AVAILABLE:
            raise
        return False
    return True


def _take_over(connection: Connection, built: Generation) -> bool:
    """Put the tables that were filled in the place of those that were asked, unless a question keeps those.

    Every question reads how far the views are before anything else, and so waits here, or is waited for. PostgreSQL is
    told first what is in them, or it would plan questions for empty tables until it looks by itself.
    """
    if connection.dialect.name == "postgresql":
        if not _are_free(connection):
            return False
        for table in built.tables:
            connection.execute(text(f"ANALYZE {table.name}"))
    for live, table in zip(LIVE.tables, built.tables, strict=True):
        connection.execute(text(f"DROP TABLE IF EXISTS {live.name}"))
        connection.execute(text(f"ALTER TABLE {table.name} RENAME TO {live.name}"))
    # Those of a rebuild that was killed, or that is under way still, and is told so.
    for left in inspect(connection).get_table_names():
        if left.startswith(BUILT):
            connection.execute(text(f"DROP TABLE {left}"))
    return True


def _compared(connection: Connection, built: Generation) -> Compared:
    return Compared(
        position_of_views(connection),
        [
            Digests(live.name, _digest(connection, live), _digest(connection, table))
            for live, table in zip(LIVE.tables[1:], built.tables[1:], strict=True)
        ],
    )


def _digest(connection: Connection, table: Table) -> str:
    """Return the SHA-256 over every row of a table, in the order of its key."""
    digest = hashlib.sha256()
    rows = connection.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": 1_000})
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()
