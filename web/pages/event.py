"""One event of the log, with every word it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.errors import NotFoundError
from benefits.stream import STORE
from benefits.values import london_time
from projections.traces import EventInFull, Shown
from web import words
from web.page import Page
from web.question import Question
from web.tables import Cell, Table, Value, event_link, text

_MOST_DIGITS: Final = 18


def _ask(question: Question) -> EventInFull:
    said = question.names["position"]
    if not (said.isascii() and said.isdecimal()) or len(said) > _MOST_DIGITS:
        raise NotFoundError(f"no log has an event {said}; events are numbered from 1", subject=said)
    return question.ask(EventInFull, "event", int(said))


def _about(question: Question, answer: EventInFull) -> str | None:
    """Return what an event is about, where that is on record: an event may be true only from a day after the page's."""
    if answer.event.reference == STORE:
        return None
    try:
        return question.ask(Shown, "show", answer.event.reference).reference
    except NotFoundError:
        return None


def _header(question: Question, answer: EventInFull) -> Table:
    one, about = answer.event, _about(question, answer)
    corrects = Cell(one.corrects, event_link(question, one.corrects), "event") if one.corrects else Cell("")
    rows: list[tuple[str, Cell | Value]] = [
        ("Recorded", f"{london_time(one.recorded_at)} in London"),
        ("True from", words.day(one.effective_on)),
        ("By", one.actor),
        ("From the account", answer.account),
        ("About", Cell(one.reference, question.link("show", about) if about is not None else None)),
        ("Corrects event", corrects),
        ("Command", one.command_id),
        ("After close", "yes: it changed a period that was closed by then" if one.after_close else ""),
        ("Guards set aside", ", ".join(one.overrides)),
        ("Commitment", answer.commitment),
        ("Leaf", one.leaf),
    ]
    kept = [
        (name, value) for name, value in rows if not (value == "" or (isinstance(value, Cell) and value.value == ""))
    ]
    return Table.of("header", "When, by whom and about what", [text("name", "Name"), text("value", "Value")], kept)


def _body(question: Question, answer: EventInFull) -> Table:
    said = answer.event.body
    rows: list[tuple[str, str]] = [("Words", "erased")] if said is None else []
    rows += [(words.spoken(name), words.flat(value)) for name, value in (said or {}).items()]
    return Table.of("body", "What it says", [text("name", "Field"), text("value", "What it says")], rows)


def _says(question: Question, answer: EventInFull) -> Mapping[str, Any]:
    position = answer.event.position
    return {
        "type": words.spoken(answer.event.type),
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
    tables={"header": _header, "body": _body},
    says=_says,
    about=_about,
    last=lambda question, answer: f"Event {answer.event.position}",
)
