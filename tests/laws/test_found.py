"""What the histories found, each in the fewest facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benefits.errors import InvalidValueError, RuleError
from projections import Views
from tests.builders import a_benefit, a_claim, a_programme

BEGAN = {"effective_on": "2025-04-01"}


def told(differences):
    return [(one.reference, one.field, one.was, one.now) for one in differences]


def another_portfolio(register):
    a_benefit(register)
    register.portfolio.open("OTHER", title="Other portfolio", authority="COUNCIL", **BEGAN)


def test_a_programme_that_comes_to_a_portfolio_later_restates_the_portfolios_board(register, views):
    # Given a claim in a programme of another portfolio
    another_portfolio(register)
    a_claim(register, amount="3200")
    known = register.log.head().size

    # When the programme turns out to belong here
    opened = register.log.of_type("programme-opened")[0].position
    moved = register.correct(opened, reason="Wrong portfolio", changes={"portfolio": "OTHER"})

    # Then the board as it was says what is added, and by which event
    restated = views.board("OTHER", known_at=known).restated
    assert ("B-1", "claimed", "0.00", "3200.00") in told(restated)
    assert ("B-1", "target", None, "40000.00") in told(restated)
    assert {one.position for one in restated} == {moved.position}
    assert ("B-1", "claimed", "3200.00", "0.00") in told(views.board("CHANGE", known_at=known).restated)


def test_a_benefit_that_moves_inside_a_portfolio_changes_its_programme_and_nothing_else(register, views):
    # Given a benefit with a claim, and a second programme of the portfolio
    a_benefit(register)
    a_claim(register)
    register.programme.open("SECOND", title="Second", portfolio="CHANGE", **BEGAN)
    known = register.log.head().size

    # When the benefit is put into the second
    identified = register.log.of_type("benefit-identified")[0].position
    register.correct(identified, reason="Wrong programme", changes={"programme": "SECOND"})

    # Then that is all that is told
    assert told(views.changes("CHANGE", known).changes) == [("B-1", "programme", "SCP", "SECOND")]


def test_a_benefit_that_moved_is_still_explained_by_its_claims(register, views):
    # Given a claim of a benefit that is then put into another programme
    a_benefit(register)
    claim = a_claim(register, amount="3200")
    register.programme.open("SECOND", title="Second", portfolio="CHANGE", **BEGAN)
    identified = register.log.of_type("benefit-identified")[0].position
    register.correct(identified, reason="Wrong programme", changes={"programme": "SECOND"})

    # When its figure is explained
    explained = views.explain("B-1", "claimed")

    # Then the claim is what makes it
    assert [str(part.amount) for part in explained.parts if part.position == claim.position] == ["3200.00"]
    assert str(explained.total) == "3200.00"


def test_what_is_shown_of_a_post_says_what_was_restated(register, views):
    # Given a post's holder
    a_programme(register)
    held = register.post.appoint_holder("OWNER", person="p-1", **BEGAN)
    known = register.log.head().size

    # When the holder is corrected
    register.correct(held.position, reason="Another person", changes={"person": "p-2"})

    # Then what was known before says so
    assert told(views.show("OWNER", known_at=known).restated) == [("OWNER", "holder", "p-1", "p-2")]


def test_a_period_of_a_target_that_ends_between_two_askings_is_told_with_the_target(register, views):
    # Given a target for this year, and nothing recorded since
    a_benefit(register, target=None)
    target = register.profile.set_target("B-1", lines=["2026/27=500"], effective_on="2026-04-01")

    # When somebody asks what takes effect until the year has ended
    (change,) = views.changes("SCP", target.position, as_at="2027-04-01").changes

    # Then it is the target to date, by the event that set the target
    assert told([change]) == [("B-1", "target_to_date", "0.00", "500.00")]
    assert (change.position, change.clock) == (target.position, "true")


def test_of_several_facts_true_from_one_day_each_change_names_its_own(register, views):
    # Given an owner and a target that take effect on one day still to come
    a_benefit(register, target=None)
    target = register.profile.set_target("B-1", lines=["2026/27=500"], effective_on="2026-05-01").position
    owner = register.profile.appoint_owner("B-1", post="FINANCE", effective_on="2026-05-01").position

    # When somebody asks what takes effect until then
    found = views.changes("SCP", "2026-04-01", as_at="2026-05-01").changes

    # Then each field names the fact that changed it
    named = {one.field: one.position for one in found}
    assert (named["target"], named["owner"]) == (target, owner)


def test_decisions_stand_in_the_order_in_which_they_were_taken_however_exactly_that_is_known(register, views, clock):
    # Given a decision of some day in a financial year, and one of a day before that year's end
    clock.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    a_programme(register)
    for name, on in (("IN-THE-YEAR", "2025/26"), ("ON-A-DAY", "2026-01-15")):
        register.decision.take(name, title="Case", body="CABINET", programmes=["SCP"], effective_on=on)

    # When the board is asked for
    decisions = views.board("SCP").decisions

    # Then the year, of which nothing but its end is certain, comes last
    assert [one.reference for one in decisions] == ["ON-A-DAY", "IN-THE-YEAR"]


def test_what_changed_since_a_day_is_the_same_for_a_token_whatever_is_recorded_on_that_day_later(register, views):
    # Given what changed since today, as known at a token
    a_benefit(register)
    token = views.board("SCP").token
    before = views.changes("SCP", "2026-04-01", token=token).model_dump_json()

    # When more is recorded today
    a_claim(register)

    # Then the token's answer is the same
    assert views.changes("SCP", "2026-04-01", token=token).model_dump_json() == before


def test_a_claim_found_on_again_without_an_assumption_rests_on_none(register, views):
    # Given a claim verified on an assumption
    a_benefit(register)
    claim = a_claim(register).position
    till = {"by": "FINANCE", "overrides": ["separate-accounts: one till"]}
    register.saving.verify("B-1", claim=claim, method="Sample", assumed="The sample is typical", **till)
    assert views.board("SCP").benefits[0].assumed

    # When it is verified again, on the ledger
    register.saving.verify("B-1", claim=claim, method="Ledger match", **till)

    # Then nothing is assumed any more
    assert not views.board("SCP").benefits[0].assumed


def test_a_benefit_has_no_board(register):
    a_benefit(register)

    with pytest.raises(InvalidValueError, match="a board is of a programme or portfolio"):
        Views(register).board("B-1")


# --- what moves, and what goes from one benefit to another ---------------------------------------


def a_project(register, *, programme="SCP", other="SECOND", portfolio="CHANGE", opens="2025-04-01"):
    """A project of a programme, a second programme that it may move to, and a benefit of the project."""
    a_programme(register, programme)
    register.portfolio.open("OTHER", title="Other portfolio", authority="COUNCIL", **BEGAN)
    register.programme.open(other, title="Second", portfolio=portfolio, effective_on=opens)
    register.project.open("P-1", title="Telephony", programme=programme, **BEGAN)
    a_benefit(register, target=None)
    identified = register.log.of_type("benefit-identified")[0].position
    register.correct(identified, reason="Of the project", changes={"project": "P-1"})


def twins(register, **second):
    """Two benefits that are alike, each with a target."""
    a_benefit(register, target="100")
    a_benefit(register, "B-2", target="40", **second)


def targets(register, views):
    """The portfolio's target on days before, between and after, as known now."""
    known = register.log.head().size
    days = ("2025-05-01", "2025-06-15", "2025-07-15", "2026-04-01")
    boards = {day: views.board("CHANGE", as_at=day, known_at=known) for day in days}
    return {day: [str(one.target) for one in board.totals] for day, board in boards.items()}


