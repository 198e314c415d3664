"""The rules: for each kind of subject, what may be said of it. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, assert_never

from benefits.aggregates import benefit, body, decision, figure, funding, measure, milestone, project, structure
from benefits.aggregates.case import Case
from benefits.events import (
    AuthorityFact,
    BenefitAuthorised,
    BenefitFact,
    BenefitMerged,
    BenefitSplit,
    Blanked,
    BodyFact,
    BusinessCaseApproved,
    DecisionFact,
    DocumentFact,
    FigureFact,
    FundingFact,
    MeasureFact,
    MilestoneFact,
    PortfolioFact,
    PostFact,
    ProgrammeFact,
    ProgrammeMandated,
    ProjectFact,
    StoreFact,
    SubjectFact,
)
from benefits.parts import Fact, Kind
from benefits.stream import Dated, Subject
from benefits.values import a_or_an

__all__ = ["Case", "complete", "decide", "follow_up", "follows_from", "inconsistency", "undermined"]

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
            structure.decide_authority(_as(fact, AuthorityFact), case)
        case "portfolio":
            structure.decide_portfolio(_as(fact, PortfolioFact), case)
        case "programme":
            structure.decide_programme(_as(fact, ProgrammeFact), case)
        case "project":
            project.decide(_as(fact, ProjectFact), case)
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
        case "funding":
            funding.decide(_as(fact, FundingFact), case)
        case "figure":
            figure.decide(_as(fact, FigureFact), case)
        case _:
            assert_never(kind)


def _as(fact: SubjectFact, union: Any) -> Any:
    assert isinstance(fact, union)
    return fact


def follow_up(fact: SubjectFact, case: Case) -> list[tuple[str, Fact]]:
    """Return what has to be recorded of other subjects in the same act, by reference."""
    return [*benefit.follow_up(fact, case)] if isinstance(fact, BenefitMerged | BenefitSplit) else []


def inconsistency(before: Subject, after: Subject) -> str | None:
    """Return what no longer fits once a fact of a subject is corrected or withdrawn; `None` if everything does."""
    if after.opened is None and before.opened is not None:
        if before.kind in _FOUNDATIONS:
            return f"others build upon {a_or_an(before.kind)}; correct it instead of withdrawing it"
        if after.facts:
            return f"event {after.facts[-1].position} is about it; withdraw that one first"
    match after.kind:
        case "benefit":
            return benefit.inconsistency(before, after)
        case "decision":
            return decision.inconsistency(after)
        case "funding":
            return funding.inconsistency(after)
        case "authority":
            return structure.authority_inconsistency(after)
        case "document":
            return structure.document_inconsistency(after)
        case _:
            return None


def undermined(
    before: Subject, after: Subject, others: Iterable[Subject], find: Callable[[str], Subject]
) -> str | None:
    """Return what another subject would rest on in vain, once a subject is so; `None` if nothing.

    Args:
        before: The subject as it is.
        after: The subject as it would be.
        others: The subjects that name it.
        find: Gives any subject by reference.
    """
    for other in others:
        apart = structure.apart(after, other)
        if apart:
            return apart
        for dated in other.facts:
            if isinstance(dated.fact, Blanked) or before.reference not in named_by(dated.fact):
                continue
            if after.opened is None:
                return (
                    f"event {dated.position} of {other.reference} rests on {before.reference}; "
                    "correct or withdraw that one first"
                )
            rests = BenefitAuthorised | ProgrammeMandated | BusinessCaseApproved
            if before.kind == "decision" and isinstance(dated.fact, rests):
                why_not = decision.undermined(before, after, dated.fact.resolution, dated.effective_on, find)
                if why_not:
                    return f"it authorised {other.reference} (event {dated.position}), and {why_not}"
    return None


def named_by(fact: SubjectFact) -> set[str]:
    """Return the references of the subjects that a fact names."""
    names: set[str] = set()
    waiting: list[Any] = [fact.model_dump(mode="json", exclude_none=True)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            names.add(one)
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return names


def follows_from(subject: Subject, corrected: Dated) -> list[str]:
    """Return what follows from correcting a fact that its recorder may not have in mind."""
    return benefit.follows_from(subject, corrected) if subject.kind == "benefit" else []
