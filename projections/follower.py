"""Keep the views at the head of the log: in the append's own transaction, and on reading.

It takes the log in pages, folds in memory, and writes a page's rows and its position in one transaction that holds the
head, so that no two followers apply an event twice. `projections.rebuilding` does the same from nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, insert, select, update

from benefits import BenefitsRegister
from benefits.errors import ViewBrokenError
from benefits.store import ReadOnlyStoreError, recorded_of
from benefits.stream import Recorded
from projections.bounds import VERSION
from projections.following import Following
from projections.reached import are_at_head, reached
from projections.tables import LIVE, metadata, progress

PAGE: Final = 2_000
LOG: Final = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told how many events of how many have been followed."""


def prepare(register: BenefitsRegister) -> None:
    """Make the views' tables in a store that has none. Does nothing to those that are there."""
    with register.database.writing() as connection:
        metadata.create_all(connection)
        if connection.execute(select(progress.c.id)).first() is None:
            connection.execute(insert(progress).values(id=1, version=VERSION, position=0, broken=None))


def follow(register: BenefitsRegister, appended: Sequence[Recorded]) -> None:
    """Bring the views to the head inside the transaction that appended; give this to `BenefitsRegister(on_append=...)`.

    If a fold fails, what it wrote is rolled back, the facts stay recorded, and the views say that they are
    broken until they are mended and rebuilt. If the store itself fails, nothing is recorded.
    """
    with register.database.writing() as connection:
        at = reached(connection, register.database)
        if at is None or not at.is_sound:
            return
        try:
            with register.database.savepoint():
                _follow_from(register, connection, at.position, appended)
        except Exception as error:
            if register.database.fault(error) is not None:
                raise  # The disk is full, or the like: no fold is to blame, and nothing is recorded.
            LOG.exception("the views stopped at event %s", at.position)
            broken = f"{type(error).__name__}: {error}"
            connection.execute(update(progress).values(broken=broken))


def catch_up(register: BenefitsRegister) -> None:
    """Bring the views to the head if they are behind, unless the store can only be read.

    Raises:
        ViewBrokenError: If the views are broken or of another version; rebuilding mends that.
    """
    with register.database.asking() as connection:
        at = reached(connection, register.database)
        if are_at_head(at, register):
            return
    if at is not None and at.is_sound:
        try:
            follow(register, ())
        except ReadOnlyStoreError:
            return  # Whoever may only read is answered at the position the views have reached.
        with register.database.asking() as connection:
            at = reached(connection, register.database)
    if at is None or at.version != VERSION:
        raise ViewBrokenError("the views of this store are of another version; run: benefits rebuild")
    if at.broken:
        raise ViewBrokenError(
            f"the views stopped at event {at.position} ({at.broken}); nothing recorded is lost. "
            "Install a version that mends it, then run: benefits rebuild"
        )


def page_after(register: BenefitsRegister, position: int) -> Sequence[Recorded]:
    """Return the next page of the log; empty at its head."""
    return [recorded_of(row) for row in register.log.read(after=position, limit=PAGE)]


def _follow_from(
    register: BenefitsRegister, connection: Connection, position: int, appended: Sequence[Recorded] = ()
) -> None:
    """Follow the log to its head; `appended` are its last events, where they are at hand."""
    head = register.log.head().size
    following = Following(register, LIVE, position)
    while following.position < head:
        page: Sequence[Recorded] = appended[:PAGE]
        if page and page[0].position == following.position + 1:
            appended = appended[PAGE:]
        else:
            page = page_after(register, following.position)
        following.take(connection, page)
        connection.execute(update(progress).values(position=following.position))
