"""The timeline of a programme or portfolio: what happened on which day, and what is due on days to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, assert_never
from uuid import UUID

from pydantic import Field

from benefits.aggregates.case import until
from benefits.aggregates.claim import Claim, claims_of, is_void
from benefits.aggregates.decision import Decision
from benefits.aggregates.structure import authority_of
from benefits.events import (
    AuthorityOpened,
    BaselineAgreed,
    BenefitAbsorbed,
    BenefitAuthorised,
    BenefitDescribed,
    BenefitIdentified,
    BenefitMerged,
    BenefitOwnerAppointed,
    BenefitPartTaken,
    BenefitSplit,
    Blanked,
    BodyConstituted,
    BodyDissolved,
    BudgetTreated,
    BusinessCaseApproved,
    ClockAccepted,
    ConsultationHeld,
    CostLeftOut,
    CostPlanned,
    DecisionMadeEffective,
    DecisionPublished,
    DecisionTaken,
    DelegationExercised,
    DeliveryStarted,
    DocumentFiled,
    DocumentVersionAdded,
    FigureQuoted,
    ForecastMade,
    FundingDecided,
    FundingIdentified,
    FundingPlanOpened,
    ImplicationStated,
    MeasureAgreed,
    MeasureDefined,
    MeasureRead,
    MilestonePlanned,
    MilestoneReached,
    MilestoneReforecast,
    ObjectiveAdopted,
    PeriodClosed,
    PeriodReopened,
    PortfolioOpened,
    PostEstablished,
    PostHolderAppointed,
    PostVacated,
    ProgrammeMandated,
    ProgrammeOpened,
    ProgrammeStageEntered,
    ProgrammeTargetSet,
    ProjectOpened,
    ProjectRehomed,
    ProjectStageEntered,
    RoleAssigned,
    RoleEnded,
    SavingChallenged,
    SavingClaimed,
    SavingReversed,
    SavingVerified,
    SpendProfiled,
    SpendRecorded,
    StageReviewed,
    StagesListed,
    StoreOpened,
    TargetAllocated,
    TargetSet,
)
from benefits.store import Question, Snapshot
from benefits.stream import Dated, Subject
from benefits.terms import CARRIED, MONEY_UNIT, Bound
from benefits.values import GivenDate, Period, plain_number
from projections.answers import Amount, Answer, Row
from projections.delegations import is_overdue
from projections.homes import home_on, homes_of
from projections.state import given, in_unit
from projections.subjects import Subjects, title_of

_A_DAY: Final = timedelta(days=1)


class TimelineEntry(Row):
    """What happened on a day, or is due on it."""

    on: date = Field(description="The day it stands for.")
    given: str = Field(description="That day as it was given: a day, a month, a period, by a month.")
    kind: str = Field(
        description="The stored name of the fact; or what is due: milestone-due, milestone-forecast, stage-due, "
        "delegation-due."
    )
    reference: str = Field(description="The subject it is about.")
    title: str | None = Field(description="Its title.")
    what: str = Field(description="What happened, or is due, in words.")
    amount: Amount | None = Field(description="The amount it is about, in pounds or the benefit's unit; null if none.")
    event: int = Field(description="The event whose words say so.")
    is_future: bool = Field(description="Whether the day is after that of the answer; only what is due can be.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class Timeline(Answer):
    """The dated events of a programme, with what is within it, or of a portfolio, in the order of their days.

    What took effect by the day of the answer is told. A milestone also stands on the day it was first due, and, until
    it is reached, on the day it is now expected; so does a stage whose start is planned. What is about a claim stands
    on the last day of the claim's period.
    """

    reference: str = Field(description="The programme or portfolio.")
    entries: list[TimelineEntry] = Field(
        description="The entries, in the order of their days; those of one day in the order of recording."
    )


def entries(connection: Snapshot, known: Subjects, programmes: Sequence[str], on: date) -> list[TimelineEntry]:
    """Return what is on the timeline of some programmes, and which periods their authority has closed.

    Args:
        connection: Where the views are read.
        known: The subjects as known at the position asked for.
        programmes: Whose; what was moved between programmes stands in each with its own days.
        on: The day.
    """
    found = [
        entry
        for subject in known.of(_belonging(connection, programmes, known.position))
        for entry in _theirs(subject, known, frozenset(programmes), on)
    ]
    authorities = {authority_of(known.find(programme), known.find) for programme in programmes}
    for authority in authorities - {None}:
        found += _entries(known.find(str(authority)), on)
    return sorted(found, key=lambda entry: (entry.on, entry.event, entry.kind))


_BELONGING: Final = Question(
    "SELECT DISTINCT subject FROM view_state",
    "WHERE programme IN (:programmes) AND known_from <= :position AND known_to > :position",
)


def _belonging(connection: Snapshot, programmes: Sequence[str], position: int) -> set[UUID]:
    """Return the streams of what belongs to some programmes, on any day, as known at a position."""
    return set(_BELONGING.values(connection, programmes=list(programmes), position=position))


def _theirs(subject: Subject, known: Subjects, programmes: frozenset[str], on: date) -> Iterator[TimelineEntry]:
    """Yield the entries of a subject on the days it belongs to some programmes; a move belongs to both of its."""
    homes = homes_of(subject, known.named)
    for entry in _entries(subject, on):
        day = min(entry.on, on)  # What is due belongs where its subject is now.
        days = {day, day - _A_DAY} if entry.kind == ProjectRehomed.type_name and day > date.min else {day}
        if not homes or any(home_on(homes, one) in programmes for one in days):
            yield entry


# --- one subject -------------------------------------------------------------------------------


def _entries(subject: Subject, on: date) -> Iterator[TimelineEntry]:
    facts = until(subject.facts, on)
    claims = claims_of(subject.facts)
    for dated in facts:
        told = _told(dated, subject, claims)
        if told is not None:
            yield _entry(subject, dated, told, on)
    for dated, told in (*_milestone(facts, on), *_stages(facts), *_delegations(facts, on)):
        yield _entry(subject, dated, told, on)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a fact; on its own day, and under its own name, where no other is given."""

    what: str
    amount: Decimal | None = None
    given: str | None = None
    kind: str | None = None
    due: GivenDate | None = None


