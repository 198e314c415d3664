"""A decision in full: what was recommended and resolved, what each resolution confers, and what rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projections.decisions import DecisionInFull, DelegationInFull, Holder, ResolutionInFull
from web import words
from web.page import Page
from web.pages import reports
from web.place import page_of
from web.question import Question
from web.restated import restated_table
from web.said import guard, in_words
from web.tables import Cell, Table, event, money, number, state, text


def _ask(question: Question) -> DecisionInFull:
    return question.ask(DecisionInFull, "decision", question.reference)


_RESOLVED: Final = (
    "The outcome is how the vote went. In force says from which day the resolution may be acted on: that is recorded "
    "by itself, and until then nothing can rest on it. Where the text resolved is not on record, the words recommended "
    "under the same letter stand beside it."
)


def _why_not(answer: DecisionInFull, one: ResolutionInFull) -> str:
    """Return why a resolution confers no authority, without the names that stand beside it anyway."""
    return (one.why_not or "").replace(f"resolution {one.letter} of {answer.reference} ", "it ", 1)


def _delegated(one: DelegationInFull | None) -> str:
    """Return to whom it is delegated, by when, and whether that was exercised, in lines."""
    if one is None:
        return ""
    return "\n".join(
        filter(
            None,
            [
                f"to {_named(one.to)}{', jointly' if one.is_joint else ''}",
                f"in consultation with {_named(one.in_consultation_with)}" if one.in_consultation_with else None,
                f"due {in_words(one.due)}" if one.due else "no day printed by which it is due",
                _exercised(one),
                f"warning: {one.warning}" if one.warning else None,
            ],
        )
    )


def _exercised(one: DelegationInFull) -> str:
    if one.exercised_on is None:
        return "overdue: not exercised" if one.is_overdue else "open: not yet exercised"
    recorded = f", recorded in {one.record}" if one.record else ""
    rests = " (assumed)" if one.assumed else ""
    return f"exercised on {in_words(one.exercised_on)} by {_named(one.exercised_by)}{recorded}{rests}"


def _named(holders: Sequence[Holder]) -> str:
    return " and ".join(one.title or one.reference for one in holders)


def _resolutions(question: Question, answer: DecisionInFull) -> Table:
    recommended = {one.letter: one.text for one in answer.recommendations}
    return Table.of(
        "resolutions",
        "Resolved",
        [
            text("letter", "Letter"),
            text("verbs", "Verbs"),
            state("outcome", "Outcome"),
            text("in_force", "In force"),
            text("authority", "Authority"),
            text("delegated", "Delegated"),
            text("text", "Text"),
            text("recommended", "As it was recommended"),
        ],
        (
            (
                one.letter,
                ", ".join(one.verbs),
                one.outcome,
                f"from {one.effective_from}" if one.is_effective else "no day recorded",
                "confers authority" if one.confers_authority else f"none: {_why_not(answer, one)}",
                _delegated(one.delegation),
                one.text,
                recommended.get(one.letter, "") if one.text is None else "",
            )
            for one in answer.resolutions
        ),
        note=_RESOLVED if answer.resolutions else None,
        empty="Nothing was resolved by then.",
    )


def _recommendations(question: Question, answer: DecisionInFull) -> Table:
    return Table.of(
        "recommendations",
        "Recommended",
        [text("letter", "Letter"), text("verbs", "Verbs"), text("text", "Text")],
        ((one.letter, ", ".join(one.verbs), one.text) for one in answer.recommendations),
    )


def _funding(question: Question, answer: DecisionInFull) -> Table:
    return Table.of(
        "funding",
        "Funding it set aside",
        [
            number("event", "Event"),
            text("purpose", "Purpose"),
            text("form", "Form"),
            text("resolution", "Resolution"),
            number("amount", "Amount"),
            text("assumed", "Rests on"),
        ],
        (
            (
                event(one.event, question),
                one.purpose,
                one.form,
                one.resolution,
                money(one.amount, question.link("event", one.event)),
                one.assumed or "",
            )
            for one in answer.funding
        ),
    )


def _authorised(question: Question, answer: DecisionInFull) -> Table:
    return Table.of(
        "authorised",
        "What rests on its authority",
        [
            number("event", "Event"),
            text("kind", "Kind"),
            text("reference", "Reference"),
            text("title", "Title"),
            text("version", "Issue"),
            text("resolution", "Resolution"),
            text("on", "From"),
            text("assumed", "Rests on"),
        ],
        (
            (
                event(one.event, question),
                one.kind,
                Cell(one.reference, page_of(question, one.reference, one.kind)),
                one.title,
                one.version or "",
                one.resolution,
                one.on,
                one.assumed or "",
            )
            for one in answer.authorised
        ),
    )


def _implications(question: Question, answer: DecisionInFull) -> Table | None:
    report = answer.report
    return None if report is None else reports.implications(question, report.implications, reports.WHETHER_ASSUMED)


def _consultations(question: Question, answer: DecisionInFull) -> Table | None:
    report = answer.report
    return None if report is None else reports.consultations(question, report.consultations, reports.WHETHER_ASSUMED)


def _assumptions(question: Question, answer: DecisionInFull) -> Table:
    return Table.of(
        "assumptions",
        "Assumed",
        [text("what", "What"), text("rests_on", "Rests on")],
        ((words.spoken(part), reason) for part, reason in answer.assumed.items()),
    )


def _says(question: Question, answer: DecisionInFull) -> Mapping[str, Any]:
    def to(reference: str | None, said: str | None, kind: str | None = None) -> Cell:
        return Cell(said, page_of(question, reference, kind) if reference else None)

    def dated(day: str | None) -> Cell:
        return Cell(in_words(day) if day is not None else None)

    report = answer.report
    facts = [
        ("Taken by", to(answer.body, answer.body_title or answer.body)),
        ("On", dated(answer.effective_on)),
        ("State", Cell(answer.state)),
        ("Key decision", Cell(answer.key)),
        ("Printed as", Cell(in_words(answer.printed_date or ""))),
        ("Published", dated(answer.published_on)),
        ("Report", to(report.reference, report.title or report.reference, "document") if report else Cell(None)),
        ("Rules set aside to record it", Cell("; ".join(map(guard, answer.overrides)))),
    ]
    return {
        "facts": [(name, cell) for name, cell in facts if cell.value != ""],
        "programmes": [(one, page_of(question, one, "programme")) for one in answer.programmes],
    }


PAGE = Page(
    name="decision",
    path="/decision/{reference:str}",
    summary="A decision in full: what each resolution confers, and why not; its report; what rests on it.",
    answer=DecisionInFull,
    ask=_ask,
    title=lambda question, answer: answer.title or answer.reference,
    tables={
        "resolutions": _resolutions,
        "recommendations": _recommendations,
        "funding": _funding,
        "authorised": _authorised,
        "implications": _implications,
        "consultations": _consultations,
        "assumptions": _assumptions,
        "restated": restated_table,
    },
    says=_says,
)
