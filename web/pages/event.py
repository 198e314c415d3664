"""One event of the log, with every word it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.errors import NotFoundError
from benefits.values import london_time
from projections.traces import EventInFull
from web import words
from web.amounts import unit_of
from web.page import Page
from web.pages.show import value_of
from web.pages.trail import corrections
from web.place import page_about, subject
from web.question import Question
from web.said import guard, label
from web.tables import Cell, Table, Value, event, event_link, text

_MOST_DIGITS: Final = 18
_IN_PARTS: Final = ("evidence", "fact")
"""What is told part by part."""


def _ask(question: Question) -> EventInFull:
    said = question.names["position"]
    if not (said.isascii() and said.isdecimal()) or len(said) > _MOST_DIGITS:
        raise NotFoundError(f"no log has an event {said}; events are numbered from 1", subject=said)
    return question.ask(EventInFull, "event", int(said))


def _about(question: Question, answer: EventInFull) -> str | None:
    """Return what an event is about, where that is on record: an event may be true only from a day after the page's."""
    found = subject(question, answer.event.reference)
    return found.reference if found is not None else None


def _header(question: Question, answer: EventInFull) -> Table:
    one = answer.event
    corrects = Cell(one.corrects, event_link(question, one.corrects), "event") if one.corrects else Cell("")
    rows: list[tuple[str, Cell | Value]] = [
        ("Recorded", f"{london_time(one.recorded_at)} in London"),
        ("True from", words.day(one.effective_on)),
        ("By", one.actor),
        ("From the account", answer.account),
        ("About", Cell(one.reference, page_about(question, one.reference))),
        ("Corrects event", corrects),
        ("Corrected by event", event(answer.corrected_by, question)),
        ("Command", one.command_id),
        ("After close", "yes: it changed a period that was closed by then" if one.after_close else ""),
        ("Guards set aside", "\n".join(f"{guard(rule)} ({rule})" for rule in one.overrides)),
        ("Commitment", answer.commitment),
        ("Leaf", one.leaf),
    ]
    kept = [
        (name, value) for name, value in rows if not (value == "" or (isinstance(value, Cell) and value.value == ""))
    ]
    return Table.of("header", "When, by whom and about what", [text("name", "Name"), text("value", "Value")], kept)


def _body(question: Question, answer: EventInFull) -> Table:
    said = answer.event.body
    unit = unit_of(question, answer.event.reference)
    rows: list[tuple[str, Cell | Value]] = [("Words", "erased")] if said is None else []
    for name, value in (said or {}).items():
        if name in _IN_PARTS and isinstance(value, Mapping):
            rows += [
                (f"{label(name)}: {label(part).lower()}", value_of(question, part, one, unit))
                for part, one in value.items()
            ]
        elif name == "corrects":
            rows.append((label(name), Cell(f"event {value}", event_link(question, value))))
        else:
            rows.append((label(name), value_of(question, name, value, unit)))
    return Table.of("body", "What it says", [text("name", "Field"), text("value", "What it says")], rows)


def _correction(question: Question, answer: EventInFull) -> Table | None:
    """Return what a correction changed: old beside new, field by field."""
    changes = corrections(question, answer.event)
    if changes is None:
        return None
    return Table.of(
        "correction",
        f"What it changed of event {answer.event.corrects}",
        [text("field", "Field"), text("was", "Was"), text("now", "Is now")],
        ((label(name), was or "", now or "") for name, was, now in changes),
        empty="It says the same again.",
    )


def _says(question: Question, answer: EventInFull) -> Mapping[str, Any]:
    position = answer.event.position
    return {
        "type": words.spoken(answer.event.type),
        "corrected": question.link("event", answer.corrected_by) if answer.corrected_by else None,
        "before": question.link("event", position - 1) if position > 1 else None,
        "after": question.link("event", position + 1) if position < question.at.position else None,
    }


PAGE = Page(
    name="event",
    path="/event/{position:str}",
    summary="One event of the log, with every word it says.",
    answer=EventInFull,
    ask=_ask,
    title=lambda question, answer: f"Event {answer.event.position}: {words.spoken(answer.event.type)}",
    tables={"correction": _correction, "header": _header, "body": _body},
    says=_says,
    about=_about,
    last=lambda question, answer: f"Event {answer.event.position}",
)
