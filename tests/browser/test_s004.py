"""The questions of S004 that the product answers, from pages alone: no address is typed but the first."""

from __future__ import annotations

import pytest

PILOT = "S004-2010-01-12"


@pytest.fixture
def board(reader):
    reader.follows("Total Place pilot")
    return reader


def test_until_its_date_was_put_right_the_decision_stood_in_june_2009(board):
    board.asks(as_at="2009-06-30", known_at="2010-01-15")

    assert board.row("decisions", Decision=PILOT)["On"] == "2009-01-12"
    assert (
        "a rule set aside: that whoever takes a decision exists on that day"
        in board.row("exceptions", Reference=PILOT)["What is found"]
    )


def test_since_it_was_put_right_the_decision_is_not_there_in_june_2009(board):
    board.asks(as_at="2009-06-30", known_at="2010-01-31")

    assert [row["Decision"] for row in board.rows("decisions")] == ["S004-2009-02-17", "S004-2009-04-14"]


def test_at_the_end_of_january_2010_the_decision_is_there_on_its_true_date(board):
    board.asks(as_at="2010-01-31", known_at="2010-01-31")

    pilot = board.row("decisions", Decision=PILOT)
    assert (pilot["On"], pilot["State"]) == ("2010-01-12", "published")
    assert board.rows("exceptions", Reference=PILOT) == []


def test_the_page_of_mid_january_says_that_a_later_event_moved_the_decision(board):
    board.asks(as_at="2009-06-30", known_at="2010-01-15")

    assert "1 later event changed 1 thing on it" in board.said
    board.follows("what later records changed")
    restated = board.row("restated")
    assert (restated["Type"], restated["Reference"]) == ("Fact corrected", PILOT)


def test_the_report_that_was_delegated_is_due_on_the_fifth_of_february_and_late_the_day_after(board):
    board.asks(as_at="2010-01-31")
    assert board.row("milestones", Milestone="TP-FINAL-REPORT")["Expected"] == "2010-02-05"
    assert board.rows("exceptions", Reference="TP-FINAL-REPORT") == []

    board.asks(as_at="2010-02-06")

    assert board.row("exceptions", Reference="TP-FINAL-REPORT")["What"] == "Milestone late"


def test_no_saving_can_be_authorised_by_what_only_notes_endorses_or_delegates(board):
    board.asks(as_at="2010-01-31")

    board.follows(PILOT)

    first, second = board.rows("resolutions")
    assert (first["Verbs"], second["Verbs"]) == ("note, endorse", "delegate")
    assert "only says note, endorse, which confers no authority" in first["Authority"]
    assert second["Authority"].startswith("none: ")
    assert second["Authority"].endswith("the delegation confers it once it is exercised")
    assert board.rows("authorised") == []


def test_the_delegation_is_to_two_holders_as_the_recommendation_words_it(board):
    board.asks(as_at="2010-01-31")

    board.follows(PILOT)

    delegated = board.row("recommendations", Letter="b")
    assert delegated["Text"].endswith("due on 5 February 2010, to the Leader and the Chief Executive.")


def test_the_delegation_is_open_at_the_end_of_january_jointly_to_two_and_is_no_form_the_law_lists(board):
    board.asks(as_at="2010-01-31")
    assert board.rows("exceptions", Reference=PILOT) == []

    board.follows(PILOT)

    resolution = board.row("resolutions", Letter="b")
    assert resolution["In force"].startswith("from 2010-01-22")
    said = resolution["Delegated"]
    assert "to Leader of the Council and Chief Executive, jointly" in said
    assert "due 5 February 2010" in said
    assert "open: not yet exercised" in said
    assert "not a form the law lists, so ask the monitoring officer" in said


def test_with_nothing_recorded_by_the_sixth_of_february_the_delegation_is_listed_as_overdue(board):
    board.asks(as_at="2010-02-05")
    assert board.rows("exceptions", Reference=PILOT) == []

    board.asks(as_at="2010-02-06")

    overdue = board.row("exceptions", Reference=PILOT)
    assert overdue["What"] == "Delegation overdue"
    assert overdue["What is found"] == "resolution b was due 2010-02-05; not exercised"
    board.follows(PILOT, within="Exceptions")
    assert "overdue: not exercised" in board.row("resolutions", Letter="b")["Delegated"]