def _entry(subject: Subject, dated: Dated, told: _Told, on: date) -> TimelineEntry:
    day = told.due.day if told.due else dated.effective_on
    assert not isinstance(dated.fact, Blanked)
    return TimelineEntry(
        on=day,
        given=told.due.words if told.due else told.given or given(dated),
        kind=told.kind or dated.fact.type_name,
        reference=subject.reference,
        title=title_of(subject),
        what=told.what,
        amount=told.amount,
        event=dated.stated_at,
        is_future=day > on,
        assumed=dated.fact.assumed,
    )


def _milestone(facts: Sequence[Dated], on: date) -> Iterator[tuple[Dated, _Told]]:
    """Yield when a milestone was first due; and when it is now expected, if on another day, until it is reached."""
    late = "" if any(isinstance(dated.fact, MilestoneReached) for dated in facts) else ", and not reached"
    due: GivenDate | None = None
    forecast: tuple[Dated, GivenDate] | None = None
    reached = False
    for dated in facts:
        match dated.fact:
            case MilestonePlanned(due=GivenDate() as first):
                due = first
                yield dated, _Told(f"due{late if first.day < on else ''}", kind="milestone-due", due=first)
            case MilestoneReforecast(due=expected):
                forecast = dated, expected
            case MilestoneReached():
                reached = True
            case _:
                pass
    if forecast is not None and not reached and forecast[1] != due:
        what = f"now expected{late if forecast[1].day < on else ''}"
        yield forecast[0], _Told(what, kind="milestone-forecast", due=forecast[1])


def _stages(facts: Sequence[Dated]) -> Iterator[tuple[Dated, _Told]]:
    """Yield when the stages are planned to start, by the list in force."""
    listed = [(dated, dated.fact) for dated in facts if isinstance(dated.fact, StagesListed)]
    for dated, fact in listed[-1:]:
        for stage in fact.stages:
            if stage.starts is not None:
                yield dated, _Told(f"stage {stage.name} to start", kind="stage-due", due=stage.starts)


def _delegations(facts: Sequence[Dated], on: date) -> Iterator[tuple[Dated, _Told]]:
    """Yield when what a decision delegated is due to be exercised."""
    exercised = {dated.fact.resolution.casefold() for dated in facts if isinstance(dated.fact, DelegationExercised)}
    for dated in facts:
        match dated.fact:
            case DecisionTaken(delegations=tuple() as made):
                for one in made:
                    resolution = Decision(dated.fact).resolution(one.letter)
                    if one.due is not None and resolution is not None and resolution.outcome in CARRIED:
                        is_exercised = one.letter.casefold() in exercised
                        overdue = is_overdue(one.due, resolution.outcome, on, is_exercised=is_exercised)
                        late = ", and not exercised" if overdue else ""
                        what = f"what resolution {one.letter} delegates is due{late}"
                        yield dated, _Told(what, kind="delegation-due", due=one.due)
            case _:
                pass


# --- one fact ----------------------------------------------------------------------------------


