"""Any figure, opened into the events that make it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.errors import InvalidValueError
from benefits.values import london_day
from projections.traces import Explanation, Part, Shown
from web import words
from web.amounts import unit_of
from web.page import Page
from web.place import page_about
from web.question import Question
from web.said import in_words
from web.tables import Cell, Table, Value, event, number, text

_ONLY: Final = ("release", "kind", "fund", "period", "programme")
_OWN: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
_NO_MONEY: Final = ("posts",)


def _ask(question: Question) -> Explanation:
    only: dict[str, Any] = {name: question.word(name) for name in _ONLY if question.word(name) is not None}
    own = question.word("own")
    if own is not None:
        if own not in _OWN:
            raise InvalidValueError(f"{own!r} is not for own; say 1 or leave it out")
        only["own"] = _OWN[own]
    figure = question.names["figure"].replace("-", "_")
    return question.ask(Explanation, "explain", question.reference, figure, **only)


def _unit(question: Question, answer: Explanation) -> str | None:
    """Return the unit of a figure: pounds, but for benefits in another unit and for posts."""
    return None if answer.figure in _NO_MONEY else unit_of(question, answer.reference)


def _parts(question: Question, answer: Explanation) -> Table:
    unit = _unit(question, answer)

    def row(one: Part) -> tuple[Cell | Value, ...]:
        said = [
            f"corrects event {one.corrects}" if one.corrects else "",
            one.reason or "",
            f"assumed: {one.assumed}" if one.assumed else "",
        ]
        return (
            event(one.position, question),
            Cell(one.amount, question.link("event", one.position), unit),
            words.day(london_day(one.recorded_at)),
            words.day(one.effective_on),
            one.actor,
            words.spoken(one.type),
            Cell(one.reference, question.link("show", one.reference)),
            ", ".join(part for part in (one.period, one.what) if part),
            event(one.claim, question),
            "; ".join(part for part in said if part),
        )

    return Table.of(
        "parts",
        "The events that make it",
        [
            number("event", "Event"),
            number("amount", "Adds"),
            text("recorded", "Recorded"),
            text("effective_on", "True from"),
            text("actor", "By"),
            text("type", "Type"),
            text("reference", "Reference"),
            text("what", "Period or what for"),
            number("claim", "Of the claim"),
            text("rests_on", "Rests on"),
        ],
        map(row, answer.parts),
        note="They sum to the figure exactly." if answer.parts else None,
        empty="No event makes it.",
    )


def _stated(question: Question, answer: Explanation) -> str | None:
    """Return under which release, kind and fund a programme's own target is stated."""
    target = question.ask(Shown, "show", answer.reference).state.get("target")
    if answer.figure != "programme_target" or not target:
        return None
    release, kind, fund = (in_words(target[name], name) for name in ("release", "kind", "fund"))
    return f"Release: {release}; kind: {kind}; fund: {fund}."


def _says(question: Question, answer: Explanation) -> Mapping[str, Any]:
    only = [(name, getattr(answer, name)) for name in _ONLY if getattr(answer, name) is not None]
    return {
        "figure": words.spoken(answer.figure),
        "total": Cell(answer.total, unit=_unit(question, answer)),
        "only": [(words.spoken(name), value) for name, value in only],
        "own": answer.own,
        "about_href": page_about(question, answer.reference),
        "stated": _stated(question, answer),
    }


PAGE = Page(
    name="explain",
    path="/explain/{reference:str}/{figure:str}",
    summary="The events that make a figure; they sum to it exactly.",
    answer=Explanation,
    ask=_ask,
    title=lambda question, answer: f"{words.spoken(answer.figure)} of {answer.reference}",
    tables={"parts": _parts},
    says=_says,
    last=lambda question, answer: words.spoken(answer.figure),
    words={
        "release": "Only amounts of this release.",
        "kind": "Only amounts of this kind of saving.",
        "fund": "Only amounts of this fund.",
        "period": "Only this financial year or month.",
        "programme": "Of a benefit that moved, only what belongs to this programme or portfolio.",
        "own": "1 to leave out the programmes within a programme.",
    },
    choices={"own": _OWN},
)
