"""The register: every act recorded once or refused whole, under references that keep their spelling."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from benefits import BenefitsRegister, initialise
from benefits.errors import (
    CommandIdTakenError,
    ConflictError,
    InvalidValueError,
    NotFoundError,
    ReferenceTakenError,
    RuleError,
)
from benefits.store import ClockBehindError
from projections import Views, follow, prepare
from tests.benefits.test_rules import fact_of
from tests.builders import EVIDENCE, a_benefit, a_claim, a_programme


def size(register) -> int:
    return int(register.log.head().size)


# --- command ids -----------------------------------------------------------------------------------


def test_the_same_command_sent_twice_is_recorded_once_and_answered_alike(register):
    a_benefit(register)
    first = a_claim(register, id="claim-1")
    before = size(register)

    again = a_claim(register, id="claim-1")

    assert size(register) == before
    assert again.repeated
    assert not first.repeated
    assert (again.position, again.recorded_at, again.fact) == (first.position, first.recorded_at, first.fact)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "3201"},
        {"period": "2025-06"},
        {"by": "PMO"},
        {"assumed": "The month"},
        {"overrides": ["owner-agreed: x"]},
    ],
)
def test_the_same_id_with_other_content_is_refused_and_nothing_is_recorded(register, other):
    a_benefit(register)
    first = a_claim(register, id="claim-1")
    before = size(register)

    with pytest.raises(CommandIdTakenError, match=f"already used for another request \\(event {first.position}\\)"):
        a_claim(register, **({"id": "claim-1"} | other))

    assert size(register) == before


@pytest.mark.parametrize(
    "spelling",
    [
        {"amount": 3200, "period": "2025-05"},
        {"amount": "3200", "overrides": []},
        {"amount": "3200", "overrides": (), "assumed": None, "reference": "b-1"},
    ],
)
def test_the_same_request_however_it_is_spelt_is_the_same_request(register, spelling):
    a_benefit(register)
    first = a_claim(register, id="claim-1", amount="3200")

    again = a_claim(register, spelling.pop("reference", "B-1"), **({"id": "claim-1"} | spelling))

    assert (again.repeated, again.position) == (True, first.position)


def test_an_id_is_taken_for_whatever_it_was_used_for(register):
    a_benefit(register)
    a_claim(register, id="one")

    with pytest.raises(CommandIdTakenError):
        register.milestone.plan("LIVE", title="Live", programme="SCP", id="one")
    with pytest.raises(CommandIdTakenError):
        register.withdraw("@one", reason="x", id="one")


@pytest.mark.parametrize("identity", ["@one", "two words", "x" * 101, "caf\u00e9", "a\x00"])
def test_an_id_that_is_none_is_refused(register, identity):
    with pytest.raises(InvalidValueError, match="is not a command id"):
        a_programme(register, id=identity)


def test_somebody_is_named_as_acting(store_url, clock):
    initialise(store_url, clock=clock)
    with BenefitsRegister(store_url, clock=clock) as register:
        with pytest.raises(InvalidValueError, match="nobody is named as acting"):
            register.authority.open("COUNCIL", title="x", nation="england")
        assert register.authority.open("COUNCIL", title="x", nation="england", by="PMO/p-1").actor == "PMO/p-1"


# --- references ------------------------------------------------------------------------------------


def test_a_reference_in_other_capitals_is_the_same_and_is_stored_as_it_was_opened(register):
    a_benefit(register)

    claim = a_claim(register, "b-1", claimant="owner")
    register.profile.identify("B-2", title="Reduce travel", programme="scp")
    register.decision.take("D-2", title="x", body="cabinet", programmes=["Scp", "SCP"], report="Report")

    assert (claim.reference, fact_of(claim).claimant) == ("B-1", "OWNER")
    assert register.subject("B-2").opened.programme == "SCP"
    decision = register.subject("d-2").opened
    assert (decision.body, decision.report) == ("CABINET", "REPORT")
    assert [one.reference for one in Views(register).board("scp").benefits] == ["B-1", "B-2"]


def test_evidence_names_its_document_as_it_was_filed(register):
    a_benefit(register)

    claim = register.saving.claim("B-1", period="2025-05", amount="1", evidence=EVIDENCE | {"document": "report"})

    assert claim.fact.evidence.document == "REPORT"


def test_a_reference_is_given_once_over_all_kinds_in_capitals_or_not(register):
    a_programme(register)
    before = size(register)

    for taken in ("SCP", "scp", "Cabinet"):
        with pytest.raises(ReferenceTakenError, match="references are unique"):
            register.measure.define(taken, title="x", programme="SCP", unit="x")
    with pytest.raises(ReferenceTakenError, match="COUNCIL already names an authority"):
        register.post.establish("council", title="x", authority="COUNCIL")
    assert size(register) == before


def test_a_reference_that_was_withdrawn_is_never_used_again(register):
    a_programme(register)
    plan = register.milestone.plan("LIVE", title="Live", programme="SCP")
    register.withdraw(plan.position, reason="Of another programme")

    with pytest.raises(ReferenceTakenError):
        register.milestone.plan("live", title="Live", programme="SCP")
    with pytest.raises(RuleError, match="was withdrawn; open another under a reference of its own"):
        register.milestone.reach("LIVE")


def test_what_was_withdrawn_is_not_named_by_what_comes_later(register):
    a_benefit(register)
    filed = register.document.file("DRAFT", title="Draft")
    register.withdraw(filed.position, reason="Of another council")

    with pytest.raises(RuleError, match="DRAFT was withdrawn"):
        register.decision.take("D-2", title="x", body="CABINET", report="DRAFT")
    with pytest.raises(RuleError, match="DRAFT was withdrawn"):
        register.saving.claim("B-1", period="2025-05", amount="1", evidence=EVIDENCE | {"document": "DRAFT"})


def test_what_is_not_on_record_is_named_in_the_refusal_and_nothing_is_recorded(register):
    a_benefit(register)
    before = size(register)

    for say in (
        lambda: register.programme.open("P", title="x", portfolio="NOWHERE"),
        lambda: register.profile.set_target("NOWHERE", lines=["2025/26=1"]),
        lambda: register.decision.take("D-9", title="x", body="CABINET", programmes=["SCP", "NOWHERE"]),
        lambda: register.profile.authorise("B-1", decision="NOWHERE", resolution="a"),
        lambda: register.profile.appoint_owner("B-1", post="NOWHERE"),
        lambda: register.correct("@NOWHERE", reason="x", changes={"title": "x"}),
    ):
        with pytest.raises(NotFoundError, match="NOWHERE"):
            say()

    assert size(register) == before


@pytest.mark.parametrize("words", [{"titel": "x"}, {"title": "x", "evidence_source": "x"}, {"position": 5}])
def test_a_field_a_fact_does_not_have_is_refused_with_those_it_has(register, words):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="it has title, programme, due"):
        register.record("milestone.plan", "LIVE", words, {})


def test_a_command_that_does_not_exist_is_refused_with_those_of_its_group(register):
    with pytest.raises(NotFoundError, match=r"there is no command 'saving\.claims'; there is saving\.claim, "):
        register.record("saving.claims", "B-1", {}, {})


def test_text_of_half_characters_is_refused_and_not_stored(register):
    with pytest.raises(InvalidValueError, match="half a character"):
        register.authority.open("COUNCIL", title="Council \ud800", nation="england", id="one")
    with pytest.raises(InvalidValueError):
        register.authority.open("\udcff", title="Council", nation="england")


# --- days and the clock ----------------------------------------------------------------------------


def test_what_has_happened_is_not_in_the_future_and_what_is_planned_may_be(register):
    a_benefit(register)
    before = size(register)
    tomorrow = "2026-04-02"

    for say in (
        lambda: register.decision.take("D-2", title="x", body="CABINET", effective_on=tomorrow),
        lambda: register.decision.publish("D-1", effective_on=tomorrow),
        lambda: register.programme.enter_stage("SCP", stage="x", effective_on=tomorrow),
        lambda: a_claim(register, period="2026-04"),
    ):
        with pytest.raises(RuleError, match="still to come") as refusal:
            say()
        assert refusal.value.rule == "not-in-the-future"
    assert size(register) == before
    assert register.profile.set_target("B-1", lines=["2026/27=1"], effective_on="2027-04-01").position
    assert register.body.dissolve("CABINET", last_day="2030-03-31").effective_on == date(2030, 4, 1)


def test_it_is_today_in_london(register, clock):
    a_programme(register)
    clock.now = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    assert register.milestone.plan("LIVE", title="x", programme="SCP").effective_on == date(2026, 7, 1)


def test_a_day_that_follows_from_the_fact_is_not_given_another(register):
    a_benefit(register)

    with pytest.raises(InvalidValueError, match=r"is true on 2025-05-31, which follows .* leave out --effective-on"):
        a_claim(register, period="2025-05", effective_on="2025-06-01")
    assert a_claim(register, period="2025-05", effective_on="2025-05-31").position


def test_a_date_given_to_the_month_keeps_its_precision(register):
    a_programme(register)
    register.milestone.plan("LIVE", title="Live", programme="SCP", due="by 2026-04")

    reached = register.milestone.reach("LIVE", effective_on="2026-03")

    assert reached.effective_on == date(2026, 3, 31)
    (milestone,) = Views(register).board("SCP").milestones
    assert (milestone.baseline, milestone.actual) == ("by 2026-04", "2026-03")


def test_instants_of_recording_only_ever_rise(register, clock):
    a_programme(register)
    instants = [row.recorded_at for row in register.log.read()]

    clock.now -= timedelta(minutes=59)
    register.programme.enter_stage("SCP", stage="First")

    instants = [row.recorded_at for row in register.log.read()]
    assert instants == sorted(set(instants))


def test_a_clock_a_day_behind_the_log_stops_recording_until_somebody_looked_at_it(register, clock):
    # Given a clock that is set back by a day
    a_programme(register)
    before = size(register)
    clock.now -= timedelta(days=1)

    # Then nothing is recorded
    with pytest.raises(ClockBehindError, match=r"The clock says 2026-03-31 .* set the clock right"):
        register.programme.enter_stage("SCP", stage="First", effective_on="2026-03-30")
    assert size(register) == before

    # Until an administrator records that it was looked at
    accepted = register.accept_clock(reason="The server had been set to next week", by="ADMIN")
    assert (accepted.type, accepted.reference) == ("clock-accepted", "(store)")
    assert register.programme.enter_stage("SCP", stage="First", effective_on="2026-03-30").position

    # And a clock set back further has to be looked at again
    clock.now -= timedelta(days=1)
    with pytest.raises(ClockBehindError):
        register.programme.enter_stage("SCP", stage="Second", effective_on="2026-03-30")


def test_a_clock_that_is_right_is_not_accepted(register, clock):
    a_programme(register)
    clock.now += timedelta(days=1)

    with pytest.raises(RuleError) as refusal:
        register.accept_clock(reason="To be safe")
    assert refusal.value.rule == "clock-behind"
    with pytest.raises(InvalidValueError, match="it only takes a reason"):
        register.accept_clock(reason="x", effective_on="2026-04-01")


def test_a_sandbox_s_clock_is_set_forward_by_day_or_instant(sandbox):
    opened = sandbox.authority.open("COUNCIL", title="x", nation="england", now="2008-05-30")
    assert opened.recorded_at == datetime(2008, 5, 30, 11, tzinfo=UTC)
    assert opened.effective_on == date(2008, 5, 30)

    later = sandbox.authority.open("LUTON", title="x", nation="england", now="2008-05-30T15:00:00Z")
    same = sandbox.authority.open("BEDFORD", title="x", nation="england", now=date(2008, 5, 30))
    assert opened.recorded_at < later.recorded_at < same.recorded_at

    for back in ("2008-05-29", "2008-05-30T14:00:00Z", datetime(2008, 5, 30, 14, tzinfo=UTC)):
        with pytest.raises(RuleError) as refusal:
            sandbox.authority.open("DERBY", title="x", nation="england", now=back)
        assert refusal.value.rule == "clock-forward"
    with pytest.raises(InvalidValueError):
        sandbox.authority.open("DERBY", title="x", nation="england", now="2008-05-30T14:00")


def test_a_real_store_s_clock_is_not_set(register):
    with pytest.raises(RuleError, match="leave out --now, and say when it is true") as refusal:
        register.authority.open("COUNCIL", title="x", nation="england", now="2008-05-30")
    assert refusal.value.rule == "clock-not-set"
    assert size(register) == 1


# --- making and opening stores ---------------------------------------------------------------------


def test_a_store_is_made_once(store_url):
    assert initialise(store_url).created
    again = initialise(store_url)

    assert not again.created
    with BenefitsRegister(store_url) as register:
        assert size(register) == 1
        assert not register.is_sandbox


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_sandbox_and_a_real_store_do_not_turn_into_each_other(store_url, sandbox):
    initialise(store_url, sandbox=sandbox)

    with pytest.raises(ConflictError, match="under another name"):
        initialise(store_url, sandbox=not sandbox)
    with BenefitsRegister(store_url) as register:
        assert register.is_sandbox is sandbox


def test_two_stores_give_the_same_reference_different_ids(tmp_path):
    ids = set()
    for name in ("one.db", "two.db"):
        initialise(tmp_path / name)
        with BenefitsRegister(tmp_path / name) as register:
            assert register.stream_id("SCP") == register.stream_id("scp")
            ids.add(register.stream_id("SCP"))
    assert len(ids) == 2


# --- one transaction -------------------------------------------------------------------------------


def test_what_is_said_in_one_unit_of_work_is_recorded_together_or_not_at_all(register):
    a_programme(register)
    before = size(register)

    def say_both(amount: str) -> None:
        with register.unit_of_work():
            register.programme.enter_stage("SCP", stage="First")
            register.programme.set_target("SCP", amount=amount)

    with pytest.raises(RuleError):
        say_both("-1")
    assert size(register) == before

    say_both("1")
    assert size(register) == before + 2
    assert [one.stage for one in Views(register).board("SCP").programmes] == ["First"]


def test_a_rehearsal_judges_everything_and_records_nothing(register):
    before = size(register)

    with register.unit_of_work(rehearse=True):
        a_benefit(register)
        a_claim(register)
        with pytest.raises(RuleError):
            a_claim(register)

    assert size(register) == before
    assert a_benefit(register)


def test_hooks_are_called_inside_the_transaction_with_what_it_appended(store_url, clock):
    # Given a hook that refuses stages named badly
    seen = []

    def judge(register, appended):
        seen.append([one.type_name for one in appended])
        if seen[-1] == ["programme-stage-entered"]:
            raise RuleError("not a stage of ours")

    initialise(store_url, clock=clock)
    with BenefitsRegister(store_url, on_append=(judge, follow), clock=clock, user="PMO") as register:
        prepare(register)
        with register.unit_of_work():
            a_programme(register)
        before = size(register)

        # Then what it raises takes the fact back
        with pytest.raises(RuleError):
            register.programme.enter_stage("SCP", stage="x")

        assert size(register) == before
    assert seen[0][:3] == ["authority-opened", "portfolio-opened", "programme-opened"]
