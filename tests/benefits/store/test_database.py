"""One door to the database: snapshots to read, the head to write, and plain words when something is wrong."""

from __future__ import annotations

import os
import resource
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from sqlalchemy import func, make_url, select, text

from benefits.errors import InvalidValueError
from benefits.store import (
    AppendableLog,
    CommitUnknownError,
    Database,
    ReadOnlyStoreError,
    StoreBusyError,
    StoreDamagedError,
    StoreFullError,
    StoreUnreachableError,
    engines,
    initialise,
    verify_log,
)
from benefits.store.tables import event
from tests.benefits.store.events import a_history, an_event

ROOT = Path(__file__).parents[3]


def count(connection):
    return connection.execute(select(func.count()).select_from(event)).scalar()


def test_reading_sees_one_moment(log, store_url):
    log.append([an_event(version=1)])
    with closing(Database(store_url)) as other, other.reading() as connection:
        assert count(connection) == 1

        log.append([an_event(version=2)])

        assert count(connection) == 1
    with log.database.reading() as connection:
        assert count(connection) == 2


def test_what_raises_is_not_recorded(log):
    def append_and_fail():
        with log.database.writing():
            log.append([an_event()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        append_and_fail()

    assert log.head().size == 0
    log.append([an_event()])


def test_what_is_used_inside_a_transaction_joins_it(log):
    database = log.database
    with database.writing() as outer:
        log.append([an_event(version=1)])
        with database.writing() as inner:
            assert inner is outer
            log.append([an_event(version=2)])
        with database.reading() as reader:
            assert reader is outer
            assert count(reader) == 2
        assert log.head().size == 2
        assert [row.position for row in log.read()] == [1, 2]

    with database.reading() as outer, database.reading() as inner:
        assert inner is outer


def test_a_reader_does_not_become_a_writer(log):
    with log.database.reading(), pytest.raises(RuntimeError, match="cannot become a writing transaction"):
        log.append([an_event()])
    with pytest.raises(RuntimeError, match="inside a writing transaction"), log.database.savepoint():
        pass


def test_each_thread_has_its_own_transaction(log):
    seen = []

    def look():
        with log.database.reading() as connection:
            seen.append(count(connection))

    with log.database.writing():
        log.append([an_event()])
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    assert seen == [0]


def test_a_reading_transaction_cannot_write(log):
    with pytest.raises(ReadOnlyStoreError), log.database.reading() as connection:
        connection.execute(text("DELETE FROM tracking"))


def test_a_store_opened_to_be_read_refuses_to_write(log, store_url):
    log.append([an_event(version=1)])
    with closing(Database(store_url, read_only=True)) as reader:
        assert AppendableLog(reader).head().size == 1
        with pytest.raises(ReadOnlyStoreError, match="opened to be read only"):
            AppendableLog(reader).append([an_event(version=2)])


@pytest.fixture
def impatient(store_url):
    """A second door to the store, which does not wait long."""
    with closing(Database(limited(store_url, lock_timeout=1))) as other:
        yield other


def limited(url, **limits):
    """Return a store's URL with limits in it."""
    words = {name: str(limit) for name, limit in limits.items()}
    return make_url(url).update_query_dict(words).render_as_string(hide_password=False)


def test_a_writer_that_waits_too_long_is_told(log, impatient):
    with log.database.writing():
        with pytest.raises(StoreBusyError, match="in use by another writer; nothing was recorded"):
            AppendableLog(impatient).append([an_event()])
        log.append([an_event()])

    assert [row.position for row in AppendableLog(impatient).append([an_event("B-2")])] == [2]


def test_a_thread_that_waits_too_long_is_told(impatient):
    refused = []

    def write():
        try:
            AppendableLog(impatient).append([an_event()])
        except StoreBusyError as error:
            refused.append(error.code)

    initialise(impatient.url.render_as_string(hide_password=False))
    with impatient.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert refused == ["store-busy"]


def backend_of(connection):
    return connection.execute(text("SELECT pg_backend_pid()")).scalar_one()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_connection_lost_between_two_appends_is_made_again(log, store_url):
    with log.database.writing() as connection:
        lost = backend_of(connection)
    with psycopg.connect(store_url.replace("+psycopg", "")) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [lost])

    assert [row.position for row in log.append([an_event()])] == [1]


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_connection_lost_before_the_commit_records_nothing(log, store_url):
    def lose_the_connection(*, then_say_more):
        with log.database.writing() as connection:
            log.append([an_event()])
            with psycopg.connect(store_url.replace("+psycopg", "")) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [backend_of(connection)])
            if then_say_more:
                count(connection)

    with pytest.raises(StoreUnreachableError, match="nothing was recorded"):
        lose_the_connection(then_say_more=True)
    with pytest.raises(CommitUnknownError, match="give the same command with the same id again"):
        lose_the_connection(then_say_more=False)

    assert log.head().size == 0
    log.append([an_event()])


on_postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@on_postgresql
def test_a_connection_lost_while_it_lay_unused_is_replaced_before_anybody_reads_on_it(log, store_url, monkeypatch):
    monkeypatch.setattr(engines, "FRESH_SECONDS", 0.0)
    with log.database.reading() as one:
        lost = [backend_of(one)]
        thread = threading.Thread(target=lambda: lost.append(in_another_transaction(log.database, backend_of)))
        thread.start()
        thread.join()
    with psycopg.connect(store_url.replace("+psycopg", "")) as other:
        for pid in lost:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    assert len(set(lost)) == 2
    assert in_another_transaction(log.database, backend_of) not in lost


def in_another_transaction(database, ask):
    """Return what is read in a transaction of one's own."""
    with database.reading() as connection:
        return ask(connection)


