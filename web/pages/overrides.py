"""The guards that were set aside, of a subject or in the whole log: for the auditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from projections.overrides import Overrides
from web import words
from web.page import Page
from web.place import on_record, shown
from web.question import Question
from web.said import guard
from web.tables import Cell, Table, event, number, state, text


def _ask(question: Question) -> Overrides:
    return question.ask(Overrides, "overrides", question.names.get("reference"))


def _overrides(question: Question, answer: Overrides) -> Table:
    known = on_record(question, (one.reference for one in answer.overrides))
    return Table.of(
        "overrides",
        "Guards set aside, in the order of recording",
        [
            number("event", "Event"),
            text("rule", "Guard"),
            text("says", "What it says"),
            state("standing", "Now"),
            text("recorded", "Recorded"),
            text("effective_on", "True from"),
            text("actor", "By"),
            text("type", "Kind"),
            text("reference", "About"),
            text("reason", "Why"),
            text("authority", "On what authority"),
            number("corrects", "Corrects event"),
        ],
        (
            (
                event(one.position, question),
                one.rule,
                guard(one.rule),
                "stands" if one.standing else "cleared",
                words.moment(one.recorded_at),
                words.day(one.effective_on),
                one.actor,
                words.spoken(one.type),
                Cell(one.reference, shown(question, one.reference, known)),
                one.reason,
                one.authority or "",
                event(one.corrects, question),
            )
            for one in answer.overrides
        ),
        empty="No guard was set aside.",
    )


def _says(question: Question, answer: Overrides) -> Mapping[str, Any]:
    return {"standing": sum(one.standing for one in answer.overrides)}


PAGE: Final = Page(
    name="overrides",
    path="/overrides/{reference:str}",
    summary="The guards set aside for a subject and all that belongs to it.",
    answer=Overrides,
    ask=_ask,
    title=lambda question, answer: (
        f"Guards set aside for {answer.reference}" if answer.reference else "All guards set aside"
    ),
    tables={"overrides": _overrides},
    says=_says,
    last=lambda question, answer: "Guards set aside",
    has_a_day=False,
)

WHOLE: Final = replace(
    PAGE,
    name="whole-overrides",
    path="/overrides",
    summary="Every guard that was set aside.",
    template="overrides",
    about=lambda question, answer: None,
)