def test_a_claim_that_a_project_took_along_is_explained_with_its_period(register, views):
    # Given a claim of a benefit whose project then moves, from a day before the claim
    a_project(register)
    a_claim(register, period="2025-05", amount="3200")
    moved = register.project.rehome("P-1", programme="SECOND", effective_on="2025-05-01").position

    # When the figure of the programme it came to is explained
    (part,) = views.explain("SECOND", "claimed").parts

    # Then the move adds the claim for its month
    assert (part.position, part.period, str(part.amount)) == (moved, "2025-05", "3200.00")


def test_what_comes_to_a_portfolio_with_its_project_is_told_once_and_by_the_move(register, views):
    # Given a benefit with a target, part of which is past, whose project moves to another portfolio next month, on the
    # day on which the benefit gets another owner
    a_project(register, portfolio="OTHER")
    register.profile.set_target("B-1", lines=["2025/26=500", "2026/27=700"], **BEGAN)
    moved = register.project.rehome("P-1", programme="SECOND", effective_on="2026-05-01").position
    owner = register.profile.appoint_owner("B-1", post="FINANCE", effective_on="2026-05-01").position

    # When the portfolio it comes to asks what takes effect until then
    found = views.changes("OTHER", "2026-04-01", as_at="2026-05-01").changes

    # Then it comes by the move, and only the owner by the appointment
    mine = {one.field: one.position for one in found if one.reference == "B-1"}
    assert mine == {"title": moved, "original_target": moved, "target": moved, "target_to_date": moved, "owner": owner}
    assert [(one.was, one.now) for one in found if one.field == "target_to_date"] == [(None, "0.00")]


