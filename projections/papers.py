"""What is so of decisions and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from benefits.events import (
    Blanked,
    BusinessCaseApproved,
    ConsultationHeld,
    DecisionFact,
    DecisionMadeEffective,
    DecisionPublished,
    DecisionTaken,
    DelegationExercised,
    DocumentFact,
    DocumentFiled,
    DocumentVersionAdded,
    FundingDecided,
    ImplicationStated,
)
from benefits.parts import Delegation, Kind
from benefits.stream import Dated, Subject
from benefits.terms import CARRIED
from projections.state import Json, State, fields_of, given
from projections.timeline import Fold, Kept

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
    delegations: tuple[Json, ...] = ()
    exercised: tuple[Json, ...] = ()
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


def _delegation(part: Delegation) -> Json:
    consulted = list(part.in_consultation_with or ()) or None
    due = part.due.words if part.due is not None else None
    return {"letter": part.letter, "to": list(part.to), "in_consultation_with": consulted, "due": due}


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
                delegations=tuple(_delegation(one) for one in fact.delegations or ()),
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
        case DelegationExercised():
            exercise = {
                "letter": fact.resolution,
                "holders": list(fact.holders),
                "on": given(dated),
                "record": fact.record,
                "note": fact.note,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, exercised=(*state.exercised, exercise))
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


# --- the folds ---------------------------------------------------------------------------------


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


def _of_programmes(state: DecisionState | DocumentState) -> Kept:
    kept = {name: value for name, value in fields_of(state).items() if name != "letters"}
    return Kept(tuple(state.programmes) or ("",), "", kept)


PAPERS: Final[Mapping[Kind, Fold[Any]]] = {
    "decision": Fold(_start_decision, _step_decision, _of_programmes),
    "document": Fold(_start_document, _step_document, _of_programmes),
}
