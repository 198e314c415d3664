"""What tests are given by name: databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from projections import Views
from tests.builders import new_register
from tests.postgres import postgres_server, standby_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benefits import BenefitsRegister
    from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session's own (of each worker's, under xdist), started by the first test to ask."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server whose commits wait for the disk, for tests that pull the plug."""
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def replicated_postgres() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A PostgreSQL server, and a standby that follows it as fast as it can."""
    with postgres_server() as primary, standby_of(primary) as standby:
        yield primary, standby


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def durable_postgres_url(durable_postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database whose commits wait for the disk."""
    with durable_postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; a test that asks for it runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_store_url(request: pytest.FixtureRequest) -> str:
    """As `store_url`, with PostgreSQL's commits waiting for the disk as SQLite's do."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "durable_postgres_url"}[request.param])
    return url


@dataclass
class Clock:
    """The one thing tests fake."""

    now: datetime = datetime(2026, 4, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that a test sets: `clock.now = datetime(2026, 5, 5, tzinfo=UTC)`."""
    return Clock()


@pytest.fixture
def register(store_url: str, clock: Clock) -> Iterator[BenefitsRegister]:
    """The register of a new real store, once on each database, whose views follow it."""
    with new_register(store_url, clock) as made:
        yield made


@pytest.fixture
def sandbox(store_url: str, clock: Clock) -> Iterator[BenefitsRegister]:
    """The register of a new sandbox, once on each database, whose views follow it."""
    with new_register(store_url, clock, sandbox=True) as made:
        yield made


@pytest.fixture
def views(register: BenefitsRegister) -> Views:
    """The views of `register`."""
    return Views(register)
