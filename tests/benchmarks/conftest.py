"""A short history in a store, for all tests of the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.bench import SQLITE, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = 3_125
"""A programme set up, and some of every kind of event among the last hundred."""


@pytest.fixture(scope="session")
def bench(tmp_path_factory) -> Iterator[Bench]:
    """A run on SQLite with one small size and one turn for each contender."""
    run = Bench(tmp_path_factory.mktemp("bench"), (EVENTS,), (SQLITE,), rounds=1, quiet=True)
    with run.closing:
        yield run


@pytest.fixture(scope="session")
def url(bench: Bench) -> str:
    """A store with a short history, as the benchmark writes it straight into the log."""
    return bench.store(SQLITE, EVENTS)
