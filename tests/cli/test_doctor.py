"""`benefits doctor`: what is wrong with a store, whatever that is, and what to do; nothing is written."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from benefits import BenefitsRegister
from benefits.store import Database
from benefits.store import database as database_module
from benefits.store.database import REVISIONS
from benefits.store.health import GUARDS_ON_POSTGRESQL, GUARDS_ON_SQLITE, clock, room, waiting
from benefits.store.rows import microseconds
from projections import follow
from projections.tables import metadata
from tests.benefits.store.events import without_triggers
from tests.builders import a_benefit, a_claim, new_register
from tests.cli.running import benefits
from tests.conftest import Clock

GB = 1_000_000_000
HOUR = 3_600_000_000
NOON = microseconds(datetime(2026, 4, 1, 12, tzinfo=UTC))


@pytest.fixture
def store(store_url):
    """A store with a claim in it, once on each database."""
    with new_register(store_url, Clock()) as register:
        a_benefit(register)
        a_claim(register)
    return store_url


def examined(url, *arguments):
    """Return the exit code, and what was found by check."""
    ran = benefits("doctor", "--store", url, "--format", "json", *arguments)
    said = json.loads(ran.out)
    checks = {check["name"]: check for check in said["checks"]}
    assert len(checks) == len(said["checks"])
    verdicts = [check["verdict"] for check in checks.values()]
    assert (said["problems"], said["warnings"]) == (verdicts.count("problem"), verdicts.count("warning"))
    assert ran.code == (1 if said["problems"] else 0)
    for check in checks.values():
        assert (check["verdict"] == "ok") == (check["advice"] == ""), check
    return ran.code, checks


def problems(checks):
    return sorted(name for name, check in checks.items() if check["verdict"] == "problem")


def execute(url, *statements):
    """Do something to the store behind everybody's back."""
    with closing(Database(url)) as database, database.altering() as connection:
        for statement in statements:
            connection.execute(text(statement))


def disarmed(url, *statements):
    with closing(Database(url)) as database:
        without_triggers(database)
    execute(url, *statements)


def files(path):
    """Return a file and what is beside it; but for the one by which processes that use it tell each other so."""
    return {beside.name: beside.read_bytes() for beside in path.parent.iterdir() if not beside.name.endswith("-shm")}


# --- a store that is well --------------------------------------------------------------------------


def test_a_store_that_is_well_has_no_problem(store):
    code, checks = examined(store)

    assert code == 0
    assert problems(checks) == []
    on_server = {"rights"} if "postgres" in store else {"file", "waiting"}
    everywhere = {"versions", "store", "schema", "guards", "log", "clock", "disk", "views", "index"}
    assert checks.keys() == everywhere | on_server
    assert re.search(r"the last (\d+) of \1 events, and the tree's root, verified", checks["log"]["message"])
    assert "at the log's last event" in checks["views"]["message"]


def test_the_whole_log_is_verified_when_asked(store):
    code, checks = examined(store, "--full")

    assert code == 0
    assert re.search(r"all \d+ events verified", checks["log"]["message"])


def test_what_is_found_is_a_table_and_lines(store):
    drawn = benefits("doctor", "--store", store)
    lines = benefits("doctor", "--store", store, "--format", "jsonl").lines()

    assert drawn.code == 0
    assert re.search(r"^ log +ok +the last", drawn.out, re.MULTILINE)
    assert re.search(r"^Problems: 0. Warnings: [01].$", drawn.out, re.MULTILINE)
    assert [line["name"] for line in lines] == list(examined(store)[1])


def test_the_guards_looked_for_are_those_that_a_new_store_has(store):
    with closing(Database(store)) as database, database.reading() as connection:
        if database.is_sqlite:
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        else:
            found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars()
        assert set(found) == (GUARDS_ON_SQLITE if database.is_sqlite else GUARDS_ON_POSTGRESQL)


# --- a store that is not ---------------------------------------------------------------------------


