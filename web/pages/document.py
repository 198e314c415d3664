"""A document: its issues in the order of recording, what it says follows, who was consulted, what was approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projections.documents import DocumentInFull
from web import words
from web.asked import address
from web.page import Page
from web.pages import reports
from web.pages.issue import SEVERAL, issue_link
from web.place import page_of
from web.question import Question
from web.restated import restated_table
from web.tables import Cell, Table, event, money, number, text


def _ask(question: Question) -> DocumentInFull:
    return question.ask(DocumentInFull, "document", question.reference)


def _versions(question: Question, answer: DocumentInFull) -> Table:
    return Table.of(
        "versions",
        "Issues, in the order of recording",
        [
            number("event", "Event"),
            text("version", "Issue"),
            text("printed", "Dated"),
            text("recorded_as", "First recorded as"),
            text("recorded", "Recorded"),
            number("effective_order", "Place by its date"),
            text("reason", "Why it was issued"),
            number("corrected_by", "Corrected by event"),
            text("rests_on", "Rests on"),
            text("sha256", "SHA-256 of the file"),
        ],
        (
            (
                event(one.event, question),
                Cell(one.version, issue_link(question, answer.reference, one)),
                one.printed,
                one.recorded_as or "",
                words.moment(one.recorded_at),
                Cell(one.effective_order, unit="event"),
                one.reason or "",
                event(one.corrected_by, question),
                one.assumed or "",
                one.sha256 or "",
            )
            for one in answer.versions
        ),
        note=SEVERAL,
        empty="No issue was on record then.",
    )


def _implications(question: Question, answer: DocumentInFull) -> Table:
    return reports.implications(question, answer.implications, reports.WHY_ASSUMED)


def _consultations(question: Question, answer: DocumentInFull) -> Table:
    return reports.consultations(question, answer.consultations, reports.WHY_ASSUMED)


def _approvals(question: Question, answer: DocumentInFull) -> Table:
    figures = ("cost", "benefit", "low", "high")
    return Table.of(
        "approvals",
        "Approved as a business case",
        [
            number("event", "Event"),
            text("version", "Issue"),
            text("stage", "How far worked out"),
            text("decision", "Decision"),
            text("resolution", "Resolution"),
            text("on", "From"),
            *(number(figure, words.spoken(figure)) for figure in figures),
            text("rests_on", "Rests on"),
        ],
        (
            (
                event(one.event, question),
                one.version,
                one.stage,
                Cell(one.decision, page_of(question, one.decision, "decision")),
                one.resolution,
                one.on,
                *(money(getattr(one, figure), question.link("event", one.event)) for figure in figures),
                one.assumed or "",
            )
            for one in answer.approvals
        ),
    )


def _says(question: Question, answer: DocumentInFull) -> Mapping[str, Any]:
    return {
        "find": address(("issue", answer.reference), {}),
        "programmes": [(one, page_of(question, one, "programme")) for one in answer.programmes],
    }


PAGE: Final = Page(
    name="document",
    path="/document/{reference:str}",
    summary="A document: its issues in the order of recording, with their effective order beside, and what it says.",
    answer=DocumentInFull,
    ask=_ask,
    title=lambda question, answer: answer.title or answer.reference,
    tables={
        "versions": _versions,
        "implications": _implications,
        "consultations": _consultations,
        "approvals": _approvals,
        "restated": restated_table,
    },
    says=_says,
)
