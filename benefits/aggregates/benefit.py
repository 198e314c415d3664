"""Benefits: what must be agreed before a saving may be claimed, and who may verify it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, assert_never, cast

from benefits.aggregates.body import exists, person
from benefits.aggregates.case import Case
from benefits.aggregates.claim import ZERO, Claim, claims_of, evolve_claim, is_void, towards_nought
from benefits.aggregates.decision import is_effective, why_no_authority
from benefits.aggregates.measure import one_reading_a_period
from benefits.aggregates.profile import (
    exact_pence,
    first_overdrawn,
    in_force,
    lines_apart,
    rests_on,
    shared_out,
    to_hand_over,
    together,
)
from benefits.aggregates.project import belongs
from benefits.aggregates.structure import authority_of
from benefits.events import (
    BaselineAgreed,
    BenefitAbsorbed,
    BenefitAuthorised,
    BenefitDescribed,
    BenefitFact,
    BenefitIdentified,
    BenefitMerged,
    BenefitOwnerAppointed,
    BenefitPartTaken,
    BenefitSplit,
    Blanked,
    BudgetTreated,
    DeliveryStarted,
    ForecastMade,
    MeasureAgreed,
    MeasureRead,
    SavingChallenged,
    SavingClaimed,
    SavingReversed,
    SavingVerified,
    TargetAllocated,
    TargetSet,
)
from benefits.parts import SplitPart
from benefits.stream import Dated, Subject
from benefits.terms import MONEY_UNIT, Finding
from benefits.values import Period, london_day_of

HANDOVERS = (BenefitMerged, BenefitAbsorbed, BenefitSplit, BenefitPartTaken)
_VERSIONS = (TargetSet, ForecastMade, *HANDOVERS)
_ALSO_POUNDS = frozenset({"gbp", "£", "pound", "pounds", "pounds sterling"})


@dataclass(frozen=True)
class Benefit:
    """What the rules read of a benefit."""

    opened: BenefitIdentified | None = None
    owner: str | None = None
    has_measure: bool = False
    has_baseline: bool = False
    authorised_by: BenefitAuthorised | None = None
    in_delivery: bool = False
    merged_into: str | None = None
    claims: Mapping[int, Claim] = field(default_factory=dict)


def follows_from(subject: Subject, corrected: Dated) -> list[str]:
    """Return which findings count no more once a claim is corrected."""
    claim = subject.once(_claims_on_record).get(corrected.position)
    return [
        f"what was found of the claim at event {dated.position} counts no more; have it verified again"
        for dated in subject.facts
        if claim is not None
        and isinstance(dated.fact, SavingVerified)
        and dated.fact.claim == corrected.position
        and not is_void(dated, claim)
    ]


def evolve(benefit: Benefit, fact: BenefitFact | Blanked) -> Benefit:
    """Return the benefit after the fact. Never refuses: it has happened. Claims are folded by `claims_of`."""
    match fact:
        case SavingClaimed() | SavingVerified() | SavingChallenged() | SavingReversed():
            return benefit
        case BenefitIdentified():
            return replace(benefit, opened=fact)
        case BenefitOwnerAppointed():
            return replace(benefit, owner=fact.post)
        case MeasureAgreed():
            return replace(benefit, has_measure=True)
        case BaselineAgreed():
            return replace(benefit, has_baseline=True)
        case BenefitAuthorised():
            return replace(benefit, authorised_by=fact)
        case DeliveryStarted():
            return replace(benefit, in_delivery=True)
        case BenefitMerged():
            return replace(benefit, merged_into=fact.into)
        case BenefitDescribed() | TargetSet() | ForecastMade() | MeasureRead() | TargetAllocated() | BudgetTreated():
            return benefit
        case BenefitAbsorbed() | BenefitSplit() | BenefitPartTaken():
            return benefit
        case Blanked():
            return benefit
        case _:
            assert_never(fact)


def as_it_stood(subject: Subject, on: date) -> Benefit:
    """Return a benefit as it stood on a day, with every claim on record whatever its day."""
    return subject.once(_after_each_fact)[bisect_right(subject.facts, on, key=attrgetter("effective_on"))]


def _after_each_fact(subject: Subject) -> Sequence[Benefit]:
    """Return a benefit before its first fact, and after each."""
    opened = subject.opened
    benefit = Benefit(
        opened=opened if isinstance(opened, BenefitIdentified) else None, claims=subject.once(_claims_on_record)
    )
    states = [benefit]
    for dated in subject.facts:
        # Asserting that it is one of a benefit would take longer than all the rest.
        benefit = evolve(benefit, cast("BenefitFact | Blanked", dated.fact))
        states.append(benefit)
    return states


def _claims_on_record(subject: Subject) -> Mapping[int, Claim]:
    return claims_of(subject.facts)


# --- what the recorder need not say --------------------------------------------------------------


def complete(words: Mapping[str, Any], model: type[BenefitFact], case: Case) -> dict[str, Any]:
    """Return the words of a fact with what follows from the store filled in: claimant, verifier, claim, amount.

    Raises:
        RuleError: If the claim named is not there, or its amount cannot be worked out.
    """
    filled = dict(words)
    if model is SavingClaimed and filled.get("claimant") is None:
        filled["claimant"] = case.post
    if model in (SavingVerified, SavingChallenged, SavingReversed):
        claim = _claim_named(filled.get("claim"), case)
        filled["claim"] = claim.position
        if model is SavingVerified:
            if filled.get("verifier") is None:
                filled["verifier"] = case.post
            if filled.get("amount") is None:
                filled["amount"] = _amount_found(filled.get("finding") or Finding.FULL, claim, case)
        if model is SavingReversed and filled.get("amount") is None:
            filled["amount"] = claim.claimed
    if model in (BenefitMerged, BenefitSplit):
        _handovers(filled, model, case)
    return filled


def _amount_found(finding: object, claim: Claim, case: Case) -> Decimal:
    if finding == Finding.FULL:
        return claim.claimed
    if finding == Finding.PART:
        raise case.refuse("part-needs-amount", "a finding of part needs the amount that was verified; give --amount")
    return ZERO


def _claims_before(case: Case) -> dict[int, Claim]:
    """Return the claims as what is said of them now finds them: a correction, as what it corrects did."""
    before = case.corrects
    return claims_of(tuple(dated for dated in case.known().facts if before is None or dated.position < before))


def _claim_named(name: object, case: Case) -> Claim:
    subject = case.known()
    claims = _claims_before(case)
    if name is None:
        raise case.refuse("claim-named", "name the claim: --claim POSITION, --claim @COMMAND-ID or --claim PERIOD")
    words = str(name).strip()
    if words.isdecimal():
        found = [claim for claim in claims.values() if str(claim.position) == words.lstrip("0")]
    elif words.startswith("@"):
        found = [claim for claim in claims.values() if claim.dated.command_id == words[1:]]
    else:
        period = Period.of(words)
        found = [claim for claim in claims.values() if claim.fact.period == period and claim.is_live]
    if not found:
        have = ", ".join(f"{claim.fact.period} (event {claim.position})" for claim in claims.values()) or "none"
        raise case.refuse("claim-exists", f"{subject.reference} has no claim {words}; it has {have}")
    return found[0]


# --- what may be said ----------------------------------------------------------------------------


def decide(fact: BenefitFact, case: Case) -> None:
    """Judge a fact about a benefit."""
    match fact:
        case BenefitIdentified():
            if fact.unit != MONEY_UNIT and fact.unit.casefold() in _ALSO_POUNDS:
                raise case.refuse("unit-of-money", f"{fact.unit} is money; its unit is written {MONEY_UNIT}")
            belongs(case, fact.project, fact.programme)
        case BenefitDescribed() | MeasureAgreed() | BenefitOwnerAppointed():
            return
        case BaselineAgreed():
            exact_pence(fact.value, _unit(case), case)
        case TargetSet() | ForecastMade():
            _not_merged(case, case.on)
            _before_no_handover(case)
            lines_apart(fact.lines, _unit(case), case)
            if isinstance(fact, TargetSet) and fact.full_year is not None and _unit(case) != MONEY_UNIT:
                raise case.refuse(
                    "full-year-money", f"{case.known().reference} is not in money; leave out the full year"
                )
        case TargetAllocated():
            _not_merged(case, case.on)
            _allocates(fact, case)
        case BudgetTreated():
            _not_merged(case, case.on)
            _treats(fact, case)
        case BenefitMerged():
            _hands_over([fact.into], case)
            _claimed_by_then(case)
        case BenefitSplit():
            _splits(fact, case)
        case BenefitAbsorbed() | BenefitPartTaken():
            return  # What it was recorded with was judged.
        case BenefitAuthorised():
            _not_merged(case, case.on)
            _confers(fact, case)
        case DeliveryStarted():
            _start(case)
        case SavingClaimed():
            _claim(fact, case)
        case SavingVerified():
            _verify(fact, case)
        case SavingChallenged():
            _live_claim(fact.claim, case)
        case SavingReversed():
            claim = _live_claim(fact.claim, case)
            if not fact.amount or towards_nought(fact.amount, claim.claimed) != fact.amount:
                raise case.refuse(
                    "reversal-within-claim",
                    f"{claim.claimed:,} is left of the claim for {claim.fact.period}; "
                    "a reversal lies between nought and that",
                )
        case MeasureRead():
            if _benefit(case).opened is not None and _unit(case) == MONEY_UNIT:
                raise case.refuse(
                    "reading-not-money",
                    f"{case.known().reference} is in money; claim what was saved with: saving claim",
                )
            one_reading_a_period(fact, case)
        case _:
            assert_never(fact)


def _benefit(case: Case) -> Benefit:
    return as_it_stood(case.known(), case.on)


def _unit(case: Case) -> str:
    opened = _benefit(case).opened
    return opened.unit if opened else MONEY_UNIT


def _not_merged(case: Case, on: date) -> None:
    into = as_it_stood(case.known(), on).merged_into
    if into is not None:
        raise case.refuse(
            "not-merged", f"{case.known().reference} has become part of {into}; say it of {into}, or for a day before"
        )


def _before_no_handover(case: Case) -> None:
    """Refuse a version from before a handover: what was handed over was what stood then."""
    for dated in case.known().facts:
        if isinstance(dated.fact, HANDOVERS) and dated.effective_on > case.on:
            raise case.refuse(
                "before-no-handover",
                f"event {dated.position} handed lines over on {dated.effective_on}, as they stood then; say it from "
                "that day on, or withdraw that event first",
            )


def _treats(fact: BudgetTreated, case: Case) -> None:
    if _unit(case) != MONEY_UNIT:
        raise case.refuse("budget-money", f"{case.known().reference} is not in money, and in no budget")
    if fact.amount <= 0:
        raise case.refuse(
            "treatment-positive", "a treatment is an amount a year above nought; say how with --treatment"
        )
    if abs(fact.year.first_day.year - case.on.year) > 50:
        raise case.refuse("year-near", f"{fact.year} is more than fifty years from {case.on}; check the year")


def _allocates(fact: TargetAllocated, case: Case) -> None:
    posts = [one.post for one in fact.allocations]
    for post in posts:
        if posts.count(post) > 1:
            raise case.refuse("posts-once", f"{post} is named twice; name each post once")
    if sum(one.share for one in fact.allocations if one.share is not None) > 100:
        raise case.refuse("shares-within-whole", "the shares come to more than 100 per cent; lower one of them")


# --- merging and splitting -------------------------------------------------------------------------


def _hands_over(takers: Sequence[str], case: Case) -> None:
    """Refuse a handover between benefits that could not be added together."""
    giver = case.known()
    _not_merged(case, case.on)
    for name in takers:
        if takers.count(name) > 1 or name == giver.reference:
            raise case.refuse("others-once", f"{name} cannot take over from itself, or twice; name others, each once")
        taker = case.find(name)
        into = as_it_stood(taker, case.on).merged_into
        if into is not None:
            raise case.refuse("not-merged", f"{name} has become part of {into}; name that instead")
        if _authority(giver, case) != _authority(taker, case):
            raise case.refuse(
                "same-authority",
                f"{giver.reference} and {name} are of different authorities; nothing moves between them",
            )
        mine, theirs = (_class(one.opened) for one in (giver, taker))
        if mine != theirs:
            raise case.refuse(
                "alike",
                f"{giver.reference} is {mine} and {name} is {theirs}; what is never added together is not merged",
            )
        for of in (TargetSet, ForecastMade):
            handed, there = to_hand_over(giver, case.on, of), in_force(taker, case.on, of)
            if handed is not None and there is not None and handed.release is not there.release:
                raise case.refuse(
                    "alike",
                    f"the {'target' if of is TargetSet else 'forecast'} of {giver.reference} is stated as "
                    f"{handed.release}, that of {name} as {there.release}; state both alike first",
                )
    for one in (giver, *(case.find(name) for name in takers)):
        _says_nothing_later(one, case)


def _says_nothing_later(benefit: Subject, case: Case) -> None:
    """Refuse a handover that a later version would undo on one side, so that lines would count twice or not at all."""
    for dated in benefit.facts:
        if isinstance(dated.fact, _VERSIONS) and dated.effective_on > case.on:
            raise case.refuse(
                "nothing-later",
                f"event {dated.position} says from {dated.effective_on} what {benefit.reference} is to bring; "
                "hand over from then on, or withdraw that one first",
            )


def _claimed_by_then(case: Case) -> None:
    """Refuse that a benefit ends before the last period it has a claim for."""
    for claim in case.known().once(_claims_on_record).values():
        if claim.is_live and claim.effective_on >= case.on:
            raise case.refuse(
                "claimed-by-then",
                f"{case.known().reference} has a claim for {claim.fact.period} (event {claim.position}), which ends on "
                f"{claim.effective_on}; merge it from a later day on",
            )


def _class(opened: object) -> str:
    if not isinstance(opened, BenefitIdentified):
        return "erased"
    what = "dis-benefit" if opened.dis_benefit else "benefit"
    return f"a {opened.release} {opened.kind} {what} of {opened.fund} in {opened.unit}"


def _authority(benefit: Subject, case: Case) -> str | None:
    opened = benefit.opened
    return authority_of(case.find(opened.programme), case.find) if isinstance(opened, BenefitIdentified) else None


def _splits(fact: BenefitSplit, case: Case) -> None:
    if sum(part.share for part in fact.parts) > 100:
        raise case.refuse("shares-within-whole", "the shares come to more than 100 per cent; lower one of them")
    _hands_over([part.benefit for part in fact.parts], case)


def follow_up(fact: BenefitFact, case: Case) -> list[tuple[str, BenefitFact]]:
    """Return what has to be recorded of other benefits in the same act, by reference.

    What comes over rests on what the act rests on, or on what the target or forecast it comes from rests on.
    """
    name = case.known().reference
    assumed = fact.assumed or rests_on(case.known(), case.on)
    match fact:
        case BenefitMerged():
            taken = BenefitAbsorbed(merged=name, target=fact.target, forecast=fact.forecast, assumed=assumed)
            return [(fact.into, taken)]
        case BenefitSplit():
            targets, forecasts = (
                shared_out(to_hand_over(case.known(), case.on, of), fact.parts, _unit(case))
                for of in (TargetSet, ForecastMade)
            )
            return [
                (part.benefit, BenefitPartTaken(split=name, target=target, forecast=forecast, assumed=assumed))
                for part, target, forecast in zip(fact.parts, targets, forecasts, strict=True)
            ]
        case _:
            return []


def _handovers(filled: dict[str, Any], model: type[BenefitFact], case: Case) -> None:
    """Fill in what goes over; the parts of a split are not values yet."""
    parts: list[SplitPart] = []
    if model is BenefitSplit:
        try:
            parts = [SplitPart.model_validate(one) for one in filled.get("parts") or ()]
        except ValueError:
            return  # Reading the fact itself says what is wrong with them.
    for name, of in (("target", TargetSet), ("forecast", ForecastMade)):
        try:
            whole = to_hand_over(case.known(), case.on, of)
            filled[name] = together(shared_out(whole, parts, _unit(case))) if model is BenefitSplit else whole
        except ValueError as error:
            raise case.refuse(
                "handed-in-limits",
                f"what {case.known().reference} took over for one period and its own {name} come to more than "
                "an amount may be; set it anew first",
            ) from error


def _confers(fact: BenefitAuthorised, case: Case) -> None:
    why_not = why_no_authority(case.find(fact.decision), fact.resolution, case.on, case.find)
    if why_not:
        raise case.refuse("confers-authority", f"{case.known().reference} cannot be authorised by it: {why_not}")


def _start(case: Case) -> None:
    benefit = _benefit(case)
    by = benefit.authorised_by
    case.guard(
        "authorised",
        by is not None,
        f"{case.known().reference} is not authorised on {case.on}; record profile authorise first",
    )
    if by is not None:
        _confers(by, case)
        case.guard(
            "decision-effective",
            is_effective(case.find(by.decision), by.resolution, case.on),
            f"resolution {by.resolution} of {by.decision} is not effective on {case.on}; "
            "record decision make-effective when it is",
        )


def _claim(fact: SavingClaimed, case: Case) -> None:
    subject, benefit = case.known(), _benefit(case)
    name = subject.reference
    if case.corrects is not None:
        _not_by_its_verifier(case)
    if _unit(case) != MONEY_UNIT:
        raise case.refuse("claim-money", f"{name} is not in money; record what was measured with: measure read")
    _not_merged(case, fact.period.last_day)
    if not fact.amount:
        raise case.refuse("claim-something", "a claim of nought claims nothing; leave it out")
    for claim in benefit.claims.values():
        if claim.is_live and claim.fact.period.overlaps(fact.period):
            raise case.refuse(
                "one-claim-a-period",
                f"{name} already has a claim for {claim.fact.period} (event {claim.position}); "
                f"correct that one instead: benefits correct {claim.position} --set amount=...",
            )
    case.guard(
        "owner-agreed", benefit.owner is not None, f"{name} has no owner on {case.on}; record profile appoint-owner"
    )
    case.guard(
        "measure-agreed", benefit.has_measure, f"{name} has no measure on {case.on}; record profile agree-measure"
    )
    case.guard(
        "baseline-agreed", benefit.has_baseline, f"{name} has no baseline on {case.on}; record profile agree-baseline"
    )
    case.guard(
        "in-delivery", benefit.in_delivery, f"{name} is not in delivery on {case.on}; record profile start-delivery"
    )
    case.guard(
        "evidence-given", fact.evidence is not None, "a claim needs evidence; give --evidence-document and the rest"
    )


def _not_by_its_verifier(case: Case) -> None:
    """Refuse that whoever verified a claim corrects it."""
    corrector = person(case, case.actor, case.today)
    for dated in case.known().facts:
        match dated.fact:
            case SavingVerified(claim=case.corrects, verifier=verifier):
                recorded = london_day_of(dated.stated_us)
                if corrector in (person(case, verifier, recorded), person(case, dated.stated_by, recorded)):
                    raise case.refuse(
                        "separate-persons",
                        f"{case.actor} verified this claim (event {dated.position}) and may not correct it; "
                        "have its claimant or the programme office do that, or find on it again with saving verify",
                    )
            case _:
                pass


def _live_claim(position: int, case: Case) -> Claim:
    claim = _claims_before(case).get(position)
    if claim is None:
        raise case.refuse("claim-exists", f"{case.known().reference} has no claim at event {position}")
    if not claim.is_live:
        raise case.refuse("claim-live", f"nothing is left of the claim at event {position}; it was reversed")
    return claim


def _said_by(claim: Claim, case: Case) -> dict[str, str]:
    """Return who has a part in a claim, by person: whoever held each post when it acted, and the owner now as well."""
    recorded, stated = london_day_of(claim.dated.recorded_us), london_day_of(claim.dated.stated_us)
    said = {
        person(case, claim.dated.actor, recorded): "recorded the claim",
        person(case, claim.dated.stated_by, stated): "recorded the claim as it stands",
        person(case, claim.fact.claimant, stated): "claimed it",
    }
    for on in (claim.effective_on, case.today):
        owner = as_it_stood(case.known(), on).owner
        if owner:
            said[person(case, owner, on)] = "owns the benefit"
    return said


def _verify(fact: SavingVerified, case: Case) -> None:
    case.known()
    claim = _live_claim(fact.claim, case)
    if fact.finding is Finding.FULL and fact.amount != claim.claimed:
        raise case.refuse(
            "finding-fits-amount", f"{claim.claimed:,} is claimed; {fact.amount:,} of it is a finding of part, not full"
        )
    if fact.finding is Finding.PART and (
        not fact.amount or towards_nought(fact.amount, claim.claimed) != fact.amount or fact.amount == claim.claimed
    ):
        raise case.refuse(
            "verified-within-claimed", f"{claim.claimed:,} is claimed; a finding of part lies between nought and that"
        )
    if fact.finding in (Finding.RETURNED, Finding.REJECTED) and fact.amount:
        raise case.refuse(
            "finding-fits-amount", f"a claim that is {fact.finding} has nothing verified; leave out --amount"
        )
    for verifier in (case.actor, fact.verifier):
        role = _said_by(claim, case).get(person(case, verifier, case.today))
        if role:
            raise case.refuse(
                "separate-persons",
                f"{verifier} may not verify the claim for {claim.fact.period}: the same person {role}; "
                "have another person in finance verify and record it",
            )
    if not exists(case.find(fact.verifier), case.today):
        raise case.refuse(
            "verifier-exists", f"{fact.verifier} does not exist on {case.today}; name the post that verified"
        )
    case.guard(
        "separate-accounts",
        case.sandbox or case.account not in (claim.dated.account, claim.dated.stated_account),
        "the claim was recorded from this same account; have the verifier record it from their own",
    )


def inconsistency(before: Subject, after: Subject) -> str | None:
    """Return what no longer fits among a benefit's facts, in words; `None` if everything does.

    Asked after a correction or withdrawal: a finding must still have its claim, and a reversal lie within it; no month
    may be claimed twice; and what a claim or the start of delivery rested on must still be there.
    """
    if _in_money(before) != _in_money(after) and len(after.facts) > 1:
        return "its unit was settled before anything else was said in it; identify another benefit instead"
    claims: dict[int, Claim] = {}
    for dated in sorted(after.facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed() as fact:
                claims[dated.position] = Claim(dated, fact, fact.amount)
            case SavingVerified() | SavingChallenged() | SavingReversed() as fact:
                claim = claims.get(fact.claim)
                if claim is None:
                    return f"event {dated.position} is about the claim at event {fact.claim}; withdraw that one first"
                if is_void(dated, claim):
                    continue
                if not isinstance(fact, SavingChallenged) and towards_nought(fact.amount, claim.claimed) != fact.amount:
                    return (
                        f"event {dated.position} found {fact.amount:,} of the claim at event {fact.claim}, of which "
                        f"{claim.claimed:,} would be left; correct or withdraw that one first"
                    )
                claims[fact.claim] = evolve_claim(claim, fact)
            case _:
                pass
    live = [claim for claim in claims.values() if claim.is_live]
    for number, claim in enumerate(live):
        for other in live[:number]:
            if claim.fact.period.overlaps(other.fact.period):
                return f"events {other.position} and {claim.position} would both claim {claim.fact.period}"
    return _without_ground(before, after) or _handovers_undone(before, after)


def _handovers_undone(before: Subject, after: Subject) -> str | None:
    """Return which handover would no longer fit: what it gave would not have stood, or would stand twice."""
    handovers = [dated for dated in after.facts if isinstance(dated.fact, HANDOVERS)]
    if not handovers:
        return None
    if isinstance(after.opened, BenefitIdentified) and _class(before.opened) != _class(after.opened):
        return (
            f"event {handovers[0].position} handed lines over between benefits that were alike; withdraw that one first"
        )
    for handover in handovers:
        for dated in after.facts:
            was = before.dated(dated.position)
            if was is None or not isinstance(dated.fact, TargetSet | ForecastMade):
                continue
            if (was.effective_on <= handover.effective_on) != (dated.effective_on <= handover.effective_on):
                return f"event {handover.position} handed over what stood then; withdraw that one first"
    for of in (TargetSet, ForecastMade):
        lacking = first_overdrawn(after, of)
        if lacking is not None:
            return f"event {lacking} handed over lines that would not stand any more; withdraw that one first"
    for dated in handovers:
        if isinstance(dated.fact, BenefitMerged):
            late = [
                one
                for one in after.once(_claims_on_record).values()
                if one.is_live and one.effective_on >= dated.effective_on
            ]
            if late:
                return f"event {late[0].position} would claim for a time after event {dated.position} merged it"
    return None


def _in_money(subject: Subject) -> bool:
    return not isinstance(subject.opened, BenefitIdentified) or subject.opened.unit == MONEY_UNIT


def _without_ground(before: Subject, after: Subject) -> str | None:
    """Return which claim, or start of delivery, would rest on nothing, where it rested on something."""
    for dated in after.facts:
        if not isinstance(dated.fact, SavingClaimed | DeliveryStarted):
            continue
        set_aside = {override.rule for override in dated.fact.overrides or ()}
        held, holds = (_grounds(as_it_stood(one, dated.effective_on), dated.fact) for one in (before, after))
        lost = sorted(rule for rule, there in held.items() if there and not holds[rule] and rule not in set_aside)
        if lost:
            return f"event {dated.position} rests on it ({', '.join(lost)}); withdraw that one first"
    return None


def _grounds(benefit: Benefit, fact: SavingClaimed | DeliveryStarted) -> dict[str, bool]:
    """Return the guards of a fact that a benefit's own facts answer."""
    match fact:
        case DeliveryStarted():
            return {"authorised": benefit.authorised_by is not None}
        case SavingClaimed():
            return {
                "owner-agreed": benefit.owner is not None,
                "measure-agreed": benefit.has_measure,
                "baseline-agreed": benefit.has_baseline,
                "in-delivery": benefit.in_delivery,
            }
        case _:
            assert_never(fact)
