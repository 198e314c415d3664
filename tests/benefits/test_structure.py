"""Programmes, projects, stages, roles, funding plans and printed figures: what may be said of them, and what not."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError, OverridableRuleError, RuleError
from benefits.events import TargetSet
from tests.builders import a_benefit, a_programme

DAY = {"effective_on": "2025-04-01"}


@pytest.fixture
def programmes(register):
    """Two programmes of one portfolio, and a project of the first."""
    a_programme(register)
    register.programme.open("OTHER", title="Other", portfolio="CHANGE", **DAY)
    register.project.open("FLEET", title="Fleet", programme="SCP", **DAY)
    return register


def refused(say, *names, **words) -> str:
    with pytest.raises(RuleError) as error:
        say(*names, **words)
    rule: str = error.value.rule
    return rule


# --- programmes and projects -----------------------------------------------------------------------


def test_a_programme_may_be_a_part_of_another_of_the_same_portfolio_one_level_deep(programmes):
    open_ = programmes.programme.open
    open_("PART", title="Part", portfolio="CHANGE", within="scp", **DAY)
    programmes.portfolio.open("SECOND", title="Second", authority="COUNCIL", **DAY)

    assert refused(open_, "P-1", title="Part", portfolio="SECOND", within="SCP", **DAY) == "same-portfolio"
    assert refused(open_, "P-2", title="Part", portfolio="CHANGE", within="PART", **DAY) == "one-level"


def test_what_belongs_to_a_project_belongs_to_the_programme_the_project_is_in_on_that_day(programmes):
    programmes.project.rehome("FLEET", programme="OTHER", effective_on="2025-10-01")
    plan = programmes.milestone.plan

    assert refused(plan, "M-1", title="Live", programme="OTHER", project="FLEET", **DAY) == "project-in-programme"
    plan("M-1", title="Live", programme="SCP", project="FLEET", **DAY)
    plan("M-2", title="Live", programme="OTHER", project="FLEET", effective_on="2025-10-01")
    identify = programmes.profile.identify
    assert (
        refused(identify, "B-9", title="Reduce", programme="SCP", project="FLEET", effective_on="2025-10-01")
        == "project-in-programme"
    )


def test_a_project_within_another_moves_with_it_and_not_by_itself(programmes):
    programmes.project.open("VANS", title="Vans", programme="SCP", within="FLEET", **DAY)

    assert refused(programmes.project.rehome, "VANS", programme="OTHER") == "moves-with-its-project"
    assert refused(programmes.project.rehome, "FLEET", programme="SCP") == "moves-somewhere"
    wrong = {"title": "Cars", "programme": "OTHER", "within": "FLEET"}
    assert refused(programmes.project.open, "CARS", **wrong, **DAY) == "project-in-programme"


def test_nothing_moves_from_one_authority_to_another(sandbox):
    a_programme(sandbox)
    sandbox.project.open("FLEET", title="Fleet", programme="SCP", **DAY)
    sandbox.authority.open("ELSEWHERE", title="Elsewhere", nation="wales", **DAY)
    sandbox.portfolio.open("THEIRS", title="Theirs", authority="ELSEWHERE", **DAY)
    sandbox.programme.open("THEIR-P", title="Theirs", portfolio="THEIRS", **DAY)

    assert refused(sandbox.project.rehome, "FLEET", programme="THEIR-P") == "same-authority"
    plan = {"title": "Plan", "programme": "SCP", "shared_with": ["THEIR-P"]}
    assert refused(sandbox.funding.open, "PLAN", **plan) == "same-authority"


def test_a_project_cannot_be_made_a_part_of_itself_by_correction(programmes):
    programmes.project.open("VANS", title="Vans", programme="SCP", within="FLEET", id="vans", **DAY)
    first = programmes.log.of_type("project-opened")[0].position

    with pytest.raises(RuleError, match="a part of itself"):
        programmes.correct(first, reason="Why not", changes={"within": "VANS"})


# --- stages, roles, mandates -----------------------------------------------------------------------


def test_a_stage_is_one_of_the_list_unless_the_guard_is_set_aside(programmes):
    programmes.programme.list_stages("SCP", stages=["Mobilisation", "Wave 1=2025-09"], **DAY)
    enter = programmes.programme.enter_stage

    with pytest.raises(OverridableRuleError, match="its stages are Mobilisation, Wave 1"):
        enter("SCP", stage="Wave 9", **DAY)
    enter("SCP", stage="mobilisation", **DAY)
    enter("SCP", stage="Wave 9", overrides=["stage-listed: Added at the meeting"], **DAY)
    assert refused(programmes.project.enter_stage, "FLEET", stage="Wave 7", **DAY) == "stage-listed"
    review = {"stage": "Wave 1", "findings": "Ready"}
    programmes.programme.review_stage("SCP", reviewer="CABINET", effective_on="2025-12-01", **review)
    assert refused(programmes.programme.list_stages, "SCP", stages=["One", "one"]) == "stages-once"


def test_a_role_ends_only_where_it_is_held(programmes):
    programmes.programme.assign_role("SCP", role="co-sponsor", post="OWNER", **DAY)
    programmes.programme.assign_role("SCP", role="co-sponsor", post="FINANCE", **DAY)
    end = programmes.programme.end_role

    assert refused(end, "SCP", role="director", post="OWNER", last_day="2025-06-30") == "role-held"
    end("SCP", role="co-sponsor", post="OWNER", last_day="2025-06-30")
    assert refused(end, "SCP", role="co-sponsor", post="OWNER", last_day="2025-07-31") == "role-held"


def test_a_command_of_a_noun_is_about_that_noun(programmes):
    assert refused(programmes.project.assign_role, "SCP", role="director", post="OWNER") == "kind"
    assert refused(programmes.programme.assign_role, "FLEET", role="director", post="OWNER") == "kind"


def test_only_a_resolution_that_confers_authority_mandates_a_programme(programmes):
    resolutions = ["a: note: carried", "b: mandate: carried"]
    programmes.decision.take("D-9", title="Mandate", body="CABINET", resolutions=resolutions, **DAY)

    assert refused(programmes.programme.mandate, "SCP", decision="D-9", resolution="a", **DAY) == "confers-authority"
    programmes.programme.mandate("SCP", decision="D-9", resolution="b", **DAY)
    with pytest.raises(RuleError, match="authorised SCP"):
        programmes.correct(
            programmes.log.of_type("decision-taken")[0].position,
            reason="It was only noted",
            changes={"resolutions": ["a: note: carried", "b: note: carried"]},
        )


# --- documents, funding, figures -------------------------------------------------------------------


def test_a_business_case_is_approved_in_an_issue_that_has_a_name_of_its_own(programmes):
    programmes.decision.take("D-9", title="Case", body="CABINET", resolutions=["a: approve: carried"], **DAY)
    for version in ("Draft", "Draft", "Final"):
        programmes.document.add_version("REPORT", version=version, **DAY)
    approve = programmes.document.approve_case
    by = {"stage": "full", "decision": "D-9", "resolution": "a"}

    assert refused(approve, "REPORT", version="Last", **by, **DAY) == "version-there"
    assert refused(approve, "REPORT", version="Draft", **by, **DAY) == "version-unambiguous"
    approve("REPORT", version="Final", cost="100", benefit="250", low="200", high="300", **by, **DAY)


def test_funding_is_decided_on_the_day_of_the_decision_and_an_amount_not_printed_is_left_out(programmes):
    programmes.decision.take("D-9", title="Money", body="CABINET", effective_on="2025-06-27")

    receipt = programmes.decision.fund("D-9", purpose="Review", amount="400000")
    assert receipt.effective_on.isoformat() == "2025-06-27"
    programmes.decision.fund("D-9", purpose="Systems")
    assert refused(programmes.decision.fund, "D-9", purpose="Nothing", amount="0") == "funding-positive"
    assert refused(programmes.decision.fund, "D-9", purpose="What", resolution="z") == "resolution-exists"


def test_a_plan_takes_lines_of_its_programmes_and_sources_of_its_lines(programmes):
    programmes.funding.open("PLAN", title="Plan", programme="SCP", shared_with=["OTHER"], **DAY)
    plan = programmes.funding
    plan.plan_cost("PLAN", line="1", activity="Team", amount="100", programme="OTHER", **DAY)
    programmes.programme.open("THIRD", title="Third", portfolio="CHANGE", **DAY)

    third = {"line": "2", "activity": "Team", "amount": "1", "programme": "THIRD"}
    assert refused(plan.plan_cost, "PLAN", **third) == "programme-of-plan"
    assert refused(plan.identify, "PLAN", line="9", source="Reserves", amount="1") == "line-planned"
    spend = {"line": "9", "period": "2025-05", "amount": "1"}
    assert refused(plan.record_spend, "PLAN", **spend) == "line-planned"
    assert refused(plan.record_spend, "PLAN", period="2025-05", amount="0") == "spend-something"
    overlapping = {"line": "3", "activity": "Team", "lines": ["2025/26=1", "2025-05=1"]}
    assert refused(plan.plan_cost, "PLAN", **overlapping) == "lines-apart"
    with pytest.raises(InvalidValueError, match="not both"):
        plan.plan_cost("PLAN", line="3", activity="Team", amount="1", lines=["2025/26=1"])
    twice = {"title": "Plan", "programme": "SCP", "shared_with": ["SCP"]}
    assert refused(plan.open, "PLAN-2", **twice) == "programmes-once"


def test_a_cost_line_is_not_taken_from_under_the_money_for_it(programmes):
    programmes.funding.open("PLAN", title="Plan", programme="SCP", **DAY)
    line = programmes.funding.plan_cost("PLAN", line="1", activity="Team", amount="100", **DAY).position
    source = programmes.funding.identify("PLAN", line="1", source="Cabinet", amount="60", **DAY).position

    with pytest.raises(RuleError, match=f"event {source} is about line 1"):
        programmes.withdraw(line, reason="Not needed")
    with pytest.raises(RuleError, match=f"event {source} is about line 1"):
        programmes.correct(line, reason="Another code", changes={"line": "2"})
    programmes.withdraw(source, reason="Not granted")
    programmes.withdraw(line, reason="Not needed")


def test_a_plan_restates_one_that_stands_by_itself(programmes):
    open_ = programmes.funding.open
    open_("PLAN", title="Plan", programme="SCP", **DAY)
    open_("AGAIN", title="The same, as tabled", programme="SCP", restates="plan", **DAY)

    assert refused(open_, "THIRD", title="Once more", programme="SCP", restates="AGAIN", **DAY) == "restates-another"


def test_a_resolution_that_is_not_carried_sets_no_money_aside(programmes):
    programmes.decision.take("D-9", title="Money", body="CABINET", resolutions=["a: approve: not-carried"], **DAY)

    assert refused(programmes.decision.fund, "D-9", purpose="Team", resolution="a", amount="1") == "funding-carried"


def test_a_printed_figure_claims_to_be_something_that_can_be_worked_out(programmes):
    quote = programmes.figure.quote
    programmes.funding.open("PLAN", title="Plan", programme="SCP", **DAY)

    quote("F-1", title="What it costs", value="100", of="PLAN", figure="planned_cost")
    quote("F-2", title="How it is put", words="cost neutral", against="F-1")
    assert refused(quote, "F-3", title="?", value="1", of="SCP", figure="planned_cost") == "figure-known"
    assert refused(quote, "F-3", title="?", value="1", of="OWNER", figure="claimed") == "figure-known"
    lines = {"of": "SCP", "figure": "claimed", "lines": ["1"]}
    assert refused(quote, "F-3", title="?", value="1", **lines) == "lines-of-a-plan"
    with pytest.raises(InvalidValueError, match="--value or --words"):
        quote("F-3", title="Nothing")
    with pytest.raises(InvalidValueError, match="--of and --figure"):
        quote("F-3", title="Half", value="1", of="PLAN")


# --- merging and splitting -------------------------------------------------------------------------


def test_benefits_that_are_never_added_together_are_never_merged(register):
    a_benefit(register)
    a_benefit(register, "B-2", release="non-cash-releasing")
    merge = register.profile.merge

    assert refused(merge, "B-1", into="B-2", reason="One team") == "alike"
    assert refused(merge, "B-1", into="B-1", reason="One team") == "others-once"


def test_what_is_merged_says_nothing_of_its_own_from_that_day_on(register, clock):
    a_benefit(register)
    a_benefit(register, "B-2")
    clock.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    register.profile.merge("B-1", into="B-2", reason="One team", effective_on="2025-10-01")

    on = {"effective_on": "2025-11-01"}
    assert refused(register.profile.set_target, "B-1", lines=["2025/26=1"], **on) == "not-merged"
    assert refused(register.profile.merge, "B-2", into="B-1", reason="Back", **on) == "not-merged"
    assert refused(register.saving.claim, "B-1", period="2025-11", amount="1", by="OWNER") == "not-merged"
    # What ended before may still be claimed; it is then for the guards to say
    assert refused(register.saving.claim, "B-1", period="2025-08", amount="1", by="OWNER") == "evidence-given"


def test_an_act_on_several_benefits_is_withdrawn_whole_and_corrected_not_at_all(register, views):
    a_benefit(register)
    a_benefit(register, "B-2")
    before = views.board("SCP").totals
    receipt = register.profile.merge("B-1", into="B-2", reason="One team", effective_on="2025-10-01")
    absorbed = receipt.position + 1

    for position in (receipt.position, absorbed):
        with pytest.raises(RuleError) as error:
            register.correct(position, reason="Later", changes={"reason": "Other"})
        assert error.value.rule == "recorded-together"
    register.withdraw(absorbed, reason="They stay apart")

    assert {one.state for one in views.board("SCP").benefits} == {"in-delivery"}
    assert views.board("SCP").totals == before
    assert register.log.head().size == absorbed + 2


def test_a_split_gives_out_shares_and_the_last_takes_the_residue_of_a_whole(register, views):
    a_benefit(register, target="100.01")
    for name in ("B-2", "B-3", "B-4"):
        a_benefit(register, name, target=None)
    parts = ["B-2=33.33", "B-3=33.33", "B-4=33.34"]
    register.profile.split("B-1", parts=parts, reason="Three teams", effective_on="2025-10-01")

    targets = {one.reference: str(one.target) for one in views.board("SCP").benefits}
    assert targets == {"B-1": "0.00", "B-2": "33.33", "B-3": "33.33", "B-4": "33.35"}
    assert [str(one.target) for one in views.board("SCP").totals] == ["100.01"]


def test_a_split_of_more_than_all_is_refused(register):
    a_benefit(register)
    a_benefit(register, "B-2")

    assert refused(register.profile.split, "B-1", parts=["B-2=60", "B-2=60"], reason="Two") == "shares-within-whole"
    assert refused(register.profile.split, "B-1", parts=["B-2=50", "B-2=50"], reason="Two") == "others-once"
    with pytest.raises(InvalidValueError, match="not a share"):
        register.profile.split("B-1", parts=["B-2=0"], reason="None")
    with pytest.raises(InvalidValueError, match="BENEFIT=PER CENT"):
        register.profile.split("B-1", parts=["B-2"], reason="How much")


def test_a_target_is_allocated_to_posts_whose_shares_come_to_no_more_than_all(register):
    a_benefit(register)
    allocate = register.profile.allocate_target

    allocate("B-1", allocations=["owner=60", "FINANCE=40"])
    assert register.subject("B-1").facts[-1].fact.allocations[0].post == "OWNER"
    allocate("B-1", allocations=["OWNER", "FINANCE", "PMO"])
    assert refused(allocate, "B-1", allocations=["OWNER=60", "FINANCE=41"]) == "shares-within-whole"
    assert refused(allocate, "B-1", allocations=["OWNER=60", "OWNER=1"]) == "posts-once"
    assert refused(allocate, "B-1", allocations=["SCP=60"]) == "kind"


# --- what a handover rests on stays as it was ------------------------------------------------------


@pytest.fixture
def merged(register):
    """B-1 was merged into B-2 on 1 October 2025."""
    a_benefit(register)
    a_benefit(register, "B-2", target="1000")
    register.profile.merge("B-1", into="B-2", reason="One team", effective_on="2025-10-01")
    return register


def target_of(register, name: str) -> int:
    (found,) = [dated for dated in register.subject(name).facts if isinstance(dated.fact, TargetSet)]
    position: int = found.position
    return position


@pytest.mark.parametrize("name", ["B-1", "B-2"])
def test_a_target_is_not_moved_behind_a_handover(merged, name):
    say = {"reason": "Later", "changes": {}, "effective_on": "2025-11-01"}

    assert refused(merged.correct, target_of(merged, name), **say) in ("fits-together", "not-merged")


def test_a_target_that_was_handed_over_is_not_withdrawn(merged):
    assert refused(merged.withdraw, target_of(merged, "B-1"), reason="Wrong") == "fits-together"


def test_no_version_is_set_for_a_day_before_a_handover(merged):
    early = {"lines": ["2025/26=1"], "effective_on": "2025-06-01", "release": "non-cash-releasing"}

    assert refused(merged.profile.set_target, "B-2", **early) == "before-no-handover"


def test_what_was_alike_when_it_was_merged_stays_alike(merged):
    opening = merged.subject("B-2").opening.position

    assert refused(merged.correct, opening, reason="A cut", changes={"kind": "cut"}) == "fits-together"


def test_a_merger_on_which_another_rests_is_not_withdrawn(merged):
    a_benefit(merged, "B-3", target="10")
    first = merged.log.of_type("benefit-merged")[0].position
    merged.profile.merge("B-2", into="B-3", reason="One team again", effective_on="2025-11-01")

    assert refused(merged.withdraw, first, reason="Not after all") == "fits-together"


def test_a_merged_benefit_is_in_no_budget_and_is_authorised_no_more(merged):
    later = {"effective_on": "2025-11-01"}
    treat = {"year": "2025/26", "head": "Fleet", "treatment": "in-approved-budget", "amount": "1"}

    assert refused(merged.saving.treat, "B-1", **treat, **later) == "not-merged"
    assert refused(merged.profile.authorise, "B-1", decision="D-1", resolution="a", **later) == "not-merged"


def test_a_benefit_is_not_merged_into_a_dis_benefit(register):
    a_benefit(register)
    register.profile.identify(
        "WORSE",
        title="Increase waiting",
        programme="SCP",
        release="cash-releasing",
        kind="efficiency",
        fund="general-fund",
        dis_benefit=True,
        **DAY,
    )

    assert refused(register.profile.merge, "B-1", into="WORSE", reason="One team") == "alike"


def test_small_amounts_are_split_without_signs_nobody_would_print(register, views):
    a_benefit(register, target="0.05")
    names = [f"P-{number}" for number in range(10)]
    for name in names:
        a_benefit(register, name, target=None)
    register.profile.split("B-1", parts=[f"{name}=10" for name in names], reason="Ten teams", effective_on="2025-10-01")

    targets = [one.target for one in views.board("SCP").benefits if one.reference in names]
    assert all(target is None or target >= 0 for target in targets)
    assert sum(target for target in targets if target is not None) == Decimal("0.05")


# --- what other facts rest on ----------------------------------------------------------------------


def test_money_set_aside_moves_with_its_decision(programmes, views):
    taken = programmes.decision.take("D-9", title="Money", body="CABINET", effective_on="2025-10-10").position
    programmes.decision.fund("D-9", purpose="Team", amount="100")

    receipt = programmes.correct(taken, reason="It met in June", changes={}, effective_on="2025-06-10")

    assert views.funding_decided(body="CABINET", as_at="2025-07-01", known_at="2026-12-31").total == Decimal(100)
    assert views.funding_decided(body="CABINET", as_at="2025-06-09", known_at="2026-12-31").total == 0
    assert programmes.log.head().size == receipt.position + 1


def test_a_resolution_that_set_money_aside_is_not_corrected_to_one_that_was_lost(programmes):
    take = {"title": "Money", "body": "CABINET", "resolutions": ["a: approve: carried"]}
    taken = programmes.decision.take("D-9", **take, **DAY).position
    programmes.decision.fund("D-9", purpose="Team", amount="100", resolution="a")

    lost = {"reason": "It was lost", "changes": {"resolutions": ["a: approve: not-carried"]}}
    assert refused(programmes.correct, taken, **lost) == "fits-together"


def test_an_issue_that_was_approved_is_not_withdrawn(programmes):
    programmes.decision.take("D-9", title="Case", body="CABINET", resolutions=["a: approve: carried"], **DAY)
    issue = programmes.document.add_version("REPORT", version="Final", **DAY).position
    programmes.document.approve_case("REPORT", version="Final", stage="full", decision="D-9", resolution="a", **DAY)

    assert refused(programmes.withdraw, issue, reason="Wrong") == "fits-together"


def test_a_plan_keeps_the_programmes_that_its_lines_are_for(programmes):
    plan = programmes.funding.open("PLAN", title="Plan", programme="SCP", shared_with=["OTHER"], **DAY).position
    programmes.funding.plan_cost("PLAN", line="1", activity="Team", amount="100", programme="OTHER", **DAY)

    assert refused(programmes.correct, plan, reason="Not theirs", changes={"shared_with": None}) == "fits-together"


def test_a_project_that_moved_by_itself_is_not_made_a_part_of_another(programmes):
    opened = programmes.log.of_type("project-opened")[0].position
    programmes.project.open("DEPOT", title="Depot", programme="SCP", **DAY)
    programmes.project.rehome("FLEET", programme="OTHER", effective_on="2025-10-01")

    within = {"reason": "A part", "changes": {"within": "DEPOT"}}
    assert refused(programmes.correct, opened, **within) == "moves-with-its-project"


def test_a_role_that_has_ended_is_not_ended_again(programmes):
    programmes.programme.assign_role("SCP", role="director", post="OWNER", **DAY)
    end = {"role": "director", "post": "OWNER", "last_day": "2025-06-30"}
    programmes.programme.end_role("SCP", **end)

    assert refused(programmes.programme.end_role, "SCP", **end) == "role-held"


def test_printed_figures_do_not_confirm_each_other(programmes):
    first = programmes.figure.quote("F-1", title="One", value="1").position
    programmes.figure.quote("F-2", title="Two", value="1", against="F-1")

    assert refused(programmes.correct, first, reason="?", changes={"against": "F-2"}) == "against-another"
    with pytest.raises(InvalidValueError, match="which with --of"):
        programmes.figure.quote("F-3", title="Part", value="1", percent="30")
    with pytest.raises(InvalidValueError, match="give --value"):
        programmes.figure.quote("F-3", title="Words", words="about one", printed_to="1000")
