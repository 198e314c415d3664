"""The wire or the server breaks: what was acknowledged is there, and the same id sent again counts once."""

from __future__ import annotations

import json
import os
import signal
import time

import psycopg
import pytest

from benefits import BenefitsRegister
from benefits.errors import StoreError
from benefits.store import CommitUnknownError
from projections import follow
from tests.faults.checks import assert_recorded_up_to_a_line
from tests.faults.children import apply_file, record_one_by_one
from tests.faults.lines import a_file, a_programme_with_benefits, say, write
from tests.faults.wire import a_wire

CRASHES = max(1, int(os.environ.get("BENEFITS_KILLS", "20")) // 50)


@pytest.fixture(autouse=True)
def durable_store_url(durable_postgres_url):
    """An SQLite file has no wire that could break."""
    return durable_postgres_url


@pytest.fixture
def wire(store):
    with a_wire(store) as made:
        yield made


either_side_of_commit = pytest.mark.parametrize(("when", "is_recorded"), [("before", False), ("after", True)])


@either_side_of_commit
def test_a_command_whose_commit_was_not_acknowledged_counts_once_when_sent_again(
    when, is_recorded, register, wire, lines, store
):
    line = lines.a_claim("B-1", 3_200)
    before = register.log.head().size
    with BenefitsRegister(wire.url, on_append=(follow,)) as far_away:
        wire.cut(when)
        with pytest.raises(CommitUnknownError, match="the same id again: it is recorded once"):
            say(far_away, line)
        assert wire.is_cut
        with register.database.writing():
            assert register.log.head().size == before + is_recorded

        receipt = say(far_away, line)

    assert (receipt.position, receipt.repeated) == (before + 1, is_recorded)
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


@either_side_of_commit
def test_a_file_whose_commit_was_not_acknowledged_is_applied_again(when, is_recorded, store, wire, children, tmp_path):
    lines = a_programme_with_benefits("B-1", "B-2").said
    path = str(write(lines, tmp_path / "commands.jsonl"))
    wire.cut(when)

    child = children.start(apply_file, wire.url, path)

    assert child.wait() == 5
    assert json.loads(child.said())["error"]["code"] == "commit-unknown"
    again = json.loads(children.run(apply_file, wire.url, path).said())
    assert (again["recorded"], again["repeated"]) == ((0, len(lines)) if is_recorded else (len(lines), 0))
    assert assert_recorded_up_to_a_line(store, lines) == len(lines)


def test_a_server_that_is_killed_keeps_all_that_was_acknowledged(store, durable_postgres, children, chance, tmp_path):
    lines = a_file(400)
    path = str(write(lines, tmp_path / "commands.jsonl"))
    acknowledged = set()
    for _ in range(CRASHES):
        child = children.start(record_one_by_one, store, path)
        child.wait_for_one()
        time.sleep(chance.uniform(0.05, 0.5))

        crash(durable_postgres)

        assert child.wait() != 0
        assert "nothing was recorded" in child.said() or "recorded whole or not at all" in child.said()
        acknowledged.update(child.acknowledged()[1:])
        wait_until_recovered(store)
        assert_recorded_up_to_a_line(store, lines, acknowledged)
    assert acknowledged
    children.run(record_one_by_one, store, path)
    assert assert_recorded_up_to_a_line(store, lines) == len(lines)


def crash(server):
    """Kill one of the server's processes, at which it gives up its memory and starts again from its log on disk."""
    with psycopg.connect(server.libpq_url()) as connection:
        row = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'").fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGKILL)


def wait_until_recovered(url):
    deadline = time.monotonic() + 30
    while True:
        try:
            with BenefitsRegister(url):
                return
        except StoreError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
