"""S004, a pilot whose report bears a date a year early: the decision, its correction, and what it authorises.

Asked through the Python API and the command line, on both databases; see conftest.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.running import benefits_process

CASE = "S004"
PILOT = "S004-2010-01-12"
BOTH = "CENTRAL-BEDS-LEADER+CENTRAL-BEDS-CHIEF-EXECUTIVE"


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
    taken, published, corrected, in_force = door.trail(PILOT)

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
    assert (in_force["type"], in_force["effective_on"]) == ("decision-made-effective", "2010-01-22")


def test_q1_the_trail_as_known_before_the_correction_does_not_show_it(door):
    types = [one["type"] for one in door.trail(PILOT, known_at="2010-01-15")]

    assert types == ["decision-taken", "decision-published"]


def test_q1_the_board_of_mid_january_says_that_the_decision_was_since_moved_and_by_which_event(door):
    board = door.board("TP", as_at="2009-06-30", known_at="2010-01-15")

    (corrected,) = [one for one in door.trail(PILOT) if one["type"] == "fact-corrected"]
    assert {(one["position"], one["reference"]) for one in board["restated"]} == {(corrected["position"], PILOT)}


# --- question 2: what was delegated, and by when it is due -----------------------------------------


def delegated(door: Any, **when: str) -> dict[str, Any]:
    (resolution,) = [one for one in door.ask("decision", PILOT, **when)["resolutions"] if one["letter"] == "b"]
    assert resolution["outcome"] == "carried"
    found: dict[str, Any] = resolution["delegation"]
    return found


@pytest.mark.parametrize(("as_at", "since"), [("2010-01-21", None), ("2010-01-31", "2010-01-22")])
def test_q2_at_the_end_of_january_it_is_effective_since_nobody_called_it_in(door, as_at, since):
    (resolution,) = [one for one in door.ask("decision", PILOT, as_at=as_at)["resolutions"] if one["letter"] == "b"]

    assert (resolution["is_effective"], resolution["effective_from"]) == (since is not None, since)


def test_q2_at_the_end_of_january_the_delegation_is_open_and_due_on_5_february(door):
    found = delegated(door, as_at="2010-01-31")

    assert (found["due"], found["exercised_on"], found["is_overdue"]) == ("2010-02-05", None, False)
    assert [one["title"] for one in found["to"]] == ["Leader of the Council", "Chief Executive"]


@pytest.mark.parametrize(("as_at", "overdue"), [("2010-02-05", False), ("2010-02-06", True)])
def test_q2_with_nothing_recorded_by_6_february_it_is_listed_as_overdue(door, as_at, overdue):
    on_board = decisions(door.board("TP", as_at=as_at))[PILOT]["delegations"]

    assert delegated(door, as_at=as_at)["is_overdue"] is overdue
    assert [(one["letter"], one["due"], one["is_overdue"]) for one in on_board] == [("b", "2010-02-05", overdue)]


def test_q2_the_timeline_of_the_end_of_january_has_it_among_what_is_still_due(door):
    found = [one for one in door.ask("timeline", "TP", as_at="2010-01-31")["entries"] if one["reference"] == PILOT]

    assert [(one["on"], one["what"]) for one in found if one["is_future"]] == [
        ("2010-02-05", "what resolution b delegates is due")
    ]


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


# --- question 4: to two holders jointly ------------------------------------------------------------


def test_q4_it_is_recorded_as_minuted_to_two_jointly_with_the_warning_that_this_is_no_listed_form(door):
    found = delegated(door, as_at="2010-01-31")

    assert [one["reference"] for one in found["to"]] == ["CENTRAL-BEDS-LEADER", "CENTRAL-BEDS-CHIEF-EXECUTIVE"]
    assert found["is_joint"] is True
    assert "jointly, as minuted; that is not a form the law lists" in found["warning"]
    assert "ask the monitoring officer" in found["warning"]


@pytest.mark.parametrize("alone", ["CENTRAL-BEDS-LEADER", "CENTRAL-BEDS-CHIEF-EXECUTIVE"])
def test_q4_an_exercise_by_one_alone_is_refused(door, alone):
    refused = door.say(
        "decision.exercise", PILOT, resolution="b", holders=alone, by="CENTRAL-BEDS-PMO", now="2010-02-05"
    )

    assert refused == "delegation-holders"
    assert delegated(door)["exercised_on"] is None


def test_q4_the_refusal_says_who_did_not_take_part(door):
    ran = benefits_process(
        *("decision", "exercise", PILOT, "--resolution", "b", "--holders", "CENTRAL-BEDS-LEADER"),
        *("--by", "CENTRAL-BEDS-PMO", "--now", "2010-02-05", "--store", door.url),
    )

    assert (ran.code, ran.out) == (1, "")
    assert (
        f"resolution b of {PILOT} delegates to CENTRAL-BEDS-LEADER and CENTRAL-BEDS-CHIEF-EXECUTIVE, jointly, "
        "and CENTRAL-BEDS-CHIEF-EXECUTIVE did not take part"
    ) in ran.err


def test_q4_an_exercise_by_both_is_none_before_the_delegation_is_in_force(door):
    both = {"resolution": "b", "holders": BOTH, "by": "CENTRAL-BEDS-PMO", "now": "2010-02-05"}

    assert door.say("decision.exercise", PILOT, **both, effective_on="2010-01-21") == "decision-effective"


def test_q4_both_together_exercise_it_and_then_it_is_not_overdue(door):
    both = {"resolution": "b", "holders": BOTH, "by": "CENTRAL-BEDS-PMO", "now": "2010-02-05"}

    assert door.say("decision.exercise", PILOT, **both) is None

    assert delegated(door, as_at="2010-02-04")["exercised_on"] is None
    found = delegated(door, as_at="2010-02-06")
    assert (found["exercised_on"], found["is_overdue"]) == ("2010-02-05", False)
