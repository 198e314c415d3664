"""The databases that tests are given: empty, on both engines, and gone when the tests are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.postgres import (
    EMPTY_THE_DATABASE,
    STALE_AFTER_SECONDS,
    NoPostgresError,
    PostgresServer,
    find_binaries,
    remove_stale_folders,
)

START_A_SERVER_AND_WAIT = """
import time
from tests.postgres import postgres_server
with postgres_server() as server:
    print(server.process.pid, server.socket_folder.parent, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_gets_an_empty_database_whatever_the_one_before_left(store_url, turn):
    # Given that the other turn leaves the same table, a role and an open transaction
    engine = sa.create_engine(store_url)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []

        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
        if engine.name == "postgresql":
            connection.execute(sa.text("CREATE ROLE reader"))
            connection.execute(sa.text("GRANT SELECT ON left_behind TO reader"))
        connection.commit()
        connection.execute(sa.text("INSERT INTO left_behind VALUES (1)"))
    engine.dispose()


def test_a_database_is_emptied_under_whoever_is_still_connected(postgres):
    with postgres.database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as forgotten:
        forgotten.execute("CREATE SCHEMA elsewhere")
        forgotten.execute("CREATE TABLE elsewhere.left_behind (id INTEGER)")
        forgotten.execute("BEGIN")
        forgotten.execute("LOCK TABLE elsewhere.left_behind")

        postgres.execute(EMPTY_THE_DATABASE, database=forgotten.info.dbname)

        with pytest.raises(psycopg.errors.AdminShutdown):
            forgotten.execute("SELECT 1")


def test_a_store_url_is_a_file_or_a_socket(store_url):
    url = sa.make_url(store_url)

    if url.get_backend_name() == "sqlite":
        assert Path(url.database or "").is_absolute()
    else:
        assert url.drivername == "postgresql+psycopg"
        assert Path(str(url.query["host"]), ".s.PGSQL.5432").is_socket()


def test_a_server_runs_as_an_unprivileged_user_and_listens_on_no_port(postgres):
    assert postgres.socket_folder.stat().st_uid != 0
    assert setting(postgres, "listen_addresses") == ""


def test_commits_wait_for_the_disk_only_where_asked(postgres, durable_postgres):
    assert [setting(postgres, name) for name in ("fsync", "synchronous_commit")] == ["off", "off"]
    assert [setting(durable_postgres, name) for name in ("fsync", "synchronous_commit")] == ["on", "on"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_a_server_dies_with_tests_that_are_killed_and_the_next_one_clears_up(postgres):
    # Given a server started by a process of its own
    command = [sys.executable, "-c", START_A_SERVER_AND_WAIT]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        pid, name = tests.stdout.readline().split()
        folder = Path(name)
        assert Path("/proc", pid).exists()

        # When that process is killed, and cannot clear up
        tests.send_signal(signal.SIGKILL)

    # Then the server ends, and its folder is removed a while later, while that of a running server stays
    assert comes_true(lambda: not Path("/proc", pid).exists())
    remove_stale_folders()
    assert folder.exists()
    for each in (folder, postgres.socket_folder.parent):
        long_ago = time.time() - 2 * STALE_AFTER_SECONDS
        os.utime(each, (long_ago, long_ago))
    remove_stale_folders()
    assert not folder.exists()
    assert postgres.socket_folder.exists()


def test_without_any_postgresql_the_message_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))

    with pytest.raises(NoPostgresError, match=r"bootstrap\.py --tests"):
        find_binaries()


def setting(server: PostgresServer, name: str) -> str:
    """Return a setting of a running server."""
    with psycopg.connect(server.libpq_url()) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def comes_true(condition, *, within_seconds=10):
    """Return whether a condition holds before the time is up."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
