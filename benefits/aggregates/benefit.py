"""Benefits: what must be agreed before a saving may be claimed, and who may verify it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from benefits.aggregates.body import exists, person
from benefits.aggregates.case import Case, until
from benefits.aggregates.decision import confers_authority, is_effective
from benefits.events import (
    BaselineAgreed,
    BenefitAuthorised,
    BenefitDescribed,
    BenefitFact,
    BenefitIdentified,
    BenefitOwnerAppointed,
    Blanked,
    DecisionTaken,
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
from benefits.values import MONEY_UNIT, PENNY, Finding, Grade, Period

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Claim:
    """A claim as it stands: what is left of it, and how much of that finance has verified."""

    position: int
    effective_on: date
    fact: SavingClaimed
    actor: str
    account: str
    command_id: str
    claimed: Decimal
    verified: Decimal = ZERO
    grade: Grade | None = None
    is_challenged: bool = False

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


def _claimed(dated: Dated, fact: SavingClaimed) -> Claim:
    return Claim(
        dated.position, dated.effective_on, fact, dated.actor, dated.account, dated.command_id, claimed=fact.amount
    )


def claims_of(facts: tuple[Dated, ...]) -> dict[int, Claim]:
    """Return the claims among a benefit's facts, by position, each with what was found of it, in that order."""
    claims: dict[int, Claim] = {}
    for dated in sorted(facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed() as fact:
                claims[dated.position] = _claimed(dated, fact)
            case SavingVerified() | SavingChallenged() | SavingReversed() as fact:
                if fact.claim in claims:
                    claims[fact.claim] = evolve_claim(claims[fact.claim], fact)
            case _:
                pass
    return claims


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


def _claim_named(name: object, case: Case) -> Claim:
    subject = case.known()
    claims = claims_of(subject.facts)
    if name is None:
        raise case.refuse("claim-named", "name the claim: --claim POSITION, --claim @COMMAND-ID or --claim PERIOD")
    words = str(name).strip()
    if words.isdecimal():
        found = [claim for claim in claims.values() if claim.position == int(words)]
    elif words.startswith("@"):
        found = [claim for claim in claims.values() if claim.command_id == words[1:]]
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
        case BenefitIdentified() | BenefitDescribed() | MeasureAgreed() | BenefitOwnerAppointed():
            return
        case BaselineAgreed():
            _in_pence(fact.value, case)
        case TargetSet() | ForecastMade():
            _lines(fact.lines, case)
        case BenefitAuthorised():
            _authorise(fact, case)
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


def _authorise(fact: BenefitAuthorised, case: Case) -> None:
    decision = case.find(fact.decision)
    taken = decision.opened
    taker = case.find(taken.body) if isinstance(taken, DecisionTaken) else decision
    why_not = confers_authority(decision, fact.resolution, taker, case.on)
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
        case.guard(
            "decision-effective",
            is_effective(case.find(by.decision), by.resolution, case.on),
            f"resolution {by.resolution} of {by.decision} is not effective on {case.on}; "
            "record decision make-effective when it is",
        )


def _claim(fact: SavingClaimed, case: Case) -> None:
    subject, benefit = case.known(), _benefit(case)
    name = subject.reference
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
    if fact.evidence is not None and case.find(fact.evidence.document).kind != "document":
        raise case.refuse(
            "evidence-document", f"{fact.evidence.document} is not a document; file it first: document file"
        )


def _live_claim(position: int, case: Case) -> Claim:
    claim = claims_of(case.known().facts).get(position)
    if claim is None:
        raise case.refuse("claim-exists", f"{case.known().reference} has no claim at event {position}")
    if not claim.is_live:
        raise case.refuse("claim-live", f"nothing is left of the claim at event {position}; it was reversed")
    return claim


def _verify(fact: SavingVerified, case: Case) -> None:
    subject = case.known()
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
    owner = as_it_stood(subject, claim.effective_on).owner
    said = {
        person(case, claim.actor, case.today): "recorded the claim",
        person(case, claim.fact.claimant, case.today): "claimed it",
    }
    if owner:
        said[person(case, owner, case.today)] = "owns the benefit"
    for verifier in (case.actor, fact.verifier):
        role = said.get(person(case, verifier, case.today))
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
        case.sandbox or claim.account != case.account,
        "the claim was recorded from this same account; have the verifier record it from their own",
    )


def inconsistency(subject: Subject) -> str | None:
    """Return what no longer fits among a benefit's facts, in words; `None` if everything does.

    Asked after a correction or withdrawal: a finding must still have its claim, and lie within it.
    """
    money = not isinstance(subject.opened, BenefitIdentified) or subject.opened.unit == MONEY_UNIT
    claims: dict[int, Claim] = {}
    for dated in sorted(subject.facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed() as fact:
                if not money:
                    return f"it is not in money, and there is a claim at event {dated.position}"
                claims[dated.position] = _claimed(dated, fact)
            case SavingVerified() | SavingChallenged() | SavingReversed() as fact:
                claim = claims.get(fact.claim)
                if claim is None:
                    return f"event {dated.position} is about the claim at event {fact.claim}; withdraw that one first"
                if not isinstance(fact, SavingChallenged) and towards_nought(fact.amount, claim.claimed) != fact.amount:
                    return (
                        f"event {dated.position} found {fact.amount:,} of the claim at event {fact.claim}, of which "
                        f"{claim.claimed:,} would be left; correct or withdraw that one first"
                    )
                claims[fact.claim] = evolve_claim(claim, fact)
            case MeasureRead() if money:
                return f"it is in money, and there is a reading at event {dated.position}"
            case _:
                pass
    return None
