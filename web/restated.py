"""What later records changed in an answer, as a table: each field, old beside new, with the event that made it so."""

from __future__ import annotations

from typing import Any

from projections.answers import Restated
from web import words
from web.amounts import changed
from web.place import page_about
from web.question import Question
from web.tables import Cell, Table, event, number, text


def restated_table(question: Question, answer: Any) -> Table | None:
    """Return what later records changed in an answer; `None` where that is not told."""
    restated: list[Restated] | None = answer.restated
    if restated is None:
        return None
    events = len({one.position for one in restated})
    return Table.of(
        "restated",
        f"Restated since: {events} later event{'s' if events != 1 else ''} changed this page",
        [
            number("event", "Event"),
            text("type", "Type"),
            text("reference", "Reference"),
            text("field", "Field"),
            text("was", "Was"),
            text("now", "Now"),
        ],
        (
            (
                event(one.position, question),
                words.spoken(one.type),
                Cell(one.reference, page_about(question, one.reference)),
                field_of(one),
                changed(question, one, one.was),
                changed(question, one, one.now),
            )
            for one in restated
        ),
        note="The page itself stays as it was known then.",
    )


def field_of(one: Restated) -> str:
    """Return a field's name in words; what comes or goes as a whole has a title, or none."""
    if one.field == "title" and (one.was is None or one.now is None):
        return "added" if one.was is None else "removed"
    return one.field.replace("_", " ")
