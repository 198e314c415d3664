"""Documents and their issues: the order of recording, and the effective order beside."""

from __future__ import annotations

from decimal import Decimal

import pytest

from benefits.errors import AmbiguousError, InvalidValueError, NotFoundError
from cli.say import exit_code
from projections import Views
from tests.builders import SHA, a_programme

ISSUES = (
    ("2008-06-26", "Draft 2.1", "2008-06-26"),
    ("2008-07-11", "Draft 2.5", "2008-07-11"),
    ("2008-07-15", "Draft 2.5", "2008-07-15"),
    ("2008-06-25", "Draft 2.6", "2008-07-25"),
)
"""Printed date, version, and day of recording: the last is dated before all others."""


@pytest.fixture
def history(sandbox):
    """A document whose history has a date too early, corrected on 1 August 2008, and goes on."""
    a_programme(sandbox, effective_on="2008-06-01", now="2008-06-01")
    *_, last = [
        sandbox.document.add_version("REPORT", version=version, effective_on=printed, now=now)
        for printed, version, now in ISSUES
    ]
    sandbox.correct(
        last.position,
        reason="The table has it after 15 July",
        changes={},
        effective_on="2008-07-25",
        assumed="The date is not printed.",
        now="2008-08-01",
    )
    sandbox.document.add_version(
        "REPORT", version="Final", effective_on="2008-08-13", now="2008-08-13", sha256=SHA, reason="final version"
    )
    return Views(sandbox)


def issues(answer) -> list[tuple[str, str, int]]:
    return [(one.version, one.printed, one.effective_order) for one in answer.versions]


def test_before_the_correction_the_order_of_recording_and_the_effective_order_differ(history):
    answer = history.document("REPORT", as_at="2008-07-31", known_at="2008-07-31")

    assert issues(answer) == [
        ("Draft 2.1", "2008-06-26", 2),
        ("Draft 2.5", "2008-07-11", 3),
        ("Draft 2.5", "2008-07-15", 4),
        ("Draft 2.6", "2008-06-25", 1),
    ]
    assert [one.corrected_by for one in answer.versions] == [None] * 4


def test_after_the_correction_the_two_orders_are_one_and_the_correction_is_named(history):
    answer = history.document("REPORT", as_at="2008-07-31", known_at="2008-08-01")

    assert issues(answer) == [
        ("Draft 2.1", "2008-06-26", 1),
        ("Draft 2.5", "2008-07-11", 2),
        ("Draft 2.5", "2008-07-15", 3),
        ("Draft 2.6", "2008-07-25", 4),
    ]
    moved = answer.versions[-1]
    assert moved.corrected_by == moved.event + 1
    assert moved.assumed == "The date is not printed."
    assert moved.recorded_at.date().isoformat() == "2008-07-25"


def test_the_answer_of_before_says_what_a_later_record_changed(history):
    answer = history.document("REPORT", as_at="2008-07-31", known_at="2008-07-31")

    assert answer.restated is not None
    assert {(one.type, one.field) for one in answer.restated} >= {("fact-corrected", "versions")}
    assert history.document("REPORT", as_at="2008-07-31", token=answer.token).restated is None


def test_an_issue_dated_after_the_day_asked_for_is_not_listed(history):
    answer = history.document("REPORT", as_at="2008-07-24", known_at="2008-08-20")

    assert [one.version for one in answer.versions] == ["Draft 2.1", "Draft 2.5", "Draft 2.5"]


def test_a_version_that_names_one_issue_is_that_issue(history):
    answer = history.document_version("report", "FINAL")

    assert (answer.reference, answer.title, answer.version) == ("REPORT", "Monthly report", "Final")
    assert (answer.printed, answer.sha256, answer.reason) == ("2008-08-13", SHA, "final version")
    assert answer.effective_order == 5


def test_a_version_that_names_two_issues_is_refused_as_ambiguous_and_both_are_named(history):
    first, second = (one.event for one in history.document("REPORT").versions if one.version == "Draft 2.5")

    with pytest.raises(AmbiguousError) as refusal:
        history.document_version("REPORT", "draft 2.5")

    assert f"Draft 2.5 printed 2008-07-11 (event {first})" in refusal.value.message
    assert f"Draft 2.5 printed 2008-07-15 (event {second})" in refusal.value.message
    assert (refusal.value.code, refusal.value.subject, exit_code(refusal.value)) == ("ambiguous", "REPORT", 4)


def test_a_version_is_unambiguous_as_long_as_only_one_issue_bears_it(history):
    assert history.document_version("REPORT", "Draft 2.5", as_at="2008-07-14").printed == "2008-07-11"


def test_an_unknown_version_is_not_found_and_the_message_says_what_there_is(history):
    with pytest.raises(NotFoundError, match=r"no issue 'Draft 9'; it has Draft 2\.1 printed 2008-06-26 \(event \d+\)"):
        history.document_version("REPORT", "Draft 9")
    with pytest.raises(NotFoundError, match="it has none"):
        history.document_version("REPORT", "Draft 2.1", as_at="2008-06-10")


def test_an_issue_that_was_withdrawn_is_not_listed(register, views):
    a_programme(register)
    register.document.add_version("REPORT", version="1", effective_on="2025-05-01")
    second = register.document.add_version("REPORT", version="1", effective_on="2025-06-01")
    register.withdraw(second.position, reason="Recorded twice")

    assert [one.printed for one in views.document("REPORT").versions] == ["2025-05-01"]
    assert views.document_version("REPORT", "1").printed == "2025-05-01"


def test_a_document_has_its_implications_consultations_and_approvals(register, views):
    a_programme(register)
    act = {"effective_on": "2025-05-01"}
    register.document.add_version("REPORT", version="1", **act)
    register.document.state_implication(
        "REPORT", implication="financial", text="None.", cleared_by="FINANCE", cleared_on="2025-04-30", **act
    )
    register.document.hold_consultation("REPORT", consulted="Scrutiny", assumed="No minute.", **act)
    register.decision.take(
        "D-1", title="Case", body="CABINET", resolutions=["a: approve: carried"], programmes=["SCP"], **act
    )
    register.document.approve_case(
        "REPORT", version="1", stage="outline", decision="D-1", resolution="a", cost="1000", high="2500.50", **act
    )

    answer = views.document("REPORT")

    assert answer.programmes == ["SCP"]
    (implication,) = answer.implications
    assert (implication.implication, implication.cleared_by, implication.cleared_on) == (
        "financial",
        "FINANCE",
        "2025-04-30",
    )
    (consultation,) = answer.consultations
    assert (consultation.consulted, consultation.response, consultation.assumed) == ("Scrutiny", None, "No minute.")
    (approval,) = answer.approvals
    assert (approval.version, approval.stage, approval.decision) == ("1", "outline", "D-1")
    assert (approval.cost, approval.benefit, approval.high) == (Decimal("1000.00"), None, Decimal("2500.50"))
    assert answer.to_json()["approvals"][0]["cost"] == "1000.00"


def test_only_a_document_has_issues(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="SCP is a programme, not a document"):
        views.document("SCP")
    with pytest.raises(InvalidValueError, match="CABINET is a body, not a document"):
        views.document_version("CABINET", "1")
