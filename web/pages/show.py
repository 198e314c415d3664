"""Everything known of one subject, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.values import a_or_an
from projections.traces import Shown
from web import words
from web.page import Page, restated_table
from web.place import page_of
from web.question import Question
from web.tables import Cell, Table, event, text

_PAGED: Final = {
    "portfolio": "its board",
    "programme": "its board",
    "benefit": "its page, with its figures",
    "decision": "what each of its resolutions confers",
    "document": "its issues, and what it says",
    "funding": "its lines, sources and sums",
    "figure": "what it comes to when it is worked out again",
}
_REFERENCES: Final = (
    *("programme", "portfolio", "within", "project", "authority", "mandate", "body", "owner", "report", "document"),
    *("verifier", "merged_into", "decision", "post", "of", "against", "restates"),
)
"""The fields of a state that name another subject."""


def _ask(question: Question) -> Shown:
    return question.ask(Shown, "show", question.reference)


def fields_table(question: Question, answer: Shown) -> Table:
    """Return each field of a subject that says something."""
    rows = [
        (words.spoken(name), _value(question, name, value))
        for name, value in answer.state.items()
        if name not in ("figures", "assumed") and value not in (None, [], {}, "")
    ]
    rows += [
        (f"{words.spoken(part)} rests on", Cell(str(reason)))
        for part, reason in (answer.state.get("assumed") or {}).items()
    ]
    rows.append(("Said by", event(answer.stated_at, question)))
    return Table.of("fields", "As it stands", [text("field", "Field"), text("value", "As it stands")], rows)


def _value(question: Question, name: str, value: Any) -> Cell:
    if name in _REFERENCES and isinstance(value, str):
        return Cell(value, question.link("show", value))
    return Cell(words.flat(value))


def _says(question: Question, answer: Shown) -> Mapping[str, Any]:
    paged = _PAGED.get(answer.kind)
    return {
        "what": a_or_an(answer.kind),
        "more": (page_of(question, answer.reference, answer.kind), paged) if paged else None,
    }


PAGE = Page(
    name="show",
    path="/show/{reference:str}",
    summary="Everything known of one subject: a milestone, body, post, document, measure, ...",
    answer=Shown,
    ask=_ask,
    title=lambda question, answer: str(answer.state.get("title") or answer.reference),
    tables={"fields": fields_table, "restated": restated_table},
    says=_says,
)
