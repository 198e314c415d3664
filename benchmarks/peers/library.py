"""The event-sourcing library as it comes: its own recorders, an aggregate written as its manual says, its runner."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection
from psycopg.sql import SQL
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventsourcing.persistence import StoredEvent


class Saving(Aggregate):
    """A benefit, its claims kept by period."""

    def __init__(self, programme: str) -> None:
        self.programme = programme
        self.claims: dict[str, Decimal] = {}
        self.claimed = Decimal()

    @event("Claimed")
    def claim(self, period: str, amount: Decimal, claimant: str, evidence: dict[str, str]) -> None:
        """Claim what was realised in a period; a later claim of it replaces the first."""
        self.claimed += amount - self.claims.get(period, Decimal())
        self.claims[period] = amount


class Savings(Application[UUID]):
    """Savings, loaded, judged and saved as the library's manual does it."""

    def open(self, programme: str, claims: list[dict[str, Any]]) -> UUID:
        """Save a benefit with its claims so far."""
        saving = Saving(programme)
        for words in claims:
            self._say(saving, words)
        self.save(saving)
        return saving.id

    def claim(self, saving_id: UUID, words: dict[str, Any]) -> None:
        """Load a benefit, claim a saving, save it."""
        saving = cast(Saving, self.repository.get(saving_id))
        self._say(saving, words)
        self.save(saving)

    def load(self, saving_id: UUID) -> Decimal:
        """Load a benefit, and return what it has claimed."""
        return cast(Saving, self.repository.get(saving_id)).claimed

    @staticmethod
    def _say(saving: Saving, words: dict[str, Any]) -> None:
        saving.claim(words["period"], Decimal(words["amount"]), words["claimant"], words["evidence"])


class SavingsWithSnapshots(Savings):
    """The same, keeping snapshots."""

    is_snapshotting_enabled = True


class Totals(PostgresTrackingRecorder):
    """Totals by programme in a table, kept by the library's runner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check_identifier_length("benchmark_totals")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS benchmark_totals (programme text PRIMARY KEY, amount numeric)").format()
        )

    def add(self, programme: str, amount: Decimal, tracking: Tracking) -> None:
        """Add an amount, and remember how far the log was followed, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_ADD, (programme, amount))
            self._insert_tracking(cursor, tracking)

    def skip(self, tracking: Tracking) -> None:
        """Remember how far the log was followed."""
        self.insert_tracking(tracking)

    def total(self) -> Decimal:
        """Return the sum of all programmes."""
        with self.datastore.get_connection() as connection:
            row = connection.execute("SELECT sum(amount) AS total FROM benchmark_totals").fetchone()
        return Decimal(row["total"] or 0) if row is not None else Decimal()


_ADD: Final = SQL(
    "INSERT INTO benchmark_totals VALUES (%s, %s) "
    "ON CONFLICT (programme) DO UPDATE SET amount = benchmark_totals.amount + EXCLUDED.amount"
)


class TotalsOfSavings(Projection[Totals]):
    """Adds what each claim adds."""

    name = "totals"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Take one event, in a transaction of its own."""
        if type(domain_event).__name__ == "Claimed":
            self.view.add("P001", domain_event.amount, tracking)
        else:
            self.view.skip(tracking)


def environment_of(url: str, *, create: bool = True) -> dict[str, str]:
    """Return what names a database to the library.

    Args:
        url: SQLAlchemy's.
        create: Whether tables are made where there are none; two processes that do so at once break each other.
    """
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(parts.database)}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.database),
        "POSTGRES_HOST": str(parts.query["host"]),
        "POSTGRES_USER": str(parts.username),
        "POSTGRES_PASSWORD": "",
        "CREATE_TABLE": "yes" if create else "no",
        "POSTGRES_POOL_SIZE": "1",
    }


_MOST_BYTES: Final = 700_000
_FILLED: Final = 250


class Recorder:
    """The library's own recorder, with the bytes that we store."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._factory: InfrastructureFactory[Any] = InfrastructureFactory.construct(environment)
        self.recorder: ApplicationRecorder = self._factory.application_recorder()

    def append(self, stored: list[StoredEvent]) -> None:
        """Record events in one transaction.

        Raises:
            ValueError: If they are more than its PostgreSQL recorder takes in one call: at about a million bytes it
                waits for ever (eventsourcing 9.5.6, psycopg 3.3.9, which sends them through a pipeline).
        """
        size = sum(len(one.state) for one in stored)
        if size > _MOST_BYTES:
            msg = f"{size:,} bytes in one call; the library's recorder is given at most {_MOST_BYTES:,}"
            raise ValueError(msg)
        self.recorder.insert_events(stored)

    def fill(self, stored: Iterable[StoredEvent]) -> None:
        """Record a history, in transactions as large as it takes; nobody looks at the clock."""
        waiting = iter(stored)
        while page := list(islice(waiting, _FILLED)):
            self.append(page)

    def positions_after(self, position: int, limit: int) -> list[int]:
        """Return the ids of events after one, as a process that follows asks for them."""
        found = self.recorder.select_notifications(position or None, limit, inclusive_of_start=False)
        return [one.id for one in found]

    def close(self) -> None:
        """Let go of the database."""
        self._factory.close()
