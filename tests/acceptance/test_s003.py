"""S003, an update for noting: one saving quoted twice, a service that went live, and a decision of two minds.

Asked through the Python API and the command line, on both databases; see conftest. Its questions on call-in and on
part-year effects are asked where those are worked out.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

CASE = "S003"
MEETING = "2012-01-18"
NOTED = "S003-2012-01-18"


def one(rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    (row,) = [row for row in rows if all(row[name] == value for name, value in fields.items())]
    return row


# --- question 1: 350,000, once ---------------------------------------------------------------------


def test_q1_350_000_is_identified_in_the_budget_once(door):
    board = door.board("OIP", as_at=MEETING)

    support = one(board["benefits"], reference="OIP-SUPPORT")
    assert (support["in_budget"], support["target"]) == ("350000.00", "350000.00")
    assert [row["in_budget"] for row in board["totals"] if row["in_budget"] is not None] == ["350000.00"]
    assert [row["target"] for row in board["totals"] if row["target"] is not None] == ["350000.00"]


def test_q1_the_first_quotation_is_what_stands_in_the_budget(door):
    first = door.ask("figure_check", "S003-350-344")

    assert (first["place"], first["value"]) == ("Paragraph 3.44", "350000.00")
    assert (first["recomputed"], first["outcome"]) == ("350000.00", "equal")


def test_q1_the_second_quotation_is_reported_as_the_same_saving_and_not_added(door):
    second = door.ask("figure_check", "S003-350-346")

    assert (second["place"], second["value"]) == ("Paragraph 3.46", "350000.00")
    assert (second["against"], second["outcome"]) == ("S003-350-344", "same-as")
    quoting = [row for row in door.board("OIP")["benefits"] if row["target"] == "350000.00"]
    assert [row["reference"] for row in quoting] == ["OIP-SUPPORT"]


def test_q1_it_is_treated_in_the_approved_budget_and_nothing_of_it_is_verified(door):
    (treated,) = door.ask("show", "OIP-SUPPORT", as_at=MEETING)["state"]["budget"]
    support = one(door.board("OIP", as_at=MEETING)["benefits"], reference="OIP-SUPPORT")

    assert (treated["year"], treated["head"]) == ("2012/13", "Support services")
    assert (treated["treatment"], treated["amount"]) == ("in-approved-budget", "350000.00")
    assert (support["claimed"], support["verified"]) == ("0.00", "0.00")


def test_q1_that_the_year_and_the_head_are_assumed_is_shown(door):
    (treated,) = door.ask("show", "OIP-SUPPORT")["state"]["budget"]

    assert "the year and the head are assumed" in treated["assumed"]
    assert one(door.board("OIP")["benefits"], reference="OIP-SUPPORT")["assumed"] is True


def test_q1_the_events_behind_the_amount_in_the_budget_sum_to_it(door):
    explained = door.explain("OIP", "in_budget")

    assert explained["total"] == "350000.00"
    assert [(part["reference"], part["amount"]) for part in explained["parts"]] == [("OIP-SUPPORT", "350000.00")]


# --- question 2: libraries -------------------------------------------------------------------------


def test_q2_on_new_years_day_the_shared_library_service_is_live(door):
    libraries = one(door.board("OIP", as_at="2012-01-01")["milestones"], reference="OIP-LIBRARIES-LIVE")

    assert (libraries["state"], libraries["actual"]) == ("reached", "2012-01-01")


def test_q2_the_day_before_it_was_not(door):
    milestones = {row["reference"] for row in door.board("OIP", as_at="2011-12-31")["milestones"]}

    assert "OIP-LIBRARIES-LIVE" not in milestones
    assert "OIP-TELL-US-ONCE-LIVE" in milestones


@pytest.mark.parametrize("as_at", ["2012-01-01", MEETING])
def test_q2_no_saving_of_it_is_recorded_in_money(door, as_at):
    board = door.board("OIP", as_at=as_at)

    saving = one(board["benefits"], reference="OIP-LIBRARIES-SAVING")
    assert (saving["claimed"], saving["verified"], saving["target"]) == ("0.00", "0.00", None)
    assert sum(Decimal(row["claimed"]) for row in board["totals"]) == 0
    assert door.explain("OIP", "claimed", as_at=as_at)["parts"] == []


# --- question 3: noting authorises nothing ---------------------------------------------------------


def test_q3_to_note_gives_no_authority_and_the_decision_says_why(door):
    decision = door.ask("decision", NOTED)

    (a,) = decision["resolutions"]
    assert (a["verbs"], a["outcome"], a["confers_authority"]) == (["note"], "carried", False)
    assert "only says note, which confers no authority" in a["why_not"]
    assert decision["authorised"] == []


@pytest.mark.parametrize("benefit", ["OIP-SUPPORT", "OIP-LIBRARIES-SAVING", "OIP-DESKS"])
def test_q3_nothing_here_may_be_treated_as_authorised_by_it(door, benefit):
    refused = door.say("profile.authorise", benefit, decision=NOTED, resolution="a", by="BROMLEY-PMO", now="2012-01-31")

    assert refused == "confers-authority"
    assert one(door.board("OIP")["benefits"], reference=benefit)["state"] in ("profiled", "baselined")


def test_q3_the_programme_has_no_mandate_by_it_either(door):
    refused = door.say("programme.mandate", "OIP", decision=NOTED, resolution="a", by="BROMLEY-PMO", now="2012-01-31")

    assert refused == "confers-authority"
    assert door.board("OIP")["programme"]["mandate"] is None


def test_q3_that_the_meeting_carried_it_is_assumed(door):
    decision = door.ask("decision", NOTED)

    assert (decision["body"], decision["key"], decision["effective_on"]) == ("BROMLEY-IE-SUBCOMMITTEE", "no", MEETING)
    assert any("carried" in why for why in decision["assumed"].values())


# --- what the report contradicts, and miscounts ----------------------------------------------------


def test_non_executive_and_open_to_call_in_is_reported_as_a_contradiction(door):
    call_in = door.ask("figure_check", "S003-CALL-IN")

    assert (call_in["words"], call_in["outcome"]) == ("call-in is applicable", "contradicts")
    assert door.ask("figure_check", call_in["against"])["words"] == "non-urgent, non-executive, non-key"


def test_the_numbering_of_its_paragraphs_is_noted(door):
    numbering = door.ask("figure_check", "S003-NUMBERING")

    assert (numbering["words"], numbering["outcome"]) == ("3.2 is printed twice, 3.32 never", "noted")


def test_of_all_printed_figures_only_the_call_in_does_not_agree(door):
    figures = door.ask("figures", "S003-REPORT")["figures"]

    assert len(figures) == 6
    off = [row["reference"] for row in figures if row["outcome"] in ("differs", "contradicts")]
    assert off == [figures[0]["reference"]] == ["S003-CALL-IN"]


# --- the workstreams -------------------------------------------------------------------------------


def test_the_team_of_five_costs_328_000_out_of_existing_budgets(door):
    (plan,) = door.ask("funding", "OIP-TEAM")["plans"]

    assert (plan["planned_cost"], plan["available"], plan["gap"]) == ("328000.00", "328000.00", "0.00")
    assert Decimal(plan["posts"]) == 5
    assert [source["source"] for source in plan["sources"]] == ["Existing revenue budgets"]


@pytest.mark.parametrize(
    ("milestone", "state", "baseline", "actual"),
    [
        ("OIP-STAFF-MOVED", "reached", None, "2011-07"),
        ("OIP-TELL-US-ONCE-LIVE", "reached", None, "2011-10"),
        ("OIP-LIBRARIES-LIVE", "reached", None, "2012-01-01"),
        ("OIP-REGISTRARS-1", "reached", None, MEETING),
        ("OIP-COMMISSIONING-PROPOSALS", "planned", "2012-01-19", None),
        ("OIP-VOICE-LIVE", "planned", "2012-01", None),
        ("OIP-WORKS-END", "planned", "2012-03", None),
        ("OIP-FOUR-DEPARTMENTS", "planned", "by 2012-04", None),
    ],
)
def test_a_milestone_is_dated_as_precisely_as_the_report_dates_it(door, milestone, state, baseline, actual):
    found = one(door.board("OIP", as_at=MEETING)["milestones"], reference=milestone)

    assert (found["state"], found["baseline"], found["actual"]) == (state, baseline, actual)


def test_six_services_are_shared_under_one_board(door):
    projects = door.board("OIP", as_at=MEETING)["projects"]

    shared = {row["reference"] for row in projects if row["within"] == "OIP-SHARED"}
    assert shared == {
        "OIP-REGULATORY",
        "OIP-SHARED-CHILDREN",
        "OIP-SHARED-LEGAL",
        "OIP-SHARED-LIBRARIES",
        "OIP-SHARED-PROPERTY",
        "OIP-SHARED-TRANSPORT",
    }
    assert {row["level"] for row in projects} == {"workstream"}


def test_seventy_per_cent_of_desks_is_a_benefit_that_is_not_in_money_and_in_no_total(door):
    board = door.board("OIP", as_at=MEETING)

    desks = one(board["benefits"], reference="OIP-DESKS")
    assert (Decimal(desks["target"]), desks["unit"], desks["claimed"]) == (Decimal(70), "% of desks to FTE", None)
    assert sum(Decimal(row["target"]) for row in board["totals"] if row["target"]) == Decimal("350000.00")


def test_what_avoids_a_projected_demand_is_kept_apart_from_efficiencies(door):
    board = door.board("OIP", as_at=MEETING)

    assert one(board["benefits"], reference="OIP-SPECIAL-NEEDS-AVOIDANCE")["kind"] == "avoidance"
    register = door.ask("register", "OIP", kind="avoidance")
    assert [row["reference"] for row in register["benefits"]] == ["OIP-SPECIAL-NEEDS-AVOIDANCE"]


def test_who_leads_the_review_of_support_services_directs_that_workstream(door):
    support = one(door.board("OIP", as_at=MEETING)["projects"], reference="OIP-SUPPORT-SERVICES")

    assert support["director"] == "BROMLEY-DIRECTOR-RESOURCES"
