"""Questions in SQL, put to a driver without SQLAlchemy, and to SQLAlchemy where somebody writes or others ask too."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import date
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import make_url

from benefits.errors import InvalidValueError
from benefits.store import Condition, Database, Question, StoreNotFoundError, StoreUnreachableError, drivers
from benefits.store.address import Address
from benefits.store.drivers import Direct
from tests.benefits.store.events import an_event
from tests.faults.statements import statements, watched_drivers

POSITIONS = Question("SELECT position FROM event ORDER BY position")
TIMES = Question("SELECT originator_id, effective_on, position FROM event WHERE originator_id IN (:streams)")
BACKEND = Question("SELECT pg_backend_pid()")

on_postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@pytest.fixture
def quiet(log, store_url):
    """A database on which nothing was asked yet, with three events."""
    log.append([an_event("B-1"), an_event("B-2"), an_event("B-3")])
    with closing(Database(store_url)) as database:
        yield database


def is_direct(database):
    with database.asking() as snapshot:
        return isinstance(snapshot, Direct)


def test_who_only_asks_asks_the_driver_and_who_writes_asks_sqlalchemy(quiet):
    assert is_direct(quiet)
    assert is_direct(quiet)

    with quiet.writing(), quiet.asking() as snapshot:
        assert not isinstance(snapshot, Direct)
        assert POSITIONS.values(snapshot) == [1, 2, 3]

    assert not is_direct(quiet)


def test_two_who_ask_at_once_have_a_snapshot_each(quiet, log):
    seen = []

    def ask():
        with quiet.asking() as snapshot:
            seen.append((isinstance(snapshot, Direct), POSITIONS.values(snapshot)))

    with quiet.asking() as snapshot:
        assert POSITIONS.values(snapshot) == [1, 2, 3]
        log.append([an_event("B-4")])
        other = threading.Thread(target=ask)
        other.start()
        other.join()
        assert POSITIONS.values(snapshot) == [1, 2, 3]

    assert seen == [(False, [1, 2, 3, 4])]
    with quiet.asking() as snapshot:
        assert POSITIONS.values(snapshot) == [1, 2, 3, 4]
        assert isinstance(snapshot, Direct)


def test_what_a_thread_does_within_a_question_is_asked_in_the_same_snapshot(quiet, log):
    with quiet.asking() as snapshot:
        assert POSITIONS.values(snapshot) == [1, 2, 3]
        log.append([an_event("B-4")])
        with quiet.asking() as inner:
            assert inner is snapshot
            assert POSITIONS.values(inner) == [1, 2, 3]


def test_a_question_is_asked_whichever_way_with_the_same_rows_of_the_same_types(quiet):
    streams = [row.originator_id for row in quiet_log(quiet)]
    with quiet.asking() as snapshot:
        direct = TIMES(snapshot, streams=streams)
    with quiet.reading() as connection:
        pooled = TIMES(connection, streams=streams)

    assert sorted(map(tuple, direct)) == sorted(map(tuple, pooled))
    assert {(type(stream), type(day)) for stream, day, _ in direct} == {(UUID, date)}
    assert len(direct) == 3


def quiet_log(database):
    from benefits.store import Log

    return Log(database).read()


def test_nothing_is_in_an_empty_list(quiet):
    with quiet.asking() as snapshot:
        assert TIMES(snapshot, streams=[]) == []
        assert TIMES.one(snapshot, streams=set()) is None
        assert TIMES.value(snapshot, streams=[]) is None


def test_what_is_asked_directly_is_refused_to_sqlalchemy_and_to_whoever_writes(quiet):
    with quiet.asking():
        with pytest.raises(RuntimeError, match="ask it with a Question"), quiet.reading():
            pass
        with pytest.raises(RuntimeError, match="a snapshot cannot become a writing transaction"), quiet.writing():
            pass


def test_a_question_that_failed_leaves_no_snapshot_behind(quiet, log):
    def ask_for_what_is_not_there():
        with quiet.asking() as snapshot:
            assert POSITIONS.values(snapshot) == [1, 2, 3]
            raise InvalidValueError("no such figure")

    with pytest.raises(InvalidValueError):
        ask_for_what_is_not_there()
    log.append([an_event("B-4")])

    with quiet.asking() as snapshot:
        assert POSITIONS.values(snapshot) == [1, 2, 3, 4]


def test_a_closed_database_is_opened_again_by_the_next_question(quiet):
    assert is_direct(quiet)
    quiet.close()

    assert is_direct(quiet)


def test_what_is_asked_while_the_database_is_closed_is_asked_to_its_end_and_nothing_after_it(quiet):
    with quiet.asking() as snapshot:
        quiet.close()
        assert POSITIONS.values(snapshot) == [1, 2, 3]

    with quiet.asking() as another:
        assert another is not snapshot
        assert POSITIONS.values(another) == [1, 2, 3]


@on_postgresql
def test_a_driver_s_connection_lost_while_it_lay_unused_is_replaced_before_it_is_asked(quiet, store_url, monkeypatch):
    monkeypatch.setattr(drivers, "FRESH_SECONDS", 0.0)
    with quiet.asking() as snapshot:
        lost = BACKEND.value(snapshot)
    with psycopg.connect(store_url.replace("+psycopg", "")) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])

    with quiet.asking() as snapshot:
        assert BACKEND.value(snapshot) != lost
        assert isinstance(snapshot, Direct)


@on_postgresql
def test_whoever_is_interrupted_while_a_connection_is_looked_at_asks_a_driver_again(quiet, monkeypatch):
    monkeypatch.setattr(drivers, "FRESH_SECONDS", 0.0)
    with watched_drivers():
        assert is_direct(quiet)
        with statements(1, error=KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
            is_direct(quiet)

    assert is_direct(quiet)


@on_postgresql
def test_a_driver_s_connection_lost_while_it_is_asked_is_told_of_and_the_next_question_is_answered(quiet, store_url):
    def lose_it_while_asking():
        with quiet.asking() as snapshot:
            lost = BACKEND.value(snapshot)
            with psycopg.connect(store_url.replace("+psycopg", "")) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
            POSITIONS(snapshot)

    with pytest.raises(StoreUnreachableError, match="cannot be reached"):
        lose_it_while_asking()

    with quiet.asking() as snapshot:
        assert POSITIONS.values(snapshot) == [1, 2, 3]


def test_conditions_hold_their_values():
    both = Condition("a = :a", {"a": 1}) & Condition("b = :b", {"b": 2})
    either = both | Condition("c = :c", {"c": 3})

    assert both == Condition("a = :a AND b = :b", {"a": 1, "b": 2})
    assert either == Condition("(a = :a AND b = :b OR c = :c)", {"a": 1, "b": 2, "c": 3})


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["benefits.db", "a folder/é.db", "/tmp/x.db", "sqlite:///x.db", "sqlite:////tmp/x.db"]
)
def test_a_file_is_found_as_sqlalchemy_finds_it(written):
    address = Address.of(written)

    assert address.file == str(address.url.database)
    assert address.server is not None


@pytest.mark.parametrize("written", ["sqlite:///a%20folder/x.db", "sqlite:///x.db?mode=ro", "sqlite:///caf%C3%A9.db"])
def test_a_file_that_is_written_otherwise_is_the_one_that_sqlalchemy_finds(written):
    assert Address.of(written).file == make_url(written).database


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://host/name",
        "postgres://host/name",
        "postgresql+psycopg://user@host:5433/name",
        "postgresql://user:p%40ss%2Fw@host.example.org/name?sslmode=require&connect_timeout=3",
        "postgresql://user:p:w@10.0.0.1/name",
        "postgresql://postgres@/name?host=/var/run/postgresql",
        "postgresql:///name",
        "postgresql://user@host",
        "postgresql://host/name?sslmode=&host=",
        "postgresql://host/name?sslmode",
    ],
)
def test_a_server_is_told_what_sqlalchemy_would_tell_it(written):
    address = Address.of(written)
    url = address.url
    _, told = url.get_dialect()().create_connect_args(url)

    assert address.server is not None
    assert {**address.server, **address.query} == {name: str(said) for name, said in told.items()}


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://user@one,two/name",
        "postgresql://user@/name?host=one:5432&host=two:5432",
        "postgresql://user@/name?host=/a,/b",
        "postgresql://[::1]/name",
        "postgresql://us%20er@host/name",
        "postgresql://host/a%20name",
    ],
)
def test_a_server_that_is_written_otherwise_is_left_to_sqlalchemy(written):
    address = Address.of(written)

    assert address.server is None
    assert address.url == make_url(written).set(drivername="postgresql+psycopg")


@pytest.mark.parametrize("written", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "://", "http://host"])
def test_what_names_no_store_is_refused(written):
    with pytest.raises(StoreNotFoundError, match="does not name a store"):
        Address.of(written)
