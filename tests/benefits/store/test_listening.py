"""Whoever follows the log hears of appends where PostgreSQL tells of them, and misses nothing where it does not."""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress

import psycopg
import pytest

from benefits.store import AppendableLog, Database, initialise, listening
from benefits.store.listening import CHANNEL
from benefits.store.recorder import LogApplicationRecorder
from tests.benefits.store.events import an_event
from tests.faults.wire import a_wire
from tests.test_postgres_fixture import comes_true

NEVER_SECONDS = 600.0
LISTENING = f"FROM pg_stat_activity WHERE query = 'LISTEN {CHANNEL}' AND datname = current_database()"


class Follower:
    """Follows a log in a thread of its own."""

    def __init__(self, database):
        self.seen: list[int] = []
        self._subscription = LogApplicationRecorder(database).subscribe()
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self):
        for each in self._subscription:
            self.seen.append(each.id)

    @property
    def is_listening(self):
        return self._subscription._listener.is_listening

    def end(self):
        self._subscription.stop()
        self._thread.join()


@pytest.fixture
def database(postgres_url):
    """The database of a new store on PostgreSQL."""
    initialise(postgres_url)
    with closing(Database(postgres_url)) as made:
        yield made


@pytest.fixture
def follow():
    """Follows a database until the test is over."""
    followers = []

    def start(database):
        followers.append(Follower(database))
        return followers[-1]

    yield start
    for follower in followers:
        follower.end()


@pytest.fixture
def server(postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def listeners(server):
    return [pid for (pid,) in server.execute(f"SELECT pid {LISTENING}")]


def append(log, count=1):
    for _ in range(count):
        log.append([an_event(version=log.head().size + 1)])


def test_a_follower_that_only_listens_sees_each_append(database, follow, monkeypatch):
    monkeypatch.setattr(listening, "LOOK_SECONDS", NEVER_SECONDS)
    log = AppendableLog(database)
    append(log)
    follower = follow(database)
    assert comes_true(lambda: follower.is_listening)

    for size in range(2, 7):
        append(log)
        assert comes_true(lambda size=size: follower.seen == list(range(1, size + 1)))


def told(server, *, within_seconds=0.3):
    """Return the positions that a connection which listens is told of."""
    return [one.payload for one in server.notifies(timeout=within_seconds)]


def test_a_transaction_is_told_of_once_and_only_if_it_is_committed(database, server):
    log = AppendableLog(database)
    server.execute(f"LISTEN {CHANNEL}")
    with database.writing():
        append(log, 3)
        assert told(server) == []
    assert told(server) == ["1"]

    with suppress(ZeroDivisionError), database.writing():
        append(log)
        raise ZeroDivisionError
    assert told(server) == []

    with database.writing():
        with suppress(ZeroDivisionError), database.savepoint():
            append(log)
            raise ZeroDivisionError
        append(log)
    assert told(server) == ["4"]


def test_a_follower_behind_a_pooler_that_loses_what_is_told_looks_again_and_again(
    database, postgres_url, follow, server, monkeypatch
):
    # Given a follower that believes to listen
    monkeypatch.setattr(listening, "LOOK_SECONDS", 0.3)
    log = AppendableLog(database)
    with a_wire(postgres_url) as wire, closing(Database(wire.url)) as far_away:
        wire.lose(lambda: True)
        follower = follow(far_away)
        assert comes_true(lambda: follower.is_listening)

        # When something is recorded of which it is not told
        append(log)

        # Then it finds it in its own time, and from then on does not rely on being told
        assert comes_true(lambda: follower.seen == [1])
        assert comes_true(lambda: not follower.is_listening)
        assert comes_true(lambda: listeners(server) == [])
        began = time.monotonic()
        append(log)
        assert comes_true(lambda: follower.seen == [1, 2])
        assert time.monotonic() - began < 2
        follower.end()


def test_a_follower_whose_connection_is_lost_goes_on_and_listens_again(database, follow, server, monkeypatch):
    monkeypatch.setattr(listening, "LOOK_SECONDS", NEVER_SECONDS)
    monkeypatch.setattr(listening, "_AGAIN_SECONDS", 0.2)
    log = AppendableLog(database)
    follower = follow(database)
    for size in range(1, 4):
        assert comes_true(lambda: len(listeners(server)) == 1)
        (lost,) = listeners(server)
        server.execute("SELECT pg_terminate_backend(%s)", [lost])

        append(log)

        assert comes_true(lambda size=size: follower.seen == list(range(1, size + 1)))
        assert comes_true(lambda lost=lost: listeners(server) not in ([], [lost]))


def test_a_quiet_log_makes_nobody_believe_that_they_hear_nothing(database, follow, monkeypatch):
    monkeypatch.setattr(listening, "LOOK_SECONDS", 0.02)
    follower = follow(database)
    assert comes_true(lambda: follower.is_listening)

    time.sleep(1)

    append(AppendableLog(database), 5)
    assert comes_true(lambda: len(follower.seen) == 5)
    assert follower.is_listening


def test_a_follower_that_ends_leaves_no_connection_behind(database, follow, server):
    follower = follow(database)
    assert comes_true(lambda: len(listeners(server)) == 1)

    follower.end()

    assert comes_true(lambda: listeners(server) == [])


def test_a_file_tells_nobody_and_is_looked_at(sqlite_url, follow):
    initialise(sqlite_url)
    with closing(Database(sqlite_url)) as database:
        follower = follow(database)
        append(AppendableLog(database), 3)

        assert comes_true(lambda: follower.seen == [1, 2, 3])
        assert not follower.is_listening
        follower.end()
