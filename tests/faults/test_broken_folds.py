"""A fold that fails: the fact stays recorded, the views say that they are broken, and a rebuild brings them back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from benefits.errors import ViewBrokenError
from projections import Views, rebuild, states
from tests.faults.checks import assert_recorded_up_to_a_line, claimed_on, recorded_ids
from tests.faults.children import command_line
from tests.faults.lines import PROGRAMME, claimed_after, say


@pytest.fixture
def broken(monkeypatch):
    """Benefits cannot be folded, until this is undone."""

    def step(*_):
        raise ZeroDivisionError("a mistake in a fold")

    whole = states.FOLDS["benefit"]
    monkeypatch.setattr("projections.following.FOLDS", {**states.FOLDS, "benefit": replace(whole, step=step)})
    return monkeypatch


def test_a_fold_that_fails_loses_no_fact_and_is_mended_by_a_rebuild(register, lines, store, broken):
    views = Views(register)

    # When a fact is recorded that its view cannot fold, and another after it
    first, second = (say(register, lines.a_claim("B-1", amount)) for amount in (3_200, 3_350))

    # Then both stand, and every view says that it is broken and what to do
    assert (second.position, recorded_ids(store)[-2:]) == (first.position + 1, [first.command_id, second.command_id])
    with pytest.raises(ViewBrokenError, match=r"ZeroDivisionError: a mistake in a fold.*run: benefits rebuild"):
        views.board(PROGRAMME)

    # And a rebuild fails as long as the fold does, and leaves everything as it is
    with pytest.raises(ViewBrokenError, match="a mistake in a fold"):
        rebuild(register)
    with pytest.raises(ViewBrokenError, match="run: benefits rebuild"):
        views.board(PROGRAMME)

    # And once the fold is mended, a rebuild brings all of them back
    broken.undo()
    rebuild(register)
    assert claimed_on(views.board(PROGRAMME)) == claimed_after(lines.said)
    say(register, lines.a_claim("B-1", 100))
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


def test_the_command_line_says_that_views_are_broken_and_rebuilds_them(register, lines, store, broken, children):
    say(register, lines.a_claim("B-1", 3_200))

    asked = children.start(command_line, "board", PROGRAMME, "--store", store, "--format", "json")

    assert asked.wait() == 5
    said = json.loads(asked.said())["error"]
    assert said["code"] == "view-broken"
    assert "nothing recorded is lost" in said["message"]
    children.run(command_line, "rebuild", "--store", store)
    board = json.loads(children.run(command_line, "board", PROGRAMME, "--store", store, "--format", "json").said())
    assert [one["claimed"] for one in board["benefits"]] == ["3200.00"]
