"""Every fact that may stand in the log, and the closed registry that reads them back.

A fact is frozen and says one thing. Its `type_name` and `schema_version` are written in the log
and are never renamed; a new meaning is a new schema version, which `benefits.upcasts` reads from
the old one. Position, dates, actor and command id belong to the log and stand in no body.

A new kind of fact is added to the union of its aggregate below; the type checker then lists every
room it must visit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Self, get_args
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from benefits.errors import InvalidValueError, UnknownEventTypeError
from benefits.parts import (
    Allocation,
    AnyRef,
    AuthorityRef,
    BenefitRef,
    Dating,
    DecisionRef,
    Delegation,
    DocumentRef,
    Evidence,
    Fact,
    FigureRef,
    FundingRef,
    Handover,
    Letter,
    LineCode,
    PortfolioRef,
    PostRef,
    ProfileLine,
    ProgrammeRef,
    ProjectRef,
    Recommendation,
    RecordRef,
    Resolution,
    SplitPart,
    StageLine,
    TakerRef,
    Takers,
    each_once,
    unlike_letters,
)
from benefits.terms import (
    BodyKind,
    Bound,
    CaseStage,
    Combine,
    Direction,
    Finding,
    Frequency,
    Fund,
    FundingForm,
    Grade,
    Implications,
    KeyDecision,
    Nation,
    ProjectLevel,
    Recurrence,
    Release,
    Role,
    SavingKind,
    Treatment,
)
from benefits.upcasts import upcast
from benefits.values import Day, FinancialYear, GivenDate, Line, Period, Pounds, Quantity, Reference, Sha256, Text

# --- the store itself --------------------------------------------------------------------------


class StoreOpened(Fact):
    """The log begins: its random namespace, and whether it is a sandbox whose clock may be set."""

    type_name = "store-opened"
    opens = "store"

    namespace: UUID
    sandbox: bool


class ClockAccepted(Fact):
    """An administrator looked at a clock that stands behind the log and lets recording go on."""

    type_name = "clock-accepted"

    clock: Line = Field(description="What the clock read.")
    behind: Line = Field(description="The last recorded instant, which it stands behind.")
    reason: Text = Field(description="What was found.")


# --- structure ---------------------------------------------------------------------------------


class AuthorityOpened(Fact):
    """A council or other public body comes on record, with the nation whose law it is under."""

    type_name = "authority-opened"
    opens = "authority"

    reference: Reference
    title: Line = Field(description="Its name.")
    nation: Nation = Field(description="The nation whose law and bank holidays apply.")


class PeriodClosed(Fact):
    """The accounts of a month or financial year are closed; what is recorded of it later is an adjustment."""

    type_name = "period-closed"
    dating = Dating.HAPPENED

    period: Period = Field(description="The month or financial year that is closed.")


class PeriodReopened(Fact):
    """A closed month or financial year is opened again, for a reason."""

    type_name = "period-reopened"
    dating = Dating.HAPPENED

    period: Period = Field(description="The month or financial year, as it was closed.")
    reason: Text = Field(description="Why.")


class PortfolioOpened(Fact):
    """A portfolio of programmes of one authority comes on record."""

    type_name = "portfolio-opened"
    opens = "portfolio"

    reference: Reference
    title: Line = Field(description="Its name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")


class ProgrammeOpened(Fact):
    """A programme comes on record in a portfolio."""

    type_name = "programme-opened"
    opens = "programme"

    reference: Reference
    title: Line = Field(description="Its name.")
    portfolio: PortfolioRef = Field(description="The portfolio it belongs to.")
    within: ProgrammeRef | None = Field(None, description="The programme it is a part of, if it is one.")


class ProgrammeStageEntered(Fact):
    """A programme enters a stage, named in its own words."""

    type_name = "programme-stage-entered"
    dating = Dating.HAPPENED

    stage: Line = Field(description="The stage's name.")


class ProgrammeTargetSet(Fact):
    """What a programme as a whole is to save; the benefits that are to do it are identified against it."""

    type_name = "programme-target-set"

    amount: Pounds = Field(description="Pounds, over all periods named.")
    period: Period | None = Field(None, description="By when or for which years, if stated.")
    release: Release = Field(Release.NOT_STATED, description="Whether it is to release cash.")
    kind: SavingKind = Field(SavingKind.NOT_STATED, description="The kind of saving.")
    fund: Fund = Field(Fund.NOT_STATED, description="The fund it is to relieve.")


class StagesListed(Fact):
    """The stages or waves of a programme in their order; a later list replaces it."""

    type_name = "stages-listed"

    stages: tuple[StageLine, ...] = Field(min_length=1, description="NAME or NAME=START, in order.")


class StageReviewed(Fact):
    """A checkpoint review of a stage, with what it found."""

    type_name = "stage-reviewed"
    dating = Dating.HAPPENED

    stage: Line = Field(description="The stage that was reviewed.")
    findings: Text = Field(description="What was found.")
    recommendation: Text | None = Field(None, description="What the review recommends, for example: go on.")
    reviewer: TakerRef | None = Field(None, description="The body or post that reviewed.")


class ObjectiveAdopted(Fact):
    """Something a programme is for, with the priorities of the corporate plan that it serves."""

    type_name = "objective-adopted"

    objective: Line = Field(description="The objective, as it is worded.")
    priorities: tuple[Line, ...] = Field((), description="The priorities it serves, as the plan names them.")


class ProgrammeMandated(Fact):
    """A resolution that confers authority gives a programme its mandate."""

    type_name = "programme-mandated"

    decision: DecisionRef = Field(description="The decision.")
    resolution: Letter = Field(description="The letter of the resolution.")


class RoleAssigned(Fact):
    """A post takes a role in a programme or project from the effective date; others may have the same."""

    type_name = "role-assigned"

    role: Role = Field(description="The role.")
    post: PostRef = Field(description="The post.")


class RoleEnded(Fact):
    """A post no longer has a role in a programme or project after its last day."""

    type_name = "role-ended"
    dating = Dating.AFTER_LAST_DAY

    role: Role = Field(description="The role.")
    post: PostRef = Field(description="The post.")
    last_day: Day = Field(description="The last day it had the role.")


# --- projects ----------------------------------------------------------------------------------


class ProjectOpened(Fact):
    """A project or workstream of a programme comes on record."""

    type_name = "project-opened"
    opens = "project"

    reference: Reference
    title: Line = Field(description="Its name.")
    programme: ProgrammeRef = Field(description="The programme it belongs to.")
    level: ProjectLevel = Field(ProjectLevel.PROJECT, description="Whether it is a project or a workstream.")
    within: ProjectRef | None = Field(None, description="The project it is a part of, if it is one.")
    description: Text | None = Field(None, description="What it does.")


class ProjectStageEntered(Fact):
    """A project enters a stage of its programme."""

    type_name = "project-stage-entered"
    dating = Dating.HAPPENED

    stage: Line = Field(description="The stage's name.")


class ProjectRehomed(Fact):
    """A project belongs to another programme: a month belongs to the one it was in on the month's last day."""

    type_name = "project-rehomed"

    programme: ProgrammeRef = Field(description="The programme it belongs to from then on.")
    reason: Text | None = Field(None, description="Why.")
    decision: DecisionRef | None = Field(None, description="The decision that moved it.")