@on_postgresql
def test_whoever_holds_the_log_and_says_nothing_loses_it_to_others(log, store_url):
    def hold_it(quiet):
        with quiet.writing():
            AppendableLog(quiet).append([an_event("B-9")])
            time.sleep(1.5)

    with closing(Database(limited(store_url, idle_timeout=1))) as quiet, pytest.raises(CommitUnknownError):
        hold_it(quiet)

    assert [row.position for row in log.append([an_event()])] == [1]


@on_postgresql
def test_a_question_that_takes_too_long_is_ended(log, store_url):
    with (
        closing(Database(limited(store_url, statement_timeout=1))) as database,
        pytest.raises(StoreBusyError, match=r"took too long .*statement timeout.*statement_timeout in the store's URL"),
        database.reading() as connection,
    ):
        connection.execute(text("SELECT pg_sleep(30)"))


@on_postgresql
def test_questions_that_are_too_many_at_once_wait_and_are_told(log, store_url):
    limits = {"pool_size": 1, "pool_timeout": 1}
    refused = []

    def ask(database):
        try:
            in_another_transaction(database, count)
        except StoreBusyError as error:
            refused.append(error.message)

    with closing(Database(limited(store_url, **limits))) as database, database.reading() as connection:
        assert count(connection) == 0
        thread = threading.Thread(target=ask, args=[database])
        thread.start()
        thread.join()

    assert len(refused) == 1
    assert "has no connection free for so many at once; try again" in refused[0]


@on_postgresql
def test_a_server_that_takes_no_more_connections_is_said_to_be_unreachable(log, store_url):
    with psycopg.connect(store_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE ROLE board LOGIN CONNECTION LIMIT 0")
    url = make_url(store_url).set(username="board").render_as_string()

    with closing(Database(url)) as database, pytest.raises(StoreUnreachableError, match="too many connections"):
        database.check()


def test_a_server_that_does_not_answer_is_not_waited_for_long():
    # A Unix socket's path may have some hundred bytes, so it is not in pytest's long temporary path.
    with TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(Path(folder, ".s.PGSQL.5432")))
        listening.listen()
        database = Database(f"postgresql://someone@/name?host={folder}&connect_timeout=2")
        began = time.monotonic()

        with closing(database), pytest.raises(StoreUnreachableError, match="timeout"):
            database.check()

        assert time.monotonic() - began < 8


@pytest.mark.parametrize("words", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_no_number_is_refused(words):
    with pytest.raises(
        InvalidValueError, match=rf"pool_size={words} in the store's URL is no whole number of 1 or more"
    ):
        Database(f"postgresql://someone@/name?pool_size={words}")


def test_a_server_that_is_not_there_is_said_to_be_unreachable(tmp_path):
    with closing(Database(f"postgresql://someone@/name?host={tmp_path}")) as database:
        with pytest.raises(StoreUnreachableError, match="cannot be reached"):
            database.check()
        with pytest.raises(StoreUnreachableError):
            AppendableLog(database).append([an_event()])


def test_a_damaged_file_is_said_to_be_damaged(sqlite_url):
    initialise(sqlite_url)
    with closing(Database(sqlite_url)) as database:
        a_history(AppendableLog(database), commands=60)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    with closing(Database(sqlite_url)) as database, pytest.raises(StoreDamagedError, match="restore a backup"):
        AppendableLog(database).read()


def in_a_child(code, *arguments, before=None):
    """Run Python in another process, and return what it printed."""
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


APPEND_UNTIL_FULL = """
import sys
from benefits.store import Database, AppendableLog, StoreFullError
from tests.benefits.store.events import an_event
log = AppendableLog(Database(sys.argv[1]))
version = log.head().size
try:
    while True:
        log.append([an_event(version=version + 1, body=b"x" * 5_000)])
        version += 1
except StoreFullError as error:
    print(version, log.head().size, error.code)
"""


def no_file_longer_than(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_full_disk_records_nothing_half(sqlite_url):
    initialise(sqlite_url)

    said = in_a_child(APPEND_UNTIL_FULL, sqlite_url, before=no_file_longer_than(400_000))

    recorded, found, code = said
    assert recorded == found
    assert int(recorded) > 10
    assert code == "store-full"
    with closing(Database(sqlite_url)) as database:
        report = verify_log(database)
        assert report.is_whole
        assert report.size == int(recorded)
        AppendableLog(database).append([an_event(version=report.size + 1)])


def test_a_store_at_its_page_limit_records_nothing_half(sqlite_url):
    initialise(sqlite_url)
    with closing(Database(sqlite_url)) as database:
        log = AppendableLog(database)
        with database.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 30")

        def append_until_full():
            for version in range(1, 100):
                log.append([an_event(version=version, body=b"x" * 5_000)])

        with pytest.raises(StoreFullError, match="no room left"):
            append_until_full()
        assert verify_log(database).is_whole


TRY_WITHOUT_PRIVILEGES = """
import os, sys
from benefits.store import Database, AppendableLog, verify_log
from benefits.errors import StoreError
from tests.benefits.store.events import an_event
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
database = Database(sys.argv[1])
database.check()
print(verify_log(database).is_whole)
try:
    AppendableLog(database).append([an_event("B-9")])
except StoreError as error:
    print(error.code)
database.close()
"""


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o444, 0o555)])
def test_a_store_that_may_only_be_read_is_read(file, folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("shelf")
    path = place / "store.db"
    initialise(path)
    with closing(Database(path)) as database:
        a_history(AppendableLog(database))
    for parent in place.parents:
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp"):
            parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    path.chmod(file)
    place.chmod(folder)

    said = in_a_child(TRY_WITHOUT_PRIVILEGES, path)

    place.chmod(0o755)
    assert said == ["True", "read-only-store"]