def test_an_event_that_was_changed_is_named(store):
    disarmed(store, "UPDATE event SET actor = 'NOBODY' WHERE position = 7")

    code, checks = examined(store)

    assert code == 1
    assert problems(checks) == ["guards", "log"]
    assert "event 7 is not as it was recorded" in checks["log"]["message"]
    assert "event_refuses_update" in checks["guards"]["message"]
    assert "7" in examined(store, "--full")[1]["log"]["message"]


@pytest.mark.parametrize(
    ("done", "message"),
    [
        ("DELETE FROM event WHERE position = 7", "event 7 is missing"),
        ("DELETE FROM event WHERE position > 15", "the log ends at position 15"),
        ("UPDATE event SET recorded_at = 1 WHERE position = 7", "event 7"),
        ("UPDATE event SET body = NULL, salt = NULL, commitment = leaf WHERE position = 7", "event 7"),
        ("UPDATE head SET size = 16, frontier = (SELECT commitment FROM event WHERE position = 1)", "the log ends at"),
        ("UPDATE event SET leaf = commitment WHERE position = 19", "event 19"),
        ("UPDATE head SET recorded_at = recorded_at + 1", "the head's time"),
        ("DELETE FROM head", "has lost the head of its log"),
    ],
)
def test_a_log_that_was_altered_is_a_problem(store, done, message):
    disarmed(store, done)

    code, checks = examined(store)

    assert code == 1
    assert checks["log"]["verdict"] == "problem"
    assert message in checks["log"]["message"]


def test_a_table_of_the_log_that_is_missing_is_named(store):
    execute(store, "DROP TABLE tile")

    code, checks = examined(store)

    assert code == 1
    assert checks["schema"]["message"] == "missing: tile"
    assert "restore a backup" in checks["schema"]["advice"]


def test_a_store_without_its_own_row_is_looked_at_as_far_as_it_can_be(store):
    execute(store, "DROP TABLE store")

    code, checks = examined(store)

    assert code == 1
    assert checks["store"]["verdict"] == "problem"
    if "sqlite" in store:  # A file is marked as ours, and a database by that table alone.
        assert checks["schema"]["message"] == "missing: store"
        assert checks["log"]["verdict"] == "ok"


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_a_table_of_the_views_that_is_missing_is_brought_back_by_a_rebuild(store, table):
    execute(store, f"DROP TABLE {table}")

    code, checks = examined(store)

    assert code == 1
    assert table in checks["index"]["message"]
    assert checks["index"]["advice"] == "benefits rebuild"
    assert benefits("rebuild", "--store", store).code == 0
    assert examined(store)[0] == 0


def test_an_index_of_the_views_that_is_missing_is_brought_back_by_a_rebuild(store):
    index = min(str(index.name) for table in metadata.sorted_tables for index in table.indexes)
    execute(store, f"DROP INDEX {index}")

    code, checks = examined(store)

    assert (code, checks["index"]["verdict"]) == (0, "warning")
    assert index in checks["index"]["message"]
    benefits("rebuild", "--store", store)
    assert examined(store)[1]["index"]["verdict"] == "ok"


@pytest.mark.parametrize(
    ("done", "message"),
    [
        ("UPDATE view_progress SET broken = 'ZeroDivisionError: a mistake'", "stopped at event"),
        ("UPDATE view_progress SET version = 0", "of version 0"),
        ("UPDATE view_progress SET position = 1000", "it lost its end"),
        ("DELETE FROM view_progress", "no views"),
    ],
)
def test_views_that_answer_nothing_are_brought_back_by_a_rebuild(store, done, message):
    execute(store, done)

    code, checks = examined(store)

    assert code == 1
    assert problems(checks) == ["views"]
    assert message in checks["views"]["message"]
    assert "benefits rebuild" in checks["views"]["advice"]
    benefits("rebuild", "--store", store)
    assert examined(store)[0] == 0