# --- milestones --------------------------------------------------------------------------------


class MilestonePlanned(Fact):
    """A dated point of a programme's plan; its due date is baseline and first forecast."""

    type_name = "milestone-planned"
    opens = "milestone"

    reference: Reference
    title: Line = Field(description="What will have been reached.")
    programme: ProgrammeRef = Field(description="The programme it belongs to.")
    due: GivenDate | None = Field(None, description="When it is due; leave it out where no date is printed.")
    project: ProjectRef | None = Field(None, description="The project it belongs to; it moves with it.")


class MilestoneReforecast(Fact):
    """A milestone is now expected at another date; its baseline stays."""

    type_name = "milestone-reforecast"

    due: GivenDate = Field(description="The date now expected.")
    reason: Text | None = Field(None, description="Why.")


class MilestoneReached(Fact):
    """A milestone is reached, on the fact's effective date."""

    type_name = "milestone-reached"
    dating = Dating.HAPPENED

    note: Text | None = Field(None, description="What was reached.")


# --- bodies and posts --------------------------------------------------------------------------


class BodyConstituted(Fact):
    """A body exists from the fact's effective date."""

    type_name = "body-constituted"
    opens = "body"

    reference: Reference
    title: Line = Field(description="Its name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")
    body_kind: BodyKind = Field(description="What it is in law; an advisory board authorises nothing.")


