"""Verify a store's log as it stands at one moment, while others may go on recording."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select, type_coerce
from sqlalchemy.types import NullType

from benefits.proof.verify import Finding, Report, StoredCommand, StoredHead, StoredTile, verify
from benefits.store.tables import command, event, head, store, tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Select

    from benefits.proof.verify import Progress
    from benefits.store.database import Database

STORE_OPENED: Final = "store-opened"
"""The stored name of the fact that the log begins; its body says the namespace and whether it is a sandbox."""

_PAGE: Final = 256  # A larger one is slower: it leaves the processor's cache before it is looked at.


def verify_log(database: Database, against: str | None = None, progress: Progress | None = None) -> Report:
    """Return what is found in a store's log.

    Args:
        database: The store.
        against: A token given earlier, `position@root`, with which the log must agree.
        progress: Told now and then how many events are verified, and of how many.

    Raises:
        InvalidValueError: If `against` is not a token.
    """
    with _reading_any_text(database) as connection:
        found = connection.execute(select(*_as_stored(head, "size", "recorded_at", "frontier"))).first()
        tiles = connection.execute(select(*_as_stored(tile, "level", "index", "hash")))
        columns = _as_stored(command, "command_id", "first_position", "last_position")
        kept = _streamed(connection, select(*columns).order_by(command.c.first_position, command.c.command_id))
        report = verify(
            _rows(connection),
            None if found is None else StoredHead(*found),
            map(StoredTile._make, tiles),
            map(StoredCommand._make, kept),
            against=against,
            progress=progress,
        )
        changed = _not_as_opened(connection)
        return report if changed is None else replace(report, findings=(*report.findings, changed))


@contextmanager
def _reading_any_text(database: Database) -> Iterator[Connection]:
    """Read one snapshot, and text that is no UTF-8 as well, so that it is found where it stands.

    PostgreSQL refuses to store such text; in a SQLite file that was damaged there may be some.
    """
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            yield connection
            return
        driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        try:
            yield connection
        finally:
            driver.text_factory = str


def _not_as_opened(connection: Connection) -> Finding | None:
    """Return what the store's own row says otherwise than the event that opened the log; None if it agrees.

    The row names streams and lets a sandbox's clock be set, and it stands outside the tree.
    """
    opened = connection.execute(
        select(event.c.body).where(event.c.position == 1, event.c.type == STORE_OPENED, event.c.body.is_not(None))
    ).scalar()
    if opened is None:
        return None
    row = connection.execute(select(store.c.namespace, store.c.sandbox)).first()
    with suppress(ValueError, AttributeError):
        said = json.loads(opened)
        if row is not None and (str(row.namespace), row.sandbox) == (said.get("namespace"), said.get("sandbox")):
            return None
    return Finding(1, "The store's namespace, or whether it is a sandbox, is not as it was recorded when the log began")


def _as_stored(table: Table, *names: str) -> list[ColumnElement[Any]]:
    """Return columns as the driver gives them, so that a value of the wrong kind is seen and not mended."""
    return [type_coerce(table.c[name], NullType()) for name in names or table.c.keys()]


def _rows(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """Give every row in order of position, without ever holding more than a page of them."""
    return _streamed(connection, select(*_as_stored(event)).order_by(event.c.position))


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
    for page in connection.execute(query, execution_options={"yield_per": _PAGE}).partitions():
        yield from page
