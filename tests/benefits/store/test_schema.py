"""A store is made whole or not at all, by command only; what is there already is left as it is."""

from __future__ import annotations

import multiprocessing
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text

from benefits.store import (
    AppendableLog,
    Database,
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    StoreDamagedError,
    StoreNotFoundError,
    StoreUnreachableError,
    initialise,
    migrate,
    migrations,
)
from benefits.store import database as database_module
from benefits.store.database import APPLICATION_ID, REVISIONS
from benefits.store.tables import metadata
from tests.benefits.store.events import an_event, without_triggers

NAMESPACE = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def check(url):
    """Return what a store says of itself, and let go of it."""
    with closing(Database(url)) as database:
        return database.check()


def test_a_new_store_says_what_it_is(store_url):
    made = initialise(store_url, namespace=NAMESPACE, sandbox=True, created_by="0.1.0")

    assert made.created
    assert made.store == check(store_url)
    assert (made.store.namespace, made.store.sandbox, made.store.created_by) == (NAMESPACE, True, "0.1.0")
    assert made.store.revision == REVISIONS[-1]


def test_a_store_that_is_there_is_left_as_it_is(store_url):
    first = initialise(store_url)
    with closing(Database(store_url)) as database:
        AppendableLog(database).append([an_event()])

    again = initialise(store_url, sandbox=True)

    assert not again.created
    assert again.store == first.store
    with closing(Database(store_url)) as database:
        assert AppendableLog(database).head().size == 1


def test_a_plain_path_is_a_store_too(tmp_path):
    path = tmp_path / "a store # with 100% of the trouble?.db"

    initialise(path)

    assert check(str(path)) == check(path)
    assert Path(path).exists()


def test_a_sqlite_store_keeps_its_journal_beside_it_and_is_marked_as_ours(sqlite_url):
    initialise(sqlite_url)

    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_what_the_migrations_make_is_what_the_code_reads(store_url):
    initialise(store_url)

    with closing(Database(store_url)) as database, database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert differences == []


def test_the_revisions_known_without_loading_alembic_are_those_there_are():
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))

    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)


def test_a_missing_store_is_not_made_by_asking_for_it(sqlite_url):
    with pytest.raises(StoreNotFoundError, match=r"There is no store at .*store\.db; .* benefits init"):
        check(sqlite_url)
    with pytest.raises(StoreNotFoundError):
        migrate(sqlite_url)
    with closing(Database(sqlite_url)) as database, pytest.raises(StoreNotFoundError):
        AppendableLog(database).append([an_event()])

    assert not Path(sqlite_url.removeprefix("sqlite:///")).exists()


def test_an_empty_database_is_no_store(postgres_url):
    with pytest.raises(StoreNotFoundError, match=r"There is no store in .* benefits init"):
        check(postgres_url)


def test_a_database_that_is_not_there_is_said_to_be_missing(postgres_url):
    with pytest.raises(StoreUnreachableError, match='"nothing_1" does not exist'):
        check(re.sub("/test_[0-9]+", "/nothing_1", postgres_url))


def test_a_store_in_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreNotFoundError, match="There is no folder"):
        initialise(tmp_path / "nowhere" / "store.db")


def test_a_folder_is_not_a_store(tmp_path):
    with pytest.raises(NotAStoreError, match="is not a file"):
        check(tmp_path)


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "://", "nonsense://x"])
def test_what_names_no_database_of_ours_is_refused(url):
    with pytest.raises(StoreNotFoundError, match="does not name a store"):
        Database(url)


def test_a_password_is_not_shown():
    assert "secret" not in repr(Database("postgresql://someone:secret@nowhere/name"))


@pytest.fixture(params=["text", "another's", "marked as another's"])
def foreign_file(request, tmp_path):
    """A file that belongs to something else."""
    path = tmp_path / "other.db"
    if request.param == "text":
        path.write_text("Reference,Amount\nB-1,3350.50\n" * 100)
        return path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE store (id INTEGER, name TEXT)")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        if request.param == "marked as another's":
            connection.execute("PRAGMA application_id = 42")
        connection.commit()
    return path


def test_a_foreign_file_is_refused_and_left_as_it_is(foreign_file):
    before = foreign_file.read_bytes()

    for use in (check, initialise, migrate):
        with pytest.raises(NotAStoreError, match=r"other\.db .*is not a store"):
            use(foreign_file)

    assert foreign_file.read_bytes() == before
    assert [path.name for path in foreign_file.parent.iterdir()] == ["other.db"]


def test_a_foreign_database_is_refused_and_left_as_it_is(postgres, postgres_url):
    postgres.execute("CREATE TABLE store (id integer)", database=make_url(postgres_url).database)

    for use in (check, initialise, migrate):
        with pytest.raises(NotAStoreError, match="belongs to something else"):
            use(postgres_url)


def test_an_empty_file_is_no_store_and_may_become_one(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()

    with pytest.raises(NotAStoreError, match="empty"):
        check(path)
    assert path.read_bytes() == b""

    assert initialise(path).created


def set_revision(url, revision):
    with closing(Database(url)) as database, database.altering() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_newer_store_is_refused_and_left_as_it_is(store_url):
    initialise(store_url)
    set_revision(store_url, "9999")

    for use in (check, initialise, migrate):
        with pytest.raises(NewerStoreError, match="has schema 9999, and this version knows up to"):
            use(store_url)


def test_an_older_store_is_refused_until_it_is_migrated(store_url, monkeypatch):
    initialise(store_url)
    with closing(Database(store_url)) as database:
        AppendableLog(database).append([an_event()])
    monkeypatch.setattr(database_module, "REVISIONS", (*REVISIONS, "9999"))

    for use in (check, initialise):
        with pytest.raises(OlderStoreError, match="run: benefits migrate"):
            use(store_url)


def test_a_store_that_is_up_to_date_is_migrated_by_doing_nothing(store_url):
    made = initialise(store_url)

    migrated = migrate(store_url)

    assert migrated.store == made.store
    assert migrated.before == REVISIONS[-1]


def test_a_store_that_fails_to_be_made_leaves_nothing_half_made(store_url, monkeypatch):
    monkeypatch.setattr("benefits.store.schema.FORMAT", None)  # Which the last statement cannot write.

    with pytest.raises(Exception, match=r"(?i)null"):
        initialise(store_url)

    monkeypatch.undo()
    assert initialise(store_url).created


def make(url, start, results):
    """Make a store at the same moment as others do."""
    start.wait()
    results.put(initialise(url).created)


def test_of_processes_that_make_a_store_at_once_one_does_and_the_others_say_so(store_url):
    context = multiprocessing.get_context("spawn")
    start, results = context.Event(), context.Queue()
    processes = [context.Process(target=make, args=(store_url, start, results)) for _ in range(4)]
    for process in processes:
        process.start()

    start.set()

    assert sorted(results.get(timeout=60) for _ in processes) == [False, False, False, True]
    for process in processes:
        process.join()
    assert check(store_url).revision == REVISIONS[-1]


def test_a_lost_head_is_said_to_be_damage(log):
    without_triggers(log.database)
    with log.database.writing() as connection:
        connection.execute(text("DELETE FROM head"))

    with pytest.raises(StoreDamagedError, match="lost the head"):
        log.append([an_event()])