class BodyDissolved(Fact):
    """A body exists no longer after its last day."""

    type_name = "body-dissolved"
    dating = Dating.AFTER_LAST_DAY

    last_day: Day = Field(description="The last day on which it existed.")


class PostEstablished(Fact):
    """A post exists from the fact's effective date."""

    type_name = "post-established"
    opens = "post"

    reference: Reference
    title: Line = Field(description="The post's title, never a person's name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")


class PostHolderAppointed(Fact):
    """A person, named by a random reference into the directory, holds a post from the effective date."""

    type_name = "post-holder-appointed"

    person: Reference = Field(description="The person's reference in the directory, never a name.")
    interim: bool = Field(False, description="Whether the holder is interim.")
    external: bool = Field(False, description="Whether the holder is not employed by the authority.")


class PostVacated(Fact):
    """Nobody holds a post after its holder's last day."""

    type_name = "post-vacated"
    dating = Dating.AFTER_LAST_DAY

    last_day: Day = Field(description="The holder's last day.")


# --- decisions and documents -------------------------------------------------------------------


class DecisionTaken(Fact):
    """What a body or officer resolved on a report's recommendations, on the day of the meeting."""

    type_name = "decision-taken"
    opens = "decision"
    dating = Dating.HAPPENED

    reference: Reference
    title: Line = Field(description="What the decision is about.")
    body: TakerRef = Field(description="The body, or the post, that took it.")
    programmes: tuple[ProgrammeRef, ...] = Field((), description="The programmes it concerns.")
    report: DocumentRef | None = Field(None, description="The report it was taken on.")
    recommendations: tuple[Recommendation, ...] = Field(
        (), description="What was recommended: LETTER: VERB+VERB: TEXT."
    )
    resolutions: tuple[Resolution, ...] = Field(
        (), description="What was resolved: LETTER: VERB+VERB: OUTCOME: TEXT. Outcomes: carried, not-carried, ..."
    )
    key: KeyDecision = Field(KeyDecision.NOT_STATED, description="Whether it was declared key.")
    printed_date: GivenDate | None = Field(None, description="The date the paper bears, where it is another.")
    delegations: tuple[Delegation, ...] | None = Field(
        None, description="To whom a resolution delegates, and by when: LETTER: TO+TO: DUE: CONSULTED+CONSULTED."
    )

    @model_validator(mode="after")
    def _letters(self) -> Self:
        unlike_letters(self.recommendations)
        unlike_letters(self.resolutions)
        unlike_letters(self.delegations or ())
        return self


class DecisionPublished(Fact):
    """The record of a decision is published."""

    type_name = "decision-published"
    dating = Dating.HAPPENED


class DecisionMadeEffective(Fact):
    """Resolutions of a decision may be acted on from the fact's effective date."""

    type_name = "decision-made-effective"
    dating = Dating.HAPPENED

    resolutions: tuple[Letter, ...] = Field((), description="The letters; all of them if left out.")
    reason: Line | None = Field(None, description="Why, for example: not called in.")


class DelegationExercised(Fact):
    """What a resolution delegated is exercised by those it was delegated to, on the fact's effective date."""

    type_name = "delegation-exercised"
    dating = Dating.HAPPENED

    resolution: Letter = Field(description="The letter of the resolution that delegated it.")
    holders: Takers = Field(min_length=1, description="Who exercised it: all it was delegated to.")
    record: RecordRef | None = Field(None, description="The decision or document that records it.")
    note: Text | None = Field(None, description="What was done by it.")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        each_once(self.holders)
        return self


class FundingDecided(Fact):
    """A decision sets funding aside; an amount that is not printed is unknown, never nought."""

    type_name = "funding-decided"
    dating = Dating.DECISION

    purpose: Line = Field(description="What the funding is for.")
    amount: Pounds | None = Field(None, description="Pounds; leave it out where no amount is printed.")
    form: FundingForm = Field(FundingForm.NOT_STATED, description="What the funding is.")
    resolution: Letter | None = Field(None, description="The letter of the resolution.")


class DocumentFiled(Fact):
    """A document comes on record; its versions follow."""

    type_name = "document-filed"
    opens = "document"

    reference: Reference
    title: Line = Field(description="The document's title.")
    programmes: tuple[ProgrammeRef, ...] = Field((), description="The programmes it concerns.")