def _told(dated: Dated, subject: Subject, claims: Mapping[int, Claim]) -> _Told | None:
    """Return what is told of a fact; `None` where it is no dated event of a programme."""
    match dated.fact:
        case (
            ProgrammeOpened()
            | ProgrammeStageEntered()
            | ProgrammeTargetSet()
            | StagesListed()
            | StageReviewed()
            | ProgrammeMandated()
            | ProjectOpened()
            | ProjectStageEntered()
            | ProjectRehomed()
        ) as fact:
            return _of_programme(fact)
        case MilestonePlanned():
            return None  # It stands on the day it is due.
        case MilestoneReforecast() as fact:
            return _Told(_because(f"now expected {fact.due}", fact.reason))
        case MilestoneReached() as fact:
            return _Told(_because("reached", fact.note))
        case (
            DecisionTaken() | DecisionPublished() | DecisionMadeEffective() | DelegationExercised() | FundingDecided()
        ) as fact:
            return _of_decision(fact)
        case DocumentVersionAdded() | ConsultationHeld() | BusinessCaseApproved() as fact:
            return _of_document(fact)
        case SavingClaimed() | SavingVerified() | SavingChallenged() | SavingReversed() as fact:
            return _of_claim(dated, fact, claims)
        case MeasureRead() as fact:
            unit = getattr(subject.opened, "unit", "")
            bound = "" if fact.bound is Bound.EXACTLY else f"{fact.bound.value.replace('-', ' ')} "
            return _Told(f"read as {bound}{plain_number(fact.value)} {unit}", fact.value, str(fact.period))
        case (
            BenefitIdentified()
            | BaselineAgreed()
            | TargetSet()
            | ForecastMade()
            | BenefitAuthorised()
            | DeliveryStarted()
            | BudgetTreated()
            | BenefitMerged()
            | BenefitAbsorbed()
            | BenefitSplit()
            | BenefitPartTaken()
        ) as fact:
            return _of_benefit(fact, getattr(subject.opened, "unit", MONEY_UNIT))
        case PeriodClosed() as fact:
            return _Told(f"the accounts of {fact.period} are closed")
        case PeriodReopened() as fact:
            return _Told(_because(f"the accounts of {fact.period} are opened again", fact.reason))
        case (
            StoreOpened()
            | ClockAccepted()
            | AuthorityOpened()
            | PortfolioOpened()
            | ObjectiveAdopted()
            | RoleAssigned()
            | RoleEnded()
            | BodyConstituted()
            | BodyDissolved()
            | PostEstablished()
            | PostHolderAppointed()
            | PostVacated()
            | DocumentFiled()
            | ImplicationStated()
            | BenefitDescribed()
            | BenefitOwnerAppointed()
            | MeasureAgreed()
            | TargetAllocated()
            | MeasureDefined()
            | FundingPlanOpened()
            | CostPlanned()
            | FundingIdentified()
            | CostLeftOut()
            | SpendProfiled()
            | SpendRecorded()
            | FigureQuoted()
            | Blanked()
        ):
            return None
        case _:
            assert_never(dated.fact)


def _of_programme(
    fact: ProgrammeOpened
    | ProgrammeStageEntered
    | ProgrammeTargetSet
    | StagesListed
    | StageReviewed
    | ProgrammeMandated
    | ProjectOpened
    | ProjectStageEntered
    | ProjectRehomed,
) -> _Told:
    match fact:
        case ProgrammeOpened():
            return _Told(f"programme of {fact.portfolio} opened")
        case ProjectOpened():
            return _Told(f"{fact.level} of {fact.within or fact.programme} opened")
        case ProgrammeStageEntered() | ProjectStageEntered():
            return _Told(f"enters stage {fact.stage}")
        case ProgrammeTargetSet():
            period = f" for {fact.period}" if fact.period else ""
            return _Told(f"target of {_money(fact.amount)}{period} set, {fact.release}", fact.amount)
        case StagesListed():
            return _Told(f"stages listed: {', '.join(stage.name for stage in fact.stages)}")
        case StageReviewed():
            by = f" by {fact.reviewer}" if fact.reviewer else ""
            recommends = f"; recommended: {fact.recommendation}" if fact.recommendation else ""
            return _Told(f"stage {fact.stage} reviewed{by}: {fact.findings}{recommends}")
        case ProgrammeMandated():
            return _Told(f"mandated by resolution {fact.resolution} of {fact.decision}")
        case ProjectRehomed():
            by = f" by {fact.decision}" if fact.decision else ""
            return _Told(_because(f"moved to {fact.programme}{by}", fact.reason))
        case _:
            assert_never(fact)


