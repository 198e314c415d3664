"""A migration that fails or is killed half-way leaves the store whole at its old revision, and run again it finishes.

There is one revision so far, so the tests bring one more, which alters, adds, and fills a table event by event.
"""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import inspect, text

from benefits.store import Database, verify_log
from benefits.store.database import REVISIONS
from tests.benefits.store.revisions import FURTHER, with_a_further_revision
from tests.faults.checks import assert_recorded_up_to_a_line
from tests.faults.children import migrate_with_a_further_revision
from tests.faults.lines import a_file, record
from tests.faults.test_kills import KILLS, Instants

LINES = 200
KILLED = max(4, KILLS // 4)


@pytest.fixture
def filled(store):
    """A store with a file's commands in it."""
    record(store, a_file(LINES))
    return store


def test_a_migration_that_fails_at_its_last_step_leaves_the_store_as_it_was(filled, children):
    child = children.start(migrate_with_a_further_revision, filled, True)

    assert child.wait() != 0
    assert "nowhere" in child.said()
    assert_at_the_old_revision(filled)
    children.run(migrate_with_a_further_revision, filled, False)
    assert_at_the_further_revision(filled)


def test_a_migration_killed_at_any_instant_leaves_the_old_revision_or_the_new_one(filled, children, chance):
    instants = Instants(chance, longest_seconds=0.03)
    kills = 0
    while kills < KILLED and revision(filled) == REVISIONS[-1]:
        child = children.start(migrate_with_a_further_revision, filled, False)
        child.wait_for_one()
        instants.wait("migrate")
        was_migrating = child.kill()
        instants.was_writing("migrate", yes=was_migrating)
        kills += was_migrating
        if revision(filled) == REVISIONS[-1]:
            assert_at_the_old_revision(filled)

    assert kills
    children.run(migrate_with_a_further_revision, filled, False)
    assert_at_the_further_revision(filled)


def revision(url):
    """Return the revision of a store, once a server is done with a client that was killed."""
    with closing(Database(url)) as database, database.altering():
        return database.identify().revision


def assert_at_the_old_revision(url):
    """Expect the present version to find the store as it was, and nothing of the migration in it."""
    with closing(Database(url)) as database, database.reading() as connection:
        assert database.check().revision == REVISIONS[-1]
        assert not inspect(connection).has_table("further")
        assert "remark" not in {column["name"] for column in inspect(connection).get_columns("store")}
    assert assert_recorded_up_to_a_line(url, a_file(LINES)) == LINES


def assert_at_the_further_revision(url):
    """Expect the version with one revision more to find all of it done."""
    with pytest.MonkeyPatch.context() as newer, closing(Database(url)) as database:
        with_a_further_revision(newer)
        assert database.check().revision == FURTHER
        assert verify_log(database).is_whole
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM further")).scalar() == LINES + 1
            assert connection.execute(text("SELECT remark FROM store")).one() == (None,)
