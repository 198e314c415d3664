"""One run of the benchmark: what was asked for, the stores it works on, and the rows it has come to."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
from sqlalchemy import make_url

from benchmarks import stores
from benchmarks.history import history
from benchmarks.machine import commit_of
from benchmarks.measuring import ROUNDS
from benefits import BenefitsRegister
from projections import rebuild

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.history import Entry
    from benchmarks.results import Row
    from tests.postgres import PostgresServer

SQLITE: Final = "SQLite"
POSTGRESQL: Final = "PostgreSQL"


class Before(NamedTuple):
    """An earlier version, to be measured beside this one: its checkout, and where its own benchmark left its stores."""

    checkout: Path
    stores: Path

    @property
    def name(self) -> str:
        """What it is called."""
        return f"these pages at commit {commit_of(self.checkout)}"

    @property
    def program(self) -> Path:
        """Its command."""
        return self.checkout.absolute() / ".venv/bin/benefits"

    def store(self, size: int, seed: int) -> Path:
        """Return where its store of so many events is, if there is one."""
        return self.stores.absolute() / store_name(size, seed)


def store_name(size: int, seed: int) -> str:
    """Return the name of the file in which a store with the history of so many events is kept."""
    return f"{size}-events-seed-{seed}.db"


@dataclass
class Bench:
    """A run.

    Attributes:
        folder: Where everything is written; on a disk, because what waits for the disk is measured.
        sizes: Events in the log, smallest first.
        databases: `SQLITE`, `POSTGRESQL` or both.
        seed: What the histories are made from.
        rounds: How many turns each contender gets.
        postgres: A server whose commits wait for the disk; None if it is not asked for.
        kept: Where the SQLite stores of earlier runs are found again, and those of this one are left.
        before: An earlier version, whose pages are asked as well.
        quiet: Whether nothing is said of how the run is coming along.
        rows: What was measured so far.
        missing: Peers that are not installed, and how to install them.
        log_bytes: What the log of each store made so far takes on disk, without its views.
        closing: What is closed and removed when the run ends.
    """

    folder: Path
    sizes: tuple[int, ...]
    databases: tuple[str, ...] = (SQLITE, POSTGRESQL)
    seed: int = 1
    rounds: int = ROUNDS
    postgres: PostgresServer | None = None
    kept: Path | None = None
    before: Before | None = None
    quiet: bool = False
    rows: list[Row] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    log_bytes: dict[tuple[str, int], int] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)
    _stores: dict[tuple[str, int], str] = field(default_factory=dict)
    _numbers: int = 0
    _began: float = field(default_factory=time.monotonic)

    def say(self, words: str) -> None:
        """Say on standard error how the run is coming along."""
        if not self.quiet:
            sys.stderr.write(f"{time.monotonic() - self._began:7.1f} s  {words}\n")
            sys.stderr.flush()

    def entries(self, size: int) -> Iterator[Entry]:
        """Yield the history of a log of so many events."""
        return history(size, self.seed)

    def add(self, row: Row) -> None:
        """Keep a row."""
        self.rows.append(row)

    @cached_property
    def has_postgres(self) -> bool:
        """Whether PostgreSQL is asked for."""
        return POSTGRESQL in self.databases and self.postgres is not None

    def place(self, suffix: str = ".db") -> Path:
        """Return the path of a file that is not there yet."""
        self._numbers += 1
        return self.folder / f"{self._numbers:03d}{suffix}"

    def new_url(self, database: str) -> str:
        """Return the URL of an empty database."""
        if database == SQLITE:
            return f"sqlite:///{self.place()}"
        assert self.postgres is not None
        return self.closing.enter_context(self.postgres.database())

    def store(self, database: str, size: int) -> str:
        """Return the URL of a store with the history of so many events and its views; made when first asked for."""
        key = (database, size)
        if key not in self._stores:
            if self.kept is None or database != SQLITE:
                self._stores[key] = self._written(database, size)
            else:
                kept = self.kept.absolute() / store_name(size, self.seed)
                if not kept.exists():
                    Path(self._written(database, size).removeprefix("sqlite:///")).rename(kept)
                self._stores[key] = f"sqlite:///{kept}"
        return self._stores[key]

    def _written(self, database: str, size: int) -> str:
        url = self.new_url(database)
        self.say(f"writing {size:,} events to {database}")
        stores.write(url, self.entries(size))
        self.log_bytes[database, size] = bytes_on_disk(url)
        with BenefitsRegister(url) as register:
            self.build_views(register)
        return url

    def build_views(self, register: BenefitsRegister) -> None:
        """Build the views of a store that was written into."""
        self.say(f"building the views of {register.log.head().size:,} events in {register.database.name}")
        rebuild(register)

    @contextmanager
    def register(self, database: str, size: int) -> Iterator[BenefitsRegister]:
        """Open the register of such a store."""
        with BenefitsRegister(self.store(database, size)) as register:
            yield register


def bytes_on_disk(url: str) -> int:
    """Return what a database takes on disk, all its tables and indexes; nobody has it open."""
    named = make_url(url)
    if named.get_backend_name() == "sqlite":
        return sum(
            path.stat().st_size for path in Path(str(named.database)).parent.glob(f"{Path(str(named.database)).name}*")
        )
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(_RELATIONS).fetchone()
    return int(row[0]) if row is not None else 0


_RELATIONS: Final = """
SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
