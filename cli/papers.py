"""Commands that ask about papers: decisions in full, documents and their issues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cli.answer import draw_restated, headline, views_of, write
from cli.options import asking_options
from cli.tables import amount, note, table, yes

if TYPE_CHECKING:
    from projections.decisions import DecisionInFull, DelegationInFull, Holder, ResolutionInFull
    from projections.documents import Consultation, DocumentInFull, DocumentVersion, Implication


def command_named(name: str) -> click.Command:
    """Return one of the commands that ask about papers."""
    return {
        "decision show": decision_show,
        "document show": document_show,
        "document version": document_version,
    }[name]


# --- decisions ---------------------------------------------------------------------------------


@click.command("show", epilog="\b\nExample: benefits decision show S000-2005-10-31")
@click.argument("reference")
@asking_options
def decision_show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show a decision in full: what each resolution confers, and why not; its report; what rests on it."""
    with views_of(store) as views:
        answer = views.decision(reference, **when)
    write(answer, form, lambda said: said["resolutions"], lambda: _draw_decision(answer))


def _draw_decision(answer: DecisionInFull) -> None:
    headline(
        answer.reference,
        answer.title,
        f"taken by {answer.body} ({answer.body_title}) on {answer.effective_on}" if answer.body else "not taken yet",
        f"printed as {answer.printed_date}" if answer.printed_date else None,
        f"published on {answer.published_on}" if answer.published_on else None,
        answer.state if answer.state != "published" else None,
        f"key decision: {answer.key}" if answer.key else None,
        f"about {', '.join(answer.programmes)}" if answer.programmes else None,
    )
    table(
        "Recommended",
        ("Letter", "Verbs", "Text"),
        ((one.letter, ", ".join(one.verbs), one.text) for one in answer.recommendations),
    )
    table(
        "Resolved",
        ("Letter", "Verbs", "Outcome", "In force", "Authority", "Text"),
        (
            (
                one.letter,
                ", ".join(one.verbs),
                one.outcome,
                f"from {one.effective_from}" if one.is_effective else "not recorded",
                "confers authority" if one.confers_authority else f"none: {one.why_not}",
                one.text,
            )
            for one in answer.resolutions
        ),
    )
    _draw_delegations(answer.resolutions)
    table(
        "Funding it set aside",
        ("Event", "Purpose", "Form", "Resolution", "Amount", ""),
        (
            (one.event, one.purpose, one.form, one.resolution, amount(one.amount), yes(one.assumed))
            for one in answer.funding
        ),
        numbers=("Amount",),
    )
    table(
        "What rests on its authority",
        ("Event", "Kind", "Reference", "Title", "Issue", "Resolution", "From", ""),
        (
            (one.event, one.kind, one.reference, one.title, one.version, one.resolution, one.on, yes(one.assumed))
            for one in answer.authorised
        ),
    )
    if answer.report is not None:
        title = f": {answer.report.title}" if answer.report.title else ""
        note(f"Taken on report {answer.report.reference}{title}")
        _draw_implications(answer.report.implications)
        _draw_consultations(answer.report.consultations)
    _draw_assumed(answer.assumed.items())
    if answer.overrides:
        note(f"Rules set aside to record it: {', '.join(answer.overrides)}")
    draw_restated(answer.restated)


def _draw_delegations(resolutions: Iterable[ResolutionInFull]) -> None:
    delegated = [(one.letter, one.delegation) for one in resolutions if one.delegation is not None]
    table(
        "Delegated",
        ("Letter", "To", "In consultation with", "Due", "Exercised", ""),
        (
            (
                letter,
                f"{_named(one.to)}{', jointly' if one.is_joint else ''}",
                _named(one.in_consultation_with),
                one.due or "no day printed",
                _exercised(one),
                yes(one.assumed),
            )
            for letter, one in delegated
        ),
    )
    for letter, one in delegated:
        if one.warning:
            note(f"Resolution {letter} is {one.warning}.")


def _exercised(one: DelegationInFull) -> str:
    if one.exercised_on is None:
        return "overdue" if one.is_overdue else "open"
    recorded = f", recorded in {one.record}" if one.record else ""
    return f"on {one.exercised_on}{recorded}{': ' + one.note if one.note else ''}"


