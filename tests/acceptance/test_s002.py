"""S002, a programme whose document was issued thirteen times: what it costs, what it is to save, and its own history.

Asked through the Python API and the command line, on both databases; see conftest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

CASE = "S002"
FINAL = "2008-09-26"
DOCUMENT = "S002-DE"
PRINTED = [
    ("2008-06-26", "Draft 2.1"),
    ("2008-07-05", "Draft 2.2"),
    ("2008-07-05", "Draft 2.3"),
    ("2008-07-08", "Draft 2.4"),
    ("2008-07-11", "Draft 2.5"),
    ("2008-07-15", "Draft 2.5"),
    ("2008-06-25", "Draft 2.6"),
    ("2008-08-13", "Draft 3.0"),
    ("2008-08-27", "Draft 3.1"),
    ("2008-09-04", "Draft 3.2"),
    ("2008-09-17", "Draft 3.2"),
    ("2008-09-22", "Final Draft 1.0"),
    ("2008-09-26", "Final Report"),
]


def one(rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    (row,) = [row for row in rows if all(row[name] == value for name, value in fields.items())]
    return row


def only_plan(funding: dict[str, Any]) -> dict[str, Any]:
    (plan,) = funding["plans"]
    found: dict[str, Any] = plan
    return found


# --- question 1: what the structure costs ----------------------------------------------------------


def test_q1_the_new_structure_costs_844_372_as_the_table_prints_it(door):
    printed = door.ask("figure_check", "S002-STRUCTURE")

    assert only_plan(door.ask("funding", "DE-MSI-STRUCTURE"))["planned_cost"] == "844372.00"
    assert (printed["value"], printed["recomputed"], printed["outcome"]) == ("844372.00", "844372.00", "equal")


def test_q1_the_nought_point_nine_million_a_year_of_the_text_is_another_figure_and_both_are_on_record(door):
    text = door.ask("figure_check", "S002-09M")

    assert (text["words"], text["value"], text["recomputed"]) == ("£0.9m a year", "900000.00", "844372.00")
    assert (text["outcome"], text["difference"], text["is_rounding"]) == ("differs", "55628.00", False)
    assert text["place"] != door.ask("figure_check", "S002-STRUCTURE")["place"]


def test_q1_the_plan_that_prices_the_same_posts_again_is_added_to_nothing(door):
    funding = door.ask("funding", "DE-MSI")

    assert {one["reference"]: one["restates"] for one in funding["plans"]} == {
        "DE-MSI-COST": None,
        "DE-MSI-STRUCTURE": "DE-MSI-COST",
    }
    assert funding["planned_cost"] == "5490000.00"


def test_q1_the_text_lists_14_posts_where_the_table_adds_12(door):
    posts = door.ask("figure_check", "S002-POSTS")

    assert (Decimal(posts["value"]), Decimal(posts["recomputed"])) == (Decimal(14), Decimal(12))
    assert (posts["outcome"], Decimal(posts["difference"])) == ("differs", Decimal(2))


def test_q1_the_line_of_the_corporate_team_costs_nought_which_is_known(door):
    plan = only_plan(door.ask("funding", "DE-MSI-STRUCTURE"))

    team = one(plan["lines"], line="corporate-team")
    assert (team["amount"], plan["unknown"]) == ("0.00", [])


# --- question 2: the seventh issue -----------------------------------------------------------------


def test_q2_the_issues_stand_in_the_order_of_recording_with_the_dates_they_bear(door):
    document = door.ask("document", DOCUMENT, known_at="2008-09-30", as_at="2008-09-30")

    issues = [(issue["printed"], issue["version"]) for issue in document["versions"]]
    assert issues[:6] == PRINTED[:6]
    assert issues[6] == ("2008-07-25", "Draft 2.6")
    assert issues[7:] == PRINTED[7:]


def test_q2_before_the_correction_the_seventh_issue_is_recorded_seventh_and_true_first(door):
    document = door.ask("document", DOCUMENT, as_at="2008-07-31", known_at="2008-07-31")

    *six, seventh = document["versions"]
    assert [issue["effective_order"] for issue in six] == [2, 3, 4, 5, 6, 7]
    assert (seventh["version"], seventh["printed"], seventh["effective_order"]) == ("Draft 2.6", "2008-06-25", 1)
    assert seventh["recorded_at"].startswith("2008-07-25")
    assert seventh["corrected_by"] is None


def test_q2_after_the_correction_both_orders_are_the_same(door):
    document = door.ask("document", DOCUMENT, as_at="2008-08-01", known_at="2008-08-01")

    assert [issue["effective_order"] for issue in document["versions"]] == [1, 2, 3, 4, 5, 6, 7]
    assert document["versions"][6]["printed"] == "2008-07-25"


@pytest.mark.parametrize(("known_at", "printed"), [("2008-07-31", "2008-06-25"), ("2008-08-01", "2008-07-25")])
def test_q2_its_date_depends_on_when_it_is_asked_for(door, known_at, printed):
    seventh = door.ask("document_version", DOCUMENT, "Draft 2.6", as_at="2008-09-30", known_at=known_at)

    assert seventh["printed"] == printed


def test_q2_the_correction_names_the_event_it_corrects_and_the_trail_shows_both(door):
    trail = door.trail(DOCUMENT)

    (seventh,) = [event for event in trail if event["command_id"] == "S002-009"]
    (corrected,) = [event for event in trail if event["type"] == "fact-corrected"]
    assert (seventh["type"], seventh["effective_on"]) == ("document-version-added", "2008-06-25")
    assert seventh["body"]["version"] == "Draft 2.6"
    assert (corrected["corrects"], corrected["effective_on"]) == (seventh["position"], "2008-07-25")
    assert corrected["recorded_at"].startswith("2008-08-01")
    issue = door.ask("document", DOCUMENT)["versions"][6]
    assert (issue["event"], issue["corrected_by"]) == (seventh["position"], corrected["position"])


def test_q2_in_the_trail_it_stands_between_the_sixth_and_the_eighth(door):
    recorded = [
        (event["effective_on"], event["body"]["version"])
        for event in door.trail(DOCUMENT)
        if event["type"] == "document-version-added"
    ]

    assert recorded == PRINTED


def test_q2_the_date_meant_is_shown_as_assumed(door):
    assert "assumed" in door.ask("document_version", DOCUMENT, "Draft 2.6")["assumed"]


# --- question 3: two issues of one name ------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "dates"),
    [("Draft 2.5", ("2008-07-11", "2008-07-15")), ("Draft 3.2", ("2008-09-04", "2008-09-17"))],
)
def test_q3_a_version_that_names_two_issues_is_refused_and_both_are_listed(door, version, dates):
    events = [issue["event"] for issue in door.ask("document", DOCUMENT)["versions"] if issue["version"] == version]

    refused = door.refusal("document_version", DOCUMENT, version)

    assert (refused.code, refused.exit_code) == ("ambiguous", 4)
    for date, event in zip(dates, events, strict=True):
        assert date in refused.message
        assert str(event) in refused.message


def test_q3_while_only_the_first_of_them_was_there_it_is_found(door):
    found = door.ask("document_version", DOCUMENT, "Draft 2.5", as_at="2008-07-12")

    assert found["printed"] == "2008-07-11"


def test_q3_a_version_that_names_no_issue_is_not_found(door):
    refused = door.refusal("document_version", DOCUMENT, "Draft 9")

    assert (refused.code, refused.exit_code) == ("not-found", 3)
    assert "Final Report" in refused.message


# --- question 4: five years ------------------------------------------------------------------------


def test_q4_the_posts_cost_3_300_000_over_five_years(door):
    plan = only_plan(door.ask("funding", "DE-MSI-COST"))

    assert plan["ongoing_cost"] == "3300000.00"
    ongoing = {row["year"]: row["ongoing"] for row in plan["years"] if row["ongoing"] is not None}
    assert ongoing == {
        "2008/09": "900000.00",
        "2009/10": "900000.00",
        "2010/11": "500000.00",
        "2011/12": "500000.00",
        "2012/13": "500000.00",
    }


def test_q4_with_what_is_paid_once_it_is_5_490_000(door):
    plan = only_plan(door.ask("funding", "DE-MSI-COST"))

    assert (plan["one_off_cost"], plan["planned_cost"]) == ("2190000.00", "5490000.00")
    assert one(plan["lines"], line="crm")["amount"] == "2000000.00"


def test_q4_that_the_operational_managers_stay_two_years_is_shown_as_assumed(door):
    plan = only_plan(door.ask("funding", "DE-MSI-COST"))

    assert "two years" in one(plan["lines"], line="additional-posts")["assumed"]
    assert one(plan["lines"], line="hr-capacity")["assumed"] is None
    assert plan["assumed"] is True


def test_q4_the_costs_left_out_are_listed(door):
    plan = only_plan(door.ask("funding", "DE-MSI-COST"))

    assert [left_out["what"].split()[0] for left_out in plan["left_out"]] == ["Back-fill", "Consultancy", "Severance"]


def test_q4_a_contribution_of_partners_without_amount_is_unknown_and_not_nought(door):
    plan = only_plan(door.ask("funding", "DE-MSI-COST"))

    (source,) = plan["sources"]
    assert (source["line"], source["amount"]) == ("additional-posts", None)
    assert [what.split(":")[0] for what in plan["unknown"]] == ["additional-posts"]
    assert plan["available"] is None


# --- question 5: what it is to save ----------------------------------------------------------------


def test_q5_on_the_day_of_the_final_report_30_million_are_to_be_saved_and_nothing_is_identified_or_claimed(door):
    board = door.board("DE", as_at=FINAL)

    headline = board["programme"]
    assert (headline["target"], headline["identified"], headline["to_be_identified"]) == ("30000000.00", None, None)
    assert {row["claimed"] for row in board["benefits"]} == {"0.00"}
    assert {row["target"] for row in board["benefits"]} == {None}
    assert {row["claimed"] for row in board["totals"]} <= {"0.00"}


def test_q5_the_release_of_the_target_is_not_stated(door):
    target = door.ask("show", "DE", as_at=FINAL)["state"]["target"]

    assert (target["amount"], target["period"], target["release"]) == ("30000000.00", "2010/11", "not-stated")


def test_q5_there_was_no_target_the_day_before(door):
    assert door.board("DE", as_at="2008-09-25")["programme"]["target"] is None


# --- what the document says twice ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "words", "against", "other"),
    [
        ("S002-NINETY-DAYS", "90 days", "S002-TWELVE-WEEKS", "12 weeks"),
        ("S002-THREE-MONTHS", "3 months", "S002-NINETY-DAYS", "90 days"),
        ("S002-TWO-TO-THREE", "two to three years", "S002-AT-LEAST-TWO", "at least two years"),
        ("S002-NO-SAVINGS", "no savings assumed", "S002-COST-NEUTRAL", "cost neutral"),
    ],
)
def test_words_that_contradict_each_other_are_both_on_record_and_reported(door, figure, words, against, other):
    checked = door.ask("figure_check", figure)

    assert (checked["words"], checked["against"], checked["outcome"]) == (words, against, "contradicts")
    assert door.ask("figure_check", against)["words"] == other


def test_a_range_that_another_council_reached_is_noted_and_enters_nothing(door):
    elsewhere = door.ask("figure_check", "S002-PRIORITY-BUDGETING")

    assert (elsewhere["words"], elsewhere["value"], elsewhere["outcome"]) == ("8 to 13 %", None, "noted")


def test_all_that_does_not_agree_is_listed_for_the_document(door):
    figures = door.ask("figures", DOCUMENT)["figures"]

    off = {row["reference"] for row in figures if row["outcome"] in ("differs", "contradicts")}
    assert off == {
        "S002-09M",
        "S002-POSTS",
        "S002-NINETY-DAYS",
        "S002-THREE-MONTHS",
        "S002-TWO-TO-THREE",
        "S002-NO-SAVINGS",
    }


# --- who does what ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "sponsors"),
    [
        ("DE-SP", ["LEICESTER-PRIORITY-MEMBER", "LEICESTER-STRATEGIC-DIRECTOR"]),
        ("DE-ST", ["LEICESTER-CHIEF-OPERATING-OFFICER", "LEICESTER-DEPUTY-LEADER"]),
        ("DE-CSI", ["LEICESTER-CHIEF-EXECUTIVE", "LEICESTER-FRONT-LINE-MEMBER"]),
        ("DE-PD", ["LEICESTER-CHIEF-EXECUTIVE", "LEICESTER-LEADER"]),
    ],
)
def test_each_programme_of_change_has_two_co_sponsors(door, programme, sponsors):
    roles = door.ask("show", programme, as_at=FINAL)["state"]["roles"]

    assert [role["post"] for role in roles if role["role"] == "co-sponsor"] == sponsors


def test_the_programmes_of_change_and_the_structure_programme_are_parts_of_the_whole(door):
    within = {
        row["programme"]["reference"]: row["programme"]["within"]
        for row in door.ask("portfolio", "LEICESTER")["programmes"]
    }

    assert within == {"DE": None, "DE-CSI": "DE", "DE-MSI": "DE", "DE-PD": "DE", "DE-SP": "DE", "DE-ST": "DE"}


def test_the_four_enablers_are_workstreams_and_people_starts_later_than_the_others(door):
    enablers = {row["reference"]: (row["level"], row["stage"]) for row in door.board("DE", as_at=FINAL)["projects"]}

    assert enablers == {
        "DE-ASSURANCE": ("workstream", "Mobilisation"),
        "DE-PEOPLE": ("workstream", None),
        "DE-PERFORMANCE": ("workstream", "Mobilisation"),
        "DE-PM": ("workstream", "Mobilisation"),
    }


def test_service_transformation_and_customer_service_start_later_than_the_other_programmes(door):
    lines = door.ask("portfolio", "LEICESTER", as_at=FINAL)["programmes"]

    not_begun = [row["programme"]["reference"] for row in lines if row["programme"]["stage"] is None]
    assert not_begun == ["DE-CSI", "DE-ST"]


def test_the_programme_board_only_advises_and_so_do_the_three_panels(door):
    kinds = {
        door.ask("show", f"LEICESTER-DE-{name}")["state"]["body_kind"]
        for name in ("BOARD", "MEMBERS-PANEL", "STAFF-PANEL", "USERS-PANEL")
    }

    assert kinds == {"advisory"}


def test_the_director_is_interim_from_outside_and_named_by_a_reference_only(door):
    post = door.ask("show", "LEICESTER-DE-DIRECTOR")["state"]

    assert (post["holder"], post["interim"], post["external"]) == ("p-4c1d", True, True)


def test_three_posts_share_one_target(door):
    shared = door.ask("show", "DE-CORPORATE-COST")["state"]["allocations"]

    assert shared == [
        {"post": "LEICESTER-CHIEF-FINANCE-OFFICER", "share": None},
        {"post": "LEICESTER-HEAD-SUPPORT-SERVICES", "share": None},
        {"post": "LEICESTER-HEAD-HR", "share": None},
    ]


def test_the_meeting_with_unions_and_the_members_workshop_stand_with_the_document(door):
    consultations = door.ask("document", DOCUMENT)["consultations"]

    assert [row["consulted"] for row in consultations if row["on"] == "2008-09-25"] == [
        "Trade unions, in a meeting",
        "Members, in a workshop",
    ]


def test_the_check_of_wave_1_is_planned_without_a_date(door):
    check = one(door.board("DE", as_at=FINAL)["milestones"], reference="DE-WAVE-1-CHECK")

    assert (check["state"], check["baseline"], check["actual"]) == ("planned", None, None)


def test_the_structure_is_in_two_plans_of_its_programme_which_the_title_of_one_says(door):
    plans = door.ask("funding", "DE-MSI", as_at=FINAL)["plans"]

    assert [plan["reference"] for plan in plans] == ["DE-MSI-COST", "DE-MSI-STRUCTURE"]
    assert "the posts of the structure again" in plans[0]["title"]