def _of_decision(
    fact: DecisionTaken | DecisionPublished | DecisionMadeEffective | DelegationExercised | FundingDecided,
) -> _Told:
    match fact:
        case DecisionTaken():
            resolved = "; ".join(
                f"{one.letter} {' + '.join(one.verbs)}, {one.outcome.value.replace('-', ' ')}"
                for one in fact.resolutions
            )
            return _Told(f"taken by {fact.body}{': ' if resolved else ''}{resolved}")
        case DecisionPublished():
            return _Told("its record is published")
        case DecisionMadeEffective():
            which = f"resolutions {', '.join(fact.resolutions)}" if fact.resolutions else "all resolutions"
            return _Told(_because(f"{which} may be acted on", fact.reason))
        case DelegationExercised():
            return _Told(_because(f"what resolution {fact.resolution} delegated is exercised", fact.note))
        case FundingDecided():
            amount = "an amount that is not printed" if fact.amount is None else _money(fact.amount)
            return _Told(f"sets aside {amount} for {fact.purpose}", fact.amount)
        case _:
            assert_never(fact)


def _of_document(fact: DocumentVersionAdded | ConsultationHeld | BusinessCaseApproved) -> _Told:
    match fact:
        case DocumentVersionAdded():
            return _Told(_because(f"{fact.version} issued", fact.reason))
        case ConsultationHeld():
            return _Told(f"{fact.consulted} consulted{'' if fact.response else '; the response is outstanding'}")
        case BusinessCaseApproved():
            return _Told(
                f"{fact.version} approved as {fact.stage} business case by resolution {fact.resolution} of "
                f"{fact.decision}",
                fact.cost,
            )
        case _:
            assert_never(fact)


def _of_benefit(
    fact: BenefitIdentified
    | BaselineAgreed
    | TargetSet
    | ForecastMade
    | BenefitAuthorised
    | DeliveryStarted
    | BudgetTreated
    | BenefitMerged
    | BenefitAbsorbed
    | BenefitSplit
    | BenefitPartTaken,
    unit: str,
) -> _Told:
    match fact:
        case BenefitIdentified():
            return _Told(f"identified for {fact.project or fact.programme}")
        case BaselineAgreed():
            return _Told(
                f"baseline of {_quantity(fact.value, unit)} agreed, taken {fact.taken}", _amount(fact.value, unit)
            )
        case TargetSet() | ForecastMade():
            total = sum((line.amount for line in fact.lines), Decimal(0))
            name = "target" if isinstance(fact, TargetSet) else "forecast"
            first = min(line.period.first_day for line in fact.lines)
            last = max(line.period.last_day for line in fact.lines)
            return _Told(
                _because(f"{name} of {_quantity(total, unit)} for {Period(first, last)}", fact.reason),
                _amount(total, unit),
            )
        case BenefitAuthorised():
            return _Told(f"authorised by resolution {fact.resolution} of {fact.decision}")
        case DeliveryStarted():
            return _Told("delivery begins")
        case BudgetTreated():
            return _Told(
                f"{fact.treatment.value.replace('-', ' ')} from {fact.year}: {_money(fact.amount)} a year, {fact.head}",
                fact.amount,
            )
        case BenefitMerged():
            return _Told(_because(f"becomes part of {fact.into}", fact.reason))
        case BenefitAbsorbed():
            return _Told(f"takes in {fact.merged}")
        case BenefitSplit():
            parts = ", ".join(f"{part.benefit} {plain_number(part.share)} %" for part in fact.parts)
            return _Told(_because(f"split: {parts}", fact.reason))
        case BenefitPartTaken():
            return _Told(f"takes over a part of {fact.split}")
        case _:
            assert_never(fact)


def _of_claim(
    dated: Dated,
    fact: SavingClaimed | SavingVerified | SavingChallenged | SavingReversed,
    claims: Mapping[int, Claim],
) -> _Told | None:
    if isinstance(fact, SavingClaimed):
        return _Told(f"{_money(fact.amount)} claimed for {fact.period}", fact.amount, str(fact.period))
    claim = claims.get(fact.claim)
    if claim is None:
        return None  # What was found of a claim that was withdrawn is about nothing.
    period = str(claim.fact.period)
    of = f"of the claim for {period} (event {fact.claim})"
    void = "; counts no more, because the claim was corrected" if is_void(dated, claim) else ""
    match fact:
        case SavingVerified():
            found = f"verified in {fact.finding}" if fact.amount else str(fact.finding)
            return _Told(f"{_money(fact.amount)} {of} {found}, {fact.grade}{void}", fact.amount, period)
        case SavingChallenged():
            return _Told(
                _because(f"{_money(claim.fact.amount)} {of} challenged", fact.reason), claim.fact.amount, period
            )
        case SavingReversed():
            return _Told(_because(f"{_money(fact.amount)} {of} reversed", fact.reason), fact.amount, period)
        case _:
            assert_never(fact)


def _because(what: str, why: str | None) -> str:
    return f"{what}: {why}" if why else what


def _money(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def _amount(amount: Decimal, unit: str) -> Decimal:
    return Decimal(in_unit(amount, unit))


def _quantity(amount: Decimal, unit: str) -> str:
    return _money(amount) if unit == MONEY_UNIT else f"{plain_number(amount)} {unit}"
