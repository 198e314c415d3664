"""The disk fills up under `benefits apply`: a clear error, nothing half-written, and once there is room it goes on."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from benefits.store import StoreFullError
from tests.faults.checks import assert_recorded_up_to_a_line
from tests.faults.children import (
    apply_file,
    apply_into_a_file_of_few_pages,
    apply_where_files_stay_short,
    run_out_of_room_and_go_on,
)
from tests.faults.lines import a_file, say, write

LINES = 300
MORE_LINES = 400


@pytest.fixture
def durable_store_url(sqlite_url):
    """A PostgreSQL server's disk is not ours to fill."""
    return sqlite_url


@pytest.fixture
def path(tmp_path):
    return str(write(a_file(LINES), tmp_path / "commands.jsonl"))


def test_a_file_is_applied_as_far_as_there_is_room_and_to_its_end_once_there_is(store, children, path):
    lines = a_file(LINES)

    child = children.start(apply_where_files_stay_short, store, path, 1_000_000)

    assert child.wait() == 5
    refused = json.loads(child.said())["error"]
    assert refused["code"] == "store-full"
    assert "nothing was recorded" in refused["message"]
    recorded = assert_recorded_up_to_a_line(store, lines)
    assert 0 < recorded < LINES
    again = json.loads(children.run(apply_file, store, path).said())
    assert (again["recorded"], again["repeated"], again["refused"]) == (LINES - recorded, recorded, [])
    assert assert_recorded_up_to_a_line(store, lines) == LINES


def test_wherever_an_append_runs_out_of_pages_it_leaves_no_trace(store, children, tmp_path):
    lines = a_file(MORE_LINES)
    path = str(write(lines, tmp_path / "more.jsonl"))
    file = Path(str(make_url(store).database))
    before = stopped = 0
    for room in count(1):
        # An append may split a page of several tables and indexes at once: room for that many, one by one.
        more = 1 + (room - 1) % 8
        child = children.start(apply_into_a_file_of_few_pages, store, path, file.stat().st_size // 4_096 + more)
        code = child.wait()
        recorded = assert_recorded_up_to_a_line(store, lines)
        assert recorded >= before
        before = recorded
        if code == 0:
            break
        stopped += 1
        assert code == 5, child.said()
        assert json.loads(child.said())["error"]["code"] == "store-full"
    assert stopped > 3
    assert before == MORE_LINES


def test_a_process_that_ran_out_of_room_goes_on_once_there_is_some(store, children, path):
    child = children.run(run_out_of_room_and_go_on, store, path, 1_000_000)

    assert child.acknowledged() == ["full", LINES]
    assert assert_recorded_up_to_a_line(store, a_file(LINES)) == LINES


def test_what_sqlite_undid_by_itself_is_not_said_to_be_recorded(register, lines, store):
    line = lines.a_claim("B-1", 3_200)

    def record_what_is_undone():
        with register.unit_of_work():
            say(register, line)
            with register.database.writing() as connection:
                connection.connection.driver_connection.rollback()  # As SQLite may when there is no room.

    with pytest.raises(StoreFullError, match="nothing was recorded"):
        record_what_is_undone()

    assert not say(register, line).repeated
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)
