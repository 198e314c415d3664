"""The event-store library's own suites for recorders, on our stores.

They are bases, and stand apart from `test_recorder` because pytest would run them there by themselves, with no store.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from eventsourcing.tests import persistence as suites
from eventsourcing.utils import Environment

from benefits.store import Database, initialise
from benefits.store.recorder import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogFactory,
    LogProcessRecorder,
    LogTrackingRecorder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class OnSqlite:
    database: Database

    @pytest.fixture(autouse=True)
    def _store(self, sqlite_url: str) -> Iterator[None]:
        yield from self.with_a_store(sqlite_url)

    def with_a_store(self, url: str) -> Iterator[None]:
        initialise(url)
        self.database = Database(url)
        running = set(threading.enumerate())
        yield
        for thread in set(threading.enumerate()) - running:
            thread.join()  # A suite leaves readers to end in their own time.
        self.database.close()


class OnPostgresql(OnSqlite):
    @pytest.fixture(autouse=True)
    def _store(self, postgres_url: str) -> Iterator[None]:
        yield from self.with_a_store(postgres_url)


class AggregateRecorderSuite(suites.AggregateRecorderTestCase):
    database: Database

    def create_recorder(self) -> LogAggregateRecorder:
        return LogAggregateRecorder(self.database)


class ApplicationRecorderSuite(suites.ApplicationRecorderTestCase[LogApplicationRecorder]):
    database: Database

    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.database)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TrackingRecorderSuite(suites.TrackingRecorderTestCase):
    database: Database

    def create_recorder(self) -> LogTrackingRecorder:
        return LogTrackingRecorder(self.database)


class ProcessRecorderSuite(suites.ProcessRecorderTestCase):
    database: Database

    def create_recorder(self) -> LogProcessRecorder:
        return LogProcessRecorder(self.database)


class NonInterleavingSuite(suites.NonInterleavingNotificationIDsBaseCase):
    database: Database

    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.database)


class TrackingRecorderOfSomebody(LogTrackingRecorder):
    """A subclass, for the suite to ask for."""


class FactorySuite(suites.InfrastructureFactoryTestCase[LogFactory]):
    database: Database

    def setUp(self) -> None:
        store = self.database.url.render_as_string(hide_password=False)
        self.env = Environment(env={"PERSISTENCE_MODULE": "benefits.store.recorder", LogFactory.STORE: store})
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[LogAggregateRecorder]:
        return LogAggregateRecorder

    def expected_application_recorder_class(self) -> type[LogApplicationRecorder]:
        return LogApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[LogTrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[LogTrackingRecorder]:
        return TrackingRecorderOfSomebody

    def expected_process_recorder_class(self) -> type[LogProcessRecorder]:
        return LogProcessRecorder
