"""S000, two programmes with one resource plan: what they cost, who pays, and what the report prints wrongly.

Asked through the Python API and the command line, on both databases; see conftest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

CASE = "S000"
DECIDED = "2005-11-30"
BEFORE = "2005-07-31"


def one(rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    (row,) = [row for row in rows if all(row[name] == value for name, value in fields.items())]
    return row


# --- question 1: what the programmes cost, and how much of it is there -----------------------------


def test_q1_the_plan_costs_1_896_210_of_which_1_002_045_is_available_and_894_165_is_not(door):
    plan = door.ask("funding", "BIP-PLAN")

    assert plan["planned_cost"] == "1896210.00"
    assert plan["available"] == "1002045.00"
    assert plan["gap"] == "894165.00"


def test_q1_without_what_is_given_in_kind_the_gap_is_1_065_869(door):
    plan = door.ask("funding", "BIP-PLAN")

    assert plan["in_kind"] == "171704.00"
    assert plan["cash_available"] == "830341.00"
    assert plan["cash_gap"] == "1065869.00"


def test_q1_three_lines_have_197_540_too_much_while_others_lack_1_091_705(door):
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]

    assert plan["surplus"] == "197540.00"
    assert {line["line"]: line["surplus"] for line in plan["lines"] if Decimal(line["surplus"])} == {
        "bip-management": "42540.00",
        "support-management": "60000.00",
        "isp-management": "95000.00",
    }
    assert plan["shortfall"] == "1091705.00"
    assert sum(Decimal(line["shortfall"]) for line in plan["lines"]) == Decimal("1091705.00")


def test_q1_the_printed_totals_are_recomputed_from_the_lines_and_agree(door):
    total, available = door.ask("figure_check", "S000-TOTAL"), door.ask("figure_check", "S000-AVAILABLE")

    assert (total["outcome"], total["recomputed"], total["difference"]) == ("equal", "1896210.00", "0.00")
    assert (available["outcome"], available["recomputed"], available["difference"]) == ("equal", "1002045.00", "0.00")


def test_q1_the_nought_point_nine_million_of_the_text_is_the_gap_when_rounded(door):
    gap = door.ask("figure_check", "S000-GAP")

    assert (gap["words"], gap["recomputed"], gap["difference"]) == ("£0.9m", "894165.00", "5835.00")
    assert gap["is_rounding"] is True


@pytest.mark.parametrize(("programme", "marked"), [("BIP", "1621210.00"), ("ISP", "275000.00")])
def test_q1_both_programmes_show_the_one_plan_whole_with_their_own_lines_marked(door, programme, marked):
    (plan,) = door.ask("funding", programme)["plans"]

    assert (plan["reference"], plan["programme"], plan["shared_with"]) == ("BIP-PLAN", "BIP", ["ISP"])
    assert plan["planned_cost"] == "1896210.00"
    assert len(plan["lines"]) == 21
    own = sum(Decimal(line["amount"]) for line in plan["lines"] if line["programme"] == programme)
    assert own == Decimal(marked)


def test_q1_the_portfolio_adds_the_plan_once(door):
    portfolio = door.ask("funding", "LEICESTER", as_at=DECIDED)

    assert [plan["reference"] for plan in portfolio["plans"]] == ["BIP-PLAN"]
    assert (portfolio["planned_cost"], portfolio["available"], portfolio["gap"]) == (
        "1896210.00",
        "1002045.00",
        "894165.00",
    )


def test_q1_a_line_without_a_source_has_no_source_and_lacks_its_whole_cost(door):
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]

    contingency = one(plan["lines"], line="contingency")
    assert "contingency" not in {source["line"] for source in plan["sources"]}
    assert contingency["shortfall"] == contingency["amount"] == "80000.00"


def test_q1_what_cabinet_set_aside_cites_the_decision_that_did(door):
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]

    assert one(plan["sources"], line="support-management")["decision"] == "S000-2004-11-08"
    assert one(plan["sources"], line="isp-management")["decision"] == "S000-2005-07-11"
    assert one(plan["sources"], line="isp-children")["decision"] is None


def test_q1_costs_that_the_plan_leaves_out_are_listed(door):
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]

    assert len(plan["left_out"]) == 2
    assert plan["left_out"][0]["what"].startswith("Investment that the business cases may need")


def test_q1_the_240_000_printed_for_one_programme_is_what_is_marked_for_it(door):
    printed = door.ask("figure_check", "S000-ISP-240")

    assert (printed["part_of"], printed["recomputed"], printed["outcome"]) == ("ISP", "240000.00", "equal")


# --- question 2: the on-costs ----------------------------------------------------------------------


def test_q2_the_on_costs_are_not_30_per_cent_of_the_posts_of_the_office_alone(door):
    alone = door.ask("figure_check", "S000-ONCOSTS")

    assert (alone["value"], alone["recomputed"]) == ("183644.00", "141104.10")
    assert (alone["outcome"], alone["difference"], alone["is_rounding"]) == ("differs", "42539.90", False)


def test_q2_they_are_30_per_cent_of_612_148_with_programme_management(door):
    together = door.ask("figure_check", "S000-ONCOSTS-WITH-MANAGEMENT")

    assert (together["value"], together["recomputed"]) == ("183644.00", "183644.40")
    assert together["outcome"].startswith("equal")
    assert (together["difference"], together["is_rounding"]) == ("-0.40", True)
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]
    base = sum(Decimal(line["amount"]) for line in plan["lines"] if line["line"] in together["lines"])
    assert base == Decimal(612_148)


# --- question 3: the mandate, and what may be claimed under it -------------------------------------


def test_q3_in_july_the_programme_has_no_mandate(door):
    programme = door.board("BIP", as_at=BEFORE)["programme"]

    assert programme["mandate"] is None


def test_q3_in_november_it_has_one_by_resolution_c_whose_carrying_is_assumed(door):
    assert door.board("BIP", as_at=DECIDED)["programme"]["mandate"] == "S000-2005-10-31"
    mandate = door.ask("show", "BIP", as_at=DECIDED)["state"]["mandate"]
    assert (mandate["decision"], mandate["resolution"], mandate["on"]) == ("S000-2005-10-31", "c", "2005-10-31")

    decision = door.ask("decision", "S000-2005-10-31", as_at=DECIDED)
    c = one(decision["resolutions"], letter="c")
    assert (c["verbs"], c["outcome"], c["confers_authority"]) == (["mandate"], "carried", True)
    assert any("carried" in why for why in decision["assumed"].values())
    assert [(rests["kind"], rests["reference"]) for rests in decision["authorised"]] == [("programme", "BIP")]


def test_q3_noting_asking_and_considering_confer_nothing(door):
    decision = door.ask("decision", "S000-2005-10-31")

    confers = {row["letter"]: row["confers_authority"] for row in decision["resolutions"]}
    assert confers == {"a": False, "b": False, "c": True, "d": True, "e": False}


def test_q3_the_other_programme_has_no_mandate_at_all(door):
    assert door.board("ISP")["programme"]["mandate"] is None


def test_q3_no_saving_can_be_claimed_because_no_baseline_is_agreed(door):
    # Given a benefit with an owner and a measure
    before = door.ask("show", "BIP-EFFICIENCY", as_at=DECIDED)["state"]
    assert (before["owner"], before["baseline"]) == ("LEICESTER-CHIEF-FINANCE-OFFICER", None)

    # When its owner claims a saving
    refused = door.say(
        "saving.claim",
        "BIP-EFFICIENCY",
        period="2005-11",
        amount="1000",
        by="LEICESTER-CHIEF-FINANCE-OFFICER",
        now=DECIDED,
    )

    # Then the rule says what is missing, and nothing is claimed
    assert refused == "baseline-agreed"
    assert one(door.board("BIP")["benefits"], reference="BIP-EFFICIENCY")["claimed"] == "0.00"


def test_q3_savings_printed_as_achieved_without_an_amount_are_not_claimed(door):
    achieved = one(door.board("BIP")["benefits"], reference="BIP-PROCUREMENT-SAVINGS")

    assert (achieved["assurance"], achieved["claimed"], achieved["target"]) == (None, "0.00", None)


# --- question 4: what Cabinet had set aside --------------------------------------------------------


def test_q4_by_september_2005_cabinet_had_set_aside_610_000_and_an_amount_that_is_not_printed(door):
    decided = door.ask("funding_decided", body="LEICESTER-CABINET", as_at="2005-09-30")

    assert (decided["total"], decided["unknown_count"]) == ("610000.00", 1)
    assert [(row["decision"], row["amount"]) for row in decided["decisions"]] == [
        ("S000-2004-11-08", "400000.00"),
        ("S000-2005-07-11", "210000.00"),
        ("S000-2005-09-26", None),
    ]


def test_q4_by_the_end_of_2004_it_had_set_aside_400_000(door):
    decided = door.ask("funding_decided", body="LEICESTER-CABINET", as_at="2004-12-31")

    assert (decided["total"], decided["unknown_count"]) == ("400000.00", 0)
    assert [row["decision"] for row in decided["decisions"]] == ["S000-2004-11-08"]


def test_q4_cover_for_the_shortfall_is_a_financing_adjustment_of_unknown_amount(door):
    decided = door.ask("funding_decided", body="LEICESTER-CABINET")

    cover = one(decided["decisions"], decision="S000-2005-10-31")
    assert (cover["form"], cover["amount"]) == ("financing-adjustment", None)
    assert (decided["total"], decided["unknown_count"]) == ("610000.00", 2)


# --- question 5: the spend profile -----------------------------------------------------------------


def test_q5_the_spend_profile_is_210_short_of_the_plan_which_is_rounding(door):
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]
    spend = door.ask("figure_check", "S000-SPEND")

    assert (plan["spend_profile"], plan["planned_cost"]) == ("1896000.00", "1896210.00")
    assert (spend["value"], spend["recomputed"]) == ("1896000.00", "1896210.00")
    assert (spend["difference"], spend["is_rounding"]) == ("-210.00", True)


def test_q5_the_plan_headed_three_years_is_spent_in_four(door):
    years = door.ask("figure_check", "S000-YEARS")
    (plan,) = door.ask("funding", "BIP-PLAN")["plans"]

    assert (years["words"], Decimal(years["recomputed"]), years["outcome"]) == ("over 3 years", Decimal(4), "differs")
    profiled = {row["year"]: row["profiled"] for row in plan["years"] if row["profiled"] is not None}
    assert profiled == {
        "2005/06": "712000.00",
        "2006/07": "722000.00",
        "2007/08": "299000.00",
        "2008/09": "163000.00",
    }


# --- question 6: the wrong paragraph ---------------------------------------------------------------


def test_q6_recommendation_d_points_at_another_paragraph_than_the_one_that_has_the_approach(door):
    named = door.ask("figure_check", "S000-PARAGRAPH")

    assert (named["words"], named["against"], named["outcome"]) == ("6.7", "S000-APPROACH", "contradicts")
    assert door.ask("figure_check", "S000-APPROACH")["words"] == "6.8"
    decision = door.ask("decision", "S000-2005-10-31")
    assert "paragraph 6.7" in one(decision["recommendations"], letter="d")["text"]


def test_q6_it_is_listed_with_all_that_does_not_agree_before_what_does(door):
    figures = door.ask("figures", "BIP")["figures"]

    off = [row["reference"] for row in figures if row["outcome"] in ("differs", "contradicts")]
    assert sorted(off) == ["S000-ONCOSTS", "S000-PARAGRAPH", "S000-YEARS"]
    assert [row["reference"] for row in figures[: len(off)]] == off


# --- what else the report says ---------------------------------------------------------------------


@pytest.mark.parametrize("board", ["LEICESTER-PROGRAMME-BOARD", "LEICESTER-MEMBER-REFERENCE-GROUP"])
def test_the_boards_of_officers_and_members_are_advisory_and_authorise_nothing(door, board):
    assert door.ask("show", board)["state"]["body_kind"] == "advisory"


def test_it_was_declared_no_key_decision(door):
    assert door.ask("decision", "S000-2005-10-31")["key"] == "no"


def test_the_reviews_of_hr_finance_and_ict_stand_under_the_support_services_review(door):
    projects = door.board("BIP")["projects"]

    under = {row["reference"] for row in projects if row["within"] == "BIP-SUPPORT"}
    assert under == {"BIP-SUPPORT-HR", "BIP-SUPPORT-FINANCE", "BIP-SUPPORT-ICT"}
    assert one(projects, reference="BIP-SUPPORT")["director"] == "LEICESTER-CHIEF-FINANCE-OFFICER"


def test_the_objectives_name_the_priorities_of_the_corporate_plan_that_they_serve(door):
    objectives = door.ask("show", "BIP")["state"]["objectives"]

    assert {number for row in objectives for number in row["priorities"]} == {"11", "14", "15"}


def test_the_stages_are_listed_in_their_order_and_the_programme_is_in_the_first(door):
    state = door.ask("show", "BIP")["state"]

    first, *others = (stage["name"] for stage in state["stages"])
    assert (first, len(others)) == ("Programme Strategy and Structure", 4)
    assert state["stage"] == first


def test_what_is_due_by_april_is_due_on_its_first_day(door):
    structure = one(door.board("ISP", as_at=DECIDED)["milestones"], reference="ISP-STRUCTURE")
    late = one(door.board("ISP", as_at="2006-04-02")["milestones"], reference="ISP-STRUCTURE")

    assert (structure["baseline"], structure["state"]) == ("by 2006-04", "planned")
    assert late["state"] == "late"


def test_categories_are_not_exclusive_and_a_benefit_is_counted_once(door):
    register = door.ask("register", "BIP", category="business improvement")

    assert [row["reference"] for row in register["benefits"]] == [
        "BIP-CUSTOMER-FOCUS",
        "BIP-EFFICIENCY",
        "BIP-PROCUREMENT-SAVINGS",
    ]
    assert one(register["facets"], facet="category", value="efficiency savings")["count"] == 2