class DocumentVersionAdded(Fact):
    """An issue of a document, on its printed date."""

    type_name = "document-version-added"

    version: Line = Field(description="The version as printed, for example Draft 2.5.")
    sha256: Sha256 | None = Field(None, description="SHA-256 of the file, where there is one.")
    reason: Line | None = Field(None, description="Why it was issued.")


class ImplicationStated(Fact):
    """What a report says of one of its implications, and the post that cleared it."""

    type_name = "implication-stated"

    implication: Implications = Field(description="Which of the report's implications.")
    text: Text = Field(description="What it says.")
    cleared_by: PostRef | None = Field(None, description="The post that cleared it.")
    cleared_on: GivenDate | None = Field(None, description="When it was cleared.")


class ConsultationHeld(Fact):
    """Somebody was consulted on a report; what they said may be outstanding."""

    type_name = "consultation-held"

    consulted: Line = Field(description="Who was consulted; a body, a forum or a group, never a person's name.")
    response: Text | None = Field(None, description="What they said; leave it out while it is outstanding.")


class BusinessCaseApproved(Fact):
    """A resolution approves an issue of a business case; its cost, benefit and range are as they stood then."""

    type_name = "business-case-approved"

    version: Line = Field(description="The issue approved, as printed.")
    stage: CaseStage = Field(description="How far it is worked out.")
    decision: DecisionRef = Field(description="The decision.")
    resolution: Letter = Field(description="The letter of the resolution.")
    cost: Pounds | None = Field(None, description="Its cost, if stated.")
    benefit: Pounds | None = Field(None, description="Its benefit, if stated.")
    low: Pounds | None = Field(None, description="The low end of the benefit's range, if stated.")
    high: Pounds | None = Field(None, description="The high end of the benefit's range, if stated.")


# --- benefits ----------------------------------------------------------------------------------


class BenefitIdentified(Fact):
    """A measurable improvement seen as an advantage is identified for a programme."""

    type_name = "benefit-identified"
    opens = "benefit"

    reference: Reference
    title: Line = Field(description="The benefit, starting with a word of change: reduce, increase, ...")
    programme: ProgrammeRef = Field(description="The programme that is to bring it about.")
    release: Release = Field(Release.NOT_STATED, description="Whether it releases cash.")
    kind: SavingKind = Field(SavingKind.NOT_STATED, description="The kind of saving.")
    fund: Fund = Field(Fund.NOT_STATED, description="The fund its amounts belong to.")
    unit: Line = Field("GBP", description="GBP for money, otherwise the unit it is measured in.")
    dis_benefit: bool = Field(False, description="Whether it is a disadvantage, netted with negative amounts.")
    project: ProjectRef | None = Field(None, description="The project that is to bring it about; it moves with it.")


class BenefitDescribed(Fact):
    """The profile of a benefit: what will be seen, who answers for it, and what finance will want to see."""

    type_name = "benefit-described"

    description: Text = Field(description="What the benefit is.")
    outcome: Text | None = Field(None, description="What will be observed when it is there.")
    recurrence: Recurrence = Field(Recurrence.NOT_STATED, description="Whether it comes every year.")
    price_base: Line | None = Field(None, description="The price base of its amounts, for example 2007/08 prices.")
    accountable: PostRef | None = Field(None, description="The post accountable for it (SRO).")
    verifier: PostRef | None = Field(None, description="The finance post that verifies it.")
    evidence_required: Text | None = Field(None, description="What a claim must be shown with.")
    categories: tuple[Line, ...] | None = Field(None, description="Its categories, not exclusive; it is counted once.")


class BenefitOwnerAppointed(Fact):
    """A post owns a benefit from the fact's effective date."""

    type_name = "benefit-owner-appointed"

    post: PostRef = Field(description="The owner's post.")


class MeasureAgreed(Fact):
    """How a benefit is measured is agreed."""

    type_name = "measure-agreed"

    measure: Line = Field(description="What is measured.")
    source: Line = Field(description="The system or return it is read from.")
    direction: Direction = Field(description="Which way it improves.")
    frequency: Frequency = Field(Frequency.MONTHLY, description="How often it is read.")
    combine: Combine = Field(Combine.SUM, description="How periods combine.")


