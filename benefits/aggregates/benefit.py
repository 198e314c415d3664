"""Benefits: what must be agreed before a saving may be claimed, and who may verify it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from benefits.aggregates.body import exists, person
from benefits.aggregates.case import Case, until
from benefits.aggregates.decision import is_effective, why_no_authority
from benefits.aggregates.measure import one_reading_a_period
from benefits.events import (
    BaselineAgreed,
    BenefitAuthorised,
    BenefitDescribed,
    BenefitFact,
    BenefitIdentified,
    BenefitOwnerAppointed,
    Blanked,
    DeliveryStarted,
    ForecastMade,
    MeasureAgreed,
    MeasureRead,
    ProfileLine,
    SavingChallenged,
    SavingClaimed,
    SavingReversed,
    SavingVerified,
    TargetSet,
)
from benefits.stream import Dated, Subject
from benefits.values import MONEY_UNIT, PENNY, Finding, Grade, Period, london_day_of

ZERO = Decimal("0.00")
_ALSO_POUNDS = frozenset({"gbp", "£", "pound", "pounds", "pounds sterling"})


@dataclass(frozen=True)
class Claim:
    """A claim as it stands: what is left of it, and how much of that finance has verified."""

    dated: Dated
    fact: SavingClaimed
    claimed: Decimal
    verified: Decimal = ZERO
    grade: Grade | None = None
    is_challenged: bool = False

    @property
    def position(self) -> int:
        """The event that recorded it."""
        return self.dated.position

    @property
    def effective_on(self) -> date:
        """The last day of its period."""
        return self.dated.effective_on

    @property
    def is_live(self) -> bool:
        """Whether anything is left of it."""
        return self.claimed != 0


@dataclass(frozen=True)
class Benefit:
    """What the rules read of a benefit."""

    opened: BenefitIdentified | None = None
    owner: str | None = None
    has_measure: bool = False
    has_baseline: bool = False
    authorised_by: BenefitAuthorised | None = None
    in_delivery: bool = False
    claims: Mapping[int, Claim] = field(default_factory=dict)


def towards_nought(amount: Decimal, limit: Decimal) -> Decimal:
    """Return an amount cut to between nought and a limit of either sign."""
    return min(max(amount, ZERO), limit) if limit >= 0 else max(min(amount, ZERO), limit)


def evolve_claim(claim: Claim, fact: SavingVerified | SavingChallenged | SavingReversed) -> Claim:
    """Return a claim after a fact about it; what is verified never exceeds what is claimed."""
    match fact:
        case SavingVerified():
            verified = towards_nought(fact.amount, claim.claimed)
            return replace(claim, verified=verified, grade=fact.grade if verified else None, is_challenged=False)
        case SavingChallenged():
            return replace(claim, is_challenged=True)
        case SavingReversed():
            left = claim.claimed - towards_nought(fact.amount, claim.claimed)
            verified = towards_nought(claim.verified - fact.amount, left)
            return replace(claim, claimed=left, verified=verified, is_challenged=claim.is_challenged and left != 0)
        case _:
            assert_never(fact)


def claims_of(facts: tuple[Dated, ...]) -> dict[int, Claim]:
    """Return the claims among a benefit's facts, by position, each with what was found of it, in that order.

    A finding is about the words it was made on: once the claim is corrected, it counts no more.
    """
    claims: dict[int, Claim] = {}
    for dated in sorted(facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed() as fact:
                claims[dated.position] = Claim(dated, fact, fact.amount)
            case SavingVerified() | SavingChallenged() | SavingReversed() as fact:
                if fact.claim in claims and not is_void(dated, claims[fact.claim]):
                    claims[fact.claim] = evolve_claim(claims[fact.claim], fact)
            case _:
                pass
    return claims


def follows_from(subject: Subject, corrected: Dated) -> list[str]:
    """Return which findings count no more once a claim is corrected."""
    claim = claims_of(subject.facts).get(corrected.position)
    return [
        f"what was found of the claim at event {dated.position} counts no more; have it verified again"
        for dated in subject.facts
        if claim is not None
        and isinstance(dated.fact, SavingVerified)
        and dated.fact.claim == corrected.position
        and not is_void(dated, claim)
    ]


def is_void(finding: Dated, claim: Claim) -> bool:
    """Tell whether a finding was made on words of the claim that no longer stand."""
    return isinstance(finding.fact, SavingVerified) and finding.stated_at < claim.dated.stated_at


def evolve(benefit: Benefit, fact: BenefitFact | Blanked) -> Benefit:
    """Return the benefit after the fact. Never refuses: it has happened. Claims are folded by `claims_of`."""
    match fact:
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
        case BenefitDescribed() | TargetSet() | ForecastMade() | MeasureRead():
            return benefit
        case SavingClaimed() | SavingVerified() | SavingChallenged() | SavingReversed():
            return benefit
        case Blanked():
            return benefit
        case _:
            assert_never(fact)


def as_it_stood(subject: Subject, on: date) -> Benefit:
    """Return a benefit as it stood on a day, with every claim on record whatever its day."""
    benefit = Benefit()
    for dated in until(subject.facts, on):
        assert isinstance(dated.fact, BenefitFact | Blanked)
        benefit = evolve(benefit, dated.fact)
    if benefit.opened is None and isinstance(subject.opened, BenefitIdentified):
        benefit = replace(benefit, opened=subject.opened)
    return replace(benefit, claims=claims_of(subject.facts))


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
        case BenefitDescribed() | MeasureAgreed() | BenefitOwnerAppointed():
            return
        case BaselineAgreed():
            _in_pence(fact.value, case)
        case TargetSet() | ForecastMade():
            _lines(fact.lines, case)
        case BenefitAuthorised():
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


def _in_pence(amount: Decimal, case: Case) -> None:
    if _unit(case) == MONEY_UNIT and amount != amount.quantize(PENNY):
        raise case.refuse("exact-pence", f"{amount} is not an amount of pounds and pence")


def _lines(lines: tuple[ProfileLine, ...], case: Case) -> None:
    for number, line in enumerate(lines):
        _in_pence(line.amount, case)
        for earlier in lines[:number]:
            if earlier.period.overlaps(line.period):
                raise case.refuse(
                    "lines-apart", f"the lines for {earlier.period} and {line.period} overlap; name each month once"
                )


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
    return _without_ground(before, after)


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
