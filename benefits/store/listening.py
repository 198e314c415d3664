"""Hear of appends as they are committed, where the database tells of them; elsewhere look again and again.

A notification only says that it is time to look. What is new is always read from the log after the last position
seen, so a notification that is lost, late or doubled makes a reader miss nothing and see nothing twice.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    import psycopg

    from benefits.store.database import Database

CHANNEL: Final = "benefits_log"
"""What PostgreSQL tells of each transaction under, with the position that its first append reached."""

POLL_SECONDS: Final = 0.02
"""Between two looks where nothing tells."""

LOOK_SECONDS: Final = 1.0
"""Between two looks while nothing is told: by then a lost notification is made good."""

_SLICE_SECONDS: Final = 0.1  # Within which a wait is stopped.
_AGAIN_SECONDS: Final = 5.0  # After a connection was lost.
_DEAF_SECONDS: Final = 600.0  # After something was found that was not told of, as behind a pooler of transactions.


class Listener:
    """Waits for one reader of the log until there may be something new; another thread may close it meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection | None = None
        self._held = threading.Lock()  # By whoever uses the connection, or lets it go.
        self._listen_at = math.inf if database.is_sqlite else 0.0
        self._heard_nothing = False

    @property
    def is_listening(self) -> bool:
        """Whether appends are told of, as far as is known."""
        return self._connection is not None

    def wait(self, stopped: threading.Event) -> None:
        """Return when there may be something new, or when stopped."""
        if self.is_listening:
            self._heard_nothing = not self._hears(LOOK_SECONDS, stopped)
        elif time.monotonic() >= self._listen_at:
            self._listen()  # What was appended before is not told of, so the caller looks once more.
        else:
            stopped.wait(POLL_SECONDS)

    def found(self) -> None:
        """Take note that there was something new. If it was not told of, look again and again from now on."""
        if self._heard_nothing and not self._hears(_SLICE_SECONDS):
            self._let_go(_DEAF_SECONDS)
        self._heard_nothing = False

    def close(self) -> None:
        """Let go of the connection, for good."""
        self._let_go(math.inf)

    def _listen(self) -> None:
        try:
            connection = self._database.apart()
        except SQLAlchemyError:
            self._let_go(_AGAIN_SECONDS)
            return
        try:
            connection.execute(f"LISTEN {CHANNEL}")
        except self._database.dialect.loaded_dbapi.Error:  # A standby, for example, lets nobody listen.
            connection.close()
            self._let_go(_AGAIN_SECONDS)
            return
        with self._held:
            if self._listen_at < math.inf:
                self._connection = connection
                return
        connection.close()  # It was closed meanwhile.

    def _hears(self, seconds: float, stopped: threading.Event | None = None) -> bool:
        """Return whether there may be something new: an append is told of within a time, or the connection is lost."""
        until = time.monotonic() + seconds
        try:
            while time.monotonic() < until and not (stopped is not None and stopped.is_set()):
                with self._held:
                    if self._connection is None:
                        return False
                    if list(self._connection.notifies(timeout=_SLICE_SECONDS, stop_after=1)):
                        return True
        except self._database.dialect.loaded_dbapi.Error:
            self._let_go(_AGAIN_SECONDS)
            return True
        return False

    def _let_go(self, seconds: float) -> None:
        """Do not listen for a while."""
        with self._held:
            connection, self._connection = self._connection, None
            self._listen_at = time.monotonic() + seconds
        if connection is not None:
            connection.close()
