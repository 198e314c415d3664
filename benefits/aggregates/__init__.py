"""The rules: for each kind of subject, what may be said of it. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from benefits.aggregates import benefit, body, decision, measure, milestone, structure
from benefits.aggregates.case import Case
from benefits.events import (
    AuthorityOpened,
    BenefitFact,
    BodyFact,
    DecisionFact,
    DocumentFact,
    Fact,
    Kind,
    MeasureFact,
    MilestoneFact,
    PortfolioOpened,
    PostFact,
    ProgrammeFact,
    StoreFact,
    SubjectFact,
)
from benefits.stream import Subject

__all__ = ["Case", "complete", "decide", "inconsistency"]

# What everything else builds upon is corrected, never withdrawn.
_FOUNDATIONS = frozenset({"store", "authority", "portfolio", "programme", "body", "post"})


def complete(model: type[Fact], words: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """Return the words of a fact with what follows from the store filled in."""
    if issubclass(model, BenefitFact):
        return benefit.complete(words, model, case)
    return dict(words)


def decide(kind: Kind, fact: SubjectFact, case: Case) -> None:
    """Judge whether a fact may be said of a subject of some kind.

    Raises:
        RuleError: If a rule refuses it; an `OverridableRuleError` names the rule that may be set aside.
    """
    match kind:
        case "store":
            structure.decide_store(_as(fact, StoreFact), case)
        case "authority":
            structure.decide_authority(_as(fact, AuthorityOpened), case)
        case "portfolio":
            structure.decide_portfolio(_as(fact, PortfolioOpened), case)
        case "programme":
            structure.decide_programme(_as(fact, ProgrammeFact), case)
        case "milestone":
            milestone.decide(_as(fact, MilestoneFact), case)
        case "body":
            body.decide_body(_as(fact, BodyFact), case)
        case "post":
            body.decide_post(_as(fact, PostFact), case)
        case "decision":
            decision.decide(_as(fact, DecisionFact), case)
        case "document":
            structure.decide_document(_as(fact, DocumentFact), case)
        case "benefit":
            benefit.decide(_as(fact, BenefitFact), case)
        case "measure":
            measure.decide(_as(fact, MeasureFact), case)
        case _:
            assert_never(kind)


def _as(fact: SubjectFact, union: Any) -> Any:
    assert isinstance(fact, union)
    return fact


def inconsistency(before: Subject, after: Subject) -> str | None:
    """Return what no longer fits once a fact of a subject is corrected or withdrawn; `None` if everything does."""
    if after.opened is None and before.opened is not None:
        if before.kind in _FOUNDATIONS:
            return f"others build upon a {before.kind}; correct it instead of withdrawing it"
        if after.facts:
            return f"event {after.facts[-1].position} is about it; withdraw that one first"
    return benefit.inconsistency(after) if after.kind == "benefit" else None
