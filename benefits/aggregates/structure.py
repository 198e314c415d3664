"""The store, authorities, portfolios, programmes and documents: what opens, and little to refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import assert_never

from benefits.aggregates.case import Case, until
from benefits.aggregates.decision import why_no_authority
from benefits.events import (
    AuthorityFact,
    AuthorityOpened,
    BusinessCaseApproved,
    ClockAccepted,
    ConsultationHeld,
    DocumentFact,
    DocumentFiled,
    DocumentVersionAdded,
    ImplicationStated,
    ObjectiveAdopted,
    PeriodClosed,
    PeriodReopened,
    PortfolioFact,
    PortfolioOpened,
    ProgrammeFact,
    ProgrammeMandated,
    ProgrammeOpened,
    ProgrammeStageEntered,
    ProgrammeTargetSet,
    RoleAssigned,
    RoleEnded,
    StageReviewed,
    StagesListed,
    StoreFact,
    StoreOpened,
)
from benefits.stream import Subject
from benefits.values import Period


def decide_store(fact: StoreFact, case: Case) -> None:
    """Judge a fact about the store itself."""
    match fact:
        case StoreOpened() | ClockAccepted():
            return
        case _:
            assert_never(fact)


def decide_authority(fact: AuthorityFact, case: Case) -> None:
    """Judge a fact about an authority: a real store holds one, only a sandbox may hold several."""
    match fact:
        case AuthorityOpened():
            others = [name for name in case.authorities if name.casefold() != fact.reference.casefold()]
            if others and not case.sandbox:
                raise case.refuse(
                    "one-authority",
                    f"this store is {others[0]}'s; keep each authority in a store of its own "
                    "(only a sandbox may hold several)",
                )
        case PeriodClosed():
            if case.corrects is not None:
                raise case.refuse(
                    "closing-stands",
                    "a closing is not corrected, or closed figures would change; reopen the period, or withdraw the "
                    "closing, and close it anew",
                )
            _closes(fact.period, case)
        case PeriodReopened():
            if fact.period not in closed_periods(case.known(), case.on):
                raise case.refuse("is-closed", f"{fact.period} is not closed on {case.on}; there is nothing to reopen")
        case _:
            assert_never(fact)


def decide_portfolio(fact: PortfolioFact, case: Case) -> None:
    """Judge a fact about a portfolio."""
    match fact:
        case PortfolioOpened():
            return
        case _:
            assert_never(fact)


def decide_programme(fact: ProgrammeFact, case: Case) -> None:
    """Judge a fact about a programme."""
    match fact:
        case ProgrammeOpened():
            _is_part_of(fact, case)
        case ProgrammeStageEntered() | StageReviewed():
            stage_is_listed(fact.stage, case.known(), case)
        case StagesListed():
            names = [stage.name.casefold() for stage in fact.stages]
            for name in names:
                if names.count(name) > 1:
                    raise case.refuse("stages-once", f"stage {name} is listed twice; name each stage once")
        case ProgrammeMandated():
            why_not = why_no_authority(case.find(fact.decision), fact.resolution, case.on, case.find)
            if why_not:
                raise case.refuse("confers-authority", f"{case.known().reference} has no mandate by it: {why_not}")
        case RoleEnded():
            ends_a_role(fact, case)
        case ObjectiveAdopted() | RoleAssigned():
            return
        case ProgrammeTargetSet():
            if fact.amount <= 0:
                raise case.refuse(
                    "target-positive", "a programme's target is an amount to be saved; give it above nought"
                )
        case _:
            assert_never(fact)


def decide_document(fact: DocumentFact, case: Case) -> None:
    """Judge a fact about a document: two issues may bear one version, as real ones do."""
    match fact:
        case DocumentFiled() | DocumentVersionAdded() | ImplicationStated() | ConsultationHeld():
            return
        case BusinessCaseApproved():
            _approves(fact, case)
        case _:
            assert_never(fact)


# --- what these rest on --------------------------------------------------------------------------


def authority_of(programme: Subject, find: Callable[[str], Subject]) -> str | None:
    """Return the authority a programme is of; `None` if that was erased."""
    opened = programme.opened
    portfolio = find(opened.portfolio).opened if isinstance(opened, ProgrammeOpened) else None
    return portfolio.authority if isinstance(portfolio, PortfolioOpened) else None


def _is_part_of(fact: ProgrammeOpened, case: Case) -> None:
    if fact.within is None:
        return
    whole = case.find(fact.within).opened
    if fact.within.casefold() == fact.reference.casefold():
        raise case.refuse("not-within-itself", f"{fact.reference} would be a part of itself")
    if isinstance(whole, ProgrammeOpened) and whole.within is not None:
        raise case.refuse(
            "one-level", f"{fact.within} is itself a part of {whole.within}; name {whole.within}, or open a project"
        )
    if isinstance(whole, ProgrammeOpened) and whole.portfolio != fact.portfolio:
        raise case.refuse(
            "same-portfolio", f"{fact.within} belongs to {whole.portfolio}; its parts belong to that portfolio too"
        )


def apart(whole: Subject, part: Subject) -> str | None:
    """Return why a programme could no longer have a part that it has; `None` if it could, or it is no part of it."""
    opened, its = whole.opened, part.opened
    if not isinstance(opened, ProgrammeOpened) or not isinstance(its, ProgrammeOpened):
        return None
    if its.within != whole.reference:
        return None
    if opened.within is not None:
        return f"{part.reference} is a part of it, and would be a part of a part; correct that one first"
    if opened.portfolio != its.portfolio:
        return f"{part.reference} is a part of it and belongs to {its.portfolio}; correct that one first"
    return None


def stage_is_listed(stage: str, programme: Subject, case: Case) -> None:
    """Hold a stage to its programme's list, if the programme has one."""
    listed: Sequence[str] = ()
    for dated in until(programme.facts, case.on):
        if isinstance(dated.fact, StagesListed):
            listed = [one.name for one in dated.fact.stages]
    case.guard(
        "stage-listed",
        not listed or stage.casefold() in {name.casefold() for name in listed},
        f"{programme.reference} has no stage {stage!r}; its stages are {', '.join(listed)}. "
        "Name one of them, or list the stages anew",
    )


