"""What the histories found, each in the fewest facts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benefits.errors import InvalidValueError
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
