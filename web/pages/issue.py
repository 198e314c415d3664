"""One issue of a document, found by the name it bears; a name that several bear is refused, and they are listed."""

from __future__ import annotations

from typing import Final

from benefits.errors import InvalidValueError
from projections.documents import DocumentVersion, Issue
from web import words
from web.page import Page
from web.question import Question
from web.tables import Cell, Table, Value, event, text

SEVERAL: Final = "Several issues may bear one name: each is told by its event."


def issue_link(question: Question, document: str, one: Issue) -> str:
    """Return the address of an issue; by its event too, because several may bear its name."""
    return question.link("issue", document, version=one.version, event=one.event)


def _ask(question: Question) -> DocumentVersion:
    version, said = question.word("version"), question.word("event")
    if version is None:
        raise InvalidValueError(
            f"say which issue by version; to see which there are, look at /document/{question.reference}"
        )
    if said is not None and not (said.isascii() and said.isdecimal()):
        raise InvalidValueError(f"{said!r} is no event; say its number, such as 184")
    event_of = int(said) if said is not None else None
    return question.ask(DocumentVersion, "document_version", question.reference, version, event=event_of)


def _issue(question: Question, answer: DocumentVersion) -> Table:
    rows: list[tuple[str, Cell | Value]] = [
        ("Issue", answer.version),
        ("Of", Cell(answer.reference, question.link("document", answer.reference))),
        ("Dated", answer.printed),
        ("First recorded as", answer.recorded_as or ""),
        ("Place by its date", Cell(answer.effective_order, unit="event")),
        ("Recorded", words.moment(answer.recorded_at)),
        ("Said by", event(answer.event, question)),
        ("Why it was issued", answer.reason or ""),
        ("Corrected by", event(answer.corrected_by, question)),
        ("Rests on", answer.assumed or ""),
        ("SHA-256 of the file", answer.sha256 or ""),
    ]
    kept = [(name, cell) for name, cell in rows if cell != "" and getattr(cell, "value", cell) != ""]
    return Table.of("issue", "As it stands", [text("name", "What"), text("value", "Value")], kept)


PAGE: Final = Page(
    name="issue",
    path="/issue/{reference:str}",
    summary="The one issue of a document that bears a name; refused where several do, each with its event.",
    answer=DocumentVersion,
    ask=_ask,
    title=lambda question, answer: f"{answer.version} of {answer.title or answer.reference}",
    tables={"issue": _issue},
    last=lambda question, answer: answer.version,
    words={
        "version": "The name it bears, in capitals or not.",
        "event": "Where several issues bear it, the event that recorded the one meant.",
    },
)
