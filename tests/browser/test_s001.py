"""The questions of S001, answered from pages alone: links are clicked, the form says when, no address is typed."""

from __future__ import annotations

import pytest

CASH = "cash-releasing"
YEAR_END = "2008-03-31"


@pytest.fixture
def board(reader):
    reader.follows("Strategic Change Programme")
    return reader


def test_by_the_end_of_april_no_saving_of_the_year_was_known(board):
    board.asks(as_at=YEAR_END, known_at="2008-04-30")

    cash = board.row("totals", Release=CASH)
    assert (cash["Claimed"], cash["Verified"]) == ("£0", "£0")


def test_by_the_fifth_of_june_all_was_claimed_and_none_of_it_verified(board):
    board.asks(as_at=YEAR_END, known_at="2008-06-05")

    cash = board.row("totals", Release=CASH)
    assert (cash["Claimed"], cash["Verified"], cash["Claimed only"]) == ("£4,980,000", "£0", "£4,980,000")


def test_by_the_day_of_the_meeting_all_was_claimed_and_verified_and_in_part_assumed(board):
    board.asks(as_at=YEAR_END, known_at="2008-06-18")

    cash = board.row("totals", Release=CASH)
    assert (cash["Claimed"], cash["Verified"], cash["Basis"]) == ("£4,980,000", "£4,980,000", "assumed")


def test_procurement_reached_292_7_per_cent_of_its_years_target_2_890_000_beyond_it(board):
    board.asks(as_at=YEAR_END, known_at="2008-06-18")
    assert board.row("benefits", Benefit="SCP-PROC")["% of original"] == "292.7%"

    board.follows("SCP-PROC")

    assert board.row("figures", Figure="Claimed, of the original target")["As it stands"] == "292.7%"
    assert board.row("figures", Figure="Variance")["As it stands"] == "£2,890,000"


def test_highways_reached_26_8_per_cent_of_its_target_for_all_years(board):
    board.asks(as_at=YEAR_END, known_at="2008-06-18")

    highways = board.row("benefits", Benefit="SCP-HSEP")
    assert (highways["Target"], highways["Claimed"], highways["% of original"]) == ("£2,200,000", "£590,000", "26.8%")


def test_the_figure_of_the_year_opens_into_the_two_claims_that_make_it(board):
    board.asks(as_at=YEAR_END, known_at="2008-06-18")

    board.follows("£4,980,000", within="Totals, by release, kind and fund")

    assert [(row["Reference"], row["Adds"]) for row in board.rows("parts")] == [
        ("SCP-PROC", "£4,390,000"),
        ("SCP-HSEP", "£590,000"),
    ]
    assert "They sum to the figure exactly." in board.said


@pytest.mark.parametrize(("as_at", "state"), [("2007-10-31", "planned"), ("2007-11-30", "reached")])
def test_the_customer_service_centre_is_live_at_the_end_of_november_and_not_of_october(board, as_at, state):
    board.asks(as_at=as_at)

    assert board.row("milestones", Milestone="SCP-CSC-1")["State"] == state


@pytest.mark.parametrize("as_at", [YEAR_END, "2008-06-18", "2010-03-31"])
def test_the_eleven_million_of_online_ordering_is_in_no_total_of_savings(board, as_at):
    board.asks(as_at=as_at, known_at="2008-06-18" if as_at == YEAR_END else "")

    assert board.row("measures", Measure="SCP-ORDERING")["Value"] == "over 11,000,000"
    assert board.rows("benefits", Benefit="SCP-ORDERING") == []
    assert sorted(row["Claimed"] for row in board.rows("totals")) == ["£0", "£4,980,000"]


def test_the_forecast_of_two_million_is_never_in_what_was_realised(board):
    board.asks(as_at="2008-06-18")

    support = board.row("benefits", Benefit="SCP-SUPPORT")
    assert (support["Forecast"], support["Claimed"], support["Verified"]) == ("£2,000,000", "£0", "£0")
    forecast = board.row("totals", Release="not-stated")
    assert (forecast["Forecast"], forecast["Claimed"]) == ("£2,000,000", "£0")


def test_whether_savings_exceed_the_investment_cannot_be_shown_for_no_investment_is_recorded(board):
    board.asks(as_at="2008-06-18")

    assert board.rows("funding") == []
    assert "No investment is recorded" in board.said


def test_that_savings_exceed_the_investment_is_asserted_in_paragraph_9_and_can_be_held_against_nothing(board):
    board.asks(as_at="2008-06-18")

    board.follows("Printed figures")

    asserted = board.row("figures", Figure="S001-INVEST-TO-SAVE")
    assert "This continues to be the case" in asserted["Printed"]
    assert (asserted["Printed in"], asserted["Place"]) == ("SCP-REPORT-2008", "Paragraph 9")
    assert (asserted["Outcome"], asserted["Why"]) == ("noted", "nothing to hold it against")


def test_on_the_day_of_scrutiny_it_has_considered_the_report_and_cabinet_has_not_decided(board):
    board.asks(as_at="2008-06-18")

    (decision,) = board.rows("decisions")
    assert (decision["Taken by"], decision["Resolutions"]) == ("LEICS-SCRUTINY", "(a) consider: carried")
    assert decision["Basis"] == "assumed"

    board.asks(as_at="2008-06-20")
    assert [row["Taken by"] for row in board.rows("decisions")] == ["LEICS-SCRUTINY", "LEICS-CABINET"]