def test_a_programme_that_opens_later_brings_the_figures_to_date_of_what_has_moved(register, views):
    # Given a project that has moved to a programme which opens next month, and a target for a month it has there
    a_project(register, opens="2026-05-01")
    register.profile.set_target("B-1", lines=["2026-03=500"], **BEGAN)
    register.project.rehome("P-1", programme="SECOND", effective_on="2026-01-01")

    # When the portfolio asks what takes effect until then
    changes = views.changes("CHANGE", "2026-04-01", as_at="2026-05-01").changes

    # Then target and target to date come with the programme
    assert ("B-1", "target_to_date", "0.00", "500.00") in told(changes)
    assert ("B-1", "target", "0.00", "500.00") in told(changes)


def test_what_a_benefit_hands_over_changes_its_target_to_date_by_the_handover(register, views):
    # Given a merger on the last day of a month that both have a target for
    a_benefit(register, target=None)
    a_benefit(register, "B-2", target=None)
    for name in ("B-1", "B-2"):
        register.profile.set_target(name, lines=["2026-05=100"], **BEGAN)
    merged = register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2026-05-31").position

    # When somebody asks what takes effect until then
    found = views.changes("SCP", "2026-04-01", as_at="2026-05-31").changes

    # Then what the other is to have brought by then grows by what it took over
    (due,) = [one for one in found if (one.reference, one.field) == ("B-2", "target_to_date")]
    assert (due.was, due.now, due.position) == ("0.00", "200.00", merged + 1)


def test_a_handover_is_refused_from_a_day_before_a_later_version_of_either_side(register):
    # Given a benefit whose target changes in June
    twins(register)
    changed = register.profile.set_target("B-2", lines=["2026/27=70"], effective_on="2025-06-01").position

    # When the other is to be merged into it from May on, the line that came over would be lost in June
    with pytest.raises(RuleError, match=f"event {changed} says from 2025-06-01 what B-2 is to bring"):
        register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2025-05-01")
    with pytest.raises(RuleError, match=f"event {changed} says from 2025-06-01 what B-2 is to bring"):
        register.profile.split("B-2", parts=["B-1=50"], reason="Two efforts", effective_on="2025-05-01")


def test_a_benefit_is_not_merged_before_the_last_of_its_claims(register):
    # Given a claim for May
    twins(register)
    a_claim(register, period="2025-05")

    # When the benefit is to have ended in May
    with pytest.raises(RuleError, match="B-1 has a claim for 2025-05"):
        register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2025-05-31")

    # Then it is merged from June on
    register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2025-06-01")


def test_what_is_taken_over_stays_within_what_an_amount_may_be(register):
    # Given two benefits whose targets for a year come to more than an amount may be
    twins(register)
    for name in ("B-1", "B-2"):
        register.profile.set_target(name, lines=["2025/26=9999999999999.99"], **BEGAN)
    register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2025-05-01")
    a_benefit(register, "B-3", target=None)

    # When both together are to be handed on, then that is refused in words
    with pytest.raises(RuleError, match="come to more than an amount may be"):
        register.profile.merge("B-2", into="B-3", reason="One effort", effective_on="2025-05-01")


def test_a_programme_stays_in_the_portfolio_of_its_parts_and_is_no_part_itself(register):
    # Given a programme with a part
    another_portfolio(register)
    register.programme.open("PART", title="Part", portfolio="CHANGE", within="SCP", **BEGAN)
    register.programme.open("SECOND", title="Second", portfolio="CHANGE", **BEGAN)
    opened = register.log.of_type("programme-opened")[0].position

    # When it is to belong to another portfolio, or to be a part of another, then that is refused
    with pytest.raises(RuleError, match="PART is a part of it and belongs to CHANGE"):
        register.correct(opened, reason="Wrong portfolio", changes={"portfolio": "OTHER"})
    with pytest.raises(RuleError, match="PART is a part of it, and would be a part of a part"):
        register.correct(opened, reason="Part of the second", changes={"within": "SECOND"})


