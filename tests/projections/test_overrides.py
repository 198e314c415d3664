"""The guards that were set aside, and whether they still stand."""

from __future__ import annotations

import pytest

from benefits.errors import NotFoundError
from projections import Views, overrides
from tests.builders import a_programme

SINCE = {"effective_on": "2025-04-01"}
WHY = "The claim is of an earlier register"


@pytest.fixture
def pilot(sandbox):
    """A decision recorded on the date its paper bears, a year early, and put right a week later."""
    act = {"by": "PMO", "now": "2009-04-01", "effective_on": "2009-04-01"}
    sandbox.authority.open("COUNCIL", title="Council", nation="england", **act)
    sandbox.portfolio.open("CHANGE", title="Change", authority="COUNCIL", **act)
    sandbox.programme.open("TP", title="Total Place", portfolio="CHANGE", **act)
    sandbox.body.constitute("EXECUTIVE", title="Executive", authority="COUNCIL", body_kind="executive", **act)
    taken = sandbox.decision.take(
        "D-PILOT",
        title="Pilot",
        body="EXECUTIVE",
        programmes=["TP"],
        resolutions=["a: note: carried"],
        printed_date="2009-01-12",
        effective_on="2009-01-12",
        now="2010-01-12",
        by="PMO",
        overrides=["taker-exists: The header bears a date on which the Executive did not exist"],
    )
    sandbox.correct(
        taken.position,
        reason="The header is a year early",
        changes={},
        effective_on="2010-01-12",
        now="2010-01-20",
        by="PMO",
    )
    return Views(sandbox)


def a_claim_by_override(register, reference: str = "B-1") -> int:
    """A claim of a benefit that is not in delivery, without evidence."""
    if register.log.of_type("programme-opened") == []:
        a_programme(register)
    register.profile.identify(reference, title="Reduce agency spend", programme="SCP", **SINCE)
    register.profile.appoint_owner(reference, post="OWNER", **SINCE)
    register.profile.agree_measure(reference, measure="Spend", source="Ledger", direction="decrease", **SINCE)
    register.profile.agree_baseline(reference, value="980000", taken="2024/25", **SINCE)
    claim = register.saving.claim(
        reference,
        period="2025-05",
        amount="3200",
        by="OWNER",
        overrides=[f"{rule}: {WHY}" for rule in ("in-delivery", "evidence-given")],
    )
    return int(claim.position)


def standing(answer) -> dict[tuple[int, str], bool]:
    return {(one.position, one.rule): one.standing for one in answer.overrides}


@pytest.mark.parametrize("name", [None, "TP", "CHANGE", "D-PILOT"])
def test_an_override_stands_until_a_correction_clears_it(pilot, name):
    # When it is asked for before and after the correction was recorded
    (before,) = pilot.overrides(name, known_at="2010-01-15").overrides
    (after,) = pilot.overrides(name, known_at="2010-01-31").overrides

    # Then it is listed both times, and stands no more
    assert before.standing
    assert after == before.model_copy(update={"standing": False})
    assert (before.rule, before.type, before.reference, before.actor) == (
        "taker-exists",
        "decision-taken",
        "D-PILOT",
        "PMO",
    )
    assert before.reason == "The header bears a date on which the Executive did not exist"
    assert before.effective_on.isoformat() == "2009-01-12"


def test_overrides_are_cut_by_the_day_only_where_one_is_given(pilot):
    assert len(pilot.overrides(known_at="2010-01-15").overrides) == 1
    assert len(pilot.overrides(as_at="2009-01-12", known_at="2010-01-15").overrides) == 1
    assert pilot.overrides(as_at="2009-01-11", known_at="2010-01-15").overrides == []


def test_every_guard_set_aside_is_listed_with_its_reason_in_the_order_of_recording(register, views):
    position = a_claim_by_override(register)

    answer = views.overrides()

    assert [(one.position, one.rule, one.reason, one.standing) for one in answer.overrides] == [
        (position, "in-delivery", WHY, True),
        (position, "evidence-given", WHY, True),
    ]


def test_overrides_of_a_subject_are_its_own_and_of_what_belongs_to_it(register, views):
    first = a_claim_by_override(register, "B-1")
    second = a_claim_by_override(register, "B-2")

    assert {one.position for one in views.overrides("B-2").overrides} == {second}
    assert {one.position for one in views.overrides("SCP").overrides} == {first, second}
    assert views.overrides("CABINET").overrides == []
    with pytest.raises(NotFoundError):
        views.overrides("NOWHERE")


def test_the_override_of_a_withdrawn_fact_stands_no_more(register, views):
    position = a_claim_by_override(register)
    register.withdraw(position, reason="Never made")

    assert standing(views.overrides()) == {(position, "in-delivery"): False, (position, "evidence-given"): False}


def test_a_correction_that_still_needs_an_override_does_not_set_the_guard_aside_again(register, views):
    position = a_claim_by_override(register)
    register.correct(position, reason="A slip of the pen", changes={"amount": "2300"}, by="OWNER")

    assert standing(views.overrides()) == {(position, "in-delivery"): True, (position, "evidence-given"): True}


def test_a_guard_set_aside_in_a_correction_is_listed_under_the_correction(register, views):
    # Given an override whose reason was wrong
    position = a_claim_by_override(register)

    # When the fact is corrected with another
    corrected = register.correct(
        position, reason="The reason was wrong", changes={}, by="OWNER", overrides=["evidence-given: The ledger burnt"]
    ).position

    # Then both are listed, and the later one stands
    answer = views.overrides()
    assert standing(answer) == {
        (position, "in-delivery"): True,
        (position, "evidence-given"): False,
        (corrected, "evidence-given"): True,
    }
    assert [(one.type, one.corrects) for one in answer.overrides if one.position == corrected] == [
        ("fact-corrected", position)
    ]


def test_what_was_cleared_and_set_aside_again_stands_by_the_later_event(register, views):
    # Given an override that a second correction replaces, and a third brings back
    position = a_claim_by_override(register)
    second, third = (
        register.correct(
            position, reason="The reason was wrong", changes={}, by="OWNER", overrides=[f"evidence-given: {reason}"]
        ).position
        for reason in ("The ledger burnt", WHY)
    )

    # Then only the latest of them stands
    found = [(one.position, one.standing) for one in views.overrides().overrides if one.rule == "evidence-given"]
    assert found == [(position, False), (second, False), (third, True)]


def test_the_whole_log_is_looked_at_however_many_pages_it_has(register, views, monkeypatch):
    position = a_claim_by_override(register)
    monkeypatch.setattr(overrides, "PAGE", 3)

    assert {one.position for one in views.overrides().overrides} == {position}
    assert views.overrides(known_at=position - 1).overrides == []
