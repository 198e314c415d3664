"""What a resolution delegates: to whom, who may exercise it, when, and what may rest on it then."""

from __future__ import annotations

import json

import pytest

from benefits.errors import InvalidValueError, NotFoundError, OverridableRuleError, RuleError
from tests.builders import a_programme

APRIL = "2025-04-01"


@pytest.fixture
def store_url(sqlite_url) -> str:
    """The rules know no database, so one will do."""
    return str(sqlite_url)


def a_delegation(register, *delegations: str, resolutions=("a: note: carried", "b: delegate: carried"), **act):
    """Take a decision that delegates, effective from 24 April 2025."""
    a_programme(register)
    taken = register.decision.take(
        "D-1",
        title="Sign-off",
        body="CABINET",
        programmes=["SCP"],
        resolutions=resolutions,
        delegations=delegations,
        effective_on="2025-04-10",
        **act,
    )
    register.decision.make_effective("D-1", resolutions=["b"], effective_on="2025-04-24")
    return taken


def refusal(rule: str, kind: type[RuleError], record, *args, **words) -> str:
    """Return the message with which a rule refuses something."""
    with pytest.raises(kind) as found:
        record(*args, **words)
    assert found.value.rule == rule, found.value.message
    return found.value.message


def exercise(register, *holders: str, on: str = "2025-05-01", **words):
    return register.decision.exercise("D-1", resolution="b", holders=list(holders), effective_on=on, **words)


# --- what is delegated -----------------------------------------------------------------------------


def test_only_a_clause_that_delegates_delegates_to_somebody(register):
    with pytest.raises(RuleError) as refused:
        a_delegation(register, "A: OWNER")

    assert (refused.value.rule, refused.value.subject) == ("delegates", "D-1")
    assert refused.value.message == "resolution a of D-1 only says note; it delegates nothing"


def test_a_delegation_is_by_a_resolution_of_the_decision(register):
    message = refusal("resolution-exists", RuleError, a_delegation, register, "z: OWNER")

    assert message == "D-1 has no resolution z; it has a, b"


@pytest.mark.parametrize(
    ("delegations", "said"),
    [
        (["b"], "write LETTER: TO[+]TO: DUE"),
        (["b: OWNER+owner"], "OWNER is named twice"),
        (["b: OWNER", "B: FINANCE"], "letter b is used twice"),
        (["b: OWNER: soon"], "delegations.0.due"),
        ([{"letter": "b", "to": []}], "delegations.0.to"),
    ],
)
def test_a_delegation_names_everybody_once_and_by_which_day_it_is_due(register, delegations, said):
    with pytest.raises(InvalidValueError, match=said):
        a_delegation(register, *delegations)


def test_those_it_is_delegated_to_and_those_consulted_are_on_record_and_spelt_as_they_were_opened(register):
    taken = a_delegation(register, "b: owner+cabinet: by 2025-06: finance")

    (delegation,) = taken.fact.delegations
    assert (delegation.to, delegation.in_consultation_with) == (("OWNER", "CABINET"), ("FINANCE",))
    assert (delegation.due.words, len(delegation.to)) == ("by 2025-06", 2)
    for unknown in ("b: NOBODY", "b: OWNER:: NOBODY"):
        with pytest.raises(NotFoundError):
            register.decision.take(
                "D-2", title="X", body="CABINET", resolutions=["b: delegate: carried"], delegations=[unknown]
            )


def test_what_is_left_out_of_a_decision_is_not_in_what_is_stored(register):
    a_programme(register)
    bare = register.decision.take("D-2", title="X", body="CABINET", resolutions=["b: delegate: carried"])
    said = register.decision.take(
        "D-3", title="X", body="CABINET", resolutions=["b: delegate: carried"], delegations=["b: OWNER"]
    )

    assert "delegations" not in json.loads(bare.fact.to_body())
    assert json.loads(said.fact.to_body())["delegations"] == [{"letter": "b", "to": ["OWNER"]}]


# --- its exercise ----------------------------------------------------------------------------------


def test_a_joint_delegation_is_exercised_by_all_its_holders_together_and_by_no_one_alone(register):
    a_delegation(register, "b: OWNER+FINANCE")

    message = refusal("delegation-holders", RuleError, exercise, register, "OWNER")
    assert message == (
        "resolution b of D-1 delegates to OWNER and FINANCE, jointly, and FINANCE did not take part; "
        "it takes everybody it was made to, and nobody else"
    )
    assert exercise(register, "finance", "OWNER").fact.holders == ("FINANCE", "OWNER")


def test_nobody_else_exercises_a_delegation(register):
    a_delegation(register, "b: OWNER")

    for holders in (["FINANCE"], ["OWNER", "FINANCE"]):
        message = refusal("delegation-holders", RuleError, exercise, register, *holders)
        assert message.startswith("resolution b of D-1 delegates to OWNER, not to FINANCE; it takes everybody")


def test_a_delegation_is_exercised_once(register):
    a_delegation(register, "b: OWNER")
    exercise(register, "OWNER")

    for on in ("2025-04-30", "2025-05-02"):
        message = refusal("exercised-once", RuleError, exercise, register, "OWNER", on=on)
        assert "is already exercised; correct that event instead" in message