class BaselineAgreed(Fact):
    """The starting value a benefit is measured from; a new one is a new version, the first stays on record."""

    type_name = "baseline-agreed"

    value: Quantity = Field(description="The value, in the benefit's unit.")
    taken: GivenDate = Field(description="When the value was taken.")
    decision: DecisionRef | None = Field(None, description="The decision that agreed it.")
    business_case: DocumentRef | None = Field(None, description="The business case it stands in.")


class TargetSet(Fact):
    """A version of a benefit's target, by period; it replaces the version before it from its effective date."""

    type_name = "target-set"

    lines: tuple[ProfileLine, ...] = Field(min_length=1, description="PERIOD=AMOUNT, in the benefit's unit.")
    release: Release | None = Field(None, description="The release stated for the target; the benefit's if left out.")
    reason: Text | None = Field(None, description="Why it is set or changed.")
    decision: DecisionRef | None = Field(None, description="The decision that set it.")
    full_year: Pounds | None = Field(None, description="What it brings in a full year; added to nothing.")


class ForecastMade(Fact):
    """A version of what a benefit is expected to bring, by period; it replaces the version before it."""

    type_name = "forecast-made"

    lines: tuple[ProfileLine, ...] = Field(min_length=1, description="PERIOD=AMOUNT, in the benefit's unit.")
    release: Release | None = Field(None, description="The release stated for the forecast; the benefit's if left out.")
    reason: Text | None = Field(None, description="Why it is made or changed.")


class TargetAllocated(Fact):
    """The posts that answer for a benefit's target; it replaces the allocation before it."""

    type_name = "target-allocated"

    allocations: tuple[Allocation, ...] = Field(min_length=1, description="POST or POST=PER CENT.")


class BudgetTreated(Fact):
    """How a budget head treats a saving from a financial year on; the latest for a year and head stands."""

    type_name = "budget-treated"

    year: FinancialYear = Field(description="The financial year from which the head's budget is lower: 2012/13.")
    head: Line = Field(description="The budget head.")
    treatment: Treatment = Field(description="in-approved-budget, removed-by-virement, temporary, put-back, ...")
    amount: Pounds = Field(description="Pounds a year by which that head is lower from then on.")
    decision: DecisionRef | None = Field(None, description="The decision or budget that did it.")


class BenefitMerged(Fact):
    """A benefit goes on as part of another: what its target and forecast say of periods not yet ended goes over."""

    type_name = "benefit-merged"

    into: BenefitRef = Field(description="The benefit it becomes part of.")
    reason: Text = Field(description="Why.")
    target: Handover | None = Field(None, description="The lines of its target that go over; worked out.")
    forecast: Handover | None = Field(None, description="The lines of its forecast that go over; worked out.")


class BenefitAbsorbed(Fact):
    """A benefit takes in what another, merged into it, still had to bring."""

    type_name = "benefit-absorbed"

    merged: BenefitRef = Field(description="The benefit that became part of it.")
    target: Handover | None = Field(None, description="The lines of a target that come over.")
    forecast: Handover | None = Field(None, description="The lines of a forecast that come over.")


class BenefitSplit(Fact):
    """Shares of what a benefit still has to bring go to others; what is not given out stays with it."""

    type_name = "benefit-split"

    parts: tuple[SplitPart, ...] = Field(min_length=1, description="BENEFIT=PER CENT.")
    reason: Text = Field(description="Why.")
    target: Handover | None = Field(None, description="The lines of its target that go over, in all; worked out.")
    forecast: Handover | None = Field(None, description="The lines of its forecast that go over, in all; worked out.")


class BenefitPartTaken(Fact):
    """A benefit takes over a share of what another, which was split, still had to bring."""

    type_name = "benefit-part-taken"

    split: BenefitRef = Field(description="The benefit that was split.")
    target: Handover | None = Field(None, description="The lines of a target that come over.")
    forecast: Handover | None = Field(None, description="The lines of a forecast that come over.")


class BenefitAuthorised(Fact):
    """A resolution that confers authority authorises a benefit."""

    type_name = "benefit-authorised"

    decision: DecisionRef = Field(description="The authorising decision.")
    resolution: Letter = Field(description="The letter of the resolution.")


class DeliveryStarted(Fact):
    """Work to deliver an authorised benefit has begun."""

    type_name = "delivery-started"
    dating = Dating.HAPPENED


