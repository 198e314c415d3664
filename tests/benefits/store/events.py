"""Events for the log's tests: only what a test cares about is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from eventsourcing.persistence import StoredEvent

from benefits.store import Header

if TYPE_CHECKING:
    from benefits.store import AppendableLog, Database, EventRow

NAMESPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def stream(name: str) -> UUID:
    """Return the same stream for the same name."""
    return uuid5(NAMESPACE, name)


def an_event(
    name: str = "B-1", version: int = 1, *, type_name: str = "saving-claimed", body: bytes = b"{}"
) -> StoredEvent:
    """Return an event of a stream, for the recorder."""
    return StoredEvent(stream(name), version, type_name, body)


def record(log: AppendableLog, command_id: str, *events: StoredEvent) -> list[EventRow]:
    """Record a command of one or more events, as the register does."""
    header = Header(effective_on=date(2026, 3, 31), actor="OWNER-1", account="a-1", command_id=command_id)
    with log.database.writing() as connection:
        rows = log.append(events, [header] * len(events))
        log.record_command(connection, command_id, b"r" * 32, rows[0].position, rows[-1].position)
    return rows


def a_history(log: AppendableLog, commands: int = 6) -> None:
    """Record a short history: commands of one event and of two, on two streams."""
    versions = {"B-1": 0, "B-2": 0}
    for number in range(1, commands + 1):
        names = ["B-1", "B-2"] if number % 3 == 0 else ["B-1"]
        events = []
        for name in names:
            versions[name] += 1
            events.append(an_event(name, versions[name], body=f'{{"amount":"{number}.50"}}'.encode()))
        record(log, f"C-{number}", *events)


def without_triggers(database: Database) -> None:
    """Take away what keeps the log from being changed, as whoever owns the database can."""
    with database.writing() as connection:
        if database.is_sqlite:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("event", "head", "tile", "command", "store"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
