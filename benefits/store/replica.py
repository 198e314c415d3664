"""A streaming replica of a store: asked in its place, and a little behind it."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Final

from benefits.errors import StoreError
from benefits.store.address import store_url
from benefits.store.database import Database
from benefits.store.errors import ReplicaBehindError
from benefits.store.log import Log

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from benefits.store.rows import Head

WAIT_SECONDS: Final = 10.0
"""How long a question about a position waits for a replica to come to it."""

_LOOK_SECONDS: Final = 0.05
_REACH_SECONDS: Final = 2  # The least that libpq waits for a server.


def await_position(log: Log, position: int) -> None:
    """Return when a replica has come to a position; at once where a log does not follow another.

    Raises:
        ReplicaBehindError: If it does not come so far in time.
    """
    reached = log.head().size
    if reached >= position or not log.database.is_replica():
        return
    until = time.monotonic() + WAIT_SECONDS
    while reached < position:
        if time.monotonic() > until:
            raise ReplicaBehindError(
                f"{log.database.name} is a replica that has come to event {reached}, and event {position} is asked "
                f"about; it was waited for {WAIT_SECONDS:g} seconds. Ask again later, or ask the store itself"
            )
        time.sleep(_LOOK_SECONDS)
        reached = log.head().size


def standing(url: str | Path) -> tuple[UUID, Head] | None:
    """Return which store that is, by its namespace, and how far it has come; `None` if that is not to be had soon."""
    soon = store_url(url)
    if soon.get_backend_name() == "postgresql":
        soon = soon.update_query_dict({"connect_timeout": str(_REACH_SECONDS)})
    try:
        url = soon.render_as_string(hide_password=False)
        with closing(Database(url, read_only=True)) as database, database.asking():
            return database.check().namespace, Log(database).head()
    except StoreError:
        return None