class SavingClaimed(Fact):
    """The owner says what a benefit realised in a period, with evidence."""

    type_name = "saving-claimed"
    dating = Dating.PERIOD

    period: Period = Field(description="Month 2008-03, financial year 2007/08, or months 2007-04..2010-03.")
    amount: Pounds = Field(description="Pounds; negative for a dis-benefit.")
    claimant: PostRef = Field(description="The post that claims it; the recorder's if left out.")
    evidence: Evidence | None = Field(None, description="What shows it.")
    release: Release | None = Field(None, description="The release stated for the claim; the benefit's if left out.")
    measured: bool = Field(False, description="Whether the amount was read from the agreed measure.")


class SavingVerified(Fact):
    """Finance's finding on a claim; the latest finding on a claim stands."""

    type_name = "saving-verified"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    finding: Finding = Field(Finding.FULL, description="full, part, returned or rejected.")
    amount: Pounds = Field(description="Pounds verified; needed for part, otherwise worked out.")
    method: Line = Field(description="How it was tested, for example: ledger match.")
    verifier: PostRef = Field(description="The finance post that found it; the recorder's if left out.")
    grade: Grade = Field(Grade.FINAL, description="How final the finding is.")


class SavingChallenged(Fact):
    """Somebody doubts a claim; it stands, marked as challenged, until it is verified again or reversed."""

    type_name = "saving-challenged"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    reason: Text = Field(description="What is doubted.")


class SavingReversed(Fact):
    """An amount is taken out of a claim, and of what was verified of it."""

    type_name = "saving-reversed"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    amount: Pounds = Field(description="Pounds taken out; all that is left of the claim if left out.")
    reason: Text = Field(description="Why.")


# --- measures ----------------------------------------------------------------------------------


class MeasureDefined(Fact):
    """A figure worth watching that is not itself a benefit; it never enters a savings total."""

    type_name = "measure-defined"
    opens = "measure"

    reference: Reference
    title: Line = Field(description="What is measured.")
    programme: ProgrammeRef = Field(description="The programme it is watched for.")
    unit: Line = Field(description="The unit, for example calls a week.")
    direction: Direction = Field(Direction.HOLD, description="Which way it improves.")
    source: Line | None = Field(None, description="The system or return it is read from.")


class MeasureRead(Fact):
    """A measure, or a benefit that is not in money, was read for a period."""

    type_name = "measure-read"
    dating = Dating.PERIOD

    period: Period = Field(description="Month 2008-03, financial year 2007/08, or months 2007-04..2010-03.")
    value: Quantity = Field(description="The value, in the unit.")
    bound: Bound = Field(Bound.EXACTLY, description="How the printed value stands to the true one.")
    source: Line | None = Field(None, description="Where it was read.")


# --- funding and cost --------------------------------------------------------------------------


class FundingPlanOpened(Fact):
    """What a programme costs and where the money is to come from; several programmes may share one plan."""

    type_name = "funding-plan-opened"
    opens = "funding"

    reference: Reference
    title: Line = Field(description="The plan's name.")
    programme: ProgrammeRef = Field(description="The programme it is recorded on.")
    shared_with: tuple[ProgrammeRef, ...] = Field((), description="Other programmes that it serves as well.")
    document: DocumentRef | None = Field(None, description="The document it stands in.")
    restates: FundingRef | None = Field(None, description="A plan that prices the same; that one is counted.")


