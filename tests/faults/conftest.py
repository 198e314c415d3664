"""What tests of faults are given: children, chance, and new stores whose commits wait for the disk."""

from __future__ import annotations

import os
import random
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Protocol

import pytest

from benefits import BenefitsRegister, initialise
from projections import follow, prepare
from tests.faults.children import Children
from tests.faults.lines import Lines, a_programme_with_benefits, record
from tests.faults.statements import watched_drivers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import PostgresServer


class EmptyDatabases(Protocol):
    """Gives one empty database after the other."""

    def __call__(self) -> AbstractContextManager[str]:
        """Give the URL of one."""


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    """Starts child processes; none outlives the test."""
    folder = tmp_path / "children"
    folder.mkdir()
    made = Children(folder)
    yield made
    made.end()


@pytest.fixture
def chance() -> random.Random:
    """Chance, whose seed is printed, and taken from BENEFITS_SEED if that is set."""
    seed = int(os.environ.get("BENEFITS_SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
    print(f"BENEFITS_SEED={seed}")  # noqa: T201
    return random.Random(seed)


@pytest.fixture
def watched() -> Iterator[None]:
    """Every connection opened while the test runs tells `statements` what it is told."""
    with watched_drivers():
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_databases(request: pytest.FixtureRequest, tmp_path: Path) -> EmptyDatabases:
    """Gives the URLs of empty databases whose commits wait for the disk, of one kind and then of the other."""
    numbers = count(1)

    @contextmanager
    def a_file() -> Iterator[str]:
        yield f"sqlite:///{tmp_path / f'store-{next(numbers)}.db'}"

    if request.param == "sqlite":
        return a_file
    server: PostgresServer = request.getfixturevalue("durable_postgres")
    return server.database


@pytest.fixture
def store(durable_store_url: str) -> str:
    """The URL of a new store, as `benefits init` makes it; once on each database."""
    return a_store(durable_store_url)


@pytest.fixture
def lines(store: str) -> Lines:
    """The lines by which the store already holds a benefit in delivery, to which a test adds its own."""
    lines = a_programme_with_benefits("B-1")
    record(store, lines.said)
    return lines


@pytest.fixture
def register(store: str, lines: Lines) -> Iterator[BenefitsRegister]:
    """The register of the store, which holds the lines and whose views follow it."""
    with BenefitsRegister(store, on_append=(follow,)) as opened:
        assert opened.log.head().size == 1 + len(lines.said)
        yield opened


def a_store(url: str) -> str:
    """Make a store as `benefits init` does, and return its URL."""
    initialise(url)
    with BenefitsRegister(url) as register:
        prepare(register)
    return url
