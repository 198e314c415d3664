"""S001, the annual report of a change programme: every question a board asked of it, answered to the penny.

Asked through the Python API and the command line, on both databases; see conftest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from benefits import BenefitsRegister
from projections import Views
from tests.cli.running import benefits_process

CASE = "S001"
YEAR_END = "2008-03-31"
CASH = ("cash-releasing", "efficiency", "not-stated")
NOT_STATED = ("not-stated", "efficiency", "not-stated")


def totals(board: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(one["release"], one["kind"], one["fund"]): one for one in board["totals"]}


def named(rows: list[dict[str, Any]], reference: str) -> dict[str, Any]:
    (row,) = [one for one in rows if one["reference"] == reference]
    return row


# --- question 1: what was realised in 2007/08, as known at three dates -----------------------------


def test_q1_by_the_end_of_april_no_saving_of_the_year_was_known(door):
    board = door.board("SCP", as_at=YEAR_END, known_at="2008-04-30")

    cash = totals(board)[CASH]
    assert (cash["claimed"], cash["verified"]) == ("0.00", "0.00")
    assert [one["claimed"] for one in board["benefits"]] == ["0.00", "0.00"]


def test_q1_by_the_fifth_of_june_all_was_claimed_and_none_of_it_verified(door):
    board = door.board("SCP", as_at=YEAR_END, known_at="2008-06-05")

    cash = totals(board)[CASH]
    assert (cash["claimed"], cash["verified"], cash["claimed_only"]) == ("4980000.00", "0.00", "4980000.00")
    assert {one["assurance"] for one in board["benefits"]} == {"claimed"}


def test_q1_by_the_day_of_the_meeting_all_was_claimed_and_verified(door):
    board = door.board("SCP", as_at=YEAR_END, known_at="2008-06-18")

    cash = totals(board)[CASH]
    assert (cash["claimed"], cash["verified"], cash["claimed_only"]) == ("4980000.00", "4980000.00", "0.00")
    assert {one["assurance"] for one in board["benefits"]} == {"verified-final"}


def test_q1_procurement_reached_292_7_per_cent_of_its_target_for_the_year(door):
    procurement = named(door.board("SCP", as_at=YEAR_END, known_at="2008-06-18")["benefits"], "SCP-PROC")

    assert procurement["target"] == procurement["original_target"] == "1500000.00"
    assert procurement["claimed"] == procurement["verified"] == "4390000.00"
    assert procurement["variance"] == "2890000.00"
    assert procurement["percent_of_original"] == procurement["percent_of_current"] == 292.7


def test_q1_highways_reached_26_8_per_cent_of_its_target_for_all_years(door):
    highways = named(door.board("SCP", as_at=YEAR_END, known_at="2008-06-18")["benefits"], "SCP-HSEP")

    assert (highways["target"], highways["target_to_date"]) == ("2200000.00", "0.00")
    assert highways["claimed"] == highways["verified"] == "590000.00"
    assert highways["percent_of_original"] == highways["percent_of_current"] == 26.8


def test_q1_the_targets_are_summed_under_the_release_each_was_stated_with(door):
    found = totals(door.board("SCP", as_at=YEAR_END, known_at="2008-06-18"))

    assert set(found) == {CASH, NOT_STATED}
    assert found[CASH]["target"] == "1500000.00"
    assert found[NOT_STATED]["target"] == "2200000.00"
    assert found[NOT_STATED]["claimed"] == "0.00"


def test_q1_the_figures_are_shown_as_resting_in_part_on_assumptions(door):
    board = door.board("SCP", as_at=YEAR_END, known_at="2008-06-18")

    assert [one["assumed"] for one in board["benefits"]] == [True, True]
    assert [one["assumed"] for one in board["totals"]] == [True, True]


def test_q1_the_events_behind_the_figure_sum_to_it_and_say_what_they_rest_on(door):
    claimed = door.explain("SCP", "claimed", release="cash-releasing", as_at=YEAR_END, known_at="2008-06-18")
    verified = door.explain("SCP", "verified", as_at=YEAR_END, known_at="2008-06-18")

    assert claimed["total"] == verified["total"] == "4980000.00"
    assert [(one["type"], one["reference"], one["amount"]) for one in claimed["parts"]] == [
        ("saving-claimed", "SCP-PROC", "4390000.00"),
        ("saving-claimed", "SCP-HSEP", "590000.00"),
    ]
    assert [(one["type"], one["reference"], one["amount"]) for one in verified["parts"]] == [
        ("saving-verified", "SCP-PROC", "4390000.00"),
        ("saving-verified", "SCP-HSEP", "590000.00"),
    ]
    assert all(one["assumed"] for one in (*claimed["parts"], *verified["parts"]))


def test_q1_the_board_of_the_year_end_says_what_later_records_changed_and_by_which_events(door):
    board = door.board("SCP", as_at=YEAR_END)

    changed = {(one["type"], one["reference"], one["field"]): (one["was"], one["now"]) for one in board["restated"]}
    assert totals(board)[CASH]["claimed"] == "0.00"
    assert changed["saving-claimed", "SCP-PROC", "claimed"] == ("0.00", "4390000.00")
    assert changed["saving-verified", "SCP-HSEP", "verified"] == ("0.00", "590000.00")


# --- question 2: the customer service centre -------------------------------------------------------


def test_q2_at_the_end_of_october_the_customer_service_centre_is_not_live(door):
    centre = named(door.board("SCP", as_at="2007-10-31")["milestones"], "SCP-CSC-1")

    assert (centre["state"], centre["actual"]) == ("planned", None)


def test_q2_at_the_end_of_november_it_is_dated_as_precisely_as_the_report_dates_it(door):
    centre = named(door.board("SCP", as_at="2007-11-30")["milestones"], "SCP-CSC-1")

    assert (centre["state"], centre["actual"]) == ("reached", "2007-11")


# --- question 3: what is no saving -----------------------------------------------------------------


@pytest.mark.parametrize("when", [{}, {"as_at": YEAR_END, "known_at": "2008-06-18"}, {"as_at": "2010-03-31"}])
def test_q3_the_eleven_million_of_online_ordering_is_in_no_total_of_savings(door, when):
    board = door.board("SCP", **when)

    ordering = named(board["measures"], "SCP-ORDERING")
    assert ordering["reading"] == {"period": "2007/08", "value": "11000000", "bound": "over"}
    assert "SCP-ORDERING" not in {one["reference"] for one in board["benefits"]}
    assert sum(Decimal(one["claimed"]) for one in board["totals"]) == Decimal("4980000.00")


@pytest.mark.parametrize("when", [{}, {"as_at": "2008-06-18"}, {"as_at": "2010-03-31"}])
def test_q3_the_forecast_of_two_million_is_never_in_what_was_realised(door, when):
    board = door.board("SCP", **when)

    support = named(board["benefits"], "SCP-SUPPORT")
    assert (support["forecast"], support["claimed"], support["verified"]) == ("2000000.00", "0.00", "0.00")
    assert totals(board)[NOT_STATED]["forecast"] == "2000000.00"
    assert totals(board)[NOT_STATED]["claimed"] == totals(board)[NOT_STATED]["verified"] == "0.00"
    assert totals(board)[CASH]["forecast"] is None
    assert totals(board)[CASH]["claimed"] == "4980000.00"


# --- question 4: do the savings exceed the investment? ---------------------------------------------


def test_q4_that_savings_exceed_the_investment_is_asserted_in_paragraph_9(door):
    (asserted,) = door.ask("figures", "SCP", as_at="2008-06-18")["figures"]

    assert asserted["reference"] == "S001-INVEST-TO-SAVE"
    assert (asserted["document"], asserted["place"]) == ("SCP-REPORT-2008", "Paragraph 9")
    assert asserted["title"].startswith("That cash-releasing savings exceed the investment")
    assert asserted["words"].startswith("This continues to be the case")
    assert asserted["value"] is None


def test_q4_it_cannot_be_shown_for_no_investment_is_recorded(door):
    asserted = door.ask("figure_check", "S001-INVEST-TO-SAVE", as_at="2008-06-18")
    funding = door.ask("funding", "SCP", as_at="2008-06-18")

    assert (asserted["outcome"], asserted["reason"]) == ("noted", "nothing to hold it against")
    assert (funding["plans"], funding["planned_cost"], funding["spent"]) == ([], None, None)


# --- question 5: who had decided what on 18 June ---------------------------------------------------


def test_q5_on_the_day_of_scrutiny_it_has_considered_the_report_and_cabinet_has_not_decided(door):
    (decision,) = door.board("SCP", as_at="2008-06-18")["decisions"]

    assert (decision["reference"], decision["body"]) == ("S001-2008-06-18", "LEICS-SCRUTINY")
    assert (decision["effective_on"], decision["assumed"]) == ("2008-06-18", True)
    assert decision["resolutions"] == [{"letter": "a", "verb": "consider", "outcome": "carried"}]


def test_q5_two_days_later_cabinet_has_decided_as_well(door):
    decisions = door.board("SCP", as_at="2008-06-20")["decisions"]

    assert [one["body"] for one in decisions] == ["LEICS-SCRUTINY", "LEICS-CABINET"]


# --- as a user and as a program would ask ----------------------------------------------------------


def test_the_first_question_asked_in_a_process_of_its_own(door):
    ran = benefits_process(
        *("board", "SCP", "--as-at", YEAR_END, "--known-at", "2008-06-18", "--format", "json", "--store", door.url)
    )

    assert ran.json() == door.board("SCP", as_at=YEAR_END, known_at="2008-06-18")


def test_the_first_question_asked_in_python_gives_exact_numbers(door):
    with BenefitsRegister(door.url) as register:
        board = Views(register).board("SCP", as_at=YEAR_END, known_at="2008-06-18")

    assert [(one.reference, one.claimed, one.variance) for one in board.benefits] == [
        ("SCP-HSEP", Decimal("590000.00"), Decimal("-1610000.00")),
        ("SCP-PROC", Decimal("4390000.00"), Decimal("2890000.00")),
    ]
