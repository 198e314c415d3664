"""What is so of benefits, without their claims, and of measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never, cast

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
    MeasureDefined,
    MeasureFact,
    MeasureRead,
    SavingChallenged,
    SavingClaimed,
    SavingReversed,
    SavingVerified,
    TargetAllocated,
    TargetSet,
)
from benefits.parts import Kind
from benefits.stream import Dated, Subject
from benefits.terms import MONEY_UNIT
from benefits.values import plain_number
from projections.state import Json, State, fields_of, given, handed_over, in_unit, of_project, version_of
from projections.timeline import Fold, Kept

# --- benefits and measures ---------------------------------------------------------------------


@dataclass(frozen=True)
class BenefitState(State):
    """A benefit without its claims, which are money and stand in the deltas.

    Targets and forecasts are the versions in force, as `state.version_of` has them.
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
    release = fact.release.value if fact.release else state.release
    return version_of(release, dated.stated_at, fact.lines, state.unit)


def _reading(fact: MeasureRead, dated: Dated) -> Json:
    return {
        "period": str(fact.period),
        "value": plain_number(fact.value),
        "bound": fact.bound.value,
        "event": dated.stated_at,
    }


def _step_benefit(state: BenefitState, dated: Dated) -> BenefitState:
    fact = cast("BenefitFact | Blanked", dated.fact)  # Asserting it would take longer than all the rest.
    match fact:
        case SavingClaimed() | SavingVerified() | SavingChallenged() | SavingReversed():
            return state
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


def _of_programme(state: MeasureState) -> Kept:
    return Kept((state.programme,) if state.programme else ("",), "", fields_of(state))


PROFILES: Final[Mapping[Kind, Fold[Any]]] = {
    "benefit": Fold(_start_benefit, _step_benefit, of_project),
    "measure": Fold(_start_measure, _step_measure, _of_programme),
}