def test_a_delegation_is_not_exercised_before_it_was_made_nor_before_it_is_in_force(register):
    a_delegation(register, "b: OWNER")

    refusal("taken-first", RuleError, exercise, register, "OWNER", on="2025-04-09")
    message = refusal("decision-effective", OverridableRuleError, exercise, register, "OWNER", on="2025-04-23")
    assert "resolution b of D-1 is not effective on 2025-04-23, so nobody can exercise it" in message
    refusal("not-in-the-future", RuleError, exercise, register, "OWNER", on="2026-04-02")
    assert exercise(register, "OWNER", on="2025-04-24").position


def test_that_it_is_in_force_may_be_set_aside_with_a_reason(register):
    a_delegation(register, "b: OWNER")

    receipt = exercise(register, "OWNER", on="2025-04-11", overrides=["decision-effective: Urgent; call-in waived"])

    assert [one.rule for one in receipt.fact.overrides] == ["decision-effective"]


def test_only_what_was_delegated_and_carried_is_exercised(register):
    resolutions = ["a: note: carried", "b: delegate: not-carried", "c: delegate: carried"]
    a_delegation(register, "b: OWNER", resolutions=resolutions)

    def exercised(letter: str) -> None:
        register.decision.exercise("D-1", resolution=letter, holders="OWNER", effective_on="2025-05-01")

    assert "only says note" in refusal("delegates", RuleError, exercised, "a")
    assert "there is nothing to exercise" in refusal("delegation-carried", RuleError, exercised, "b")
    assert "has no resolution z" in refusal("resolution-exists", RuleError, exercised, "z")
    message = refusal("delegation-recorded", RuleError, exercised, "c")
    assert """--set 'delegations=["c: HOLDER"]'""" in message


def test_to_whom_it_delegates_may_be_recorded_later_by_correcting_the_decision(register):
    taken = a_delegation(register)

    register.correct(
        taken.position, reason="The minutes name the post", changes={"delegations": ["b: OWNER: 2025-06-30"]}
    )

    assert exercise(register, "OWNER").position


# --- what may rest on it ---------------------------------------------------------------------------


def test_an_exercised_delegation_confers_authority_from_the_day_of_its_exercise_on(register):
    a_delegation(register, "b: OWNER")
    register.profile.identify("B-1", title="Reduce spend", programme="SCP", effective_on=APRIL)

    def authorise(on: str):
        return register.profile.authorise("B-1", decision="D-1", resolution="b", effective_on=on)

    message = refusal("confers-authority", RuleError, authorise, "2025-05-01")
    assert message.endswith("the delegation confers it once it is exercised")
    exercise(register, "OWNER", on="2025-05-01")
    refusal("confers-authority", RuleError, authorise, "2025-04-30")
    assert authorise("2025-05-01").position


def test_an_exercise_on_which_something_rests_is_neither_withdrawn_nor_moved_past_it(register):
    a_delegation(register, "b: OWNER")
    exercised = exercise(register, "OWNER", on="2025-05-01")
    register.profile.identify("B-1", title="Reduce spend", programme="SCP", effective_on=APRIL)
    authorised = register.profile.authorise("B-1", decision="D-1", resolution="b", effective_on="2025-05-02")

    said = {"reason": "Mistaken"}
    message = refusal("fits-together", RuleError, register.withdraw, exercised.position, **said)
    assert "it authorised B-1" in message
    moved = {"changes": {}, "effective_on": "2025-05-03"} | said
    refusal("fits-together", RuleError, register.correct, exercised.position, **moved)
    register.withdraw(authorised.position, **said)
    assert register.withdraw(exercised.position, **said).position


# --- corrections -----------------------------------------------------------------------------------


def test_an_exercise_is_corrected_and_recorded_anew_after_it_was_withdrawn(register):
    a_delegation(register, "b: OWNER+FINANCE")
    first = exercise(register, "OWNER", "FINANCE", note="Signed")

    register.correct(first.position, reason="As recorded", changes={"note": "Signed off", "record": "REPORT"})
    alone = {"reason": "One only", "changes": {"holders": ["OWNER"]}}
    refusal("delegation-holders", RuleError, register.correct, first.position, **alone)
    register.withdraw(first.position, reason="Not signed after all")

    assert exercise(register, "FINANCE", "OWNER", on="2025-05-09").position


@pytest.mark.parametrize(
    "otherwise",
    [
        {"changes": {"delegations": ["b: OWNER"]}},
        {"changes": {"delegations": ["b: OWNER+CABINET"]}},
        {"changes": {"delegations": None}},
        {"changes": {"resolutions": ["a: note: carried", "b: delegate: withdrawn"]}},
        {"changes": {}, "effective_on": "2025-05-02"},
    ],
)
def test_a_decision_is_not_corrected_into_one_whose_delegation_could_not_have_been_exercised(register, otherwise):
    taken = a_delegation(register, "b: OWNER+FINANCE")
    exercise(register, "OWNER", "FINANCE")

    message = refusal("fits-together", RuleError, register.correct, taken.position, reason="As minuted", **otherwise)

    assert message.startswith(f"event {taken.position} cannot be so: event ")
