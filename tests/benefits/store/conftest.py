"""What the log's tests are given: a store that was just made, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from benefits.store import AppendableLog, Database, initialise

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move the clock, forward or back."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 4, 1, 12, tzinfo=UTC))


@pytest.fixture
def database(store_url: str, clock: Clock) -> Iterator[Database]:
    """A new store's database; a test that asks for it runs once on SQLite and once on PostgreSQL."""
    initialise(store_url)
    made = Database(store_url, clock=clock)
    yield made
    made.close()


@pytest.fixture
def log(database: Database) -> AppendableLog:
    return AppendableLog(database)
