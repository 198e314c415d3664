"""An open transaction of one thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from benefits.store.drivers import Direct

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from benefits.store.questions import Snapshot
    from benefits.store.rows import Head


@dataclass(slots=True)
class Transaction:
    """What everything that one thread does with a store is done in.

    Args:
        snapshot: What questions are put to: a driver's connection, or SQLAlchemy's.
        head: None unless it holds the head and may write.
        seen: The head that a snapshot was read with, where it was snapshot for: it stays the same.
        doomed: Whether it must not be committed.
        told: Whether whoever listens will be told of it at commit, or cannot be; once is enough.
    """

    snapshot: Snapshot
    head: Head | None = None
    seen: Head | None = None
    doomed: bool = False
    told: bool = False

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection.

        Raises:
            RuntimeError: If it asks a driver's; what is snapshot there has to be a `Question`.
        """
        if isinstance(self.snapshot, Direct):
            msg = "this snapshot is snapshot without SQLAlchemy; ask it with a Question"
            raise RuntimeError(msg)
        return cast("Connection", self.snapshot)