def _named(holders: Iterable[Holder]) -> str:
    return " and ".join(f"{one.reference} ({one.title})" if one.title else one.reference for one in holders)


def _draw_implications(implications: Iterable[Implication]) -> None:
    table(
        "Implications",
        ("Event", "Implication", "Text", "Cleared by", "Cleared on", ""),
        (
            (one.event, one.implication, one.text, one.cleared_by, one.cleared_on, yes(one.assumed))
            for one in implications
        ),
    )


def _draw_consultations(consultations: Iterable[Consultation]) -> None:
    table(
        "Consultations",
        ("Event", "Consulted", "On", "Response", ""),
        ((one.event, one.consulted, one.on, one.response or "outstanding", yes(one.assumed)) for one in consultations),
    )


def _draw_assumed(assumed: Iterable[tuple[str, str]]) -> None:
    table("Assumed", ("What", "Rests on"), ((part.replace("_", " "), reason) for part, reason in assumed))


# --- documents ---------------------------------------------------------------------------------


@click.command("show", epilog="\b\nExample: benefits document show S002-DE --as-at 2008-09-26")
@click.argument("reference")
@asking_options
def document_show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show a document: its issues in the order of recording, with their order by printed date beside."""
    with views_of(store) as views:
        answer = views.document(reference, **when)
    write(answer, form, lambda said: said["versions"], lambda: _draw_document(answer))


def _draw_document(answer: DocumentInFull) -> None:
    about = f"about {', '.join(answer.programmes)}" if answer.programmes else None
    headline(answer.reference, answer.title, about)
    table(
        "Issues, in the order of recording",
        ("Event", "Version", "Printed", "By date", "Recorded", "Why", "SHA-256", "Corrected by", ""),
        (
            (
                one.event,
                one.version,
                one.printed,
                one.effective_order,
                f"{one.recorded_at:%Y-%m-%d}",
                one.reason,
                f"{one.sha256[:12]}…" if one.sha256 else None,
                f"event {one.corrected_by}" if one.corrected_by else "",
                yes(one.assumed),
            )
            for one in answer.versions
        ),
        numbers=("By date",),
    )
    if not answer.versions:
        note("No issue of it is on record.")
    table(
        "Approved as a business case",
        ("Event", "Version", "Stage", "Decision", "Resolution", "From", "Cost", "Benefit", "Low", "High", ""),
        (
            (
                one.event,
                one.version,
                one.stage,
                one.decision,
                one.resolution,
                one.on,
                amount(one.cost),
                amount(one.benefit),
                amount(one.low),
                amount(one.high),
                yes(one.assumed),
            )
            for one in answer.approvals
        ),
        numbers=("Cost", "Benefit", "Low", "High"),
    )
    _draw_implications(answer.implications)
    _draw_consultations(answer.consultations)
    draw_restated(answer.restated)


@click.command("version", epilog="\b\nExample: benefits document version S002-DE 'Draft 2.6' --as-at 2008-09-26")
@click.argument("reference")
@click.argument("version")
@click.option("--event", type=int, metavar="N", help="Where several bear it: the event that recorded the one meant.")
@asking_options
def document_version(
    reference: str, version: str, event: int | None, store: str | None, form: str | None, **when: str | None
) -> None:
    """Show the one issue of a document that bears a VERSION; if several do, it is refused and they are named."""
    with views_of(store) as views:
        answer = views.document_version(reference, version, event=event, **when)
    write(answer, form, lambda said: [said], lambda: _draw_issue(answer))


def _draw_issue(answer: DocumentVersion) -> None:
    headline(answer.reference, answer.title)
    rows = (
        ("Version", answer.version),
        ("Printed", answer.printed),
        ("First recorded as", answer.recorded_as),
        ("Place by printed date", answer.effective_order),
        ("Recorded", f"{answer.recorded_at:%Y-%m-%d}"),
        ("Event", answer.event),
        ("Why it was issued", answer.reason),
        ("SHA-256", answer.sha256),
        ("Corrected by event", answer.corrected_by),
        ("Assumed", answer.assumed),
    )
    table("Issue", ("", "As it stands"), (row for row in rows if row[1] is not None))
