"""Documents: their issues in the order of recording, what reports say follows, who was consulted, what was approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from benefits.errors import AmbiguousError, NotFoundError
from benefits.events import DocumentVersionAdded
from benefits.store import instant_of
from benefits.stream import Dated, Recorded, Subject
from projections.answers import Amount, Answer, Instant, Restated, Row
from projections.state import given
from projections.subjects import state_on


class Issue(Row):
    """An issue of a document, in its present words."""

    event: int = Field(description="The event that recorded it.")
    version: str = Field(description="The version as printed; several issues may bear one.")
    printed: str = Field(description="The date printed on it, as given; as it stands, where it was corrected.")
    recorded_as: str | None = Field(description="The date it was first recorded with, where that was corrected.")
    recorded_at: Instant = Field(description="When it was recorded.")
    effective_order: int = Field(description="Its place, from 1, by printed date; in the order of recording on a day.")
    sha256: str | None = Field(description="SHA-256 of the file, where there is one.")
    reason: str | None = Field(description="Why it was issued.")
    corrected_by: int | None = Field(description="The event whose correction now stands.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class Implication(Row):
    """What a report says of one of its implications."""

    implication: str = Field(description="Which: financial, legal, equality, ...")
    text: str = Field(description="What it says.")
    cleared_by: str | None = Field(description="The post that cleared it.")
    cleared_on: str | None = Field(description="When it was cleared, as given.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class Consultation(Row):
    """Somebody who was consulted on a report."""

    consulted: str = Field(description="Who was consulted.")
    on: str = Field(description="When, as given.")
    response: str | None = Field(description="What they said; null while it is outstanding.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class Approval(Row):
    """An issue of a business case that was approved, with its figures as they stood then."""

    version: str = Field(description="The issue approved, as printed.")
    stage: str = Field(description="How far it is worked out: mandate, charter, outline or full.")
    decision: str = Field(description="The decision.")
    resolution: str = Field(description="The letter of the resolution.")
    on: str = Field(description="From when, as given.")
    cost: Amount | None = Field(description="Its cost; null if not stated.")
    benefit: Amount | None = Field(description="Its benefit; null if not stated.")
    low: Amount | None = Field(description="The low end of the benefit's range; null if not stated.")
    high: Amount | None = Field(description="The high end of the benefit's range; null if not stated.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class AboutDocument(Answer):
    """An answer about a document."""

    reference: str = Field(description="The document's reference.")
    title: str | None = Field(description="Its title.")


class DocumentInFull(AboutDocument):
    """A document, with its issues in the order of recording and their effective order beside."""

    programmes: list[str] = Field(description="The programmes it concerns.")
    versions: list[Issue] = Field(description="Its issues, in the order of recording; without those withdrawn.")
    implications: list[Implication] = Field(description="What it says follows, and who cleared it.")
    consultations: list[Consultation] = Field(description="Who was consulted on it.")
    approvals: list[Approval] = Field(description="The issues approved as a business case.")
    restated: list[Restated] | None = Field(
        description="What records since then changed in it; null by token, or without a programme."
    )


class DocumentVersion(Issue, AboutDocument):
    """One issue of a document."""


def in_full(subject: Subject, on: date) -> dict[str, Any]:
    """Return the fields of a document in full on a day."""
    said = state_on(subject, on)
    assert said is not None, f"{subject.reference} is not there on {on}"
    return {
        "reference": said["reference"],
        "title": said["title"],
        "programmes": list(said["programmes"]),
        "versions": issues(subject, on),
        "implications": [Implication(**one) for one in said["implications"]],
        "consultations": [Consultation(**one) for one in said["consultations"]],
        "approvals": [Approval(**one) for one in said["approvals"]],
    }


def issues(subject: Subject, on: date) -> list[Issue]:
    """Return a document's issues that are true by a day, in the order of recording; without those withdrawn."""
    issued = [
        (dated, dated.fact)
        for dated in subject.facts  # In the order in which they are true.
        if dated.effective_on <= on and isinstance(dated.fact, DocumentVersionAdded)
    ]
    first = {recorded.position: recorded for recorded in subject.recorded}
    found = [_issue(dated, fact, order, first[dated.position]) for order, (dated, fact) in enumerate(issued, start=1)]
    return sorted(found, key=lambda issue: issue.event)


def _issue(dated: Dated, fact: DocumentVersionAdded, order: int, first: Recorded) -> Issue:
    words = first.fact.dated if isinstance(first.fact, DocumentVersionAdded) else None
    began = words.words if words else first.effective_on.isoformat()
    return Issue(
        event=dated.position,
        version=fact.version,
        printed=given(dated),
        recorded_as=began if began != given(dated) else None,
        recorded_at=instant_of(dated.recorded_us),
        effective_order=order,
        sha256=fact.sha256,
        reason=fact.reason,
        corrected_by=dated.stated_at if dated.stated_at != dated.position else None,
        assumed=fact.assumed,
    )


def issue_named(document: str, issues: Sequence[Issue], version: str, event: int | None = None) -> Issue:
    """Return the one issue that bears a version, in capitals or not; of several, that of an event.

    Raises:
        NotFoundError: If none does; the message names those there are.
        AmbiguousError: If several do; the message names each, with its printed date and event.
    """
    wanted = " ".join(version.split())
    # White space of any kind tells no names apart: some of it cannot be typed.
    named = [issue for issue in issues if " ".join(issue.version.split()).casefold() == wanted.casefold()]
    if event is not None and named:
        chosen = [issue for issue in named if issue.event == event]
        if chosen:
            return chosen[0]
        raise NotFoundError(
            f"event {event} is no issue {wanted!r} of {document}; it has {_listed(named)}", subject=document
        )
    if len(named) == 1:
        return named[0]
    if named:
        raise AmbiguousError(
            f"{wanted!r} names {len(named)} issues of {document}: {_listed(named)}. "
            f"Choose one: benefits document version {document} {wanted!r} --event {named[0].event}",
            subject=document,
        )
    there = f"it has {_listed(issues)}" if issues else "it has none"
    raise NotFoundError(f"{document} has no issue {wanted!r}; {there}", subject=document)


def _listed(issues: Sequence[Issue]) -> str:
    return "; ".join(f"{issue.version} printed {issue.printed} (event {issue.event})" for issue in issues)
