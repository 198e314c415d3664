"""What is so of the store, authorities, portfolios, programmes, projects, milestones, bodies and posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from benefits.events import (
    AuthorityFact,
    AuthorityOpened,
    Blanked,
    BodyConstituted,
    BodyDissolved,
    BodyFact,
    ClockAccepted,
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
    StageReviewed,
    StagesListed,
    StoreFact,
    StoreOpened,
)
from benefits.parts import Kind
from benefits.stream import Dated, Subject
from projections.state import Json, State, fields_of, given, of_project
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


# --- the folds ---------------------------------------------------------------------------------


def _start_milestone(subject: Subject) -> MilestoneState:
    opened = subject.opened
    if isinstance(opened, MilestonePlanned):
        return MilestoneState(subject.reference, title=opened.title, programme=opened.programme, project=opened.project)
    return MilestoneState(subject.reference)


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


STRUCTURE: Final[Mapping[Kind, Fold[Any]]] = {
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
    "milestone": Fold(_start_milestone, _step_milestone, of_project),
    "body": Fold(_start_body, _step_body, lambda s: Kept(("",), "", fields_of(s))),
    "post": Fold(_start_post, _step_post, lambda s: Kept(("",), "", fields_of(s))),
}