def ends_a_role(fact: RoleEnded, case: Case) -> None:
    """Refuse the end of a role that a post does not have."""
    held = False
    for dated in until(case.known().facts, case.on):
        match dated.fact:
            case RoleAssigned(role=fact.role, post=fact.post):
                held = True
            case RoleEnded(role=fact.role, post=fact.post):
                held = False
            case _:
                pass
    if not held:
        raise case.refuse("role-held", f"{fact.post} is not {fact.role} of {case.known().reference} on {fact.last_day}")


def closed_periods(authority: Subject, on: date) -> list[Period]:
    """Return the months and years that are closed on a day."""
    closed: list[Period] = []
    for dated in until(authority.facts, on):
        match dated.fact:
            case PeriodClosed(period=period):
                closed.append(period)
            case PeriodReopened(period=period) if period in closed:
                closed.remove(period)
            case _:
                pass
    return closed


def _closes(period: Period, case: Case) -> None:
    if str(period) not in (period.financial_year, period.first_day.isoformat()[:7]):
        raise case.refuse("month-or-year", f"{period} is neither a month nor a financial year; close one of those")
    if period.last_day >= case.on:
        raise case.refuse("period-ended", f"{period} ends on {period.last_day}; close it once it has ended")
    if period in closed_periods(case.known(), date.max):
        raise case.refuse("closed-once", f"{period} is closed already; what is recorded of it is an adjustment")


def _approves(fact: BusinessCaseApproved, case: Case) -> None:
    document = case.known()
    versions = [
        dated
        for dated in until(document.facts, case.on)
        if isinstance(dated.fact, DocumentVersionAdded) and dated.fact.version.casefold() == fact.version.casefold()
    ]
    if not versions:
        raise case.refuse(
            "version-there", f"{document.reference} has no issue {fact.version!r} by {case.on}; add it first"
        )
    case.guard(
        "version-unambiguous",
        len(versions) == 1,
        f"{fact.version!r} names {len(versions)} issues of {document.reference} "
        f"(events {', '.join(str(dated.position) for dated in versions)}); approve one that has a name of its own",
    )
    why_not = why_no_authority(case.find(fact.decision), fact.resolution, case.on, case.find)
    if why_not:
        raise case.refuse("confers-authority", f"{document.reference} is not approved by it: {why_not}")


def authority_inconsistency(after: Subject) -> str | None:
    """Return which reopening would open nothing; `None` if each opens a period that is closed."""
    for dated in after.facts:
        fact = dated.fact
        if isinstance(fact, PeriodReopened) and fact.period not in closed_periods(
            after.without(dated.position), dated.effective_on
        ):
            return f"event {dated.position} reopens {fact.period}; withdraw that one first"
    return None


def document_inconsistency(after: Subject) -> str | None:
    """Return which approval would be of an issue that is not there; `None` if each is of one that is."""
    for dated in after.facts:
        if isinstance(dated.fact, BusinessCaseApproved):
            names = {
                one.fact.version.casefold()
                for one in until(after.facts, dated.effective_on)
                if isinstance(one.fact, DocumentVersionAdded)
            }
            if dated.fact.version.casefold() not in names:
                return f"event {dated.position} approved {dated.fact.version!r}; withdraw that one first"
    return None