def test_views_that_are_behind_are_said_to_be(store):
    with BenefitsRegister(store, clock=Clock()) as register:
        a_claim(register, period="2025-06")

    code, checks = examined(store)

    assert (code, checks["views"]["verdict"]) == (0, "warning")
    assert checks["views"]["message"] == "at event 19, where the log has 20"


@pytest.mark.parametrize(("revision", "message"), [("9999", "has schema 9999"), ("", "older version")])
def test_a_store_of_another_version_is_not_held_to_this_one(store, revision, message):
    execute(store, f"UPDATE alembic_version SET version_num = '{revision}'")

    code, checks = examined(store)

    assert code == 1
    assert problems(checks) == ["store"]
    assert message in checks["store"]["message"]
    assert not {"schema", "guards", "log", "views"} & checks.keys()


def test_a_store_to_be_migrated_is_said_to_be(store, monkeypatch):
    monkeypatch.setattr(database_module, "REVISIONS", (*REVISIONS, "9999"))

    code, checks = examined(store)

    assert (code, problems(checks)) == (1, ["store"])
    assert "run: benefits migrate" in checks["store"]["advice"]


def test_a_store_that_is_gone_is_a_problem(sqlite_url, postgres_url):
    for gone in (
        sqlite_url,
        re.sub("/test_[0-9]+", "/nothing_1", postgres_url),
        "postgresql://nobody@127.0.0.1:1/none",
    ):
        code, checks = examined(gone)

        assert code == 1
        assert checks.keys() == {"versions", "store"}
        assert checks["store"]["verdict"] == "problem"


def test_a_clock_behind_the_log_is_a_problem(store):
    with BenefitsRegister(store, on_append=(follow,), clock=Clock(datetime(2100, 1, 1, tzinfo=UTC))) as register:
        a_claim(register, period="2025-06")

    code, checks = examined(store)

    assert (code, problems(checks)) == (1, ["clock"])
    assert "benefits accept-clock" in checks["clock"]["advice"]


def test_a_clock_a_little_behind_is_a_warning_and_a_sandboxs_is_its_own_affair():
    assert clock(NOON, NOON - 1, is_sandbox=False).verdict == "ok"
    assert clock(NOON, NOON + HOUR, is_sandbox=False).verdict == "warning"
    assert clock(NOON, NOON + HOUR + 1, is_sandbox=False).verdict == "problem"
    assert clock(NOON, NOON + 9 * HOUR, is_sandbox=True).verdict == "ok"


# --- files -----------------------------------------------------------------------------------------


@pytest.fixture
def file(store_url, store):
    """A store in a file, by its path."""
    return Path(str(make_url(store).database))


sqlite_only = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@sqlite_only
@pytest.mark.parametrize("at", ["beginning", "middle", "end"])
def test_a_damaged_file_is_looked_at_and_left_as_it_is(file, at):
    whole = file.read_bytes()
    start = {"beginning": 100, "middle": len(whole) // 2, "end": len(whole) - 8_192}[at]
    damaged = whole[:start] + b"\xa5" * 6_000 + whole[start + 6_000 :]
    file.write_bytes(damaged[: len(whole)])

    code, checks = examined(str(file))

    assert code == 1
    assert checks["file"]["verdict"] == "problem"
    assert file.read_bytes() == damaged[: len(whole)]


@sqlite_only
def test_a_file_that_was_cut_off_is_looked_at_and_left_as_it_is(file):
    cut = file.read_bytes()[:-20_000]
    file.write_bytes(cut)

    code, checks = examined(str(file))

    assert code == 1
    assert "file" in problems(checks)
    assert file.read_bytes() == cut


@pytest.mark.parametrize("content", [b"", b"Reference,Amount\n" * 1_000])
def test_a_file_that_is_no_store_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "other.db"
    path.write_bytes(content)

    code, checks = examined(str(path))

    assert code == 1
    assert "not a store" in checks["store"]["message"]
    assert not {"schema", "views"} & checks.keys()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"other.db": content}


