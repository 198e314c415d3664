"""Corrections and withdrawals: facts about facts, which leave what was recorded where it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from benefits.errors import InvalidValueError, NotFoundError, RuleError
from projections import Views
from tests.benefits.test_rules import SAME_ACCOUNT, a_verification, fact_of, line, refused
from tests.builders import a_benefit, a_claim, a_programme

WHY = "Double-counted agency spend"


def correct(register, at, reason: str = WHY, act: dict[str, Any] | None = None, **changes: Any):
    return register.correct(at, reason=reason, changes=changes, **(act or {}))


def test_a_corrected_figure_stands_from_when_it_was_corrected_and_the_original_before(register, clock):
    # Given a claim of 3,200 known on 1 April
    a_benefit(register)
    claim = a_claim(register, amount="3200")

    # When it is corrected to 2,900 in May
    clock.now = datetime(2026, 5, 5, tzinfo=UTC)
    corrected = correct(register, claim.position, amount="2900")

    # Then today's board has the one, April's the other, and the trail has both and why
    assert line(register).claimed == Decimal("2900.00")
    (april,) = Views(register).board("SCP", known_at="2026-04-30").benefits
    assert april.claimed == Decimal("3200.00")
    original, correction = [
        one for one in Views(register).trail("B-1").events if one.type in ("saving-claimed", "fact-corrected")
    ]
    assert original.body
    assert correction.body
    assert (original.body["amount"], correction.body["fact"]["amount"]) == ("3200.00", "2900.00")
    assert (correction.corrects, correction.reason, correction.position) == (
        claim.position,
        WHY,
        corrected.position,
    )
    assert corrected.effective_on == claim.effective_on


def test_a_correction_holds_the_whole_fact_with_what_was_not_wrong_as_it_was(register):
    a_benefit(register)
    claim = a_claim(register, assumed="The month")

    fact = correct(register, claim.position, amount="2900").fact

    assert fact.fact == fact_of(claim).model_dump(mode="json", exclude_none=True) | {"amount": "2900.00"}
    assert (fact.fact_type, fact.fact_version) == ("saving-claimed", 1)


def test_one_field_of_the_evidence_is_corrected_and_the_rest_of_it_stays(register):
    a_benefit(register)
    claim = a_claim(register)

    fact = correct(register, claim.position, evidence_source="Payroll").fact

    was = fact_of(claim).evidence.model_dump(mode="json", exclude_none=True)
    assert fact.fact["evidence"] == was | {"source": "Payroll"}


def test_a_fact_is_corrected_again_by_correcting_the_original_again(register):
    a_benefit(register)
    claim = a_claim(register, amount="3200")
    first = correct(register, claim.position, amount="2900")

    with refused("correct-the-original") as refusal:
        correct(register, first.position, amount="2800")
    assert f"correct the original again: event {claim.position}" in refusal.value.message
    with refused("correct-the-original"):
        register.withdraw(first.position, reason=WHY)

    correct(register, claim.position, amount="2800")
    assert line(register).claimed == Decimal("2800.00")


@pytest.mark.parametrize("at", [999, "0998", 0, 10**18 - 1])
def test_there_is_nothing_to_correct_where_there_is_no_event(register, at):
    a_benefit(register)

    with pytest.raises(NotFoundError, match=f"there is no event {int(at)}; the log ends at"):
        correct(register, at, amount="1")
    with pytest.raises(NotFoundError):
        register.withdraw(at, reason=WHY)


@pytest.mark.parametrize("at", ["", "B-1", "-1", "1.5", "9" * 30, "9" * 5_000, "@", "@two words", None])
def test_an_event_is_named_by_its_position_or_its_command(register, at):
    a_benefit(register)

    with pytest.raises(InvalidValueError):
        correct(register, at, amount="1")


def test_an_event_named_by_its_command(register):
    a_benefit(register)
    claim = a_claim(register, id="claim-1")

    assert correct(register, "@claim-1", amount="1").fact.corrects == claim.position
    assert register.withdraw("@claim-1", reason=WHY).fact.corrects == claim.position


def test_a_fact_stays_of_its_type_and_about_its_subject(register):
    a_benefit(register)
    claim = a_claim(register)

    with refused("same-type") as refusal:
        correct(register, claim.position, type="saving-verified")
    assert "withdraw it, and record the other" in refusal.value.message
    with refused("reference-stays"):
        correct(register, claim.position, reference="B-2", amount="1")
    assert correct(register, claim.position, type="saving-claimed", reference="b-1", amount="1").position


@pytest.mark.parametrize("changes", [{"titel": "x"}, {"position": 1}, {"overrides": []}, {"dated": "2025-05"}])
def test_a_field_the_fact_does_not_have_is_refused(register, changes):
    a_benefit(register)
    claim = a_claim(register)

    with pytest.raises(InvalidValueError, match="it has period, amount, claimant"):
        correct(register, claim.position, **changes)


def test_a_correction_that_changes_nothing_is_refused(register):
    a_benefit(register)
    claim = a_claim(register, amount="3200")

    unchanged: tuple[dict[str, Any], ...] = (
        {},
        {"amount": "3,200.00"},
        {"period": "2025-05..2025-05"},
        {"claimant": "owner"},
    )
    for changes in unchanged:
        with refused("changes-something") as refusal:
            correct(register, claim.position, **changes)
        assert "say what was wrong with it" in refusal.value.message


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "\ud800", 5])
def test_a_correction_and_a_withdrawal_have_a_reason(register, reason):
    a_benefit(register)
    claim = a_claim(register)

    with pytest.raises(InvalidValueError, match="reason"):
        register.correct(claim.position, reason=reason, changes={"amount": "1"})
    with pytest.raises(InvalidValueError, match="reason"):
        register.withdraw(claim.position, reason=reason)


def test_what_the_log_says_of_itself_is_not_corrected(register):
    with refused("correctable"):
        correct(register, 1, sandbox=True)
    with refused("correctable"):
        register.withdraw(1, reason=WHY)


# --- the rules judge the fact as it should have been -----------------------------------------------


def test_a_correction_is_judged_as_the_fact_itself_would_be(register):
    a_benefit(register)
    a_claim(register, period="2025-06")
    claim = a_claim(register, period="2025-05", amount="3200")

    with refused("one-claim-a-period"):
        correct(register, claim.position, period="2025-06")
    with refused("claim-something"):
        correct(register, claim.position, amount="0")
    with refused("evidence-given"):
        correct(register, claim.position, evidence=None)
    with refused("not-in-the-future"):
        correct(register, claim.position, period="2026-05")
    with pytest.raises(InvalidValueError):
        correct(register, claim.position, amount="lots")
    assert correct(register, claim.position, period="2025-05..2025-05", amount="1").position


def test_a_corrected_period_moves_the_claim_to_it(register):
    a_benefit(register)
    claim = a_claim(register, period="2025-05", amount="3200")

    moved = correct(register, claim.position, period="2025-07")

    assert moved.effective_on == date(2025, 7, 31)
    (june,) = Views(register).board("SCP", as_at="2025-06-30", known_at="2026-04-01").benefits
    assert (june.claimed, line(register).claimed) == (Decimal(0), Decimal("3200.00"))


def test_a_fact_is_moved_to_another_day_and_keeps_its_precision_if_it_is_not(register):
    a_programme(register)
    register.milestone.plan("LIVE", title="Live", programme="SCP")
    reached = register.milestone.reach("LIVE", effective_on="2026-02")

    noted = correct(register, reached.position, note="Two services")
    assert (noted.effective_on, noted.fact.fact["dated"]) == (date(2026, 2, 28), "2026-02")

    moved = correct(register, reached.position, act={"effective_on": "2026-03-03"})
    assert moved.effective_on == date(2026, 3, 3)
    assert "dated" not in moved.fact.fact
    with refused("not-in-the-future"):
        correct(register, reached.position, act={"effective_on": "2026-04-02"})


def test_an_assumption_is_added_and_taken_out(register):
    a_benefit(register)
    claim = a_claim(register)

    correct(register, claim.position, act={"assumed": "The month"})
    assert line(register).assumed
    correct(register, claim.position, assumed=None)
    assert not line(register).assumed


# --- overrides -------------------------------------------------------------------------------------


@pytest.fixture
def early(register):
    """A decision recorded a year early, of a body that did not exist then."""
    a_programme(register)
    return register.decision.take(
        "D-2",
        title="Pilot",
        body="CABINET",
        effective_on="2024-01-12",
        overrides=["taker-exists: The date the paper bears"],
    )


def rules(receipt) -> list[str]:
    return [one["rule"] for one in receipt.fact.fact.get("overrides", ())]


def test_an_override_is_carried_over_while_it_is_needed(register, early):
    corrected = correct(register, early.position, title="Total Place pilot")

    assert rules(corrected) == ["taker-exists"]
    assert corrected.fact.fact["overrides"][0]["reason"] == "The date the paper bears"


def test_an_override_is_dropped_when_the_correction_makes_it_needless(register, early):
    corrected = correct(register, early.position, act={"effective_on": "2026-01-12"})

    assert rules(corrected) == []
    assert Views(register).show("D-2").state["overrides"] == []


def test_an_override_is_given_a_better_reason(register, early):
    corrected = correct(
        register, early.position, title="Total Place", act={"overrides": ["taker-exists: The header is misprinted"]}
    )

    assert [(one["rule"], one["reason"]) for one in corrected.fact.fact["overrides"]] == [
        ("taker-exists", "The header is misprinted")
    ]


def test_an_override_that_a_correction_does_not_need_is_refused(register, early):
    with refused("override-needed"):
        correct(register, early.position, title="x", act={"overrides": ["owner-agreed: x"]})


def test_an_override_is_added_where_the_correction_needs_one(register):
    a_programme(register)
    taken = register.decision.take("D-2", title="Pilot", body="CABINET", effective_on="2026-01-12")

    with refused("taker-exists"):
        correct(register, taken.position, act={"effective_on": "2024-01-12"})
    assert rules(
        correct(register, taken.position, act={"effective_on": "2024-01-12", "overrides": ["taker-exists: As printed"]})
    ) == ["taker-exists"]


# --- dependants ------------------------------------------------------------------------------------


def test_a_claim_is_not_withdrawn_from_under_what_was_found_of_it(register):
    a_benefit(register)
    claim = a_claim(register, amount="3200")
    found = a_verification(register, finding="part", amount="3000")

    with refused("fits-together") as refusal:
        register.withdraw(claim.position, reason=WHY)
    assert "withdraw that one first" in refusal.value.message

    register.withdraw(found.position, reason=WHY)
    register.withdraw(claim.position, reason=WHY)
    assert line(register).claimed == Decimal(0)


@pytest.mark.parametrize("change", [{"amount": "2900"}, {"amount": "9000"}, {"period": "2025-12"}])
def test_a_finding_counts_no_more_once_the_claim_it_was_made_on_is_corrected(register, change):
    a_benefit(register)
    claim = a_claim(register, amount="3200")
    found = a_verification(register, finding="part", amount="1000")

    correct(register, claim.position, **change)
    assert (line(register).verified, line(register).assurance) == (Decimal("0.00"), "claimed")

    # Finance finds on the words that stand now.
    correct(register, found.position, act={"overrides": SAME_ACCOUNT, "by": "FINANCE"}, amount="1100")
    assert line(register).verified == Decimal("1100.00")


def test_a_finding_is_corrected_against_the_claim_as_it_found_it(register):
    a_benefit(register)
    a_claim(register, amount="3200")
    found = a_verification(register, finding="full")
    register.saving.reverse("B-1", claim="2025-05", amount="200", reason=WHY, by="FINANCE")

    correct(register, found.position, act={"overrides": SAME_ACCOUNT, "by": "FINANCE"}, method="Invoices")

    assert (line(register).claimed, line(register).verified) == (Decimal("3000.00"), Decimal("3000.00"))


def test_no_month_is_claimed_twice_by_taking_a_reversal_back(register):
    a_benefit(register)
    a_claim(register, amount="100")
    reversal = register.saving.reverse("B-1", claim="2025-05", reason=WHY, by="FINANCE")
    a_claim(register, amount="70")

    with refused("fits-together") as refusal:
        register.withdraw(reversal.position, reason=WHY)
    assert "would both claim 2025-05" in refusal.value.message


@pytest.mark.parametrize(
    "type_name", ["benefit-owner-appointed", "measure-agreed", "baseline-agreed", "delivery-started"]
)
def test_what_a_claim_rests_on_is_not_withdrawn_from_under_it(register, type_name):
    a_benefit(register)
    claim = a_claim(register)
    (ground,) = register.log.of_type(type_name)

    with refused("fits-together") as refusal:
        register.withdraw(ground.position, reason=WHY)
    assert f"event {claim.position} rests on it" in refusal.value.message


def test_what_another_subject_rests_on_is_not_withdrawn_or_corrected_away(register):
    a_benefit(register)
    a_claim(register)
    taken = register.subject("D-1").opening.position
    effective = register.subject("D-1").recorded[1].position

    with refused("fits-together") as refusal:
        correct(register, taken, resolutions=["a: note: carried"])
    assert "it authorised B-1" in refusal.value.message
    with refused("fits-together"):
        register.withdraw(register.subject("REPORT").opening.position, reason=WHY)
    register.withdraw(effective, reason=WHY)
    with refused("fits-together") as refusal:
        register.withdraw(taken, reason=WHY)
    assert "of B-1 rests on D-1" in refusal.value.message


def test_a_decision_is_not_moved_past_what_became_of_it(register):
    a_benefit(register)

    with refused("fits-together") as refusal:
        register.correct(register.subject("D-1").opening.position, reason=WHY, changes={}, effective_on="2025-06-01")
    assert "before it was taken" in refusal.value.message


def test_what_others_build_upon_is_corrected_and_never_withdrawn(register):
    a_benefit(register)
    for position in range(2, 9):
        with refused("fits-together"):
            register.withdraw(position, reason=WHY)
    opened = register.subject("B-1").opening
    with refused("fits-together") as refusal:
        register.withdraw(opened.position, reason=WHY)
    assert "is about it; withdraw that one first" in refusal.value.message


def test_a_benefit_with_claims_does_not_turn_into_one_that_is_not_in_money(register):
    a_benefit(register)
    a_claim(register)

    with refused("fits-together") as refusal:
        correct(register, register.subject("B-1").opening.position, unit="hours")
    assert "its unit was settled" in refusal.value.message


# --- withdrawals -----------------------------------------------------------------------------------


def test_what_was_withdrawn_is_gone_from_then_on_and_there_before(register, clock):
    a_benefit(register)
    claim = a_claim(register, amount="3200")
    clock.now += timedelta(days=10)
    register.withdraw(claim.position, reason="Recorded on the wrong benefit")

    assert line(register).claimed == Decimal(0)
    (before,) = Views(register).board("SCP", known_at="2026-04-05").benefits
    assert before.claimed == Decimal("3200.00")
    assert a_claim(register, amount="1").position


def test_what_was_withdrawn_is_neither_corrected_nor_withdrawn_again(register):
    a_benefit(register)
    claim = a_claim(register)
    register.withdraw(claim.position, reason=WHY)

    with refused("withdrawn") as refusal:
        correct(register, claim.position, amount="1")
    assert "record the fact anew" in refusal.value.message
    with refused("withdrawn"):
        register.withdraw(claim.position, reason=WHY)


def test_a_withdrawal_says_why_and_nothing_that_would_seem_to_be_taken_in(register):
    a_benefit(register)
    claim = a_claim(register)

    for more in ({"effective_on": "2025-05-31"}, {"assumed": "x"}, {"overrides": ["x: y"]}):
        with pytest.raises(InvalidValueError, match="it only takes a reason"):
            register.withdraw(claim.position, reason=WHY, **more)


def test_a_refused_correction_leaves_no_trace(register):
    a_benefit(register)
    claim = a_claim(register)
    before = register.log.head()

    with pytest.raises(RuleError):
        correct(register, claim.position, act={"id": "correction-1"}, amount="0")

    assert register.log.head() == before
    assert correct(register, claim.position, act={"id": "correction-1"}, amount="1").position
