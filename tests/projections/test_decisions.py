"""A decision in full: what it confers and why not, what it funded, and what rests on it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError, NotFoundError
from tests.builders import a_programme

SINCE = {"effective_on": "2025-05-01"}


@pytest.fixture
def taken(register):
    """A decision on a report: one resolution is noted, one approved, one approved and lost."""
    a_programme(register)
    register.document.state_implication(
        "REPORT", implication="legal", text="No call-in.", cleared_by="FINANCE", **SINCE
    )
    register.document.hold_consultation("REPORT", consulted="Staff forum", response="Content", **SINCE)
    register.decision.take(
        "D-1",
        title="Business case",
        body="CABINET",
        programmes=["SCP"],
        report="REPORT",
        recommendations=["a: note: Progress", "b: approve", "c: mandate"],
        resolutions=["a: note: carried: Progress noted", "b: approve+delegate: carried", "c: mandate: not-carried"],
        key="yes",
        **SINCE,
    )


@pytest.mark.usefixtures("taken")
def test_each_resolution_says_what_it_confers_and_why_not(views):
    noted, approved, lost = views.decision("d-1").resolutions

    assert (noted.letter, noted.verbs, noted.text) == ("a", ["note"], "Progress noted")
    assert not noted.confers_authority
    assert noted.why_not == "resolution a of D-1 only says note, which confers no authority"
    assert (approved.verbs, approved.confers_authority, approved.why_not) == (["approve", "delegate"], True, None)
    assert not lost.confers_authority
    assert lost.why_not == "resolution c of D-1 is not-carried, not carried"


def test_an_advisory_board_confers_nothing_whatever_it_approves(register, views):
    a_programme(register)
    register.body.constitute("BOARD", title="Board", authority="COUNCIL", body_kind="advisory", **SINCE)
    register.decision.take("D-1", title="Case", body="BOARD", resolutions=["a: approve: carried"], **SINCE)

    (resolution,) = views.decision("D-1").resolutions

    assert resolution.why_not is not None
    assert "BOARD is an advisory or officer board" in resolution.why_not


@pytest.mark.usefixtures("taken")
def test_what_was_decided_is_there_with_its_report_and_who_cleared_it(views):
    answer = views.decision("D-1")

    assert (answer.body, answer.body_title, answer.effective_on, answer.key) == (
        "CABINET",
        "Cabinet",
        "2025-05-01",
        "yes",
    )
    assert (answer.state, answer.published_on, answer.programmes) == ("decided", None, ["SCP"])
    assert [(one.letter, one.verbs, one.text) for one in answer.recommendations] == [
        ("a", ["note"], "Progress"),
        ("b", ["approve"], None),
        ("c", ["mandate"], None),
    ]
    report = answer.report
    assert report is not None
    assert (report.reference, report.title) == ("REPORT", "Monthly report")
    assert [(one.implication, one.cleared_by) for one in report.implications] == [("legal", "FINANCE")]
    assert [(one.consulted, one.response) for one in report.consultations] == [("Staff forum", "Content")]


@pytest.mark.usefixtures("taken")
def test_a_resolution_is_effective_from_the_day_it_may_be_acted_on(register, views):
    register.decision.publish("D-1", effective_on="2025-05-03")
    register.decision.make_effective("D-1", resolutions=["b"], effective_on="2025-05-12")

    def effective(as_at: str) -> list[tuple[bool, str | None]]:
        found = views.decision("D-1", as_at=as_at, known_at="2026-04-01").resolutions
        return [(one.is_effective, one.effective_from) for one in found]

    assert effective("2025-05-11") == [(False, None), (False, None), (False, None)]
    assert effective("2025-05-12") == [(False, None), (True, "2025-05-12"), (False, None)]
    assert views.decision("D-1").published_on == "2025-05-03"


@pytest.mark.usefixtures("taken")
def test_funding_whose_amount_is_not_printed_is_unknown_and_never_nought(register, views):
    register.decision.fund("D-1", purpose="Programme management", amount="210000", form="cash", resolution="b")
    register.decision.fund("D-1", purpose="Systems", assumed="Only the purpose is printed.")

    first, second = views.decision("D-1").funding

    assert (first.purpose, first.amount, first.form, first.resolution) == (
        "Programme management",
        Decimal("210000.00"),
        "cash",
        "b",
    )
    assert (second.amount, second.form, second.assumed) == (None, "not-stated", "Only the purpose is printed.")


@pytest.mark.usefixtures("taken")
def test_what_rests_on_its_authority_is_listed_benefits_mandates_and_business_cases(register, views):
    register.document.add_version("REPORT", version="1.0", **SINCE)
    register.document.approve_case("REPORT", version="1.0", stage="full", decision="D-1", resolution="b", **SINCE)
    register.programme.mandate("SCP", decision="D-1", resolution="b", effective_on="2025-05-02")
    register.profile.identify("B-1", title="Reduce agency spend", programme="SCP", **SINCE)
    register.profile.authorise("B-1", decision="D-1", resolution="b", effective_on="2025-05-03")
    register.profile.identify("B-2", title="Reduce postage", programme="SCP", **SINCE)

    found = views.decision("D-1").authorised

    assert [(one.kind, one.reference, one.version, one.resolution, one.on) for one in found] == [
        ("programme", "SCP", None, "b", "2025-05-02"),
        ("document", "REPORT", "1.0", "b", "2025-05-01"),
        ("benefit", "B-1", None, "b", "2025-05-03"),
    ]
    assert {one.title for one in found} == {"Strategic change", "Monthly report", "Reduce agency spend"}
    # And nothing of it was there before its day
    assert [one.kind for one in views.decision("D-1", as_at="2025-05-02", known_at="2026-04-01").authorised] == [
        "programme",
        "document",
    ]


@pytest.mark.usefixtures("taken")
def test_a_benefit_that_another_decision_has_authorised_since_rests_on_that_one(register, views):
    # Given a benefit that a first decision authorised
    register.profile.identify("B-1", title="Reduce agency spend", programme="SCP", **SINCE)
    register.profile.authorise("B-1", decision="D-1", resolution="b", effective_on="2025-05-03")

    # When a second one authorises it anew
    register.decision.take(
        "D-2", title="Full case", body="CABINET", resolutions=["a: approve: carried"], effective_on="2025-06-01"
    )
    register.profile.authorise("B-1", decision="D-2", resolution="a", effective_on="2025-06-01")

    # Then it rests on the second from that day
    def authorised(decision: str, as_at: str) -> list[str]:
        return [one.reference for one in views.decision(decision, as_at=as_at, known_at="2026-04-01").authorised]

    assert authorised("D-1", "2025-05-31") == ["B-1"]
    assert authorised("D-1", "2025-06-01") == []
    assert authorised("D-2", "2025-06-01") == ["B-1"]


@pytest.mark.usefixtures("taken")
def test_a_decision_is_told_as_it_was_known_then_and_says_what_later_records_changed(register, views, clock):
    clock.now = datetime(2026, 5, 5, tzinfo=UTC)
    (taken,) = (one.position for one in views.trail("D-1").events if one.type == "decision-taken")
    register.correct(
        taken, reason="The minutes say otherwise", changes={"resolutions": ["b: approve: not-carried"]}, by="PMO"
    )

    earlier = views.decision("D-1", as_at="2026-04-01", known_at="2026-04-01")
    assert [one.letter for one in earlier.resolutions] == ["a", "b", "c"]
    assert earlier.restated is not None
    assert [one.field for one in earlier.restated] == ["resolutions"]
    (now,) = views.decision("D-1").resolutions
    assert (now.outcome, now.confers_authority) == ("not-carried", False)


def test_only_a_decision_is_told_in_full(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="REPORT is a document, not a decision"):
        views.decision("REPORT")
    with pytest.raises(NotFoundError):
        views.decision("D-9")


# --- delegations -----------------------------------------------------------------------------------


@pytest.fixture
def delegated(register):
    """A decision that delegates b to two posts jointly, by the end of June, and c to one; d was not carried."""
    a_programme(register)
    register.decision.take(
        "D-1",
        title="Sign-off",
        body="CABINET",
        programmes=["SCP"],
        resolutions=["a: note: carried", "b: delegate: carried", "c: delegate: carried", "d: delegate: not-carried"],
        delegations=["b: OWNER+FINANCE: 2025-06-30: CABINET", "c: OWNER", "d: OWNER: 2025-06-30"],
        **SINCE,
    )
    register.decision.make_effective("D-1", resolutions=["b"], effective_on="2025-05-12")


@pytest.mark.usefixtures("delegated")
def test_a_resolution_tells_to_whom_it_delegates_by_when_and_what_is_doubtful_in_its_form(views):
    noted, joint, single, _ = views.decision("D-1").resolutions

    assert noted.delegation is None
    assert [(one.reference, one.title) for one in joint.delegation.to] == [
        ("OWNER", "Owner"),
        ("FINANCE", "Finance"),
    ]
    assert [one.reference for one in joint.delegation.in_consultation_with] == ["CABINET"]
    assert (joint.delegation.is_joint, joint.delegation.due) == (True, "2025-06-30")
    assert joint.delegation.warning == (
        "delegated to several jointly, as minuted; that is not a form the law lists, so ask the monitoring officer"
    )
    assert (single.delegation.is_joint, single.delegation.warning, single.delegation.due) == (False, None, None)


@pytest.mark.usefixtures("delegated")
def test_a_delegation_is_open_until_its_exercise_and_overdue_once_its_day_has_passed_without(register, views):
    def open_on(day: str) -> list[tuple[bool, str | None]]:
        found = views.decision("D-1", as_at=day, known_at="2026-04-01").resolutions[1:]
        return [(one.delegation.is_overdue, one.delegation.exercised_on) for one in found]

    assert open_on("2025-06-30") == [(False, None), (False, None), (False, None)]
    assert open_on("2025-07-01") == [(True, None), (False, None), (False, None)]

    register.decision.exercise(
        *("D-1",),
        resolution="B",
        holders=["FINANCE", "OWNER"],
        record="REPORT",
        note="Signed off",
        effective_on="2025-07-04",
        assumed="The record is not dated",
    )

    assert open_on("2025-07-03") == [(True, None), (False, None), (False, None)]
    assert open_on("2025-07-04") == [(False, "2025-07-04"), (False, None), (False, None)]
    exercised = views.decision("D-1").resolutions[1]
    assert [one.reference for one in exercised.delegation.exercised_by] == ["FINANCE", "OWNER"]
    assert (exercised.delegation.record, exercised.delegation.note) == ("REPORT", "Signed off")
    assert exercised.delegation.assumed == "The record is not dated"
    assert (exercised.confers_authority, exercised.why_not) == (True, None)


@pytest.mark.usefixtures("delegated")
def test_the_board_and_the_timeline_have_what_is_delegated_and_when_it_is_due(register, views):
    def on_board(day: str) -> list[tuple[str, list[str], str | None, str | None, bool]]:
        (decision,) = views.board("SCP", as_at=day, known_at="2026-04-01").decisions
        return [(one.letter, one.to, one.due, one.exercised_on, one.is_overdue) for one in decision.delegations]

    def told(day: str) -> list[tuple[str, str, bool]]:
        found = views.timeline("SCP", as_at=day, known_at="2026-04-01").entries
        return [(one.given, one.what, one.is_future) for one in found if one.kind.startswith("delegation-")]

    open_still = [("c", ["OWNER"], None, None, False), ("d", ["OWNER"], "2025-06-30", None, False)]
    joint = ("b", ["OWNER", "FINANCE"], "2025-06-30")
    assert on_board("2025-06-30") == [(*joint, None, False), *open_still]
    assert on_board("2025-07-01") == [(*joint, None, True), *open_still]
    assert told("2025-06-01") == [("2025-06-30", "what resolution b delegates is due", True)]
    assert told("2025-07-01") == [("2025-06-30", "what resolution b delegates is due, and not exercised", False)]

    register.decision.exercise("D-1", resolution="b", holders="OWNER+FINANCE", effective_on="2025-06-20", note="Signed")

    assert on_board("2025-07-01") == [(*joint, "2025-06-20", False), *open_still]
    assert told("2025-07-01") == [
        ("2025-06-20", "what resolution b delegated is exercised: Signed", False),
        ("2025-06-30", "what resolution b delegates is due", False),
    ]


@pytest.mark.usefixtures("delegated")
def test_what_changed_of_a_delegation_is_told_with_the_names_of_its_holders(register, views, clock):
    before = views.board("SCP").token
    clock.now = datetime(2026, 4, 2, 12, tzinfo=UTC)
    receipt = register.decision.exercise("D-1", resolution="b", holders=["OWNER", "FINANCE"], effective_on="2025-06-20")

    changes = views.changes("SCP", before).changes

    found = {one.field: (one.position, one.was, one.now) for one in changes}
    assert found["exercised"] == (
        receipt.position,
        None,
        f"letter b, holders OWNER and FINANCE, on 2025-06-20, event {receipt.position}",
    )
