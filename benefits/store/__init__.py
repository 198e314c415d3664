"""The store: the one place that knows the event-store library and the log's SQL.

Imports wait until they are needed, so that a command that only reads loads neither that library nor what writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benefits.later import later

if TYPE_CHECKING:
    from benefits.store.appending import AppendableLog
    from benefits.store.copies import BackedUp, back_up, restore
    from benefits.store.database import Database, utc_now
    from benefits.store.errors import (
        ClockBehindError,
        CommitUnknownError,
        LogDamagedError,
        NewerStoreError,
        NotAStoreError,
        OlderStoreError,
        ReadOnlyStoreError,
        ReplicaBehindError,
        StoreBusyError,
        StoreDamagedError,
        StoreFullError,
        StoreNotFoundError,
        StoreUnreachableError,
    )
    from benefits.store.facts import FactLog, Said
    from benefits.store.log import Log
    from benefits.store.prepared import Prepared
    from benefits.store.questions import ANY, Condition, Question, Snapshot, as_in_sqlite
    from benefits.store.recorded import recorded_of
    from benefits.store.replica import await_position, standing
    from benefits.store.roles import grant_roles
    from benefits.store.rows import CommandRow, EventRow, Head, Header, StoreInfo, instant_of, microseconds
    from benefits.store.schema import Initialised, Migrated, initialise, migrate
    from benefits.store.verification import verify_log

__all__ = [
    "ANY",
    "AppendableLog",
    "BackedUp",
    "ClockBehindError",
    "CommandRow",
    "CommitUnknownError",
    "Condition",
    "Database",
    "EventRow",
    "FactLog",
    "Head",
    "Header",
    "Initialised",
    "Log",
    "LogDamagedError",
    "Migrated",
    "NewerStoreError",
    "NotAStoreError",
    "OlderStoreError",
    "Prepared",
    "Question",
    "ReadOnlyStoreError",
    "ReplicaBehindError",
    "Said",
    "Snapshot",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreFullError",
    "StoreInfo",
    "StoreNotFoundError",
    "StoreUnreachableError",
    "as_in_sqlite",
    "await_position",
    "back_up",
    "grant_roles",
    "initialise",
    "instant_of",
    "microseconds",
    "migrate",
    "recorded_of",
    "restore",
    "standing",
    "utc_now",
    "verify_log",
]

__getattr__ = later(
    __name__,
    {
        "appending": ("AppendableLog",),
        "copies": ("BackedUp", "back_up", "restore"),
        "database": ("Database", "utc_now"),
        "errors": (
            "ClockBehindError",
            "CommitUnknownError",
            "LogDamagedError",
            "NewerStoreError",
            "NotAStoreError",
            "OlderStoreError",
            "ReadOnlyStoreError",
            "ReplicaBehindError",
            "StoreBusyError",
            "StoreDamagedError",
            "StoreFullError",
            "StoreNotFoundError",
            "StoreUnreachableError",
        ),
        "facts": ("FactLog", "Said"),
        "log": ("Log",),
        "prepared": ("Prepared",),
        "questions": ("ANY", "Condition", "Question", "Snapshot", "as_in_sqlite"),
        "recorded": ("recorded_of",),
        "replica": ("await_position", "standing"),
        "roles": ("grant_roles",),
        "rows": ("CommandRow", "EventRow", "Head", "Header", "StoreInfo", "instant_of", "microseconds"),
        "schema": ("Initialised", "Migrated", "initialise", "migrate"),
        "verification": ("verify_log",),
    },
)