class CostPlanned(Fact):
    """A cost line of a plan; a later one of the same line replaces it."""

    type_name = "cost-planned"

    line: LineCode = Field(description="The line's code in the plan.")
    activity: Line = Field(description="What it pays for.")
    amount: Pounds | None = Field(None, description="Pounds, over all years; leave it out where it is not printed.")
    lines: tuple[ProfileLine, ...] | None = Field(None, description="PERIOD=AMOUNT, instead of one amount.")
    programme: ProgrammeRef | None = Field(None, description="The programme it is for; the plan's own if left out.")
    recurrence: Recurrence = Field(Recurrence.NOT_STATED, description="Whether it comes every year.")
    posts: Quantity | None = Field(None, description="How many posts it pays for, in full-time equivalents.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.amount is not None and self.lines is not None:
            raise InvalidValueError("give an amount, or lines by period, not both")
        return self


class FundingIdentified(Fact):
    """A source of money for a line of a plan; a later one of the same line and source replaces it."""

    type_name = "funding-identified"

    line: LineCode = Field(description="The cost line it is for.")
    source: Line = Field(description="Where it comes from.")
    amount: Pounds | None = Field(None, description="Pounds; leave it out where no amount is printed.")
    form: FundingForm = Field(FundingForm.NOT_STATED, description="What the funding is.")
    decision: DecisionRef | None = Field(None, description="The decision that set it aside.")


class CostLeftOut(Fact):
    """A cost that a plan does not count, so that nobody takes its total for the whole."""

    type_name = "cost-left-out"

    what: Line = Field(description="What is not counted.")
    reason: Text | None = Field(None, description="Why not.")


class SpendProfiled(Fact):
    """When a plan is to be spent, by period; a later profile replaces it."""

    type_name = "spend-profiled"

    lines: tuple[ProfileLine, ...] = Field(min_length=1, description="PERIOD=AMOUNT, in pounds.")


class SpendRecorded(Fact):
    """What was spent under a plan in a period."""

    type_name = "spend-recorded"
    dating = Dating.PERIOD

    period: Period = Field(description="Month 2005-11, financial year 2005/06, or months 2005-04..2005-09.")
    amount: Pounds = Field(description="Pounds; negative if it was paid back.")
    line: LineCode | None = Field(None, description="The cost line it was spent on.")
    source: Line | None = Field(None, description="The system or return it was read from.")


# --- printed figures ---------------------------------------------------------------------------


class FigureQuoted(Fact):
    """A figure, or words, that somebody printed, where it stands, and what it claims to be."""

    type_name = "figure-quoted"
    opens = "figure"

    reference: Reference
    title: Line = Field(description="What it is said to be.")
    programmes: tuple[ProgrammeRef, ...] = Field((), description="The programmes it concerns.")
    document: DocumentRef | None = Field(None, description="The document it is printed in.")
    place: Line | None = Field(None, description="Where in it, for example: paragraph 6.8.")
    value: Quantity | None = Field(None, description="The number, in its unit; nothing for words.")
    words: Text | None = Field(None, description="The words as printed, where it is no number or is printed otherwise.")
    unit: Line = Field("GBP", description="GBP for money, otherwise its unit.")
    printed_to: Quantity | None = Field(None, description="What it is rounded to: 1000 if printed in thousands.")
    of: AnyRef | None = Field(None, description="What it is a figure of: a benefit, programme, portfolio or plan.")
    figure: Line | None = Field(None, description="Which figure of that it claims to be, for example planned_cost.")
    lines: tuple[LineCode, ...] | None = Field(None, description="Only these lines of a plan.")
    part_of: ProgrammeRef | None = Field(None, description="Only what a shared plan marks for this programme.")
    percent: Quantity | None = Field(None, description="That many per cent of the figure.")
    against: FigureRef | None = Field(None, description="Another printed figure that it repeats, or contradicts.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.printed_to is not None and self.printed_to <= 0:
            raise InvalidValueError("a figure is printed to a step above nought, such as 1000 for thousands")
        if self.value is None and self.words is None:
            raise InvalidValueError("a printed figure has a value, or words; give --value or --words")
        if (self.of is None) != (self.figure is None):
            raise InvalidValueError("say both what it is a figure of, and which figure: --of and --figure")
        if (self.figure is not None or self.printed_to is not None) and self.value is None:
            raise InvalidValueError("only a number is recomputed, or rounded; give --value")
        if self.of is None and (self.lines or self.part_of or self.percent is not None):
            raise InvalidValueError("lines, part-of and percent are of a figure; say which with --of and --figure")
        return self


# --- facts about facts -------------------------------------------------------------------------


class FactCorrected(Fact):
    """A recorded fact was wrong: the whole fact again, of the same type, as it should have been."""

    type_name = "fact-corrected"

    corrects: int = Field(description="The position of the fact corrected.")
    reason: Text = Field(description="Why.")
    fact_type: str = Field(description="The stored name of the fact corrected.")
    fact_version: int = Field(description="The schema version of the replacement.")
    fact: dict[str, Any] = Field(description="The replacement, whole.")


class FactWithdrawn(Fact):
    """A recorded fact should not have been recorded; nothing stands in its place."""

    type_name = "fact-withdrawn"

    corrects: int = Field(description="The position of the fact withdrawn.")
    reason: Text = Field(description="Why.")


class BodyBlanked(Fact):
    """The words of an event were erased under a recorded legal basis; its proof stays."""

    type_name = "body-blanked"

    blanks: int = Field(description="The position of the event whose body is erased.")
    corrects: int | None = Field(None, description="The position that event corrected, if it was a correction.")
    legal_basis: Text = Field(description="The basis on which it is erased.")


@dataclass(frozen=True, slots=True)
class Blanked:
    """Stands where a body was erased: something was said here, and nobody can know what."""

    type_name: str


# --- the closed unions -------------------------------------------------------------------------


StoreFact = StoreOpened | ClockAccepted
AuthorityFact = AuthorityOpened | PeriodClosed | PeriodReopened
PortfolioFact = PortfolioOpened
ProgrammeFact = (
    ProgrammeOpened
    | ProgrammeStageEntered
    | ProgrammeTargetSet
    | StagesListed
    | StageReviewed
    | ObjectiveAdopted
    | ProgrammeMandated
    | RoleAssigned
    | RoleEnded
)
ProjectFact = ProjectOpened | ProjectStageEntered | ProjectRehomed | StageReviewed | RoleAssigned | RoleEnded
MilestoneFact = MilestonePlanned | MilestoneReforecast | MilestoneReached
BodyFact = BodyConstituted | BodyDissolved
PostFact = PostEstablished | PostHolderAppointed | PostVacated
DecisionFact = DecisionTaken | DecisionPublished | DecisionMadeEffective | DelegationExercised | FundingDecided
DocumentFact = DocumentFiled | DocumentVersionAdded | ImplicationStated | ConsultationHeld | BusinessCaseApproved
BenefitFact = (
    BenefitIdentified
    | BenefitDescribed
    | BenefitOwnerAppointed
    | MeasureAgreed
    | BaselineAgreed
    | TargetSet
    | ForecastMade
    | BenefitAuthorised
    | DeliveryStarted
    | SavingClaimed
    | SavingVerified
    | SavingChallenged
    | SavingReversed
    | MeasureRead
    | TargetAllocated
    | BudgetTreated
    | BenefitMerged
    | BenefitAbsorbed
    | BenefitSplit
    | BenefitPartTaken
)
MeasureFact = MeasureDefined | MeasureRead
FundingFact = FundingPlanOpened | CostPlanned | FundingIdentified | CostLeftOut | SpendProfiled | SpendRecorded
FigureFact = FigureQuoted

SubjectFact = (
    StoreFact
    | AuthorityFact
    | PortfolioFact
    | ProgrammeFact
    | ProjectFact
    | MilestoneFact
    | BodyFact
    | PostFact
    | DecisionFact
    | DocumentFact
    | BenefitFact
    | MeasureFact
    | FundingFact
    | FigureFact
)
"""A fact about a subject: what folds see."""

FactAboutFact = FactCorrected | FactWithdrawn | BodyBlanked
"""A fact about a fact: the loader applies it, and folds never see it."""

AnyFact = SubjectFact | FactAboutFact

REGISTRY: Final[dict[str, type[AnyFact]]] = {model.type_name: model for model in get_args(AnyFact)}
"""Every type the log may hold, by its stored name."""


def read_body(type_name: str, schema_version: int, body: bytes | None) -> AnyFact | Blanked:
    """Return the fact a stored body says, or `Blanked` if the body was erased.

    Raises:
        UnknownEventTypeError: If this version does not know the type or its schema version.
    """
    model = REGISTRY.get(type_name)
    if model is None or schema_version > model.schema_version:
        raise UnknownEventTypeError(
            f"the log holds an event of type {type_name!r}, schema version {schema_version}, which this version "
            "does not know; use the newer version that wrote it"
        )
    if body is None:
        return Blanked(type_name)
    if schema_version != model.schema_version:
        return read_words(model, schema_version, json.loads(body))
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _unreadable(model, error) from error


def read_words(model: type[AnyFact], schema_version: int, words: dict[str, Any]) -> AnyFact:
    """Return the fact that JSON words of some schema version say, in today's shape."""
    try:
        return model.model_validate(upcast(model.type_name, schema_version, model.schema_version, words))
    except ValidationError as error:
        raise _unreadable(model, error) from error


def _unreadable(model: type[AnyFact], error: ValidationError) -> UnknownEventTypeError:
    return UnknownEventTypeError(f"a stored {model.type_name} does not read as one: {error}")
