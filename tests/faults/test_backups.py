"""Backups under faults: others record meanwhile, processes are killed, the disk is full. Whole, or not there."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from benefits.proof.verify import Report
from benefits.store import Database, back_up, verify_log
from benefits.store.database import has_tables
from projections import rebuild
from tests.faults.checks import assert_recorded_up_to_a_line, recorded_ids
from tests.faults.children import (
    apply_file,
    command_line,
    command_line_where_files_stay_short,
    record_one_by_one,
    recording,
)
from tests.faults.lines import a_file, record, write
from tests.faults.test_kills import KILLS, Instants

LINES = 200
KILLED = max(4, KILLS // 4)


@pytest.fixture
def folder(tmp_path):
    """An empty folder, so that what is left in it is seen."""
    made = tmp_path / "shelf"
    made.mkdir()
    return made


@pytest.fixture
def filled(store):
    """A store with a file's commands in it."""
    record(store, a_file(LINES))
    return store


def unfinished(path):
    return path.name.endswith((".part", ".part-wal", ".part-shm", ".part-journal", ".part-turn"))


# --- while others record ----------------------------------------------------------------------------


def test_each_backup_made_while_a_process_records_is_the_store_at_some_moment(store, children, folder):
    # Given a process that records command by command
    lines = a_file(LINES)
    writer = children.start(record_one_by_one, store, write(lines, folder / "commands.jsonl"))
    writer.wait_for_one()

    # When backups are made one after the other until it is done
    made: list[tuple[Path, Report]] = []
    while writer.process.is_alive():
        path = folder / f"backup-{len(made)}.db"
        with closing(Database(store, read_only=True)) as database:
            made.append((path, back_up(database, path).report))
    assert writer.wait() == 0, writer.said()

    # Then each holds the commands up to one of them, and the log still begins with just those
    sizes = [report.size for _, report in made]
    assert sizes == sorted(sizes)
    assert len({size for size in sizes if 1 < size <= LINES}) > 2, sizes
    with closing(Database(store, read_only=True)) as database:
        for path, report in made:
            assert verify_log(database, report.token).is_whole
            assert recorded_ids(str(path)) == [line.id for line in lines[: report.size - 1]]


def test_what_is_restored_from_half_way_takes_the_rest(store, children, empty_databases, folder):
    lines = a_file(LINES)
    record(store, lines[: LINES // 2])
    children.run(command_line, "backup", str(folder / "backup.db"), "--store", store)

    with empty_databases() as url:
        children.run(command_line, "restore", str(folder / "backup.db"), "--store", url)
        assert assert_recorded_up_to_a_line(url, lines) == LINES // 2
        again = json.loads(children.run(apply_file, url, str(write(lines, folder / "commands.jsonl"))).said())

        assert (again["recorded"], again["repeated"], again["refused"]) == (LINES - LINES // 2, LINES // 2, [])
        assert assert_recorded_up_to_a_line(url, lines) == LINES


# --- killed -----------------------------------------------------------------------------------------


def test_a_backup_killed_at_any_instant_is_whole_or_not_there(filled, children, chance, folder):
    instants = Instants(chance, longest_seconds=0.6)
    path = folder / "backup.db"
    kills = 0
    while kills < KILLED:
        child = children.start(command_line, "backup", str(path), "--store", filled, "--force")
        child.wait_for_one()
        instants.wait("backup")
        was_writing = child.kill()
        instants.was_writing("backup", yes=was_writing)
        kills += was_writing

        # The last is made by whoever looks at the backup, below.
        assert {one.name for one in folder.iterdir() if not unfinished(one)} <= {"backup.db", "backup.db-turn"}
        if path.exists():
            assert recorded_ids(str(path)) == recorded_ids(filled)
            path.unlink()
        assert was_writing or child.wait() == 0, child.said()


def test_a_restore_killed_at_any_instant_leaves_the_log_whole_or_nothing(
    filled, children, chance, empty_databases, folder
):
    instants = Instants(chance, longest_seconds=1.2)
    lines = a_file(LINES)
    backup = folder / "backup.db"
    children.run(command_line, "backup", str(backup), "--store", filled)
    kills = nothing = 0
    while kills < KILLED:
        with empty_databases() as url:
            child = children.start(command_line, "restore", str(backup), "--store", url)
            child.wait_for_one()
            instants.wait("restore")
            was_writing = child.kill()
            instants.was_writing("restore", yes=was_writing)
            kills += was_writing

            if is_nothing(url):
                nothing += 1
                children.run(command_line, "restore", str(backup), "--store", url)
            elif was_writing:
                # Only a database's log is there before its views are; they are worked out by command.
                with recording(url) as register:
                    rebuild(register)
            assert assert_recorded_up_to_a_line(url, lines) == LINES
    assert nothing


def is_nothing(url):
    """Tell whether nothing is at a URL, once a server is done with a client that was killed."""
    with closing(Database(url)) as database:
        if database.is_sqlite:
            return not Path(str(database.url.database)).exists()
        with database.altering() as connection:
            return not has_tables(connection)


# --- no room ----------------------------------------------------------------------------------------


def test_a_backup_for_which_there_is_no_room_leaves_nothing(filled, children, folder):
    arguments = ("backup", str(folder / "backup.db"), "--store", filled, "--format", "json")

    for most_bytes in (5_000, 60_000, 120_000):
        assert_there_is_no_room(children.start(command_line_where_files_stay_short, most_bytes, *arguments))
        assert list(folder.iterdir()) == []

    assert len(recorded_ids(filled)) == LINES
    children.run(command_line, *arguments)
    assert recorded_ids(str(folder / "backup.db")) == recorded_ids(filled)


def test_a_restore_for_which_there_is_no_room_leaves_nothing(filled, children, folder):
    children.run(command_line, "backup", str(folder / "backup.db"), "--store", filled)
    arguments = ("restore", str(folder / "backup.db"), "--store", str(folder / "new.db"), "--format", "json")

    for most_bytes in (5_000, 120_000, 250_000):  # Before its tables, in its log, in its views.
        assert_there_is_no_room(children.start(command_line_where_files_stay_short, most_bytes, *arguments))
        assert [path.name for path in folder.iterdir()] == ["backup.db"]

    children.run(command_line, *arguments)
    assert assert_recorded_up_to_a_line(str(folder / "new.db"), a_file(LINES)) == LINES


def assert_there_is_no_room(child):
    assert child.wait() == 5, child.said()
    assert json.loads(child.said())["error"]["code"] == "store-full"
