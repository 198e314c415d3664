"""What is so of each kind of subject: one fold a kind, one step a fact.

States hold JSON values only, so that what is kept is what was folded. Money is text with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from benefits.events import (
    AuthorityFact,
    AuthorityOpened,
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
    BodyConstituted,
    BodyDissolved,
    BodyFact,
    BudgetTreated,
    BusinessCaseApproved,
    ClockAccepted,
    ConsultationHeld,
    DecisionFact,
    DecisionMadeEffective,
    DecisionPublished,
    DecisionTaken,
    DeliveryStarted,
    DocumentFact,
    DocumentFiled,
    DocumentVersionAdded,
    ForecastMade,
    FundingDecided,
    ImplicationStated,
    MeasureAgreed,
    MeasureDefined,
    MeasureFact,
    MeasureRead,
    MilestoneFact,
    MilestonePlanned,
    MilestoneReached,
    MilestoneReforecast,
    ObjectiveAdopted,
    PeriodClosed,
    PeriodReopened,
    PortfolioFact,
    PortfolioOpened,
    PostEstablished,
    PostFact,
    PostHolderAppointed,
    PostVacated,
    ProgrammeFact,
    ProgrammeMandated,
    ProgrammeOpened,
    ProgrammeStageEntered,
    ProgrammeTargetSet,
    ProjectFact,
    ProjectOpened,
    ProjectRehomed,
    ProjectStageEntered,
    RoleAssigned,
    RoleEnded,
    SavingChallenged,
    SavingClaimed,
    SavingReversed,
    SavingVerified,
    StageReviewed,
    StagesListed,
    StoreFact,
    StoreOpened,
    TargetAllocated,
    TargetSet,
)
from benefits.parts import Kind
from benefits.stream import Dated, Subject
from benefits.values import CARRIED, MONEY_UNIT, plain_number
from projections.plans import FIGURE, FUNDING
from projections.state import Json, State, fields_of, given, handed_over, in_unit, lines_of
from projections.timeline import Fold, Kept

# --- the store and structure -------------------------------------------------------------------


@dataclass(frozen=True)
class StoreState(State):
    """The store itself."""

    sandbox: bool | None = None


def _step_store(state: StoreState, dated: Dated) -> StoreState:
    fact = dated.fact
    assert isinstance(fact, StoreFact | Blanked)
    match fact:
        case StoreOpened():
            return replace(state, sandbox=fact.sandbox)
        case ClockAccepted() | Blanked():
            return state
        case _:
            assert_never(fact)


@dataclass(frozen=True)
class AuthorityState(State):
    """An authority, and the months and years that are closed: each with the event that closed it."""

    nation: str | None = None
    closed: tuple[Json, ...] = ()


def _step_authority(state: AuthorityState, dated: Dated) -> AuthorityState:
    fact = dated.fact
    assert isinstance(fact, AuthorityFact | Blanked)
    match fact:
        case AuthorityOpened():
            return replace(state, title=fact.title, nation=fact.nation.value, assumed=state.assuming("opened", fact))
        case PeriodClosed():
            closed = {"period": str(fact.period), "on": given(dated), "event": dated.position}
            return replace(state, closed=(*state.closed, closed), assumed=state.assuming(f"closed {fact.period}", fact))
        case PeriodReopened():
            still = tuple(one for one in state.closed if one["period"] != str(fact.period))
            return replace(state, closed=still, assumed=state.assuming(f"closed {fact.period}", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


@dataclass(frozen=True)
class PortfolioState(State):
    """A portfolio."""

    authority: str | None = None


def _step_portfolio(state: PortfolioState, dated: Dated) -> PortfolioState:
    fact = dated.fact
    assert isinstance(fact, PortfolioFact | Blanked)
    match fact:
        case PortfolioOpened():
            return replace(state, title=fact.title, authority=fact.authority, assumed=state.assuming("opened", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


@dataclass(frozen=True)
class ProgrammeState(State):
    """A programme: its stage, and what it is to save as a whole."""

    portfolio: str | None = None
    within: str | None = None
    stage: str | None = None
    target: Json | None = None
    mandate: Json | None = None
    stages: tuple[Json, ...] = ()
    reviews: tuple[Json, ...] = ()
    objectives: tuple[Json, ...] = ()
    roles: tuple[Json, ...] = ()


def _step_programme(state: ProgrammeState, dated: Dated) -> ProgrammeState:
    fact = dated.fact
    assert isinstance(fact, ProgrammeFact | Blanked)
    match fact:
        case ProgrammeOpened():
            return replace(
                state,
                title=fact.title,
                portfolio=fact.portfolio,
                within=fact.within,
                assumed=state.assuming("opened", fact),
            )
        case ProgrammeStageEntered():
            return replace(state, stage=fact.stage, assumed=state.assuming("stage", fact))
        case ProgrammeTargetSet():
            target = {
                "amount": f"{fact.amount:.2f}",
                "period": str(fact.period) if fact.period else None,
                "release": fact.release.value,
                "kind": fact.kind.value,
                "fund": fact.fund.value,
                "event": dated.stated_at,
            }
            return replace(state, target=target, assumed=state.assuming("target", fact))
        case StagesListed():
            stages = tuple(
                {"name": one.name, "starts": one.starts.words if one.starts else None} for one in fact.stages
            )
            return replace(state, stages=stages, assumed=state.assuming("stages", fact))
        case StageReviewed():
            return replace(state, reviews=(*state.reviews, _review(fact, dated)))
        case ObjectiveAdopted():
            objective = {
                "objective": fact.objective,
                "priorities": list(fact.priorities),
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, objectives=(*state.objectives, objective))
        case ProgrammeMandated():
            mandate = {
                "decision": fact.decision,
                "resolution": fact.resolution,
                "on": given(dated),
                "event": dated.stated_at,
            }
            return replace(state, mandate=mandate, assumed=state.assuming("mandate", fact))
        case RoleAssigned() | RoleEnded():
            return replace(state, roles=_roles(state.roles, fact, dated))
        case Blanked():
            return state
        case _:
            assert_never(fact)


def _review(fact: StageReviewed, dated: Dated) -> Json:
    return {
        "stage": fact.stage,
        "on": given(dated),
        "findings": fact.findings,
        "recommendation": fact.recommendation,
        "reviewer": fact.reviewer,
        "event": dated.stated_at,
        "assumed": fact.assumed,
    }


def _roles(roles: tuple[Json, ...], fact: RoleAssigned | RoleEnded, dated: Dated) -> tuple[Json, ...]:
    """Return who has which role once one is assigned or ended; nobody has the same role twice."""
    others = tuple(one for one in roles if (one["role"], one["post"]) != (fact.role.value, fact.post))
    if isinstance(fact, RoleEnded):
        return others
    mine = {"role": fact.role.value, "post": fact.post, "event": dated.stated_at, "assumed": fact.assumed}
    return tuple(sorted((*others, mine), key=lambda one: (one["role"], one["post"])))


# --- projects ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProjectState(State):
    """A project or workstream. Which programme it belongs to follows from where it was moved."""

    programme: str | None = None
    level: str | None = None
    within: str | None = None
    description: str | None = None
    stage: str | None = None
    reviews: tuple[Json, ...] = ()
    roles: tuple[Json, ...] = ()


def _step_project(state: ProjectState, dated: Dated) -> ProjectState:
    fact = dated.fact
    assert isinstance(fact, ProjectFact | Blanked)
    match fact:
        case ProjectOpened():
            return replace(_project(state, fact), assumed=state.assuming("opened", fact))
        case ProjectStageEntered():
            return replace(state, stage=fact.stage, assumed=state.assuming("stage", fact))
        case ProjectRehomed():
            return state
        case StageReviewed():
            return replace(state, reviews=(*state.reviews, _review(fact, dated)))
        case RoleAssigned() | RoleEnded():
            return replace(state, roles=_roles(state.roles, fact, dated))
        case Blanked():
            return state
        case _:
            assert_never(fact)


def _project(state: ProjectState, fact: ProjectOpened) -> ProjectState:
    return replace(
        state,
        title=fact.title,
        programme=fact.programme,
        level=fact.level.value,
        within=fact.within,
        description=fact.description,
    )


# --- milestones --------------------------------------------------------------------------------


@dataclass(frozen=True)
class MilestoneState(State):
    """A milestone: dates as they were given, with the day each stands for."""

    programme: str | None = None
    project: str | None = None
    baseline: str | None = None
    forecast: str | None = None
    forecast_day: str | None = None
    actual: str | None = None


def _step_milestone(state: MilestoneState, dated: Dated) -> MilestoneState:
    fact = dated.fact
    assert isinstance(fact, MilestoneFact | Blanked)
    match fact:
        case MilestonePlanned():
            state = replace(
                state,
                title=fact.title,
                programme=fact.programme,
                project=fact.project,
                assumed=state.assuming("planned", fact),
            )
            if fact.due is None:
                return state
            words, on = fact.due.words, fact.due.day.isoformat()
            return replace(state, baseline=words, forecast=words, forecast_day=on)
        case MilestoneReforecast():
            return replace(
                state,
                forecast=fact.due.words,
                forecast_day=fact.due.day.isoformat(),
                assumed=state.assuming("forecast", fact),
            )
        case MilestoneReached():
            actual = fact.dated.words if fact.dated else dated.effective_on.isoformat()
            return replace(state, actual=actual, assumed=state.assuming("reached", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


# --- bodies and posts --------------------------------------------------------------------------


@dataclass(frozen=True)
class BodyState(State):
    """A body."""

    authority: str | None = None
    body_kind: str | None = None
    exists: bool | None = None


def _step_body(state: BodyState, dated: Dated) -> BodyState:
    fact = dated.fact
    assert isinstance(fact, BodyFact | Blanked)
    match fact:
        case BodyConstituted():
            return replace(
                state,
                title=fact.title,
                authority=fact.authority,
                body_kind=fact.body_kind.value,
                exists=True,
                assumed=state.assuming("constituted", fact),
            )
        case BodyDissolved():
            return replace(state, exists=False, assumed=state.assuming("dissolved", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


@dataclass(frozen=True)
class PostState(State):
    """A post, and the person reference that holds it."""

    authority: str | None = None
    holder: str | None = None
    interim: bool | None = None
    external: bool | None = None


def _step_post(state: PostState, dated: Dated) -> PostState:
    fact = dated.fact
    assert isinstance(fact, PostFact | Blanked)
    match fact:
        case PostEstablished():
            return replace(
                state, title=fact.title, authority=fact.authority, assumed=state.assuming("established", fact)
            )
        case PostHolderAppointed():
            return replace(
                state,
                holder=fact.person,
                interim=fact.interim,
                external=fact.external,
                assumed=state.assuming("holder", fact),
            )
        case PostVacated():
            return replace(state, holder=None, interim=None, external=None, assumed=state.assuming("holder", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


# --- decisions and documents -------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionState(State):
    """A decision; `resolutions` has a row for each clause, so that every row has one verb.

    A correction may move the meeting behind what followed it: how far the decision has come does not hang on
    the order of its facts, and its `letters`, which are not kept, are known from the start.
    """

    programmes: tuple[str, ...] = ()
    body: str | None = None
    effective_on: str | None = None
    state: str | None = None
    key: str | None = None
    report: str | None = None
    printed_date: str | None = None
    published_on: str | None = None
    recommendations: tuple[Json, ...] = ()
    resolutions: tuple[Json, ...] = ()
    effective: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    funding: tuple[Json, ...] = ()
    letters: frozenset[str] = frozenset()

    def come_so_far(self) -> DecisionState:
        """Return it as decided, published or effective; as none of these before it is taken."""
        if self.body is None:
            return self
        carried = {clause["letter"].casefold() for clause in self.resolutions if clause["outcome"] in CARRIED}
        if carried and carried <= set(self.effective):
            return replace(self, state="effective")
        return replace(self, state="published" if self.published_on else "decided")


def _clauses(parts: Any) -> tuple[Json, ...]:
    return tuple(
        {"letter": part.letter, "verb": verb.value, "text": part.text}
        | ({"outcome": part.outcome.value} if hasattr(part, "outcome") else {})
        for part in parts
        for verb in part.verbs
    )


def _step_decision(state: DecisionState, dated: Dated) -> DecisionState:
    fact = dated.fact
    assert isinstance(fact, DecisionFact | Blanked)
    match fact:
        case DecisionTaken():
            return replace(
                state,
                title=fact.title,
                programmes=fact.programmes,
                body=fact.body,
                effective_on=fact.dated.words if fact.dated else dated.effective_on.isoformat(),
                key=fact.key.value,
                report=fact.report,
                printed_date=fact.printed_date.words if fact.printed_date else None,
                recommendations=_clauses(fact.recommendations),
                resolutions=_clauses(fact.resolutions),
                overrides=tuple(override.rule for override in fact.overrides or ()),
                assumed=state.assuming("taken", fact),
            ).come_so_far()
        case DecisionPublished():
            return replace(
                state,
                published_on=dated.effective_on.isoformat(),
                assumed=state.assuming("published", fact),
            ).come_so_far()
        case DecisionMadeEffective():
            now = {letter.casefold() for letter in fact.resolutions} or state.letters
            return replace(
                state,
                effective=tuple(sorted(now.union(state.effective))),
                assumed=state.assuming("effective", fact),
            ).come_so_far()
        case FundingDecided():
            funding = {
                "purpose": fact.purpose,
                "amount": None if fact.amount is None else f"{fact.amount:.2f}",
                "form": fact.form.value,
                "resolution": fact.resolution,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, funding=(*state.funding, funding))
        case Blanked():
            return state
        case _:
            assert_never(fact)


@dataclass(frozen=True)
class DocumentState(State):
    """A document and its issues, by printed date; two may bear one version."""

    programmes: tuple[str, ...] = ()
    versions: tuple[Json, ...] = ()
    implications: tuple[Json, ...] = ()
    consultations: tuple[Json, ...] = ()
    approvals: tuple[Json, ...] = ()


def _step_document(state: DocumentState, dated: Dated) -> DocumentState:
    fact = dated.fact
    assert isinstance(fact, DocumentFact | Blanked)
    match fact:
        case DocumentFiled():
            return replace(state, title=fact.title, programmes=fact.programmes, assumed=state.assuming("filed", fact))
        case DocumentVersionAdded():
            version = {
                "version": fact.version,
                "printed": given(dated),
                "sha256": fact.sha256,
                "reason": fact.reason,
                "event": dated.position,
                "assumed": fact.assumed,
            }
            return replace(state, versions=(*state.versions, version))
        case ImplicationStated():
            implication = {
                "implication": fact.implication.value,
                "text": fact.text,
                "cleared_by": fact.cleared_by,
                "cleared_on": fact.cleared_on.words if fact.cleared_on else None,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, implications=(*state.implications, implication))
        case ConsultationHeld():
            consultation = {
                "consulted": fact.consulted,
                "on": given(dated),
                "response": fact.response,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, consultations=(*state.consultations, consultation))
        case BusinessCaseApproved():
            amounts = {name: getattr(fact, name) for name in ("cost", "benefit", "low", "high")}
            approval = {
                "version": fact.version,
                "stage": fact.stage.value,
                "decision": fact.decision,
                "resolution": fact.resolution,
                "on": given(dated),
                **{name: None if amount is None else f"{amount:.2f}" for name, amount in amounts.items()},
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, approvals=(*state.approvals, approval))
        case Blanked():
            return state
        case _:
            assert_never(fact)


# --- benefits and measures ---------------------------------------------------------------------


@dataclass(frozen=True)
class BenefitState(State):
    """A benefit without its claims, which are money and stand in the deltas.

    Targets and forecasts are the versions in force: {release, event, lines: [{period, last_day, amount}]}.
    """

    programme: str | None = None
    project: str | None = None
    release: str = "not-stated"
    kind: str = "not-stated"
    fund: str = "not-stated"
    unit: str = MONEY_UNIT
    dis_benefit: bool = False
    description: str | None = None
    outcome: str | None = None
    recurrence: str | None = None
    price_base: str | None = None
    accountable: str | None = None
    verifier: str | None = None
    evidence_required: str | None = None
    categories: tuple[str, ...] = ()
    owner: str | None = None
    measure: Json | None = None
    baseline: Json | None = None
    original_target: Json | None = None
    target: Json | None = None
    forecast: Json | None = None
    authorised: Json | None = None
    in_delivery: bool = False
    reading: Json | None = None
    full_year: str | None = None
    allocations: tuple[Json, ...] = ()
    budget: tuple[Json, ...] = ()
    merged_into: str | None = None


def _version(fact: TargetSet | ForecastMade, state: BenefitState, dated: Dated) -> Json:
    return {
        "release": fact.release.value if fact.release else state.release,
        "event": dated.stated_at,
        "lines": lines_of(fact.lines, state.unit),
    }


def _reading(fact: MeasureRead, dated: Dated) -> Json:
    return {
        "period": str(fact.period),
        "value": plain_number(fact.value),
        "bound": fact.bound.value,
        "event": dated.stated_at,
    }


def _step_benefit(state: BenefitState, dated: Dated) -> BenefitState:
    fact = dated.fact
    assert isinstance(fact, BenefitFact | Blanked)
    match fact:
        case BenefitIdentified():
            return replace(_identified(state, fact), assumed=state.assuming("identified", fact))
        case BenefitDescribed():
            return replace(
                state,
                description=fact.description,
                outcome=fact.outcome,
                recurrence=fact.recurrence.value,
                price_base=fact.price_base,
                accountable=fact.accountable,
                verifier=fact.verifier,
                evidence_required=fact.evidence_required,
                categories=fact.categories or (),
                assumed=state.assuming("described", fact),
            )
        case BenefitOwnerAppointed():
            return replace(state, owner=fact.post, assumed=state.assuming("owner", fact))
        case MeasureAgreed():
            measure = {
                "measure": fact.measure,
                "source": fact.source,
                "direction": fact.direction.value,
                "frequency": fact.frequency.value,
                "combine": fact.combine.value,
            }
            return replace(state, measure=measure, assumed=state.assuming("measure", fact))
        case BaselineAgreed():
            baseline = {
                "value": in_unit(fact.value, state.unit),
                "taken": fact.taken.words,
                "decision": fact.decision,
                "business_case": fact.business_case,
                "event": dated.stated_at,
            }
            return replace(state, baseline=baseline, assumed=state.assuming("baseline", fact))
        case TargetSet():
            target = _version(fact, state, dated)
            if state.original_target is None:
                state = replace(state, original_target=target, assumed=state.assuming("original_target", fact))
            full_year = None if fact.full_year is None else f"{fact.full_year:.2f}"
            return replace(state, target=target, full_year=full_year, assumed=state.assuming("target", fact))
        case TargetAllocated():
            allocations = tuple(
                {"post": one.post, "share": plain_number(one.share) if one.share is not None else None}
                for one in fact.allocations
            )
            return replace(state, allocations=allocations, assumed=state.assuming("allocation", fact))
        case BudgetTreated():
            return replace(state, budget=_treated(state.budget, fact, dated))
        case BenefitMerged():
            return replace(_handed(state, fact, -1, "merged", dated), merged_into=fact.into)
        case BenefitSplit():
            return _handed(state, fact, -1, "split", dated)
        case BenefitAbsorbed() | BenefitPartTaken():
            return _handed(state, fact, 1, "taken over", dated)
        case ForecastMade():
            return replace(state, forecast=_version(fact, state, dated), assumed=state.assuming("forecast", fact))
        case BenefitAuthorised():
            authorised = {"decision": fact.decision, "resolution": fact.resolution}
            return replace(state, authorised=authorised, assumed=state.assuming("authorised", fact))
        case DeliveryStarted():
            return replace(state, in_delivery=True, assumed=state.assuming("delivery", fact))
        case MeasureRead():
            return replace(state, reading=_reading(fact, dated), assumed=state.assuming("reading", fact))
        case SavingClaimed() | SavingVerified() | SavingChallenged() | SavingReversed():
            return state
        case Blanked():
            return state
        case _:
            assert_never(fact)


def _handed(
    state: BenefitState,
    fact: BenefitMerged | BenefitSplit | BenefitAbsorbed | BenefitPartTaken,
    sign: int,
    part: str,
    dated: Dated,
) -> BenefitState:
    # What is handed over stands beside what was handed over before, and so does what that rests on.
    rests = {part: fact.assumed} if fact.assumed else {}
    return replace(
        state,
        target=handed_over(state.target, fact.target, state.unit, sign, dated),
        forecast=handed_over(state.forecast, fact.forecast, state.unit, sign, dated),
        assumed={**state.assumed, **rests},
    )


def _treated(budget: tuple[Json, ...], fact: BudgetTreated, dated: Dated) -> tuple[Json, ...]:
    """Return how budget heads treat a saving once one of them does; the latest for a year and head stands."""
    key = (str(fact.year), fact.head.casefold())
    others = (one for one in budget if (one["year"], one["head"].casefold()) != key)
    mine = {
        "year": str(fact.year),
        "last_day": fact.year.last_day.isoformat(),
        "head": fact.head,
        "treatment": fact.treatment.value,
        "amount": f"{fact.amount:.2f}",
        "decision": fact.decision,
        "on": given(dated),
        "event": dated.stated_at,
        "assumed": fact.assumed,
    }
    return tuple(sorted((*others, mine), key=lambda one: (one["year"], one["head"])))


def _identified(state: BenefitState, fact: BenefitIdentified) -> BenefitState:
    return replace(
        state,
        title=fact.title,
        programme=fact.programme,
        project=fact.project,
        release=fact.release.value,
        kind=fact.kind.value,
        fund=fact.fund.value,
        unit=fact.unit,
        dis_benefit=fact.dis_benefit,
    )


@dataclass(frozen=True)
class MeasureState(State):
    """A measure that is no benefit, and its latest reading."""

    programme: str | None = None
    unit: str | None = None
    direction: str | None = None
    source: str | None = None
    reading: Json | None = None


def _step_measure(state: MeasureState, dated: Dated) -> MeasureState:
    fact = dated.fact
    assert isinstance(fact, MeasureFact | Blanked)
    match fact:
        case MeasureDefined():
            return replace(
                state,
                title=fact.title,
                programme=fact.programme,
                unit=fact.unit,
                direction=fact.direction.value,
                source=fact.source,
                assumed=state.assuming("defined", fact),
            )
        case MeasureRead():
            return replace(state, reading=_reading(fact, dated), assumed=state.assuming("reading", fact))
        case Blanked():
            return state
        case _:
            assert_never(fact)


# --- the folds ---------------------------------------------------------------------------------


def _start_benefit(subject: Subject) -> BenefitState:
    start = BenefitState(subject.reference)
    opened = subject.opened
    return _identified(start, opened) if isinstance(opened, BenefitIdentified) else start


def _start_decision(subject: Subject) -> DecisionState:
    opened = subject.opened
    if not isinstance(opened, DecisionTaken):
        return DecisionState(subject.reference)
    letters = frozenset(resolution.letter.casefold() for resolution in opened.resolutions)
    return DecisionState(subject.reference, programmes=opened.programmes, letters=letters)


def _start_document(subject: Subject) -> DocumentState:
    opened = subject.opened
    if isinstance(opened, DocumentFiled):
        return DocumentState(subject.reference, title=opened.title, programmes=opened.programmes)
    return DocumentState(subject.reference)


def _start_milestone(subject: Subject) -> MilestoneState:
    opened = subject.opened
    if isinstance(opened, MilestonePlanned):
        return MilestoneState(subject.reference, title=opened.title, programme=opened.programme, project=opened.project)
    return MilestoneState(subject.reference)


def _start_measure(subject: Subject) -> MeasureState:
    opened = subject.opened
    if isinstance(opened, MeasureDefined):
        return MeasureState(
            subject.reference,
            title=opened.title,
            programme=opened.programme,
            unit=opened.unit,
            direction=opened.direction.value,
            source=opened.source,
        )
    return MeasureState(subject.reference)


def _start_programme(subject: Subject) -> ProgrammeState:
    opened = subject.opened
    if isinstance(opened, ProgrammeOpened):
        return ProgrammeState(subject.reference, title=opened.title, portfolio=opened.portfolio, within=opened.within)
    return ProgrammeState(subject.reference)


def _start_project(subject: Subject) -> ProjectState:
    opened = subject.opened
    start = ProjectState(subject.reference)
    return _project(start, opened) if isinstance(opened, ProjectOpened) else start


def _start_body(subject: Subject) -> BodyState:
    opened = subject.opened
    if isinstance(opened, BodyConstituted):
        return BodyState(subject.reference, opened.title, authority=opened.authority, body_kind=opened.body_kind.value)
    return BodyState(subject.reference)


def _start_post(subject: Subject) -> PostState:
    opened = subject.opened
    if isinstance(opened, PostEstablished):
        return PostState(subject.reference, title=opened.title, authority=opened.authority)
    return PostState(subject.reference)


def _of_programme(state: MeasureState) -> Kept:
    return Kept((state.programme,) if state.programme else ("",), "", fields_of(state))


def _of_project(state: MilestoneState | BenefitState) -> Kept:
    kept = fields_of(state) | {"homes": None}
    return Kept((state.programme,) if state.programme else ("",), "", kept, state.project or "")


def _of_programmes(state: DecisionState | DocumentState) -> Kept:
    kept = {name: value for name, value in fields_of(state).items() if name != "letters"}
    return Kept(tuple(state.programmes) or ("",), "", kept)


FOLDS: Final[Mapping[Kind, Fold[Any]]] = {
    "store": Fold(lambda s: StoreState(s.reference), _step_store, lambda s: Kept(("",), "", fields_of(s))),
    "authority": Fold(lambda s: AuthorityState(s.reference), _step_authority, lambda s: Kept(("",), "", fields_of(s))),
    "portfolio": Fold(
        lambda s: PortfolioState(s.reference), _step_portfolio, lambda s: Kept(("",), s.authority or "", fields_of(s))
    ),
    "programme": Fold(
        _start_programme,
        _step_programme,
        lambda s: Kept((s.reference,), s.portfolio or "", fields_of(s), s.within or ""),
    ),
    "project": Fold(
        _start_project,
        _step_project,
        lambda s: Kept((s.programme or "",), "", fields_of(s) | {"homes": None}, s.within or ""),
    ),
    "milestone": Fold(_start_milestone, _step_milestone, _of_project),
    "body": Fold(_start_body, _step_body, lambda s: Kept(("",), "", fields_of(s))),
    "post": Fold(_start_post, _step_post, lambda s: Kept(("",), "", fields_of(s))),
    "decision": Fold(_start_decision, _step_decision, _of_programmes),
    "document": Fold(_start_document, _step_document, _of_programmes),
    "benefit": Fold(_start_benefit, _step_benefit, _of_project),
    "measure": Fold(_start_measure, _step_measure, _of_programme),
    "funding": FUNDING,
    "figure": FIGURE,
}
"""Every kind of subject has one fold."""
