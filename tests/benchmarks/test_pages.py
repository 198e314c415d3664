from __future__ import annotations

import shutil

import pytest

from benchmarks import stores
from benchmarks.bench import SQLITE, Before
from benchmarks.history import history
from benchmarks.report import page
from benchmarks.sections import pages
from benefits import BenefitsRegister
from tests.benchmarks.conftest import EVENTS
from tests.cli.running import PROGRAM


@pytest.fixture
def few(monkeypatch):
    """As many questions as show that it works."""
    for name, number in (("READY", 2), ("ONE_BY_ONE", 3), ("AT_ONCE", 4)):
        monkeypatch.setattr(pages, name, number)


def test_pages_are_served_beside_a_bare_server_that_gives_the_same_bytes_and_each_gets_its_rows(bench, few):
    # When boards are asked of `benefits serve` and of the bare server; what they give is compared first
    pages.measure(bench)

    # Then each kind of asking has its rows, in time and in requests a second, and the page says so
    rows = [row for row in bench.rows if row.section == "pages"]
    for what in ("a board's page", "a board as JSON", "a board's page, asked again"):
        for how, unit in (("p50", "s"), ("p99", "s"), ("on 4 connections", "a second")):
            beside = [row for row in rows if row.what == f"{what}, {how}"]
            assert pages.BARE in {row.peer for row in beside}
            assert {row.ours.unit for row in beside} == {unit}
            assert all(row.ratio is not None and row.ratio > 0 for row in beside)
    assert {row.peer for row in rows if row.what == "a board's page, p50"} == {pages.BARE, pages.ANSWERED}
    assert "## Pages" in page(bench, "python -m benchmarks", {"date": "2026-11-29"})


def test_the_pages_of_an_earlier_version_are_asked_beside_ours(bench, few, tmp_path, monkeypatch):
    # Given another checkout with a command of its own, and a store that its own benchmark left
    before = Before(tmp_path / "checkout", tmp_path)
    store = before.store(EVENTS, bench.seed)
    shutil.copy(bench.store(SQLITE, EVENTS).removeprefix("sqlite:///"), store)
    before.program.parent.mkdir(parents=True)
    before.program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\nexec "{PROGRAM}" "$@"\n')
    before.program.chmod(0o755)
    monkeypatch.setattr(bench, "before", before)

    # When boards are asked, then its command serves its store, and has rows beside the same figures of ours
    pages.measure(bench)

    assert (tmp_path / "asked").read_text() == f"serve --port 0 --store {store}\n"
    rows = [row for row in bench.rows if row.peer == before.name]
    assert {row.what for row in rows} == {f"a board's page, {how}" for how in ("p50", "p99", "on 4 connections")}
    assert all(row.theirs is not None and row.theirs.value > 0 for row in rows)


def test_no_question_is_asked_twice(bench):
    asked = list(pages._addresses(bench, EVENTS))

    assert len(asked) == len(set(asked))
    assert len(asked) >= pages.READY + bench.rounds * 2 * (pages.ONE_BY_ONE + pages.AT_ONCE)


def test_a_server_that_gives_other_bytes_is_not_timed(bench, tmp_path):
    # Given a bare server that was made ready from a log that lacks the last events
    shorter = f"sqlite:///{tmp_path / 'shorter.db'}"
    stores.write(shorter, history(EVENTS), EVENTS - 1_000)
    with BenefitsRegister(shorter) as register:
        bench.build_views(register)
    board = ["/board/P001?as_at=2020-03-31&known_at=2020-12-31"]

    # When it is held against the pages of the whole, then the run ends, and says of what
    with (
        pages.served(bench, bench.store(SQLITE, EVENTS)) as ours,
        pages.bare(shorter, board) as peer,
        pytest.raises(RuntimeError, match="known_at=2020-12-31: the bare server gives other bytes"),
    ):
        pages.check(ours, peer, board)
