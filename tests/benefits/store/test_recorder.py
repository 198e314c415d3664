"""The recorders keep every promise that the event-store library's own suites check, on both databases."""

from __future__ import annotations

import threading

import pytest
from eventsourcing.persistence import InfrastructureFactoryError

from benefits.store.recorder import LogFactory
from tests.benefits.store import suites


class TestAggregateRecorderOnSqlite(suites.OnSqlite, suites.AggregateRecorderSuite): ...


class TestAggregateRecorderOnPostgresql(suites.OnPostgresql, suites.AggregateRecorderSuite): ...


class TestApplicationRecorderOnSqlite(suites.OnSqlite, suites.ApplicationRecorderSuite): ...


class TestApplicationRecorderOnPostgresql(suites.OnPostgresql, suites.ApplicationRecorderSuite): ...


class TestTrackingRecorderOnSqlite(suites.OnSqlite, suites.TrackingRecorderSuite): ...


class TestTrackingRecorderOnPostgresql(suites.OnPostgresql, suites.TrackingRecorderSuite): ...


class TestProcessRecorderOnSqlite(suites.OnSqlite, suites.ProcessRecorderSuite): ...


class TestProcessRecorderOnPostgresql(suites.OnPostgresql, suites.ProcessRecorderSuite): ...


class TestNonInterleavingOnSqlite(suites.OnSqlite, suites.NonInterleavingSuite): ...


class TestNonInterleavingOnPostgresql(suites.OnPostgresql, suites.NonInterleavingSuite): ...


class TestFactoryOnSqlite(suites.OnSqlite, suites.FactorySuite): ...


class TestFactoryOnPostgresql(suites.OnPostgresql, suites.FactorySuite): ...


def test_without_a_store_named_there_is_no_factory():
    with pytest.raises(InfrastructureFactoryError, match="does not name a store"):
        LogFactory({})


def test_the_log_keeps_no_snapshots(database):
    with pytest.raises(InfrastructureFactoryError, match="keeps events and no snapshots"):
        LogFactory({}, database).aggregate_recorder("snapshots")


def test_a_subscription_ends_when_another_thread_stops_it(database):
    with LogFactory({}, database).application_recorder().subscribe() as subscription:
        timer = threading.Timer(0.05, subscription.stop)
        timer.start()
        assert list(subscription) == []
        timer.join()
