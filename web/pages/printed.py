"""Printed figures: which differ from what is worked out of the record, by how much, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from benefits.values import london_day
from projections import FIGURES
from projections.figures import FigureCheck, FigureChecked, Figures
from web import words
from web.page import Page
from web.place import page_of
from web.question import Question
from web.tables import Cell, Table, assumed, event, number, state, text

_WORSE: Final = ("differs", "contradicts")


def _ask(question: Question) -> Figures:
    return question.ask(Figures, "figures", question.names.get("reference"))


def _check(question: Question) -> FigureCheck:
    return question.ask(FigureCheck, "figure_check", question.reference)


# --- what a figure says ------------------------------------------------------------------------


def _amount(one: FigureChecked, value: Any, href: str | None = None) -> Cell:
    return Cell(value, href if value is not None else None, one.unit or "")


def _printed(one: FigureChecked) -> str | None:
    """Return what is printed: the number, the words, or both."""
    said = [words.measured(one.value, one.unit)] if one.value is not None else []
    said += [f"“{one.words}”"] if one.words else []
    return ", ".join(said) or None


def _recomputed(question: Question, one: FigureChecked) -> Cell:
    """Return what a figure comes to; it opens into events where it is the whole of a figure that does."""
    is_whole = not one.lines and one.part_of is None and one.percent is None
    href = None
    if is_whole and one.of is not None and one.figure in FIGURES:
        href = question.link("explain", one.of, one.figure)
    return _amount(one, one.recomputed, href)


def held_against(one: FigureChecked) -> str:
    """Return what a figure is held against, in words."""
    if one.against is not None:
        return one.against
    if one.of is None:
        return ""
    share = f"{words.number(one.percent)} per cent of " if one.percent is not None else ""
    lines = f", lines {', '.join(one.lines)}" if one.lines else ""
    marked = f", what is marked for {one.part_of}" if one.part_of else ""
    return f"{share}{words.spoken(one.figure or '').lower()} of {one.of}{lines}{marked}"


def _none(question: Question) -> str:
    """Return that there is none; one of a later day may be known already, and is shown as at that day."""
    said = "No printed figure was on record then."
    is_before = question.at.as_at < london_day(question.at.known_at)
    return f"{said} What is dated after {words.day(question.at.as_at)} is not shown." if is_before else said


def _figures(question: Question, answer: Figures) -> Table:
    return Table.of(
        "figures",
        "Printed figures, those that differ first",
        [
            text("reference", "Figure"),
            text("title", "Title"),
            state("outcome", "Outcome"),
            number("printed", "Printed"),
            number("recomputed", "Comes to"),
            number("difference", "Differs by"),
            text("reason", "Why"),
            text("against", "Held against"),
            text("document", "Printed in"),
            text("place", "Place"),
            text("assumed", "Basis"),
        ],
        (
            (
                Cell(one.reference, question.link("figure", one.reference)),
                one.title,
                one.outcome,
                _printed(one),
                _recomputed(question, one),
                _amount(one, one.difference, question.link("figure", one.reference)),
                words.plainly(one.reason),
                Cell(held_against(one), question.link("figure", one.against) if one.against else None),
                Cell(one.document, question.link("document", one.document) if one.document else None),
                one.place,
                assumed(one.assumed),
            )
            for one in answer.figures
        ),
        note="They are never added up.",
        empty=_none(question),
    )


def _says(question: Question, answer: Figures) -> Mapping[str, Any]:
    outcomes = [one.outcome for one in answer.figures]
    return {
        "worse": sum(one in _WORSE for one in outcomes),
        "counts": [(one, outcomes.count(one)) for one in dict.fromkeys(outcomes)],
    }


# --- one of them -------------------------------------------------------------------------------


def _one(question: Question, answer: FigureCheck) -> Table:
    def to(reference: str | None, kind: str | None = None) -> Cell:
        return Cell(reference or "", page_of(question, reference, kind) if reference else None)

    rows: list[tuple[str, Cell]] = [
        ("Printed", Cell(_printed(answer))),
        ("Comes to", _recomputed(question, answer)),
        ("Differs by", _amount(answer, answer.difference)),
        ("Outcome", Cell(answer.outcome)),
        ("Why", Cell(words.plainly(answer.reason))),
        ("Rounding", Cell("no more than rounding may make it" if answer.is_rounding else "")),
        ("Rounded to", _amount(answer, answer.printed_to) if answer.printed_to is not None else Cell("")),
        ("Held against", Cell(held_against(answer))),
        ("Another printed figure", to(answer.against, "figure")),
        ("A figure of", to(answer.of)),
        ("Printed in", to(answer.document, "document")),
        ("Place", Cell(answer.place or "")),
        ("Quoted for", Cell(answer.quoted_on or "")),
        *(("About", to(one, "programme")) for one in answer.programmes),
        ("Basis", assumed(answer.assumed)),
        ("Said by", event(answer.event, question)),
    ]
    return Table.of(
        "figure",
        "Held against the record",
        [text("name", "What"), text("value", "Value")],
        [(name, cell) for name, cell in rows if cell.value != ""],
    )


PAGE: Final = Page(
    name="figures",
    path="/figures/{reference:str}",
    summary="The printed figures that are about a subject, each held against what it claims to be.",
    answer=Figures,
    ask=_ask,
    title=lambda question, answer: (
        f"Printed figures about {answer.reference}" if answer.reference else "All printed figures"
    ),
    tables={"figures": _figures},
    says=_says,
    last=lambda question, answer: "Printed figures",
)

WHOLE: Final = replace(
    PAGE,
    name="whole-figures",
    path="/figures",
    summary="Every printed figure on record, each held against what it claims to be.",
    template="figures",
    about=lambda question, answer: None,
)

ONE: Final = Page(
    name="figure",
    path="/figure/{reference:str}",
    summary="One printed figure, held against what it claims to be.",
    answer=FigureCheck,
    ask=_check,
    title=lambda question, answer: answer.title or answer.reference,
    tables={"figure": _one},
    says=lambda question, answer: {
        "is_worse": answer.outcome in _WORSE,
        "difference": _amount(answer, answer.difference),
        "tag": Cell(answer.outcome).tag,
    },
)
