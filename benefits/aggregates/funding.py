"""Funding plans: what programmes cost, and where the money is to come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from benefits.aggregates.case import Case
from benefits.aggregates.profile import lines_apart
from benefits.aggregates.structure import authority_of
from benefits.events import (
    CostLeftOut,
    CostPlanned,
    FundingFact,
    FundingIdentified,
    FundingPlanOpened,
    SpendProfiled,
    SpendRecorded,
)
from benefits.stream import Subject
from benefits.terms import MONEY_UNIT


def decide(fact: FundingFact, case: Case) -> None:
    """Judge a fact about a funding plan."""
    match fact:
        case FundingPlanOpened():
            _of_one_authority([fact.programme, *fact.shared_with], case)
            if fact.restates is not None:
                _restates(fact.restates, fact.reference, case)
        case CostPlanned():
            lines_apart(fact.lines or (), MONEY_UNIT, case)
            served = _programmes(case.known())
            if fact.programme is not None and served and fact.programme not in served:
                raise case.refuse(
                    "programme-of-plan",
                    f"{case.known().reference} serves {', '.join(served)}, not {fact.programme}; name one of them",
                )
        case FundingIdentified():
            _line_is_planned(fact.line, case)
        case SpendProfiled():
            lines_apart(fact.lines, MONEY_UNIT, case)
        case SpendRecorded():
            if fact.line is not None:
                _line_is_planned(fact.line, case)
            if not fact.amount:
                raise case.refuse("spend-something", "a spend of nought spends nothing; leave it out")
        case CostLeftOut():
            return
        case _:
            assert_never(fact)


def _programmes(plan: Subject) -> tuple[str, ...]:
    opened = plan.opened
    return (opened.programme, *opened.shared_with) if isinstance(opened, FundingPlanOpened) else ()


def _of_one_authority(programmes: Iterable[str], case: Case) -> None:
    names = list(programmes)
    for number, name in enumerate(names):
        if name in names[:number]:
            raise case.refuse("programmes-once", f"{name} is named twice; name each programme of the plan once")
    if len({authority_of(case.find(name), case.find) for name in names}) > 1:
        raise case.refuse(
            "same-authority", f"{', '.join(names)} are of different authorities; give each authority a plan of its own"
        )


def _restates(name: str, reference: str, case: Case) -> None:
    other = case.find(name).opened
    if name.casefold() == reference.casefold() or (isinstance(other, FundingPlanOpened) and other.restates is not None):
        raise case.refuse("restates-another", f"{name} does not stand by itself; name the plan that is to be counted")


def _line_is_planned(line: str, case: Case) -> None:
    codes = {dated.fact.line: None for dated in case.known().facts if isinstance(dated.fact, CostPlanned)}
    if line not in codes:
        raise case.refuse(
            "line-planned",
            f"{case.known().reference} has no cost line {line}; it has {', '.join(codes) or 'none'}. "
            "Record funding plan-cost first",
        )


def inconsistency(after: Subject) -> str | None:
    """Return what no longer fits among a plan's facts: money for no line, or a line of no programme of its own."""
    served = _programmes(after)
    codes = {dated.fact.line for dated in after.facts if isinstance(dated.fact, CostPlanned)}
    for dated in after.facts:
        match dated.fact:
            case FundingIdentified(line=line) | SpendRecorded(line=str() as line) if line not in codes:
                return f"event {dated.position} is about line {line}; correct or withdraw that one first"
            case CostPlanned(programme=str() as programme) if served and programme not in served:
                return f"event {dated.position} is a cost of {programme}; correct or withdraw that one first"
            case _:
                pass
    return None
