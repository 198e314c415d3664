"""Everything known of one subject, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from benefits.terms import MONEY_UNIT
from benefits.values import a_or_an
from projections.traces import References, Shown
from web.page import Page
from web.place import page_about, page_of
from web.question import Question
from web.restated import restated_table
from web.said import in_words, label
from web.tables import Cell, Table, event, state, text

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
    *("verifier", "merged_into", "decision", "post", "of", "against", "restates", "accountable", "claimant"),
    *("extracted_by", "consulted", "measure"),
)
"""The fields that name another subject."""

_REFERENCE: Final = re.compile(r"[A-Z0-9][A-Z0-9.-]*")
_TAKERS: Final = ("body", "post")


def _ask(question: Question) -> Shown:
    return question.ask(Shown, "show", question.reference)


def fields_table(question: Question, answer: Shown) -> Table:
    """Return each field of a subject that says something."""
    unit = str(answer.state.get("unit") or MONEY_UNIT)
    rows = [
        (label(name), value_of(question, name, value, unit))
        for name, value in answer.state.items()
        if name not in ("figures", "assumed") and value not in (None, [], {}, "")
    ]
    rows += [
        (f"{label(part)} rests on", Cell(str(reason))) for part, reason in (answer.state.get("assumed") or {}).items()
    ]
    rows.append(("Said by", event(answer.stated_at, question)))
    return Table.of("fields", "As it stands", [text("field", "Field"), text("value", "As it stands")], rows)


def value_of(question: Question, name: str, value: Any, unit: str = MONEY_UNIT) -> Cell:
    """Return a field of a state or event in words; what names another subject on record leads to the page about it.

    Args:
        question: The page's question.
        name: The field.
        value: What it holds.
        unit: What its amounts are amounts of.
    """
    said = in_words(value, name, unit)
    if name == "mandate" and isinstance(value, Mapping):
        return Cell(said, page_about(question, str(value["decision"])))
    if name in _REFERENCES and isinstance(value, str) and _REFERENCE.fullmatch(value):
        return Cell(value, page_about(question, value))
    return Cell(said)


def _decisions(question: Question, answer: Shown) -> Table | None:
    """Return the decisions that a body or post took."""
    if answer.kind not in _TAKERS:
        return None
    listed = question.ask(References, "references", "decision").references
    taken = [question.ask(Shown, "show", one.reference) for one in listed]
    theirs = [one for one in taken if one.state.get("body") == answer.reference]
    return Table.of(
        "decisions",
        "Decisions it took",
        [text("reference", "Decision"), text("title", "Title"), text("effective_on", "On"), state("state", "State")],
        (
            (
                Cell(one.reference, page_of(question, one.reference, "decision")),
                one.state.get("title"),
                one.state.get("effective_on"),
                one.state.get("state"),
            )
            for one in sorted(theirs, key=lambda one: str(one.state.get("effective_on")))
        ),
        empty="It took no decision that is on record.",
    )


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
    tables={"decisions": _decisions, "fields": fields_table, "restated": restated_table},
    says=_says,
)
