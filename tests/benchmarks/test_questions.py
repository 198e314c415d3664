from __future__ import annotations

import pytest

from benchmarks.history import history, movements
from benchmarks.peers.designs import PlainSqlite
from benchmarks.questions import Question, answered, questions
from benchmarks.report import page
from benchmarks.sections import asof
from tests.benchmarks.conftest import EVENTS


@pytest.fixture(scope="module")
def moved():
    return list(movements(history(EVENTS)))


def test_a_correction_moves_only_the_difference_and_is_not_known_before_it_is_recorded(moved):
    # Given a claim that was corrected
    correction = next(one for one in moved if one.claim != one.position)
    (claim,) = (one for one in moved if one.position == correction.claim)
    others = [one for one in moved if one.claim != claim.claim]

    # Then the two are about the same month of the same benefit, and what stands is their sum
    assert (correction.benefit, correction.effective_on) == (claim.benefit, claim.effective_on)
    assert correction.pence
    asked = Question("P001", claim.effective_on, correction.at.date())
    before = Question("P001", claim.effective_on, claim.at.date())
    assert (
        sum(answered(moved, asked).values()) - sum(answered(others, asked).values()) == claim.pence + correction.pence
    )
    assert sum(answered(moved, before).values()) - sum(answered(others, before).values()) == claim.pence


def test_every_design_answers_as_the_history_does_and_gets_its_row(bench):
    # When the question is asked of us, and of every design and peer that is installed; they are checked first
    asof.measure(bench)

    # Then each has been timed beside us, and the page says so
    rows = [row for row in bench.rows if row.section == "asof"]
    assert {row.peer for row in rows} >= {asof.REPLAY, "plain covering index", "rectangles in a B-tree, summed"}
    assert all(row.ratio is not None and row.ratio > 0 for row in rows)
    written = page(bench, "python -m benchmarks", {"date": "2026-11-24"})
    assert all(f"| {row.peer} |" in written for row in rows)


def test_a_design_that_answers_otherwise_is_not_timed(moved, tmp_path):
    # Given a design that was never told of the last movement
    asked = questions(moved, 12)
    last = next(one for one in reversed(moved) if one.at <= asked[0].known_by and one.effective_on <= asked[0].as_at)
    wrong = PlainSqlite(tmp_path / "wrong.db", [one for one in moved if one is not last])

    # Then the run ends, and says which design it was, what it said, and what the history says
    with pytest.raises(RuntimeError, match=r"wrong answers .* and the history says"):
        asof.check({"wrong": wrong}, asked, moved)
    wrong.close()
