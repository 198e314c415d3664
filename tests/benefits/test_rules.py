"""The rules: what may be said of a benefit, a decision, a body, in what order, by whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from benefits.errors import InvalidValueError, NotFoundError, OverridableRuleError, RuleError
from projections import Views
from tests.builders import EVIDENCE, a_benefit, a_claim, a_programme

APRIL = "2025-04-01"
SAME_ACCOUNT = ["separate-accounts: Both work at one desk today"]


@pytest.fixture
def store_url(sqlite_url) -> str:
    """The rules know no database, so one will do."""
    return str(sqlite_url)


def fact_of(receipt) -> Any:
    """Return the fact a receipt is for, of whatever type."""
    return receipt.fact


def refused(rule: str, kind: type[RuleError] = RuleError):
    """Expect a refusal by a rule."""

    class Refused:
        def __enter__(self):
            self.expected = pytest.raises(kind)
            self.found = self.expected.__enter__()
            return self.found

        def __exit__(self, *error):
            ended = self.expected.__exit__(*error)
            assert self.found.value.rule == rule, self.found.value.message
            return ended

    return Refused()


def guarded(rule: str):
    """Expect a refusal that names the override which would set it aside."""
    return refused(rule, OverridableRuleError)


def a_verification(register, reference: str = "B-1", claim: int | str = "2025-05", **more):
    said = {"method": "Ledger match", "by": "FINANCE", "overrides": SAME_ACCOUNT} | more
    return register.saving.verify(reference, claim=claim, **said)


def line(register, reference: str = "B-1"):
    (found,) = [one for one in Views(register).board("SCP").benefits if one.reference == reference]
    return found


def a_bare_benefit(register, *agreed: str) -> None:
    """Identify B-1 and agree on some of what a claim needs, from 1 April 2025."""
    if not register.log.of_type("programme-opened"):
        a_programme(register)
    steps = {
        "owner": lambda: register.profile.appoint_owner("B-1", post="OWNER", effective_on=APRIL),
        "measure": lambda: register.profile.agree_measure(
            "B-1", measure="Spend", source="Ledger", direction="decrease", effective_on=APRIL
        ),
        "baseline": lambda: register.profile.agree_baseline("B-1", value="1", taken="2024/25", effective_on=APRIL),
        "delivery": lambda: register.profile.start_delivery(
            "B-1", effective_on=APRIL, overrides=["authorised: Begun before the programme"]
        ),
    }
    register.profile.identify("B-1", title="Reduce spend", programme="SCP", effective_on=APRIL)
    for step in agreed:
        steps[step]()


# --- guard 1: what is agreed before a claim --------------------------------------------------------

GUARDS = {
    "owner-agreed": ("owner", "B-1 has no owner on 2025-05-31"),
    "measure-agreed": ("measure", "B-1 has no measure on 2025-05-31"),
    "baseline-agreed": ("baseline", "B-1 has no baseline on 2025-05-31"),
    "in-delivery": ("delivery", "B-1 is not in delivery on 2025-05-31"),
}


@pytest.mark.parametrize("rule", GUARDS)
def test_no_saving_is_claimed_before_what_it_is_measured_by_is_agreed(register, rule):
    left_out, why = GUARDS[rule]
    a_bare_benefit(register, *({"owner", "measure", "baseline", "delivery"} - {left_out}))

    with guarded(rule) as refusal:
        a_claim(register)

    assert why in refusal.value.message
    assert f"--override '{rule}: REASON'" in refusal.value.message
    assert line(register).claimed == 0


@pytest.mark.parametrize("rule", GUARDS)
def test_each_of_them_is_set_aside_by_an_override_that_is_recorded(register, rule):
    a_bare_benefit(register, *({"owner", "measure", "baseline", "delivery"} - {GUARDS[rule][0]}))

    claim = a_claim(register, overrides=[{"rule": rule, "reason": "Not printed", "authority": "S151"}])

    (override,) = fact_of(claim).overrides
    assert (override.rule, override.reason, override.authority) == (rule, "Not printed", "S151")
    assert Views(register).trail("B-1").events[-1].overrides == [rule]


def test_what_is_agreed_later_does_not_allow_an_earlier_claim(register):
    a_bare_benefit(register, "owner", "measure", "delivery")
    register.profile.agree_baseline("B-1", value="1", taken="2024/25", effective_on="2025-06-01")

    with guarded("baseline-agreed"):
        a_claim(register, period="2025-05")
    assert a_claim(register, period="2025-06").position


def test_an_override_that_is_not_needed_is_refused_so_that_the_list_stays_worth_reading(register):
    a_benefit(register)

    with refused("override-needed") as refusal:
        a_claim(register, overrides=["owner-agreed: To be safe"])

    assert "no override of owner-agreed is needed" in refusal.value.message


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["owner-agreed"], "write RULE: REASON"),
        (["owner-agreed:"], "the text is empty"),
        ([{"rule": "owner-agreed"}], "reason is missing"),
        ([{"rule": "owner-agreed", "reason": "x", "colour": "red"}], "colour is not known"),
        ([5], "override: "),
        ("owner-agreed: x", "is not a list of overrides"),
        (5, "is not a list of overrides"),
        (["owner-agreed: x", "owner-agreed: y"], "owner-agreed is set aside twice"),
    ],
)
def test_an_override_says_which_rule_and_why(register, given, said):
    a_bare_benefit(register)

    with pytest.raises(InvalidValueError, match=said.replace("(", "[(]")):
        a_claim(register, overrides=given)


# --- guard 2: evidence -----------------------------------------------------------------------------


def test_no_saving_is_claimed_without_evidence(register):
    a_benefit(register)

    with guarded("evidence-given"):
        register.saving.claim("B-1", period="2025-05", amount="1", by="OWNER")
    assert register.saving.claim(
        "B-1", period="2025-05", amount="1", by="OWNER", overrides=["evidence-given: Lost in the flood"]
    ).fact.overrides


@pytest.mark.parametrize("left_out", ["document", "type", "source", "extracted_by", "extracted_on", "sha256"])
def test_evidence_says_what_it_is_where_it_comes_from_and_its_hash(register, left_out):
    a_benefit(register)
    partial = {name: value for name, value in EVIDENCE.items() if name != left_out}

    with pytest.raises(InvalidValueError, match=f"evidence.{left_out} is missing"):
        register.saving.claim("B-1", period="2025-05", amount="1", evidence=partial, by="OWNER")


def test_evidence_is_a_document_on_record(register):
    a_benefit(register)

    with pytest.raises(NotFoundError, match="there is no NOWHERE on record"):
        register.saving.claim("B-1", period="2025-05", amount="1", evidence=EVIDENCE | {"document": "NOWHERE"})
    with refused("kind"):
        register.saving.claim("B-1", period="2025-05", amount="1", evidence=EVIDENCE | {"document": "CABINET"})


def test_the_evidence_a_program_gives_is_left_as_it_was(register):
    a_benefit(register)
    evidence = dict(EVIDENCE)

    register.record(
        "saving.claim",
        "B-1",
        {"period": "2025-05", "amount": "1", "evidence": evidence, "evidence_period": "2025-05"},
        {},
    )

    assert evidence == EVIDENCE


# --- one claim a period ----------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["2025-05", "2025/26", "2025-04..2025-06", "2025/26 Q1"])
def test_a_period_is_claimed_once_however_it_is_written(register, period):
    a_benefit(register)
    first = a_claim(register, period="2025-05", by="OWNER")

    register.database.clock.now = register.database.clock.now.replace(year=2026, month=6)
    with refused("one-claim-a-period") as refusal:
        a_claim(register, period=period)

    assert f"benefits correct {first.position} --set amount=..." in refusal.value.message


def test_what_was_reversed_whole_may_be_claimed_again(register):
    a_benefit(register)
    a_claim(register, period="2025-05", amount="3200")
    register.saving.reverse("B-1", claim="2025-05", reason="Never happened", by="FINANCE")

    assert a_claim(register, period="2025-05", amount="100").position
    assert line(register).claimed == Decimal("100.00")


def test_a_claim_claims_something_in_money_and_in_the_past(register):
    a_benefit(register)
    register.profile.identify("CALLS", title="Reduce calls", programme="SCP", unit="calls a week", effective_on=APRIL)

    with refused("claim-something"):
        a_claim(register, amount="0")
    with refused("claim-money"):
        a_claim(register, "CALLS")
    with refused("not-in-the-future") as refusal:
        a_claim(register, period="2026-04")
    assert "2026-04-30 is still to come (today is 2026-04-01)" in refusal.value.message
    with pytest.raises(InvalidValueError, match="a float is not exact"):
        register.saving.claim("B-1", period="2025-05", amount=0.1, evidence=EVIDENCE)
    with pytest.raises(InvalidValueError, match="not an amount of money"):
        a_claim(register, amount="lots")


def test_a_dis_benefit_is_claimed_as_a_negative_amount_and_netted(register):
    a_benefit(register)
    a_claim(register, period="2025-05", amount="3200")
    a_claim(register, period="2025-06", amount="-200")

    assert line(register).claimed == Decimal("3000.00")


# --- guard 4: no delivery on a decision that is not effective --------------------------------------


def test_delivery_starts_on_authority_and_on_a_decision_that_is_effective(register):
    # Given a benefit, and a decision taken on 10 April and effective on 24 April
    a_bare_benefit(register)
    register.decision.take(
        "D-2", title="Go", body="CABINET", resolutions=["a: approve: carried"], effective_on="2025-04-10"
    )

    with guarded("authorised"):
        register.profile.start_delivery("B-1", effective_on="2025-05-01")
    register.profile.authorise("B-1", decision="D-2", resolution="A", effective_on="2025-04-10")
    with guarded("decision-effective") as refusal:
        register.profile.start_delivery("B-1", effective_on="2025-05-01")
    assert "record decision make-effective when it is" in refusal.value.message
    register.decision.make_effective("D-2", effective_on="2025-04-24")
    with guarded("decision-effective"):
        register.profile.start_delivery("B-1", effective_on="2025-04-23")
    assert register.profile.start_delivery("B-1", effective_on="2025-04-24").position


@pytest.mark.parametrize(
    ("resolution", "why"),
    [
        ("a: note: carried", "only says note"),
        ("a: note+endorse: carried", "only says note, endorse"),
        ("a: approve-in-principle: carried", "only says approve-in-principle"),
        ("a: delegate: carried", "only says delegate"),
        ("a: approve: not-carried", "is not-carried, not carried"),
        ("a: approve: deferred", "is deferred, not carried"),
        ("b: approve: carried", "has no resolution a; it has b"),
    ],
)
def test_only_what_was_carried_and_confers_authority_authorises(register, resolution, why):
    a_bare_benefit(register)
    register.decision.take("D-2", title="Go", body="CABINET", resolutions=[resolution], effective_on=APRIL)

    with refused("confers-authority") as refusal:
        register.profile.authorise("B-1", decision="D-2", resolution="a", effective_on=APRIL)

    assert why in refusal.value.message


@pytest.mark.parametrize("verb", ["approve", "adopt", "mandate", "note+approve"])
def test_approving_adopting_and_mandating_confer_authority(register, verb):
    a_bare_benefit(register)
    register.decision.take("D-2", title="Go", body="CABINET", resolutions=[f"a: {verb}: carried"], effective_on=APRIL)

    assert register.profile.authorise("B-1", decision="D-2", resolution="a", effective_on=APRIL).position


def test_an_advisory_board_authorises_nothing_whatever_it_approves(register):
    a_bare_benefit(register)
    register.body.constitute("BOARD", title="Board", authority="COUNCIL", body_kind="advisory", effective_on=APRIL)
    register.decision.take("D-2", title="Go", body="BOARD", resolutions=["a: approve: carried"], effective_on=APRIL)

    with refused("confers-authority") as refusal:
        register.profile.authorise("B-1", decision="D-2", resolution="a", effective_on=APRIL)

    assert "BOARD is an advisory or officer board and authorises nothing" in refusal.value.message


def test_a_decision_authorises_from_the_day_it_was_taken(register):
    a_bare_benefit(register)
    register.decision.take(
        "D-2", title="Go", body="CABINET", resolutions=["a: approve: carried"], effective_on="2025-04-10"
    )

    with refused("confers-authority"):
        register.profile.authorise("B-1", decision="D-2", resolution="a", effective_on="2025-04-09")


# --- decisions and their takers --------------------------------------------------------------------


def test_a_decision_is_taken_by_a_body_that_exists_on_its_day(register):
    a_programme(register)
    register.body.dissolve("CABINET", last_day="2025-12-31")

    for on in ("2025-03-31", "2026-01-01"):
        with guarded("taker-exists") as refusal:
            register.decision.take("D-2", title="Go", body="CABINET", effective_on=on)
        assert f"CABINET did not exist on {on}" in refusal.value.message
    assert register.decision.take("D-2", title="Go", body="CABINET", effective_on="2025-12-31").position


def test_a_decision_may_be_an_officer_s(register):
    a_programme(register)

    assert register.decision.take("D-2", title="Go", body="OWNER", effective_on=APRIL).position
    with refused("kind") as refusal:
        register.decision.take("D-3", title="Go", body="SCP", effective_on=APRIL)
    assert refusal.value.message == "SCP is a programme; body of decision.take is a body or post"


def test_a_decision_has_happened_and_what_becomes_of_it_comes_after(register):
    a_programme(register)

    with refused("not-in-the-future"):
        register.decision.take("D-2", title="Go", body="CABINET", effective_on="2026-04-02")
    register.decision.take(
        "D-2", title="Go", body="CABINET", resolutions=["a: note: carried"], effective_on="2025-05-01"
    )
    for late in (register.decision.publish, register.decision.make_effective):
        with refused("taken-first"):
            late("D-2", effective_on="2025-04-30")
    register.decision.publish("D-2", effective_on="2025-05-02")
    with refused("published-once"):
        register.decision.publish("D-2", effective_on="2025-05-03")
    with refused("resolution-exists") as refusal:
        register.decision.make_effective("D-2", resolutions=["a", "z"], effective_on="2025-05-03")
    assert "has no resolution z; it has a" in refusal.value.message


@pytest.mark.parametrize(
    ("resolutions", "said"),
    [
        (["approve it"], "write LETTER: VERB[+]VERB: OUTCOME: TEXT"),
        (["a: bless: carried"], "resolutions.0.verbs.0"),
        (["a: approve: maybe"], "resolutions.0.outcome"),
        (["a: approve: carried", "A: note: carried"], "letter a is used twice"),
        ([{"letter": "a", "verbs": [], "outcome": "carried"}], "resolutions.0.verbs"),
        ("a: approve: carried", "resolutions"),
    ],
)
def test_a_resolution_has_a_letter_of_its_own_known_verbs_and_an_outcome(register, resolutions, said):
    a_programme(register)

    with pytest.raises(InvalidValueError, match=said):
        register.decision.take("D-2", title="Go", body="CABINET", resolutions=resolutions, effective_on=APRIL)


def test_a_body_is_not_dissolved_before_it_was_constituted(register):
    a_programme(register)

    with refused("dissolved-after-constituted"):
        register.body.dissolve("CABINET", last_day="2025-03-31")
    with pytest.raises(InvalidValueError, match="is beyond the years that are kept"):
        register.body.dissolve("CABINET", last_day="9999-12-31")


def test_a_milestone_is_reached_once_and_never_in_the_future(register):
    a_programme(register)
    register.milestone.plan("LIVE", title="Live", programme="SCP", due="2026-03")

    with refused("not-in-the-future"):
        register.milestone.reach("LIVE", effective_on="2026-04")
    register.milestone.reach("LIVE", effective_on="2026-03")
    with refused("reached-once") as refusal:
        register.milestone.reach("LIVE", effective_on="2026-03-15")
    assert "already reached on 2026-03 (event" in refusal.value.message


def test_a_programme_s_target_is_something_to_be_saved(register):
    a_programme(register)

    with refused("target-positive"):
        register.programme.set_target("SCP", amount="-1")


# --- guard 5: nobody verifies their own claim ------------------------------------------------------


def test_finance_verifies_in_full_unless_it_says_otherwise(register):
    a_benefit(register)
    a_claim(register, amount="3200")

    found = a_verification(register)

    assert (found.fact.amount, found.fact.verifier, found.fact.finding) == (Decimal("3200.00"), "FINANCE", "full")
    assert found.effective_on.isoformat() == "2025-05-31"
    assert (line(register).verified, line(register).assurance) == (Decimal("3200.00"), "verified-final")


@pytest.mark.parametrize("said", [{"by": "OWNER"}, {"by": "FINANCE", "verifier": "OWNER"}, {"by": "owner"}])
def test_a_claim_is_not_verified_by_its_claimant(register, said):
    a_benefit(register)
    a_claim(register, by="OWNER")

    with refused("separate-persons") as refusal:
        a_verification(register, **said)

    assert "have another person in finance verify and record it" in refusal.value.message


def test_a_claim_is_not_verified_by_its_claimant_under_another_post(register):
    # Given one person who holds both posts
    a_benefit(register)
    register.post.appoint_holder("OWNER", person="p-7f3a", effective_on=APRIL)
    register.post.appoint_holder("FINANCE", person="P-7F3A", interim=True, effective_on="2026-01-01")
    a_claim(register, by="OWNER")

    with refused("separate-persons") as refusal:
        a_verification(register, by="FINANCE")
    assert "FINANCE may not verify the claim for 2025-05: the same person" in refusal.value.message

    # When the verifier's post passes to another
    register.post.vacate("FINANCE", last_day="2026-02-28")
    register.post.appoint_holder("FINANCE", person="p-0001", effective_on="2026-03-01")

    # Then that person may verify it
    assert a_verification(register, by="FINANCE").position


@pytest.mark.parametrize(
    ("claimed_by", "verified_by"), [("OWNER/p-1", "FINANCE/p-1"), ("PMO/p-1", "FINANCE/P-1"), ("PMO/p-2", "OWNER/p-9")]
)
def test_the_person_named_beside_a_post_counts_and_so_does_the_owner(register, claimed_by, verified_by):
    a_benefit(register)
    register.post.appoint_holder("OWNER", person="p-9", effective_on=APRIL)
    a_claim(register, by=claimed_by, claimant="OWNER")

    with refused("separate-persons"):
        a_verification(register, by=verified_by)


def test_the_benefit_s_owner_does_not_verify_what_another_claimed(register):
    a_benefit(register)
    a_claim(register, by="PMO", claimant="PMO")

    with refused("separate-persons") as refusal:
        a_verification(register, by="OWNER")
    assert "the same person owns the benefit" in refusal.value.message


def test_a_claim_is_not_verified_from_the_account_it_was_recorded_from_without_saying_why(register):
    a_benefit(register)
    a_claim(register)

    with guarded("separate-accounts"):
        a_verification(register, overrides=None)
    assert [one.rule for one in a_verification(register).fact.overrides] == ["separate-accounts"]


def test_in_a_sandbox_everybody_shares_an_account(sandbox):
    a_benefit(sandbox)
    a_claim(sandbox)

    assert a_verification(sandbox, overrides=None).fact.overrides is None


def test_a_verifier_is_a_post_that_exists(register):
    a_benefit(register)
    a_claim(register)
    register.post.establish("AUDIT", title="Audit", authority="COUNCIL", effective_on="2027-01-01")

    with refused("verifier-exists"):
        a_verification(register, verifier="AUDIT")
    with pytest.raises(NotFoundError):
        a_verification(register, verifier="NOBODY")
    with refused("kind"):
        a_verification(register, verifier="CABINET")


# --- findings, reversals and challenges ------------------------------------------------------------


def test_a_part_is_verified_and_the_rest_stays_claimed_only(register):
    a_benefit(register)
    a_claim(register, amount="3200")

    a_verification(register, finding="part", amount="3000", grade="interim")

    found = line(register)
    assert (found.claimed, found.verified, found.claimed_only) == (Decimal(3200), Decimal(3000), Decimal(200))
    assert found.assurance == "claimed"


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"finding": "part"}, "part-needs-amount"),
        ({"finding": "part", "amount": "0"}, "verified-within-claimed"),
        ({"finding": "part", "amount": "3200"}, "verified-within-claimed"),
        ({"finding": "part", "amount": "3200.01"}, "verified-within-claimed"),
        ({"finding": "part", "amount": "-1"}, "verified-within-claimed"),
        ({"finding": "full", "amount": "3000"}, "finding-fits-amount"),
        ({"finding": "returned", "amount": "1"}, "finding-fits-amount"),
        ({"finding": "rejected", "amount": "1"}, "finding-fits-amount"),
        ({"claim": "2025-06"}, "claim-exists"),
        ({"claim": 1}, "claim-exists"),
        ({"claim": "9" * 5_000}, "claim-exists"),
        ({"claim": "@nothing"}, "claim-exists"),
    ],
)
def test_a_finding_fits_its_claim(register, said, rule):
    a_benefit(register)
    a_claim(register, amount="3200")

    with refused(rule):
        a_verification(register, **said)


@pytest.mark.parametrize("finding", ["returned", "rejected"])
def test_a_claim_that_is_returned_or_rejected_has_nothing_verified(register, finding):
    a_benefit(register)
    a_claim(register)
    a_verification(register)

    a_verification(register, finding=finding)

    assert (line(register).verified, line(register).assurance) == (Decimal(0), "claimed")


def test_a_claim_is_named_by_its_period_its_event_or_its_command(register):
    a_benefit(register)
    claim = a_claim(register, id="claim-1")

    for name in ("2025-05", claim.position, str(claim.position), f"0{claim.position}", "@claim-1"):
        assert a_verification(register, claim=name).fact.claim == claim.position


def test_a_claim_challenged_stands_marked_until_it_is_verified_again(register):
    a_benefit(register)
    a_claim(register, amount="3200")
    register.saving.challenge("B-1", claim="2025-05", reason="Same hours as B-9?", by="AUDIT")

    assert (line(register).claimed, line(register).challenged) == (Decimal(3200), Decimal(3200))
    a_verification(register)
    assert line(register).challenged == 0


def test_a_reversal_takes_its_amount_out_of_what_was_claimed_and_verified(register):
    a_benefit(register)
    a_claim(register, amount="3200")
    a_verification(register)

    register.saving.reverse("B-1", claim="2025-05", amount="200", reason="Counted twice", by="FINANCE")
    assert (line(register).claimed, line(register).verified) == (Decimal(3000), Decimal(3000))
    register.saving.reverse("B-1", claim="2025-05", reason="All of it", by="FINANCE")
    assert (line(register).claimed, line(register).verified) == (Decimal(0), Decimal(0))

    with refused("claim-exists"):
        register.saving.reverse("B-1", claim="2025-05", reason="Again", by="FINANCE")


@pytest.mark.parametrize("amount", ["3200.01", "-1", "0"])
def test_a_reversal_lies_within_what_is_left(register, amount):
    a_benefit(register)
    a_claim(register, amount="3200")

    with refused("reversal-within-claim"):
        register.saving.reverse("B-1", claim="2025-05", amount=amount, reason="x", by="FINANCE")


def test_what_was_reversed_whole_is_not_verified_or_challenged_any_more(register):
    a_benefit(register)
    claim = a_claim(register)
    register.saving.reverse("B-1", claim="2025-05", reason="x", by="FINANCE")

    with refused("claim-live"):
        a_verification(register, claim=claim.position)
    with refused("claim-live"):
        register.saving.challenge("B-1", claim=claim.position, reason="x")


# --- targets, baselines, measures ------------------------------------------------------------------


def test_the_lines_of_a_target_name_each_month_once_in_pounds_and_pence(register):
    a_benefit(register)

    with refused("lines-apart") as refusal:
        register.profile.set_target("B-1", lines=["2025/26=1", "2025-05=1"])
    assert "2025/26 and 2025-05 overlap" in refusal.value.message
    with refused("exact-pence"):
        register.profile.set_target("B-1", lines=["2025/26=0.001"])
    with refused("exact-pence"):
        register.profile.agree_baseline("B-1", value="0.001", taken="2024/25")
    for lines in ([], ["2025/26"], ["2025/26="], ["=5"], "2025/26=5", [5]):
        with pytest.raises(InvalidValueError):
            register.profile.set_target("B-1", lines=lines)


def test_what_is_not_in_money_is_read_and_what_is_in_money_is_claimed(register):
    a_benefit(register)
    register.profile.identify("CALLS", title="Reduce calls", programme="SCP", unit="calls a week", effective_on=APRIL)

    assert register.measure.read("CALLS", period="2025-05", value="0.125").position
    with refused("one-reading-a-period"):
        register.measure.read("CALLS", period="2025/26", value="1")
    with refused("reading-not-money"):
        register.measure.read("B-1", period="2025-05", value="1")


def test_a_measure_is_read_once_a_period(register):
    a_programme(register)
    register.measure.define("ONLINE", title="Online", programme="SCP", unit="requests")
    first = register.measure.read("ONLINE", period="2025-05", value="3000", bound="over")

    with refused("one-reading-a-period") as refusal:
        register.measure.read("ONLINE", period="2025/26", value="1")
    assert refusal.value.rule
    assert register.correct(first.position, reason="Misread", changes={"value": "3001"}).position


# --- a store of one authority ----------------------------------------------------------------------


def test_a_real_store_holds_one_authority(register):
    register.authority.open("COUNCIL", title="Council", nation="england")

    with refused("one-authority") as refusal:
        register.authority.open("LUTON", title="Luton", nation="england")
    assert "this store is COUNCIL's" in refusal.value.message
    assert register.correct(2, reason="Its name", changes={"title": "The Council"}).position


def test_a_sandbox_may_hold_several(sandbox):
    sandbox.authority.open("COUNCIL", title="Council", nation="england")

    assert sandbox.authority.open("LUTON", title="Luton", nation="england").position


def test_a_fact_is_about_a_subject_of_its_kind(register):
    a_programme(register)

    with refused("kind") as refusal:
        register.milestone.reach("SCP")
    assert refusal.value.message == "SCP is a programme; milestone.reach is about a milestone"
    with refused("kind") as refusal:
        register.portfolio.open("P-2", title="x", authority="SCP")
    assert refusal.value.message == "SCP is a programme; authority of portfolio.open is an authority"
