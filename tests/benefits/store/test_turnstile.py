"""Processes that want to write pass one at a time; whoever dies or cannot stand in line holds nobody up."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from multiprocessing import get_context

import pytest

from benefits.store import AppendableLog, Database, StoreBusyError, initialise
from benefits.store.turnstile import passing
from tests.benefits.store.events import an_event


def hold(path, ready):
    with passing(path, 1) as is_ours:
        ready.put(is_ours)
        time.sleep(600)


@pytest.fixture
def holder(tmp_path):
    """A process that stands in the turnstile of `store.db`, and does not pass."""
    context = get_context("spawn")
    ready = context.Queue()
    process = context.Process(target=hold, args=(tmp_path / "store.db", ready), daemon=True)
    process.start()
    assert ready.get(timeout=60)
    yield process
    process.kill()
    process.join()


def test_one_passes_at_a_time(tmp_path, holder):
    began = time.monotonic()
    with passing(tmp_path / "store.db", 0.2) as is_ours:
        assert not is_ours
    assert time.monotonic() - began >= 0.2


def test_a_process_that_is_killed_holds_nobody_up(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()

    with passing(tmp_path / "store.db", 0) as is_ours:
        assert is_ours


def test_a_store_whose_turnstile_is_held_for_too_long_is_busy(tmp_path, holder):
    initialise(tmp_path / "store.db")
    url = f"sqlite:///{tmp_path / 'store.db'}?lock_timeout=1"

    with closing(Database(url)) as database, pytest.raises(StoreBusyError, match="try again"):
        AppendableLog(database).append([an_event()])


def test_where_no_turnstile_can_stand_everybody_passes(tmp_path):
    (tmp_path / "store.db-turn").mkdir()

    for path in (tmp_path / "store.db", tmp_path / "nowhere" / "store.db"):
        with passing(path, 0) as first, passing(path, 0) as second:
            assert first
            assert second


def test_a_store_is_read_without_passing(tmp_path):
    initialise(tmp_path / "store.db")

    with closing(Database(tmp_path / "store.db")) as database:
        assert AppendableLog(database).head().size == 0

    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]
