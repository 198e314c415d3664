"""The timeline: what happened in the order of its days, and what is due on days to come."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError
from projections import Views
from tests.builders import a_benefit, a_claim, a_programme

SINCE = {"effective_on": "2025-04-01"}
NOW = {"known_at": "2026-04-01"}


def told(answer, *kinds: str) -> list[tuple[str, str, str]]:
    """The entries as day, reference and words; only of some kinds, if any are named."""
    return [(entry.given, entry.reference, entry.what) for entry in answer.entries if not kinds or entry.kind in kinds]


def milestones(answer) -> list[tuple[str, str, bool]]:
    return [(entry.given, entry.kind, entry.is_future) for entry in answer.entries if entry.kind.startswith("mile")]


def test_what_was_recorded_in_any_order_stands_in_the_order_of_its_days(register, views):
    # Given facts that are recorded from the latest to the earliest
    a_programme(register)
    register.programme.enter_stage("SCP", stage="Wave 1", effective_on="2025-09-01")
    register.document.add_version("REPORT", version="Draft 2", reason="comments", effective_on="2025-08-15")
    register.decision.take(
        "D-1",
        title="Mandate",
        body="CABINET",
        programmes=["SCP"],
        resolutions=["a: mandate: carried", "b: note+endorse: carried-as-amended"],
        effective_on="2025-06-10",
    )
    register.programme.mandate("SCP", decision="D-1", resolution="a", effective_on="2025-06-11")
    register.programme.set_target("SCP", amount="30000000", period="2010/11", effective_on="2025-05-01")

    # Then the timeline has them from the earliest to the latest
    answer = views.timeline("scp")
    assert answer.reference == "SCP"
    assert [(entry.on.isoformat(), entry.kind, entry.reference, entry.what) for entry in answer.entries] == [
        ("2025-04-01", "programme-opened", "SCP", "programme of CHANGE opened"),
        (
            "2025-05-01",
            "programme-target-set",
            "SCP",
            "target of £30,000,000.00 for 2010/11 set, not-stated",
        ),
        (
            "2025-06-10",
            "decision-taken",
            "D-1",
            "taken by CABINET: a mandate, carried; b note + endorse, carried as amended",
        ),
        ("2025-06-11", "programme-mandated", "SCP", "mandated by resolution a of D-1"),
        ("2025-08-15", "document-version-added", "REPORT", "Draft 2 issued: comments"),
        ("2025-09-01", "programme-stage-entered", "SCP", "enters stage Wave 1"),
    ]
    assert {entry.title for entry in answer.entries} == {"Strategic change", "Mandate", "Monthly report"}
    assert not any(entry.is_future for entry in answer.entries)
    # And each names the event that says so
    types = {one.position: one.type for one in views.trail("SCP").events}
    assert all(types[entry.event] == entry.kind for entry in answer.entries)


def test_what_takes_effect_after_the_day_asked_for_is_not_told(register, views):
    a_programme(register)
    register.programme.set_target("SCP", amount="100", effective_on="2025-05-01")
    register.programme.set_target("SCP", amount="200", effective_on="2025-07-01")

    answer = views.timeline("SCP", as_at="2025-06-30", **NOW)

    assert [entry.amount for entry in answer.entries if entry.amount is not None] == [Decimal("100.00")]


def test_a_due_day_still_to_come_is_told_and_marked_as_future(register, views):
    a_programme(register)
    register.milestone.plan("M-1", title="Structure in place", programme="SCP", due="by 2025-10", **SINCE)
    register.milestone.plan("M-2", title="No date printed", programme="SCP", **SINCE)

    before = views.timeline("SCP", as_at="2025-09-30", **NOW)
    after = views.timeline("SCP", as_at="2025-10-01", **NOW)

    assert milestones(before) == [("by 2025-10", "milestone-due", True)]
    assert milestones(after) == [("by 2025-10", "milestone-due", False)]
    assert before.entries[-1].on.isoformat() == "2025-10-01"


def test_a_milestone_stands_where_it_was_due_and_is_expected_until_it_is_reached(register, views):
    # Given a milestone due in June, expected in September since May, and reached in August
    a_programme(register)
    register.milestone.plan("M-1", title="Live", programme="SCP", due="2025-06", **SINCE)
    register.milestone.reforecast("M-1", due="2025-09", reason="Testing", effective_on="2025-05-15")
    register.milestone.reach("M-1", effective_on="2025-08-20")

    assert milestones(views.timeline("SCP", as_at="2025-05-14", **NOW)) == [("2025-06", "milestone-due", True)]
    assert milestones(views.timeline("SCP", as_at="2025-07-31", **NOW)) == [
        ("2025-05-15", "milestone-reforecast", False),
        ("2025-06", "milestone-due", False),
        ("2025-09", "milestone-forecast", True),
    ]
    reached = views.timeline("SCP", as_at="2025-08-31", **NOW)
    assert milestones(reached) == [
        ("2025-05-15", "milestone-reforecast", False),
        ("2025-06", "milestone-due", False),
        ("2025-08-20", "milestone-reached", False),
    ]
    assert ("2025-05-15", "M-1", "now expected 2025-09: Testing") in told(reached)


def test_the_planned_starts_of_stages_are_those_of_the_list_in_force(register, views):
    a_programme(register)
    register.programme.list_stages("SCP", stages=["Mobilisation", "Wave 1=2025-10"], **SINCE)
    register.programme.list_stages("SCP", stages=["Mobilisation", "Wave 1=2026-01-15"], effective_on="2025-06-01")

    earlier = views.timeline("SCP", as_at="2025-05-31", **NOW)
    later = views.timeline("SCP", as_at="2025-06-01", **NOW)

    assert told(earlier, "stage-due") == [("2025-10", "SCP", "stage Wave 1 to start")]
    assert told(later, "stage-due") == [("2026-01-15", "SCP", "stage Wave 1 to start")]
    assert later.entries[-1].is_future


def test_claims_stand_on_the_last_day_of_their_period_with_their_amounts_and_what_finance_found(sandbox):
    # Given a claim that is verified in part, and another that is challenged and reversed
    a_benefit(sandbox)
    first = a_claim(sandbox, period="2025-05", amount="3200").position
    sandbox.saving.verify("B-1", claim=first, finding="part", amount="3000.50", method="ledger match", by="FINANCE")
    second = a_claim(sandbox, period="2025-06", amount="100", assumed="Not printed.").position
    sandbox.saving.challenge("B-1", claim=second, reason="Double counted", by="FINANCE")
    sandbox.saving.reverse("B-1", claim=second, amount="40", reason="Agreed", by="FINANCE")

    answer = Views(sandbox).timeline("SCP")

    found = [entry for entry in answer.entries if entry.kind.startswith("saving-")]
    assert [(entry.on.isoformat(), entry.given, entry.amount, entry.what) for entry in found] == [
        ("2025-05-31", "2025-05", Decimal("3200.00"), "£3,200.00 claimed for 2025-05"),
        (
            "2025-05-31",
            "2025-05",
            Decimal("3000.50"),
            f"£3,000.50 of the claim for 2025-05 (event {first}) verified in part, final",
        ),
        ("2025-06-30", "2025-06", Decimal("100.00"), "£100.00 claimed for 2025-06"),
        (
            "2025-06-30",
            "2025-06",
            Decimal("100.00"),
            f"£100.00 of the claim for 2025-06 (event {second}) challenged: Double counted",
        ),
        (
            "2025-06-30",
            "2025-06",
            Decimal("40.00"),
            f"£40.00 of the claim for 2025-06 (event {second}) reversed: Agreed",
        ),
    ]
    assert [entry.assumed for entry in found] == [None, None, "Not printed.", None, None]
    assert answer.to_json()["entries"][-1]["amount"] == "40.00"


def test_what_was_read_of_a_measure_and_a_target_by_month_are_told_in_the_words_of_their_units(register, views):
    a_programme(register)
    register.profile.identify("B-1", title="Reduce desks", programme="SCP", unit="desks", **SINCE)
    register.profile.set_target("B-1", lines=["2025-04=10", "2025-05=20.5"], **SINCE)
    register.measure.define("CALLS", title="Calls", programme="SCP", unit="calls a week", **SINCE)
    register.measure.read("CALLS", period="2025-05", value="3000", bound="at-least")
    register.measure.read("CALLS", period="2025-06", value="2900")

    answer = views.timeline("SCP")

    assert told(answer, "target-set") == [("2025-04-01", "B-1", "target of 30.5 desks for 2025-04..2025-05")]
    assert told(answer, "measure-read") == [
        ("2025-05", "CALLS", "read as at least 3000 calls a week"),
        ("2025-06", "CALLS", "read as 2900 calls a week"),
    ]


def test_what_was_found_of_a_claim_that_was_corrected_since_is_said_to_count_no_more(sandbox):
    a_benefit(sandbox)
    claim = a_claim(sandbox, amount="3200").position
    sandbox.saving.verify("B-1", claim=claim, method="ledger match", by="FINANCE")
    sandbox.correct(claim, reason="A slip", changes={"amount": "2300"}, by="OWNER")

    answer = Views(sandbox).timeline("SCP")

    assert [entry.amount for entry in answer.entries if entry.kind == "saving-claimed"] == [Decimal("2300.00")]
    ((_, _, verified),) = told(answer, "saving-verified")
    assert verified.endswith("counts no more, because the claim was corrected")


def test_targets_merges_and_budgets_of_benefits_are_told(register, views):
    a_benefit(register, "B-1")
    a_benefit(register, "B-2", target="1000")
    register.saving.treat(
        "B-1",
        year="2026/27",
        head="Agency",
        treatment="in-approved-budget",
        amount="40000",
        effective_on="2025-05-01",
        by="FINANCE",
    )
    register.profile.merge("B-2", into="B-1", reason="One saving", effective_on="2025-06-01")

    answer = views.timeline("SCP")

    assert told(answer, "target-set") == [
        ("2025-04-01", "B-1", "target of £40,000.00 for 2025/26"),
        ("2025-04-01", "B-2", "target of £1,000.00 for 2025/26"),
    ]
    assert told(answer, "budget-treated", "benefit-merged", "benefit-absorbed") == [
        ("2025-05-01", "B-1", "in approved budget from 2026/27: £40,000.00 a year, Agency"),
        ("2025-06-01", "B-2", "becomes part of B-1: One saving"),
        ("2025-06-01", "B-1", "takes in B-2"),
    ]


def test_a_project_that_moved_stands_in_each_programme_with_its_own_days(register, views):
    # Given a project that moves from one programme to another in July
    a_programme(register)
    register.programme.open("ICT", title="ICT", portfolio="CHANGE", **SINCE)
    register.project.open("CRM", title="Customer system", programme="SCP", **SINCE)
    register.milestone.plan("M-1", title="Live", programme="SCP", project="CRM", due="2025-12", **SINCE)
    register.project.enter_stage("CRM", stage="Build", effective_on="2025-05-01")
    register.project.rehome("CRM", programme="ICT", reason="It is a system", effective_on="2025-07-01")
    register.project.enter_stage("CRM", stage="Test", effective_on="2025-09-01")

    def entries(programme: str, as_at: str) -> list[tuple[str, str, str]]:
        answer = views.timeline(programme, as_at=as_at, **NOW)
        return [one for one in told(answer) if one[1] in ("CRM", "M-1")]

    # Then each has what happened while it was there, and both have the move
    assert entries("SCP", "2025-10-31") == [
        ("2025-04-01", "CRM", "project of SCP opened"),
        ("2025-05-01", "CRM", "enters stage Build"),
        ("2025-07-01", "CRM", "moved to ICT: It is a system"),
    ]
    assert entries("ICT", "2025-10-31") == [
        ("2025-07-01", "CRM", "moved to ICT: It is a system"),
        ("2025-09-01", "CRM", "enters stage Test"),
        ("2025-12", "M-1", "due"),
    ]
    # And what is due belongs where the project is on the day asked for
    assert entries("SCP", "2025-06-30")[-1] == ("2025-12", "M-1", "due")
    assert entries("CHANGE", "2025-10-31") == sorted(
        {*entries("SCP", "2025-10-31"), *entries("ICT", "2025-10-31")}, key=lambda one: one[0]
    )


def test_a_portfolio_has_what_is_in_all_its_programmes_and_a_programme_what_is_within_it(register, views):
    a_programme(register)
    register.programme.open("PEOPLE", title="People", portfolio="CHANGE", within="SCP", effective_on="2025-05-01")
    register.programme.open("ICT", title="ICT", portfolio="CHANGE", effective_on="2025-06-01")

    def programmes(name: str) -> list[str]:
        return [entry.reference for entry in views.timeline(name).entries]

    assert programmes("CHANGE") == ["SCP", "PEOPLE", "ICT"]
    assert programmes("SCP") == ["SCP", "PEOPLE"]
    assert programmes("ICT") == ["ICT"]


def test_periods_that_the_authority_has_closed_are_told(register, views):
    a_programme(register)
    register.authority.close_period("COUNCIL", period="2025-05", effective_on="2025-06-10")
    register.authority.reopen_period("COUNCIL", period="2025-05", reason="An error", effective_on="2025-06-20")

    assert told(views.timeline("SCP"), "period-closed", "period-reopened") == [
        ("2025-06-10", "COUNCIL", "the accounts of 2025-05 are closed"),
        ("2025-06-20", "COUNCIL", "the accounts of 2025-05 are opened again: An error"),
    ]


def test_a_fact_that_was_corrected_stands_on_its_new_day_only_as_known_since(register, views, clock):
    a_programme(register)
    issued = register.document.add_version("REPORT", version="Draft 2.6", effective_on="2025-06-25").position
    clock.now = datetime(2026, 5, 5, tzinfo=UTC)
    correction = register.correct(
        issued, reason="It is July", changes={}, effective_on="2025-07-25", assumed="Not printed."
    ).position

    (before,) = (one for one in views.timeline("SCP", **NOW).entries if one.reference == "REPORT")
    (after,) = (one for one in views.timeline("SCP").entries if one.reference == "REPORT")

    assert (before.given, before.event, before.assumed) == ("2025-06-25", issued, None)
    assert (after.given, after.event, after.assumed) == ("2025-07-25", correction, "Not printed.")


def test_what_was_withdrawn_is_not_told(register, views):
    a_programme(register)
    position = register.programme.enter_stage("SCP", stage="Wave 1", effective_on="2025-09-01").position
    register.withdraw(position, reason="Not yet")

    assert told(views.timeline("SCP"), "programme-stage-entered") == []


def test_only_a_programme_or_portfolio_has_a_timeline(register, views):
    a_benefit(register)

    with pytest.raises(InvalidValueError, match="B-1 is a benefit"):
        views.timeline("B-1")
