"""Decisions: who takes them, what each resolution confers, and from when it may be acted on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from benefits.aggregates.body import authorises, exists
from benefits.aggregates.case import Case, until
from benefits.errors import RuleError
from benefits.events import (
    Blanked,
    DecisionFact,
    DecisionMadeEffective,
    DecisionPublished,
    DecisionTaken,
    DelegationExercised,
    FundingDecided,
)
from benefits.parts import Delegation, Resolution
from benefits.stream import Subject
from benefits.terms import AUTHORISING_VERBS, CARRIED, Verb


@dataclass(frozen=True)
class Decision:
    """What the rules read of a decision."""

    taken: DecisionTaken | None = None
    is_published: bool = False
    effective: frozenset[str] = frozenset()
    exercised: frozenset[str] = frozenset()

    def resolution(self, letter: str) -> Resolution | None:
        """Return the resolution under a letter."""
        if self.taken is None:
            return None
        return next((one for one in self.taken.resolutions if one.letter.casefold() == letter.casefold()), None)

    def delegation(self, letter: str) -> Delegation | None:
        """Return to whom the resolution under a letter delegates, where that is recorded."""
        delegations = self.taken.delegations or () if self.taken is not None else ()
        return next((one for one in delegations if one.letter.casefold() == letter.casefold()), None)

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
        case DelegationExercised():
            return replace(decision, exercised=decision.exercised | {fact.resolution.casefold()})
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
    is_exercised = Verb.DELEGATE in resolution.verbs and letter.casefold() in decision.exercised
    if not AUTHORISING_VERBS & set(resolution.verbs) and not is_exercised:
        later = "; the delegation confers it once it is exercised" if Verb.DELEGATE in resolution.verbs else ""
        return (
            f"resolution {letter} of {subject.reference} only says {', '.join(resolution.verbs)}, "
            f"which confers no authority{later}"
        )
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
            for delegation in fact.delegations or ():
                _delegating(Decision(fact), fact.reference, delegation.letter)
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
                raise _no_resolution(decision, case.known().reference, ", ".join(sorted(unknown)))
        case DelegationExercised():
            _exercise(fact, case)
        case FundingDecided():
            decision = as_it_stood(case.known(), case.on)
            if fact.resolution is not None and fact.resolution.casefold() not in decision.letters():
                raise _no_resolution(decision, case.known().reference, fact.resolution)
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


def _no_resolution(decision: Decision, reference: str, letters: str) -> RuleError:
    has = ", ".join(sorted(decision.letters())) or "none"
    return RuleError(
        f"{reference} has no resolution {letters}; it has {has}", rule="resolution-exists", subject=reference
    )


def _delegating(decision: Decision, reference: str, letter: str) -> Resolution:
    """Return a resolution that delegates.

    Raises:
        RuleError: If there is none under the letter, or it delegates nothing.
    """
    resolution = decision.resolution(letter)
    if resolution is None:
        raise _no_resolution(decision, reference, letter)
    if Verb.DELEGATE not in resolution.verbs:
        raise RuleError(
            f"resolution {resolution.letter} of {reference} only says {', '.join(resolution.verbs)}; "
            "it delegates nothing",
            rule="delegates",
            subject=reference,
        )
    return resolution


def _exercise(fact: DelegationExercised, case: Case) -> None:
    """Judge that a delegation was exercised: once, by all those who hold it, while it is there to be exercised."""
    _not_before_taken(case, "exercised")
    subject, letter = case.known(), fact.resolution
    decision = as_it_stood(subject, case.on)
    _judge_holders(decision, fact, subject)
    if any(_exercises(dated.fact, letter) for dated in subject.facts):
        raise case.refuse(
            "exercised-once",
            f"the delegation by resolution {letter} of {subject.reference} is already exercised; "
            "correct that event instead",
        )
    case.guard(
        "decision-effective",
        letter.casefold() in decision.effective,
        f"resolution {letter} of {subject.reference} is not effective on {case.on}, so nobody can exercise it; "
        "record decision make-effective when it is",
    )


def _judge_holders(decision: Decision, fact: DelegationExercised, subject: Subject) -> None:
    """Judge that a resolution delegates what was exercised to those who exercised it.

    Raises:
        RuleError: If it does not.
    """
    letter, reference = fact.resolution, subject.reference
    resolution, delegation = _delegating(decision, reference, letter), decision.delegation(letter)
    if resolution.outcome not in CARRIED:
        raise RuleError(
            f"resolution {letter} of {reference} is {resolution.outcome}; there is nothing to exercise",
            rule="delegation-carried",
            subject=reference,
        )
    if delegation is None:
        raise RuleError(
            f"to whom resolution {letter} of {reference} delegates is not on record; correct the decision, "
            "with every delegation it makes: "
            f"benefits correct {subject.opening.position} --set 'delegations=[\"{letter}: HOLDER\"]'",
            rule="delegation-recorded",
            subject=reference,
        )
    why_not = _not_by_its_holders(fact, delegation)
    if why_not:
        raise RuleError(
            f"resolution {letter} of {reference} delegates to {' and '.join(delegation.to)}, {why_not}; "
            "it takes everybody it was made to, and nobody else",
            rule="delegation-holders",
            subject=reference,
        )


def _exercises(fact: object, letter: str) -> bool:
    return isinstance(fact, DelegationExercised) and fact.resolution.casefold() == letter.casefold()


def _not_by_its_holders(fact: DelegationExercised, delegation: Delegation) -> str | None:
    """Return why those named cannot exercise a delegation; `None` if they are those it was made to, all of them."""
    holders = {name.casefold() for name in delegation.to}
    by = {name.casefold() for name in fact.holders}
    strangers = [name for name in fact.holders if name.casefold() not in holders]
    if strangers:
        return f"not to {' or '.join(strangers)}"
    missing = [name for name in delegation.to if name.casefold() not in by]
    return f"jointly, and {' and '.join(missing)} did not take part" if missing else None


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
        if isinstance(fact, DecisionPublished | DecisionMadeEffective | DelegationExercised) and decision.taken is None:
            return f"event {dated.position} says what became of it on {dated.effective_on}, before it was taken"
        if isinstance(fact, DecisionMadeEffective):
            gone = sorted({letter.casefold() for letter in fact.resolutions} - decision.letters())
            if gone:
                return f"event {dated.position} made resolution {', '.join(gone)} effective; correct that one first"
        if isinstance(fact, DelegationExercised):
            try:
                _judge_holders(decision, fact, subject)
            except RuleError:
                return (
                    f"event {dated.position} exercised what resolution {fact.resolution} delegated to "
                    f"{' and '.join(fact.holders)}; correct that one first"
                )
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
