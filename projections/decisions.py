"""A decision in full: what was recommended and resolved, what each resolution confers, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from pydantic import Field

from benefits.aggregates import decision as rules
from benefits.aggregates.case import until
from benefits.events import (
    BenefitAuthorised,
    BusinessCaseApproved,
    DecisionMadeEffective,
    ProgrammeMandated,
)
from benefits.parts import Resolution
from benefits.stream import Dated, Subject
from projections.answers import Amount, Answer, Restated, Row
from projections.delegations import delegations, exercise_of, of_letter
from projections.documents import Consultation, Implication
from projections.state import given
from projections.subjects import Subjects, state_on, title_of


class RecommendationInFull(Row):
    """What the report asked for under one letter."""

    letter: str = Field(description="The letter of the recommendation.")
    verbs: list[str] = Field(description="What its clauses would do.")
    text: str | None = Field(description="Its text.")


NOT_A_LISTED_FORM: Final = (
    "delegated to several jointly, as minuted; that is not a form the law lists, so ask the monitoring officer"
)


class Holder(Row):
    """A post or body that holds a delegation, or is to be consulted on it."""

    reference: str = Field(description="Its reference.")
    title: str | None = Field(description="Its name.")


class DelegationInFull(Row):
    """What a resolution delegates: to whom, by when, and how it was exercised, if it was."""

    to: list[Holder] = Field(description="The posts or bodies it is delegated to.")
    is_joint: bool = Field(description="Whether several hold it jointly, so that it takes all of them to exercise it.")
    warning: str | None = Field(description="What is doubtful in its form; null where the law lists it.")
    in_consultation_with: list[Holder] = Field(description="Who is to be consulted; that is no veto.")
    due: str | None = Field(description="By when it is to be exercised, as given; null where no date is printed.")
    is_overdue: bool = Field(description="Whether it was due before the day asked about, and was not exercised.")
    exercised_on: str | None = Field(description="When it was exercised, as given; null while it is open.")
    exercised_by: list[Holder] = Field(description="Who exercised it; empty while it is open.")
    record: str | None = Field(description="The decision or document that records its exercise.")
    note: str | None = Field(description="What was done by it.")
    event: int | None = Field(description="The event that says it was exercised; null while it is open.")
    assumed: str | None = Field(description="What its exercise rests on, where its source does not say it.")


class ResolutionInFull(Row):
    """What was resolved under one letter, and what it confers."""

    letter: str = Field(description="The letter of the resolution.")
    verbs: list[str] = Field(description="What its clauses do.")
    outcome: str = Field(description="What became of it.")
    text: str | None = Field(description="Its text.")
    is_effective: bool = Field(description="Whether it may be acted on.")
    effective_from: str | None = Field(description="From when it may be acted on, as given; null while it may not.")
    confers_authority: bool = Field(description="Whether it can authorise anything.")
    why_not: str | None = Field(description="Why it confers no authority; null if it does.")
    delegation: DelegationInFull | None = Field(
        description="What it delegates, to whom and by when; null where nothing is recorded of that."
    )


class FundingOfDecision(Row):
    """Funding that the decision set aside."""

    purpose: str = Field(description="What the funding is for.")
    amount: Amount | None = Field(description="Pounds; null where no amount is printed.")
    form: str = Field(description="What the funding is: cash, in-kind, ...")
    resolution: str | None = Field(description="The letter of the resolution.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class AuthorisedByDecision(Row):
    """What rests on the decision's authority: a benefit, a programme's mandate, an issue of a business case."""

    kind: Literal["benefit", "programme", "document"] = Field(description="benefit, programme or document.")
    reference: str = Field(description="Its reference.")
    title: str | None = Field(description="Its title.")
    version: str | None = Field(description="The issue approved; null for what is no document.")
    resolution: str = Field(description="The letter of the resolution.")
    on: str = Field(description="From when, as given.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class ReportOfDecision(Row):
    """The report a decision was taken on, with what it says follows and who was consulted."""

    reference: str = Field(description="The document's reference.")
    title: str | None = Field(description="Its title.")
    implications: list[Implication] = Field(description="What it says follows, and who cleared it.")
    consultations: list[Consultation] = Field(description="Who was consulted, and what they said.")


class DecisionInFull(Answer):
    """Everything known of a decision: a row a resolution, with what it confers and why not."""

    reference: str = Field(description="The decision's reference.")
    title: str | None = Field(description="What it is about.")
    programmes: list[str] = Field(description="The programmes it concerns.")
    body: str | None = Field(description="The body, or post, that took it; null before it is taken.")
    body_title: str | None = Field(description="The name of that body or post.")
    effective_on: str | None = Field(description="The day of the meeting, as given.")
    printed_date: str | None = Field(description="The date the paper bears, where it is another.")
    state: str | None = Field(description="decided, published or effective; null before it is taken.")
    key: str | None = Field(description="Whether it was declared key: yes, no or not-stated.")
    published_on: str | None = Field(description="The day its record was published.")
    report: ReportOfDecision | None = Field(description="The report it was taken on; null if none is named.")
    recommendations: list[RecommendationInFull] = Field(description="What was recommended, a row a letter.")
    resolutions: list[ResolutionInFull] = Field(description="What was resolved, a row a letter.")
    funding: list[FundingOfDecision] = Field(description="The funding it set aside.")
    authorised: list[AuthorisedByDecision] = Field(
        description="What rests on its authority: benefits, mandates of programmes, approved business cases."
    )
    overrides: list[str] = Field(description="The rules that were set aside to record that it was taken.")
    assumed: dict[str, str] = Field(description="What rests on an assumption, and on which.")
    restated: list[Restated] | None = Field(
        description="What records since then changed in it; null by token, or without a programme."
    )


def in_full(known: Subjects, reference: str, on: date) -> dict[str, Any]:
    """Return the fields of a decision in full on a day, as far as subjects are known."""
    subject = known.find(reference)
    said = state_on(subject, on)
    assert said is not None, f"{reference} is not there on {on}"
    taken = rules.as_it_stood(subject, on).taken
    taker = known.named(taken.body) if taken is not None else None
    return {
        **{
            name: said[name]
            for name in ("reference", "title", "body", "effective_on", "printed_date", "state", "key", "published_on")
        },
        "programmes": list(said["programmes"]),
        "body_title": title_of(taker) if taker is not None else None,
        "report": _report(known, said["report"], on) if said["report"] else None,
        "recommendations": [
            RecommendationInFull(letter=one.letter, verbs=[*one.verbs], text=one.text)
            for one in (taken.recommendations if taken else ())
        ],
        "resolutions": [_resolution(known, subject, said, one, on) for one in (taken.resolutions if taken else ())],
        "funding": [FundingOfDecision(**one) for one in said["funding"]],
        "authorised": list(_authorised(known, subject.reference, on)),
        "overrides": list(said["overrides"]),
        "assumed": dict(said["assumed"]),
    }


def _resolution(
    known: Subjects, subject: Subject, said: Mapping[str, Any], resolution: Resolution, on: date
) -> ResolutionInFull:
    why_not = rules.why_no_authority(subject, resolution.letter, on, known.find)
    return ResolutionInFull(
        letter=resolution.letter,
        verbs=[*resolution.verbs],
        outcome=resolution.outcome,
        text=resolution.text,
        is_effective=rules.is_effective(subject, resolution.letter, on),
        effective_from=_effective_from(subject, resolution.letter, on),
        confers_authority=why_not is None,
        why_not=why_not,
        delegation=_delegation(known, said, resolution.letter, on),
    )


def _delegation(known: Subjects, said: Mapping[str, Any], letter: str, on: date) -> DelegationInFull | None:
    made = of_letter(said["delegations"], letter)
    if made is None:
        return None
    found = next(one for one in delegations(said, on) if one.letter == made["letter"])
    exercise = exercise_of(said, letter) or {}
    return DelegationInFull(
        to=_holders(known, found.to),
        is_joint=found.is_joint,
        warning=NOT_A_LISTED_FORM if found.is_joint else None,
        in_consultation_with=_holders(known, made["in_consultation_with"] or ()),
        due=found.due,
        is_overdue=found.is_overdue,
        exercised_on=found.exercised_on,
        exercised_by=_holders(known, exercise.get("holders", ())),
        **{name: exercise.get(name) for name in ("record", "note", "event", "assumed")},
    )


def _holders(known: Subjects, names: Iterable[str]) -> list[Holder]:
    return [Holder(reference=name, title=title_of(known.find(name))) for name in names]


def _effective_from(subject: Subject, letter: str, on: date) -> str | None:
    for dated in until(subject.facts, on):
        if isinstance(dated.fact, DecisionMadeEffective):
            letters = {one.casefold() for one in dated.fact.resolutions}
            if not letters or letter.casefold() in letters:
                return given(dated)
    return None


def _report(known: Subjects, reference: str, on: date) -> ReportOfDecision:
    report = known.named(reference)
    said = state_on(report, on) if report is not None else None
    return ReportOfDecision(
        reference=reference,
        title=said["title"] if said else None,
        implications=[Implication(**one) for one in said["implications"]] if said else [],
        consultations=[Consultation(**one) for one in said["consultations"]] if said else [],
    )


def _authorised(known: Subjects, reference: str, on: date) -> Iterator[AuthorisedByDecision]:
    """Yield what rests on a decision's authority on a day, in the order in which the subjects came on record."""
    for subject in known.naming(reference):
        for kind, dated, fact in _authority(until(subject.facts, on)):
            if fact.decision == reference:
                yield AuthorisedByDecision(
                    kind=kind,
                    reference=subject.reference,
                    title=title_of(subject),
                    version=fact.version if isinstance(fact, BusinessCaseApproved) else None,
                    resolution=fact.resolution,
                    on=given(dated),
                    event=dated.stated_at,
                    assumed=fact.assumed,
                )


_Authorises = BenefitAuthorised | ProgrammeMandated | BusinessCaseApproved


def _authority(
    facts: Sequence[Dated],
) -> Iterator[tuple[Literal["benefit", "programme", "document"], Dated, _Authorises]]:
    """Yield the authority that stands: every approval of a document, otherwise the latest."""
    latest: tuple[Literal["benefit", "programme"], Dated, _Authorises] | None = None
    for dated in facts:
        match dated.fact:
            case BusinessCaseApproved() as fact:
                yield "document", dated, fact
            case BenefitAuthorised() as fact:
                latest = "benefit", dated, fact
            case ProgrammeMandated() as fact:
                latest = "programme", dated, fact
            case _:
                pass
    if latest is not None:
        yield latest
