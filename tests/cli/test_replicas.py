"""A replica is asked in the store's place: it says how far it has come, and waits for what it is asked about."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from benefits.store import Database, replica, standing
from benefits.store.recorder import LogApplicationRecorder
from tests.cli.running import benefits
from tests.test_postgres_fixture import comes_true


@pytest.fixture
def urls(replicated_postgres):
    """The URLs of a new store with a council in it, and of its replica."""
    primary, standby = replicated_postgres
    with primary.database() as url:
        assert benefits("init", "--sandbox", "--store", url).code == 0
        urls = {"BENEFITS_STORE": url, "BENEFITS_READ_STORE": standby.url(make_url(url).database)}
        record("COUNCIL", urls)
        caught_up(urls)
        yield urls


def record(reference, urls):
    command = ("authority", "open", reference, "--title", reference.title(), "--nation", "england", "--by", "PMO")
    ran = benefits(*command, **urls)
    assert ran.code == 0, ran.err


def caught_up(urls):
    """Return when the replica has come as far as the store."""
    last = standing(urls["BENEFITS_STORE"])
    assert comes_true(lambda: standing(urls["BENEFITS_READ_STORE"]) == last)


@contextmanager
def standing_still(urls):
    """Have the replica take in nothing more until told, or until the end; gives what tells it."""
    with psycopg.connect(urls["BENEFITS_READ_STORE"].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        assert comes_true(lambda: connection.execute(state).fetchone() == ("paused",))
        try:
            yield lambda: connection.execute("SELECT pg_wal_replay_resume()")
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


def references(ran):
    assert ran.code == 0, ran.err
    return [one["reference"] for one in ran.json()["references"]]


def test_what_asks_reads_from_the_replica_and_what_records_does_not(urls):
    record("DISTRICT", urls)
    caught_up(urls)

    ran = benefits("list", "--format", "json", **urls)

    assert references(ran) == ["COUNCIL", "DISTRICT"]
    assert "Answered by a replica that has come to event 3, recorded " in ran.err
    assert "the store has come no further." in ran.err


def test_an_answer_is_the_same_to_the_byte_from_the_replica(urls):
    token = benefits("list", "--format", "json", "--store", urls["BENEFITS_STORE"]).json()["token"]
    asked = ("list", "--token", token, "--format", "json")

    assert benefits(*asked, **urls).out == benefits(*asked, "--store", urls["BENEFITS_STORE"]).out


def test_a_replica_that_is_behind_answers_from_where_it_is_and_says_so(urls):
    with standing_still(urls):
        record("DISTRICT", urls)

        ran = benefits("list", "--format", "json", **urls)

    assert references(ran) == ["COUNCIL"]
    assert "a replica that has come to event 2, " in ran.err
    assert "the store has come to event 3." in ran.err


@pytest.mark.parametrize("option", ["--token", "--known-at"])
def test_a_replica_is_waited_for_where_it_is_asked_about_a_position(urls, option):
    with standing_still(urls) as go_on:
        record("DISTRICT", urls)
        token = benefits("list", "--format", "json", "--store", urls["BENEFITS_STORE"]).json()["token"]
        threading.Timer(0.5, go_on).start()

        named = token if option == "--token" else token.partition("@")[0]
        ran = benefits("list", option, named, "--format", "json", **urls)

        assert references(ran) == ["COUNCIL", "DISTRICT"]


def test_a_replica_that_does_not_come_so_far_in_time_says_how_far_it_is(urls, monkeypatch):
    monkeypatch.setattr(replica, "WAIT_SECONDS", 0.3)
    with standing_still(urls):
        record("DISTRICT", urls)
        token = benefits("list", "--format", "json", "--store", urls["BENEFITS_STORE"]).json()["token"]

        ran = benefits("list", "--token", token, **urls)

    assert (ran.code, ran.out) == (5, "")
    assert "is a replica that has come to event 2, and event 3 is asked about; it was waited for 0.3 sec" in ran.err


def test_a_token_that_names_a_position_the_store_does_not_have_is_refused_at_once(urls):
    ran = benefits("list", "--token", f"9@{'0' * 64}", "--store", urls["BENEFITS_STORE"])

    assert ran.code == 3
    assert "the log ends at event 2; there is no 9" in ran.err


def test_a_replica_whose_store_cannot_be_reached_answers_all_the_same(urls, tmp_path):
    elsewhere = {"BENEFITS_STORE": f"postgresql://someone@/name?host={tmp_path}"}

    ran = benefits("list", "--format", "json", **urls | elsewhere)

    assert references(ran) == ["COUNCIL"]
    assert "how far the store has come is not known, because it cannot be reached." in ran.err


def test_a_replica_of_another_store_gives_no_answer(urls, empty):
    ran = benefits("list", **urls | {"BENEFITS_STORE": empty})

    assert (ran.code, ran.out) == (2, "")
    assert "is a replica of another store than the one recorded in" in ran.err


def test_a_store_that_is_named_nearer_than_a_replica_is_asked_itself(urls, empty, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "benefits.toml").write_text(f'store = "{urls["BENEFITS_STORE"]}"\nread-store = "nowhere.db"\n')

    by_option = benefits("list", "--store", empty, "--format", "json", **urls)
    by_environment = benefits("list", "--format", "json", BENEFITS_STORE=urls["BENEFITS_STORE"])
    by_both = benefits("list", "--read-store", urls["BENEFITS_READ_STORE"], "--format", "json")

    assert (references(by_option), by_option.err) == ([], "")
    assert (references(by_environment), by_environment.err) == (["COUNCIL"], "")
    assert references(by_both) == ["COUNCIL"]
    assert "Answered by a replica" in by_both.err
    assert "There is no store at nowhere.db" in benefits("list").err


def test_nothing_is_recorded_in_a_replica(urls):
    ran = benefits("withdraw", "2", "--reason", "No", "--by", "PMO", "--store", urls["BENEFITS_READ_STORE"])

    assert (ran.code, ran.out) == (5, "")
    assert "can only be read" in ran.err
    assert "If it is a replica, record in the store that it follows" in ran.err


def test_whoever_follows_a_replica_looks_again_and_again(urls):
    with closing(Database(urls["BENEFITS_READ_STORE"], read_only=True)) as database:
        subscription = LogApplicationRecorder(database).subscribe()
        with subscription:
            assert [next(subscription).id for _ in range(2)] == [1, 2]
            threading.Timer(0.3, record, ["DISTRICT", urls]).start()
            assert next(subscription).id == 3
            assert not subscription._listener.is_listening
