"""A backup holds a store as it stood at one moment, and a store restored from it is that store; or there is neither."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import exc as sql
from sqlalchemy import insert, select, text

from benefits.errors import BenefitsError, ConflictError, InvalidValueError, StoreError
from benefits.proof.verify import BODY_BLANKED
from benefits.store import (
    AppendableLog,
    Database,
    LogDamagedError,
    NewerStoreError,
    NotAStoreError,
    StoreDamagedError,
    StoreNotFoundError,
    back_up,
    initialise,
    migrate,
    restore,
    verify_log,
)
from benefits.store.database import APPLICATION_ID
from benefits.store.tables import metadata, tracking
from tests.benefits.store.events import a_history, an_event, record, without_triggers
from tests.benefits.store.revisions import FURTHER, with_a_further_revision

SECRET = b'{"holder":"Erased Name"}'
COMMANDS = 800
PROVED = ("event", "head", "tile")
DAMAGES = 20


@pytest.fixture
def history(log):
    """A log with more than a page of events, one of which was erased, and something in every table beside it."""
    (secret,) = record(log, "C-secret", an_event("B-9", body=SECRET))
    blanks = f'{{"blanks":{secret.position},"legal_basis":"upheld"}}'.encode()
    with log.database.writing() as connection:
        log.account_reference(connection, "council\\somebody")
        connection.execute(insert(tracking).values(application="elsewhere", notification_id=3))
        a_history(log, COMMANDS)
        record(log, "C-erasure", an_event("B-9", 2, type_name=BODY_BLANKED, body=blanks))
        connection.execute(text("UPDATE event SET body = NULL, salt = NULL WHERE position = 1"))
    return log


@pytest.fixture
def backup(history, tmp_path):
    """A backup of it."""
    path = tmp_path / "backup.db"
    back_up(history.database, path)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request, tmp_path):
    """The URL of a database to restore into, of one kind and then of the other, whatever the first store is in."""
    if request.param == "sqlite":
        yield str(tmp_path / "restored.db")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


def nothing_to_do(_url: Any, _progress: Any) -> None:
    """These tests have no views."""


def restored(backup: Path, url: Any, **options: Any) -> Any:
    return restore(backup, url, views=nothing_to_do, **options)


def contents(url: Any) -> dict[str, list[Any]]:
    """Return everything a store holds, typed, so that it is the same from either kind of database."""
    with closing(Database(url, read_only=True)) as database, database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def token(log: AppendableLog) -> str:
    return f"{log.head().size}@{log.head().root.hex()}"


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if "store.db" not in path.name}


# --- what a backup holds ----------------------------------------------------------------------------


def test_a_backup_is_a_store_that_holds_all_that_the_store_does(history, tmp_path):
    told: list[tuple[int, int]] = []

    made = back_up(history.database, tmp_path / "backup.db", progress=lambda *so_far: told.append(so_far))

    assert contents(tmp_path / "backup.db") == contents(history.database.url.render_as_string(hide_password=False))
    assert made.report.is_whole
    assert made.report.blanked == (1,)
    assert (made.report.size, made.report.root) == (history.head().size, history.head().root)
    assert told == sorted(told)
    assert told[-1] == (2 * history.head().size, 2 * history.head().size)


def test_a_backup_is_one_file_marked_as_ours_that_is_read_without_a_file_beside_it(backup, tmp_path):
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] > COMMANDS
        assert left(tmp_path) == {"backup.db"}


def test_erased_words_are_nowhere_in_a_backup(backup):
    assert b"Erased Name" not in backup.read_bytes()
    assert b'"legal_basis":"upheld"' in backup.read_bytes()


def test_an_empty_log_has_a_backup_too(log, tmp_path):
    back_up(log.database, tmp_path / "backup.db")

    assert restored(tmp_path / "backup.db", tmp_path / "restored.db").size == 0
    assert contents(tmp_path / "restored.db") == contents(log.database.url.render_as_string(hide_password=False))


# --- what is restored -------------------------------------------------------------------------------


def test_what_is_restored_into_either_database_is_what_was_backed_up_from_either(backup, history, new_url):
    report = restored(backup, new_url, against=token(history))

    assert contents(new_url) == contents(history.database.url.render_as_string(hide_password=False))
    assert (report.size, report.root) == (history.head().size, history.head().root)


def test_a_restored_store_goes_on_recording_and_keeps_what_it_has(backup, history, new_url):
    restored(backup, new_url)

    with closing(Database(new_url)) as database:
        record(AppendableLog(database), "C-new", an_event("B-new"))
        assert verify_log(database, token(history)).is_whole
        with pytest.raises(sql.DatabaseError, match="append-only"), database.writing() as connection:
            connection.execute(text("DELETE FROM event WHERE position = 2"))


def test_a_restored_file_keeps_its_journal_beside_it_as_any_store(backup, tmp_path):
    restored(backup, tmp_path / "restored.db")

    with closing(sqlite3.connect(tmp_path / "restored.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_store_itself_can_be_restored_from_while_its_journal_stands_beside_it(history, tmp_path):
    url = history.database.url.render_as_string(hide_password=False)

    restored(url, tmp_path / "restored.db")

    assert contents(tmp_path / "restored.db") == contents(url)


def test_a_file_gets_its_name_only_once_its_views_are_worked_out(backup, tmp_path):
    def views(_url, _progress):
        assert not (tmp_path / "restored.db").exists()
        raise RuntimeError("a fold is broken")

    with pytest.raises(RuntimeError, match="a fold is broken"):
        restore(backup, tmp_path / "restored.db", views=views)

    assert left(tmp_path) == {"backup.db"}


# --- what is refused --------------------------------------------------------------------------------


def test_a_backup_that_is_there_is_replaced_only_if_so_wanted(backup, history, tmp_path):
    before = backup.read_bytes()
    record(history, "C-later", an_event("B-later"))

    with pytest.raises(ConflictError, match=r"backup\.db is already there"):
        back_up(history.database, backup)
    assert backup.read_bytes() == before

    back_up(history.database, backup, replace=True)
    assert contents(backup) == contents(history.database.url.render_as_string(hide_password=False))
    assert left(tmp_path) == {"backup.db"}


def test_a_store_that_is_there_is_never_restored_over(backup, store_url, tmp_path):
    before = contents(store_url)

    with pytest.raises(ConflictError, match=r"is already there|is not empty"):
        restored(backup, store_url)

    assert contents(store_url) == before
    assert left(tmp_path) == {"backup.db"}


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_what_another_store_left_beside_the_name_is_not_taken_for_the_new_ones(backup, history, tmp_path, ending):
    waiting = tmp_path / f"restored.db{ending}"
    waiting.write_bytes(b"changes to a store that was deleted")

    with pytest.raises(ConflictError, match="belongs to a store of that name"):
        restored(backup, tmp_path / "restored.db")

    assert left(tmp_path) == {"backup.db", waiting.name}


def test_a_folder_that_is_not_there_is_not_made(history, tmp_path):
    with pytest.raises(StoreNotFoundError, match="There is no folder"):
        back_up(history.database, tmp_path / "nowhere" / "backup.db")


def test_a_folder_that_cannot_be_written_is_said_to_be_so(history):
    with pytest.raises(StoreError, match=r"cannot be written: .*check the room left"):
        back_up(history.database, "/proc/backup.db")


def test_a_log_that_does_not_verify_is_not_backed_up_and_the_event_is_named(history, tmp_path):
    without_triggers(history.database)
    with history.database.writing() as connection:
        connection.execute(text("UPDATE event SET actor = 'SOMEBODY' WHERE position = 17"))

    with pytest.raises(LogDamagedError, match=r"(?s)did NOT verify, and no backup was made of it:\nevent 17: ") as said:
        back_up(history.database, tmp_path / "backup.db")

    assert [one.position for one in said.value.findings] == [17]
    assert left(tmp_path) == set()


def test_what_no_table_would_take_is_said_to_be_damage(history, tmp_path):
    without_triggers(history.database)
    with history.database.writing() as connection:
        connection.execute(text("UPDATE event SET position = -1 WHERE position = 17"))

    with pytest.raises(StoreDamagedError, match="run: benefits verify"):
        back_up(history.database, tmp_path / "backup.db")

    assert left(tmp_path) == set()


def test_a_file_that_cannot_be_read_is_the_one_that_is_said_to_be_damaged(sqlite_url, tmp_path):
    initialise(sqlite_url)
    with closing(Database(sqlite_url)) as database:
        a_history(AppendableLog(database))
        without_triggers(database)
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE event SET actor = CAST(x'4f57ff' AS TEXT) WHERE position = 3")

        with pytest.raises(StoreDamagedError, match=r"/store\.db is damaged"):
            back_up(database, tmp_path / "backup.db")

    assert left(tmp_path) == set()


def test_a_changed_backup_is_refused_and_the_event_is_named(backup, new_url):
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript(
            "DROP TRIGGER event_refuses_update; UPDATE event SET body = x'7b7d20' WHERE position = 23"
        )

    with pytest.raises(LogDamagedError, match=r"(?s)did NOT verify, and nothing was restored from it:\nevent 23: "):
        restored(backup, new_url)

    assert is_empty(new_url)


def test_another_stores_backup_is_refused_by_the_token_that_was_kept(backup, new_url):
    with pytest.raises(LogDamagedError, match=r"event 9: .* not the one for which the token was given"):
        restored(backup, new_url, against=f"9@{'0' * 64}")
    with pytest.raises(InvalidValueError):
        restored(backup, new_url, against="yesterday's")

    assert is_empty(new_url)


def test_what_is_no_backup_is_refused(tmp_path, new_url):
    (tmp_path / "words.txt").write_text("Reference,Amount\nB-1,3350.50\n" * 100)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE store (id INTEGER)")
    (tmp_path / "empty.db").touch()

    for name in ("words.txt", "other.db", "empty.db"):
        with pytest.raises(NotAStoreError):
            restored(tmp_path / name, new_url)
    with pytest.raises(StoreNotFoundError):
        restored(tmp_path / "nothing.db", new_url)

    assert is_empty(new_url)


def test_a_backup_that_was_cut_off_is_refused(backup, tmp_path):
    size = backup.stat().st_size
    for kept in (size // 8, size // 2, size - 5_000):
        (tmp_path / "cut.db").write_bytes(backup.read_bytes()[:kept])

        with pytest.raises((StoreDamagedError, LogDamagedError)):
            restored(tmp_path / "cut.db", tmp_path / "restored.db")

    assert left(tmp_path) == {"backup.db", "cut.db"}


def test_a_backup_with_any_byte_changed_is_refused_or_gives_the_log_as_it_was(backup, tmp_path):
    chance = Random(20260401)
    whole = backup.read_bytes()
    wanted = {name: rows for name, rows in contents(backup).items() if name in PROVED}
    refused = 0
    for number in range(DAMAGES):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        (tmp_path / "damaged.db").write_bytes(damaged)
        url = tmp_path / f"restored-{number}.db"

        try:
            restored(tmp_path / "damaged.db", url)
        except BenefitsError:
            refused += 1
            assert not url.exists()
        else:
            assert {name: rows for name, rows in contents(url).items() if name in PROVED} == wanted

    assert refused > DAMAGES / 4


def test_a_backup_without_its_triggers_gives_a_store_that_has_them(backup, tmp_path):
    with closing(sqlite3.connect(backup)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("CREATE TRIGGER uninvited AFTER INSERT ON event BEGIN DELETE FROM account; END")

    restored(backup, tmp_path / "restored.db")

    with closing(sqlite3.connect(tmp_path / "restored.db")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "event_refuses_delete" in names
    assert "uninvited" not in names


def is_empty(url: str) -> bool:
    """Tell whether nothing is at a URL: no file, and no table in a database."""
    with closing(Database(url)) as database:
        if database.is_sqlite:
            return not Path(str(database.url.database)).exists()
        with database.reading() as connection:
            return connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0


# --- older and newer --------------------------------------------------------------------------------


def test_a_store_is_backed_up_at_its_own_revision_before_it_is_migrated(history, monkeypatch, tmp_path):
    url = history.database.url.render_as_string(hide_password=False)
    before = contents(url)
    with_a_further_revision(monkeypatch)

    made = back_up(history.database, tmp_path / "backup.db")

    assert made.report.is_whole
    with closing(Database(tmp_path / "backup.db")) as database:
        assert database.identify().revision != FURTHER
    assert contents(tmp_path / "backup.db") == before


def test_an_older_backup_is_brought_up_to_date_as_it_is_restored_and_stays_as_it_was(
    backup, history, new_url, monkeypatch
):
    before = backup.read_bytes()
    wanted = contents(backup)
    with_a_further_revision(monkeypatch)

    restored(backup, new_url, against=token(history))

    assert contents(new_url) == wanted
    with closing(Database(new_url)) as database, database.reading() as connection:
        assert database.check().revision == FURTHER
        assert connection.execute(text("SELECT count(*) FROM further")).scalar() == history.head().size
    assert backup.read_bytes() == before


def test_a_store_of_a_newer_version_is_not_backed_up(store_url, monkeypatch, tmp_path):
    initialise(store_url)
    with monkeypatch.context() as newer:
        with_a_further_revision(newer)
        migrate(store_url)

    with closing(Database(store_url)) as database, pytest.raises(NewerStoreError, match="has schema further"):
        back_up(database, tmp_path / "backup.db")

    assert left(tmp_path) == set()
