"""S004, a pilot whose report bears a date a year early: the decision, its correction, and what it authorises.

Asked through the Python API and the command line, on both databases; see conftest.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.running import benefits_process

CASE = "S004"
PILOT = "S004-2010-01-12"


def decisions(board: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["reference"]: one for one in board["decisions"]}


# --- question 1: a decision recorded on the printed date, and put right a week later ---------------


def test_q1_before_the_correction_the_decision_stands_on_its_printed_date(door):
    found = decisions(door.board("TP", as_at="2009-06-30", known_at="2010-01-15"))

    assert found[PILOT]["effective_on"] == "2009-01-12"
    assert found[PILOT]["overrides"] == ["taker-exists"]
    assert found[PILOT]["body"] == "CENTRAL-BEDS-EXECUTIVE"


def test_q1_after_the_correction_it_is_not_there_in_june_2009(door):
    found = decisions(door.board("TP", as_at="2009-06-30", known_at="2010-01-31"))

    assert PILOT not in found
    assert set(found) == {"S004-2009-02-17", "S004-2009-04-14"}


def test_q1_after_the_correction_it_is_there_in_january_2010_and_needs_no_override(door):
    found = decisions(door.board("TP", as_at="2010-01-31", known_at="2010-01-31"))

    assert found[PILOT]["effective_on"] == "2010-01-12"
    assert found[PILOT]["overrides"] == []
    assert found[PILOT]["state"] == "published"
    assert found[PILOT]["resolutions"] == [
        {"letter": "a", "verb": "note", "outcome": "carried"},
        {"letter": "a", "verb": "endorse", "outcome": "carried"},
        {"letter": "b", "verb": "delegate", "outcome": "carried"},
    ]


def test_q1_the_trail_shows_the_original_its_override_and_the_correction_that_clears_it(door):
    taken, published, corrected = door.trail(PILOT)

    assert (taken["type"], taken["effective_on"]) == ("decision-taken", "2009-01-12")
    assert taken["recorded_at"].startswith("2010-01-12")
    assert taken["overrides"] == ["taker-exists"]
    assert "did not exist on that day" in taken["body"]["overrides"][0]["reason"]
    assert taken["body"]["printed_date"] == "2009-01-12"

    assert published["type"] == "decision-published"

    assert (corrected["type"], corrected["effective_on"]) == ("fact-corrected", "2010-01-12")
    assert corrected["recorded_at"].startswith("2010-01-20")
    assert corrected["corrects"] == taken["position"]
    assert corrected["reason"].startswith("The header is a year early")
    assert corrected["overrides"] == []
    assert corrected["body"]["fact"]["printed_date"] == "2009-01-12"
    assert "overrides" not in corrected["body"]["fact"]


def test_q1_the_trail_as_known_before_the_correction_does_not_show_it(door):
    types = [one["type"] for one in door.trail(PILOT, known_at="2010-01-15")]

    assert types == ["decision-taken", "decision-published"]


def test_q1_the_board_of_mid_january_says_that_the_decision_was_since_moved_and_by_which_event(door):
    board = door.board("TP", as_at="2009-06-30", known_at="2010-01-15")

    (corrected,) = [one for one in door.trail(PILOT) if one["type"] == "fact-corrected"]
    assert {(one["position"], one["reference"]) for one in board["restated"]} == {(corrected["position"], PILOT)}


# --- question 3: nothing here authorises a saving --------------------------------------------------


@pytest.mark.parametrize(("letter", "benefit"), [("a", "TP-OFFENDERS"), ("b", "TP-BENEFITS")])
def test_q3_neither_noting_and_endorsing_nor_delegating_authorises_a_saving(door, letter, benefit):
    # Given a saving that the pilot is hoped to bring, whatever it is
    by = {"by": "CENTRAL-BEDS-PMO", "now": "2010-01-31"}
    identified = door.say(
        "profile.identify", benefit, title="Reduce what two themes cost", programme="TP", release="cash-releasing", **by
    )
    assert identified is None

    # When it is to be authorised by a resolution of the decision
    refused = door.say("profile.authorise", benefit, decision=PILOT, resolution=letter, **by)

    # Then the rule says no, and the saving stays what it was
    assert refused == "confers-authority"
    (hoped_for,) = [one for one in door.board("TP")["benefits"] if one["reference"] == benefit]
    assert hoped_for["state"] == "identified"


def test_q3_the_refusal_names_the_verbs_and_says_that_they_confer_no_authority(door):
    said = {"title": "Reduce reoffending", "programme": "TP", "by": "CENTRAL-BEDS-PMO", "now": "2010-01-31"}
    door.say("profile.identify", "TP-REFUSED", **said)

    ran = benefits_process(
        *("profile", "authorise", "TP-REFUSED", "--decision", PILOT, "--resolution", "a", "--by", "CENTRAL-BEDS-PMO"),
        *("--now", "2010-01-31", "--store", door.url),
    )

    assert (ran.code, ran.out) == (1, "")
    assert f"resolution a of {PILOT} only says note, endorse, which confers no authority" in ran.err