@sqlite_only
def test_looking_writes_nothing_not_even_what_a_crash_left_to_be_written(file):
    crash = get_context("fork").Process(target=claim_and_die, args=(str(file),))
    crash.start()
    crash.join()
    before = files(file)
    assert len(before[f"{file.name}-wal"]) > 1_000

    code, checks = examined(str(file))

    assert code == 0
    assert f"in {file.name}-wal" in checks["waiting"]["message"]
    assert re.search(r"\b(\d+) of \1 events", checks["log"]["message"])
    assert files(file) == before
    with BenefitsRegister(str(file)) as register:
        assert checks["views"]["message"].endswith(f"last event, {register.log.head().size}")


def claim_and_die(path):
    register = BenefitsRegister(path, on_append=(follow,), clock=Clock())
    a_claim(register, period="2025-06")
    os._exit(1)


@sqlite_only
def test_a_change_that_was_cut_off_in_another_journal_is_said_to_wait(file):
    file.with_name(f"{file.name}-journal").write_bytes(b"\0" * 600)

    assert examined(str(file))[1]["waiting"]["verdict"] == "warning"


def test_much_that_waits_and_little_room_are_warned_of():
    assert waiting("store.db", {"-wal": 65_000_000}).verdict == "warning"
    assert waiting("store.db", {"-wal": 63_000_000}).verdict == "ok"
    assert room(5 * GB, 4 * GB).verdict == "ok"
    assert room(3 * GB, 4 * GB).verdict == "warning"
    assert room(200_000_000, 1_000).verdict == "warning"
    assert room(10_000_000, 1_000).verdict == "problem"


# --- roles -----------------------------------------------------------------------------------------

GRANTS = """
CREATE ROLE recorder LOGIN;
GRANT SELECT, INSERT ON event, tile, command, account, tracking TO recorder;
GRANT SELECT, UPDATE ON head TO recorder;
GRANT SELECT ON store, alembic_version TO recorder;
GRANT CREATE ON SCHEMA public TO recorder;
ALTER TABLE view_progress OWNER TO recorder;
"""


def as_role(url, role):
    return make_url(url).set(username=role).render_as_string()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_role_that_could_change_the_log_is_warned_of_and_one_that_may_only_add_is_not(store):
    with psycopg.connect(store.replace("+psycopg", "")) as connection:
        connection.execute(GRANTS)
        for table in metadata.sorted_tables:
            connection.execute(f"ALTER TABLE {table.name} OWNER TO recorder")
    recorder = as_role(store, "recorder")

    assert examined(store)[1]["rights"]["verdict"] == "warning"
    code, checks = examined(recorder)

    assert (code, checks["rights"]["verdict"]) == (0, "ok")
    with BenefitsRegister(recorder, on_append=(follow,), clock=Clock()) as register:
        a_claim(register, period="2025-06")
    assert benefits("rebuild", "--store", recorder).code == 0
    with psycopg.connect(store.replace("+psycopg", "")) as connection:
        connection.execute("GRANT DELETE ON command TO recorder")
    assert "may delete" in examined(recorder)[1]["rights"]["message"]


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_role_that_may_only_read_is_told_what_it_lacks(store):
    with psycopg.connect(store.replace("+psycopg", "")) as connection:
        connection.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")

    code, checks = examined(as_role(store, "reader"))

    assert (code, checks["rights"]["verdict"]) == (0, "warning")
    assert checks["rights"]["message"] == "role reader may only read"


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_role_that_may_not_even_read_is_told_so(store):
    with psycopg.connect(store.replace("+psycopg", "")) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")

    code, checks = examined(as_role(store, "stranger"))

    assert code == 1
    assert checks.keys() == {"versions", "store"}
    assert "does not let this account do that" in checks["store"]["message"]
    assert "grant" in checks["store"]["advice"]
