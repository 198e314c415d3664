"""The log appends under the head, gapless and in order, and reads back what was appended."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from eventsourcing.persistence import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benefits.proof.merkle import inclusion_proof, root_of, verify_inclusion
from benefits.store import AppendableLog, ClockBehindError, Database, Header, initialise, instant_of, microseconds
from tests.benefits.store.events import a_history, an_event, record, stream


def test_an_event_reads_back_as_it_was_written(log, clock):
    header = Header(date(2026, 3, 31), "OWNER-1", "a-Siân", "S001-014", schema_version=2)

    (written,) = log.append([an_event("B-1", 1, body=b'{"amount":"3350.50"}')], [header])

    assert log.read() == [written] == log.read_stream(stream("B-1"))
    assert log.row(1) == written
    assert written[:12] == (
        1,
        microseconds(clock.now),
        date(2026, 3, 31),
        stream("B-1"),
        1,
        "saving-claimed",
        2,
        "OWNER-1",
        "a-Siân",
        "S001-014",
        b'{"amount":"3350.50"}',
        written.salt,
    )


def test_nothing_appended_is_nothing_recorded(log):
    assert log.append([]) == []
    assert log.head().size == 0


def test_events_of_one_append_are_recorded_a_microsecond_apart(log, clock):
    rows = log.append([an_event(version=version) for version in (1, 2, 3)])

    assert [row.position for row in rows] == [1, 2, 3]
    assert [row.recorded_at - microseconds(clock.now) for row in rows] == [0, 1, 2]


def test_time_goes_on_when_the_clock_is_moved_back(log, clock):
    (first,) = log.append([an_event(version=1)])
    clock.move(minutes=-30)

    (second,) = log.append([an_event(version=2)])

    assert second.recorded_at == first.recorded_at + 1


def test_a_clock_more_than_an_hour_behind_is_refused_until_it_is_accepted(log, clock):
    log.append([an_event(version=1)])
    clock.move(hours=-1, seconds=-1)

    with pytest.raises(ClockBehindError, match=r"2026-04-01 10:59 UTC.* set the clock right"):
        log.append([an_event(version=2)])

    assert log.head().size == 1
    (accepted,) = log.append([an_event(version=2)], accept_clock=True)
    assert accepted.position == 2


def test_an_instant_wanted_is_kept_unless_it_is_past(log, clock):
    wanted = datetime(2008, 5, 30, 11, tzinfo=UTC)

    rows = log.append([an_event(version=1), an_event(version=2)], [Header(recorded_at=wanted)] * 2)
    (later,) = log.append([an_event(version=3)], [Header(recorded_at=wanted - timedelta(days=1))])

    assert [instant_of(row.recorded_at) - wanted for row in (*rows, later)] == [
        timedelta(microseconds=after) for after in (0, 1, 2)
    ]


def test_an_instant_without_a_time_zone_is_refused(log):
    with pytest.raises(TypeError):
        log.append([an_event()], [Header(recorded_at=datetime(2008, 5, 30, 11))])  # noqa: DTZ001


def test_a_version_that_a_stream_already_has_is_refused_and_leaves_no_trace(log):
    log.append([an_event(version=1)])
    before = log.head()

    with pytest.raises(IntegrityError):
        log.append([an_event("B-2", 1), an_event("B-1", 1)])

    assert log.head() == before
    assert log.read_stream(stream("B-2")) == []


def test_a_failed_append_cannot_be_committed_with_what_it_left(log):
    log.append([an_event(version=1)])

    def carry_on_regardless():
        with log.database.writing(), suppress(IntegrityError):
            log.append([an_event("B-2", 1), an_event("B-1", 1)])

    with pytest.raises(RuntimeError, match="must not be committed"):
        carry_on_regardless()

    assert [row.position for row in log.read()] == [1]


def test_what_a_savepoint_takes_back_can_be_appended_again(log):
    with log.database.writing():
        log.append([an_event(version=1)])
        with suppress(IntegrityError), log.database.savepoint():
            log.append([an_event("B-2", 1)])
            log.append([an_event("B-1", 1)])
        log.append([an_event(version=2)])

    assert [(row.position, row.originator_version) for row in log.read()] == [(1, 1), (2, 2)]
    assert log.head().root == root_of(row.leaf for row in log.read())


def test_what_is_read_can_be_cut_at_a_position(log):
    a_history(log)

    assert [row.position for row in log.read(after=2, limit=3)] == [3, 4, 5]
    assert [row.position for row in log.read(after=6, upto=7)] == [7]
    assert [row.position for row in log.read_stream(stream("B-2"), 2)] == [8]
    assert [row.position for row in log.read_streams([stream("B-2"), stream("B-1")], upto=4)] == [1, 2, 3, 4]
    assert log.read_streams([]) == []
    assert [row.position for row in log.of_type("saving-claimed")] == list(range(1, 9))
    assert log.row(99) is None


def test_very_many_streams_are_read_at_once(log):
    log.append([an_event(f"B-{number}") for number in range(1_200)])

    rows = log.read_streams([stream(f"B-{number}") for number in range(1_200)])

    assert [row.position for row in rows] == list(range(1, 1_201))


def test_a_date_is_a_position(log, clock):
    assert log.position_at(clock.now) == 0
    for version in (1, 2, 3):
        log.append([an_event(version=version)])
        clock.move(days=1)

    days = [datetime(2026, 4, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
    assert [log.position_at(day) for day in days] == [1, 2, 3]
    assert log.position_at(days[0] - timedelta(microseconds=1)) == 0
    assert log.position_at(days[2] - timedelta(microseconds=1)) == 2


def test_a_command_is_found_by_its_id(log):
    record(log, "S001-014", an_event("B-1"), an_event("B-2"))

    with log.database.reading() as connection:
        assert log.find_command(connection, "S001-014") == ("S001-014", b"r" * 32, 1, 2)
        assert log.find_command(connection, "S001-015") is None


def test_every_past_root_is_found_from_the_tiles(log):
    log.append([an_event(version=version) for version in range(1, 701)])
    leaves = [row.leaf for row in log.read()]

    for size in (0, 1, 2, 255, 256, 257, 511, 512, 699, 700):
        assert log.root_at(size) == root_of(leaves[:size]), size
    assert log.head().root == log.root_at(700)
    with pytest.raises(ValueError, match="the log has 700 events"):
        log.root_at(701)


def test_an_event_is_proved_to_be_under_a_past_root(log):
    log.append([an_event(version=version) for version in range(1, 601)])

    for position, size in ((1, 600), (257, 600), (600, 600), (300, 384), (200, 256)):
        row = log.row(position)
        proof = inclusion_proof(position - 1, size, log.root_of_range)
        assert verify_inclusion(row.leaf, position - 1, size, proof, log.root_at(size)), position


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_the_head_is_the_root_of_all_leaves_however_they_were_appended(sqlite_log, sizes):
    for size in sizes:
        sqlite_log.append([an_event(f"{sqlite_log.head().size}-{number}") for number in range(size)])

    assert sqlite_log.head().root == root_of(row.leaf for row in sqlite_log.read())


def test_two_writers_take_turns_and_leave_no_gap(store_url, log):
    others = [Database(store_url), Database(store_url)]

    def write(which: int) -> None:
        other = AppendableLog(others[which % 2])
        for version in range(1, 26):
            other.append([an_event(f"B-{which}", version), an_event(f"C-{which}", version)])

    threads = [threading.Thread(target=write, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()

    rows = log.read()
    assert [row.position for row in rows] == list(range(1, 301))
    assert all(before.recorded_at < after.recorded_at for before, after in pairwise(rows))
    assert log.head().root == root_of(row.leaf for row in rows)


def test_an_account_keeps_its_random_reference(log):
    with log.database.writing() as connection:
        first = log.account_reference(connection, "siân")
        assert log.account_reference(connection, "siân") == first
        assert log.account_reference(connection, "bob") != first
        assert "si" not in first


@pytest.fixture
def sqlite_log(sqlite_url):
    initialise(sqlite_url)
    database = Database(sqlite_url)
    yield AppendableLog(database)
    database.close()
