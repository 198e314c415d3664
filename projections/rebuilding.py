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

from benefits import BenefitsRegister
from benefits.errors import BenefitsError, ConflictError, ViewBrokenError
from projections.follower import Progress, follow, page_after
from projections.following import Following
from projections.reached import reached
from projections.tables import BUILT, LIVE, VERSION, Generation, beside

PAUSE_SECONDS: Final = 0.005
"""Between two pages, so that whoever waits to record comes to it."""


def rebuild(register: BenefitsRegister, tell: Progress | None = None) -> int:
    """Work out every view anew from the log, and return how many events that took.

    Strict: the first fold that fails ends it, and the views stay as they were.

    Args:
        register: Whose views.
        tell: Told how many events of how many have been followed.

    Raises:
        ViewBrokenError: If a fold fails.
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

    def compare(connection: Connection, built: Generation) -> None:
        follow(register, ())  # Somebody may have recorded without bringing the views along.
        found.append(_compared(connection, built))

    with register.database.reading() as connection:
        at = reached(connection)
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
    end: Callable[[Connection, Generation], None],
) -> None:
    """Follow the log page by page, and at its head, before anybody else records, come to an end."""
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
                if following.position == head:
                    end(connection, tables)
            if tell is not None:
                tell(following.position, head)
            if following.position == head:
                return
            time.sleep(PAUSE_SECONDS)


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


def _take_over(connection: Connection, built: Generation) -> None:
    """Put the tables that were filled in the place of those that were asked.

    Every question reads how far the views are before anything else, and so waits here, or is waited for. PostgreSQL is
    told first what is in them, or it would plan questions for empty tables until it looks by itself.
    """
    if connection.dialect.name == "postgresql":
        for table in built.tables:
            connection.execute(text(f"ANALYZE {table.name}"))
    for live, table in zip(LIVE.tables, built.tables, strict=True):
        connection.execute(text(f"DROP TABLE IF EXISTS {live.name}"))
        connection.execute(text(f"ALTER TABLE {table.name} RENAME TO {live.name}"))
    # Those of a rebuild that was killed, or that is under way still, and is told so.
    for left in inspect(connection).get_table_names():
        if left.startswith(BUILT):
            connection.execute(text(f"DROP TABLE {left}"))


def _compared(connection: Connection, built: Generation) -> Compared:
    at = reached(connection)
    assert at is not None
    return Compared(
        at.position,
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