def test_a_target_that_rests_on_an_assumption_does_so_wherever_its_lines_go(register, views):
    # Given a target that rests on an assumption
    twins(register)
    register.profile.set_target("B-1", lines=["2025/26=7"], assumed="Half of last year's", **BEGAN)

    # When the benefit is merged into another, and a third, certain one is as well
    a_benefit(register, "B-3", target="9")
    for name in ("B-1", "B-3"):
        register.profile.merge(name, into="B-2", reason="One effort", effective_on="2025-05-01")

    # Then the other's target rests on it too
    (kept,) = [one for one in views.board("SCP").benefits if one.reference == "B-2"]
    assert (kept.assumed, str(kept.target)) == (True, "56.00")
    said = views.show("B-2").state
    assert said["assumed"] == {"taken over": "Half of last year's"}
    assert [line.get("assumed") for line in said["target"]["lines"]] == [None, "Half of last year's", None]


def test_where_a_move_rests_on_an_assumption_each_programmes_figures_do_so(register, views):
    # Given a claim of a project that moved on some day nobody wrote down
    a_project(register)
    a_claim(register, period="2025-05", amount="3200")
    register.project.rehome("P-1", programme="SECOND", effective_on="2025-06-01", assumed="The minutes name no day")

    # Then the figures of both programmes show it, and those of the portfolio, which has both, do not
    assert [[one.assumed for one in views.board(name).totals] for name in ("SCP", "CHANGE")] == [[True], [False]]
    assert [one.assumed for name in ("SCP", "SECOND") for one in views.board(name).benefits] == [True, True]


def test_moving_merging_and_splitting_leave_the_totals_alone(register, views):
    # Given two benefits of a portfolio, in two programmes
    a_project(register)
    register.profile.set_target("B-1", lines=["2025/26=100", "2026/27=33.33"], **BEGAN)
    a_benefit(register, "B-2", programme="SECOND", target="40")
    before = targets(register, views)

    # When one is split, moved and merged
    register.profile.split("B-1", parts=["B-2=33.33"], reason="Two efforts", effective_on="2025-06-01")
    register.project.rehome("P-1", programme="SECOND", effective_on="2025-07-01")
    register.profile.merge("B-1", into="B-2", reason="One effort", effective_on="2025-08-01")

    # Then the portfolio's target is what it was, on any day
    assert targets(register, views) == before == {day: ["173.33"] for day in before}


def test_what_begins_after_its_project_moved_has_not_moved(register, views):
    # Given a project that has moved
    a_project(register)
    register.project.rehome("P-1", programme="SECOND", effective_on="2025-06-01")

    # When a benefit and a milestone of it come on record for a later day
    later = {"programme": "SECOND", "project": "P-1", "effective_on": "2025-07-01"}
    register.profile.identify("B-2", title="Reduce calls", **later)
    register.milestone.plan("M-1", title="Live", **later)

    # Then they are on the page of the programme the project was in by then, and on no other
    pages = {name: views.board(name) for name in ("SCP", "SECOND")}
    assert {name: [one.reference for one in page.benefits] for name, page in pages.items()} == {
        "SCP": ["B-1"],
        "SECOND": ["B-1", "B-2"],
    }
    assert [len(page.milestones) for page in pages.values()] == [0, 1]
    assert [views.show(name).state["homes"] for name in ("B-2", "M-1")] == [None, None]


def test_what_a_programme_brings_is_added_to_what_a_moved_benefit_has_in_others(register, views, clock):
    # Given claims of a project in its first programme, and in a second that opens next month
    a_project(register, opens="2026-05-01")
    a_claim(register, period="2025-05", amount="400.10")
    a_claim(register, period="2025-08", amount="33.33")
    register.project.rehome("P-1", programme="SECOND", effective_on="2025-06-30")

    # When the portfolio asks what takes effect until then
    changes = views.changes("CHANGE", "2026-04-01", as_at="2026-05-01").changes

    # Then the second's claim comes on top of the first's
    assert ("B-1", "claimed", "400.10", "433.43") in told(changes)
