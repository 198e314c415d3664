"""Decisions: who takes them, what each resolution confers, and from when it may be acted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from benefits.aggregates.body import authorises, exists
from benefits.aggregates.case import Case, until
from benefits.events import (
    Blanked,
    DecisionFact,
    DecisionMadeEffective,
    DecisionPublished,
    DecisionTaken,
    FundingDecided,
)
from benefits.parts import Resolution
from benefits.stream import Subject
from benefits.values import AUTHORISING_VERBS, CARRIED, Verb


@dataclass(frozen=True)
class Decision:
    """What the rules read of a decision."""

    taken: DecisionTaken | None = None
    is_published: bool = False
    effective: frozenset[str] = frozenset()

    def resolution(self, letter: str) -> Resolution | None:
        """Return the resolution under a letter."""
        if self.taken is None:
            return None
        return next((one for one in self.taken.resolutions if one.letter.casefold() == letter.casefold()), None)

    def letters(self) -> frozenset[str]:
        """Return the letters of its resolutions."""
        return frozenset(one.letter.casefold() for one in self.taken.resolutions) if self.taken else frozenset()


def evolve(decision: Decision, fact: DecisionFact | Blanked) -> Decision:
    """Return the decision after the fact. Never refuses: it has happened."""
    match fact:
        case DecisionTaken():
            return replace(decision, taken=fact)
        case DecisionPublished():
            return replace(decision, is_published=True)
        case DecisionMadeEffective():
            letters = frozenset(letter.casefold() for letter in fact.resolutions) or decision.letters()
            return replace(decision, effective=decision.effective | letters)
        case FundingDecided() | Blanked():
            return decision
        case _:
            assert_never(fact)


def as_it_stood(subject: Subject, on: date) -> Decision:
    """Return a decision as it stood on a day."""
    decision = Decision()
    for dated in until(subject.facts, on):
        assert isinstance(dated.fact, DecisionFact | Blanked)
        decision = evolve(decision, dated.fact)
    return decision


def confers_authority(subject: Subject, letter: str, taker: Subject, on: date) -> str | None:
    """Return why a resolution confers no authority by a day; `None` if it does."""
    decision = as_it_stood(subject, on)
    if decision.taken is None:
        return f"{subject.reference} was not taken by {on}"
    resolution = decision.resolution(letter)
    if resolution is None:
        return (
            f"{subject.reference} has no resolution {letter}; it has {', '.join(sorted(decision.letters())) or 'none'}"
        )
    if not authorises(taker):
        return (
            f"{taker.reference} is an advisory or officer board and authorises nothing; "
            "cite the decision of a taker that does"
        )
    verbs = ", ".join(resolution.verbs)
    if not AUTHORISING_VERBS & set(resolution.verbs):
        later = "; the delegation confers it once it is exercised" if Verb.DELEGATE in resolution.verbs else ""
        return f"resolution {letter} of {subject.reference} only says {verbs}, which confers no authority{later}"
    if resolution.outcome not in CARRIED:
        return f"resolution {letter} of {subject.reference} is {resolution.outcome}, not carried"
    return None


def is_effective(subject: Subject, letter: str, on: date) -> bool:
    """Tell whether a resolution may be acted on by a day."""
    return letter.casefold() in as_it_stood(subject, on).effective


def decide(fact: DecisionFact, case: Case) -> None:
    """Judge a fact about a decision."""
    match fact:
        case DecisionTaken():
            taker = case.find(fact.body)
            case.guard(
                "taker-exists",
                exists(taker, case.on),
                f"{taker.reference} did not exist on {case.on}; check the date, or name the body that met",
            )
        case DecisionPublished():
            subject = case.known()
            if any(isinstance(dated.fact, DecisionPublished) for dated in subject.facts):
                raise case.refuse(
                    "published-once", f"{subject.reference} is already published; correct that event instead"
                )
            _not_before_taken(case, "published")
        case DecisionMadeEffective():
            _not_before_taken(case, "effective")
            decision = as_it_stood(case.known(), case.on)
            unknown = {letter for letter in fact.resolutions if letter.casefold() not in decision.letters()}
            if unknown:
                raise case.refuse(
                    "resolution-exists",
                    f"{case.known().reference} has no resolution {', '.join(sorted(unknown))}; "
                    f"it has {', '.join(sorted(decision.letters())) or 'none'}",
                )
        case FundingDecided():
            decision = as_it_stood(case.known(), case.on)
            if fact.resolution is not None and fact.resolution.casefold() not in decision.letters():
                raise case.refuse(
                    "resolution-exists",
                    f"{case.known().reference} has no resolution {fact.resolution}; "
                    f"it has {', '.join(sorted(decision.letters())) or 'none'}",
                )
            resolution = decision.resolution(fact.resolution) if fact.resolution is not None else None
            if resolution is not None and resolution.outcome not in CARRIED:
                raise case.refuse(
                    "funding-carried",
                    f"resolution {fact.resolution} of {case.known().reference} is {resolution.outcome}; "
                    "it sets nothing aside",
                )
            if fact.amount is not None and fact.amount <= 0:
                raise case.refuse(
                    "funding-positive", "funding is an amount above nought; leave it out where none is printed"
                )
        case _:
            assert_never(fact)


def _not_before_taken(case: Case, what: str) -> None:
    decision = as_it_stood(case.known(), case.on)
    if decision.taken is None and not any(isinstance(dated.fact, Blanked) for dated in case.known().facts):
        raise case.refuse(
            "taken-first", f"{case.known().reference} cannot be {what} on {case.on}: it was not taken by then"
        )


def inconsistency(subject: Subject) -> str | None:
    """Return what no longer fits among a decision's facts, in words; `None` if everything does."""
    decision = Decision()
    for dated in subject.facts:
        fact = dated.fact
        assert isinstance(fact, DecisionFact | Blanked)
        if isinstance(fact, Blanked):
            return None  # What was erased cannot be judged.
        if isinstance(fact, DecisionPublished | DecisionMadeEffective) and decision.taken is None:
            return f"event {dated.position} says what became of it on {dated.effective_on}, before it was taken"
        if isinstance(fact, DecisionMadeEffective):
            gone = sorted({letter.casefold() for letter in fact.resolutions} - decision.letters())
            if gone:
                return f"event {dated.position} made resolution {', '.join(gone)} effective; correct that one first"
        if isinstance(fact, FundingDecided) and fact.resolution is not None and subject.opened is not None:
            taken = subject.opened
            assert isinstance(taken, DecisionTaken)
            resolution = Decision(taken).resolution(fact.resolution)
            if resolution is None or resolution.outcome not in CARRIED:
                return (
                    f"event {dated.position} sets money aside by resolution {fact.resolution}; correct that one first"
                )
        decision = evolve(decision, fact)
    return None


def why_no_authority(subject: Subject, letter: str, on: date, find: Callable[[str], Subject]) -> str | None:
    """Return why a resolution confers no authority by a day; `None` if it does."""
    taken = subject.opened
    return confers_authority(subject, letter, find(taken.body) if isinstance(taken, DecisionTaken) else subject, on)


def undermined(before: Subject, after: Subject, letter: str, on: date, find: Callable[[str], Subject]) -> str | None:
    """Return why a resolution would confer no authority any more; `None` if it does, or never did."""
    return why_no_authority(after, letter, on, find) if why_no_authority(before, letter, on, find) is None else None
