"""A benefit: its profile, its figures, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benefits.errors import InvalidValueError
from benefits.terms import MONEY_UNIT
from benefits.values import a_or_an
from projections.answers import BenefitOnBoard
from projections.traces import Shown
from projections.years import Years
from web import words
from web.page import Page
from web.pages import figures
from web.pages.board import over_time_table
from web.pages.show import fields_table
from web.pictures import charts_of
from web.place import page_of
from web.question import Question
from web.restated import restated_table
from web.tables import Cell, Table, number, percent, text


def _ask(question: Question) -> Shown:
    found = question.ask(Shown, "show", question.reference)
    if found.kind != "benefit":
        there = page_of(question, found.reference, found.kind)
        raise InvalidValueError(f"{found.reference} is {a_or_an(found.kind)}, no benefit; look at {there}")
    return found


def on_board(answer: Shown) -> BenefitOnBoard:
    """Return a benefit's line on a board."""
    return BenefitOnBoard.model_validate(answer.state["figures"])


def _figures(question: Question, answer: Shown) -> Table:
    one = on_board(answer)
    rows: list[tuple[str, Cell, str]] = [
        (figures.HEADINGS[figure], cell, _meaning(figure))
        for figure, cell in zip(figures.FIGURES, figures.of_benefit(question, one, figures.FIGURES), strict=True)
    ]
    rows += [
        ("Baseline", Cell(one.baseline, unit=one.unit), _meaning("baseline")),
        ("Variance", Cell(one.variance, unit=one.unit), _meaning("variance")),
        ("Claimed, of the original target", percent(one.percent_of_original), _meaning("percent_of_original")),
        ("Claimed, of the target in force", percent(one.percent_of_current), _meaning("percent_of_current")),
    ]
    return Table.of(
        "figures", "Figures", [text("figure", "Figure"), number("value", "As it stands"), text("means", "Means")], rows
    )


def _meaning(figure: str) -> str:
    return words.plainly(str(BenefitOnBoard.model_fields[figure].description))


def _over_time(question: Question, answer: Shown) -> Table | None:
    if on_board(answer).unit != MONEY_UNIT:
        return None
    return over_time_table(question, answer.reference, question.ask(Years, "years", answer.reference))


def _says(question: Question, answer: Shown) -> Mapping[str, Any]:
    one = on_board(answer)
    shown = ("target", "claimed", "verified")
    cards = [
        (figures.HEADINGS[figure], cell)
        for figure, cell in zip(shown, figures.of_benefit(question, one, shown), strict=True)
    ]
    in_money = [one] if one.unit == MONEY_UNIT else []
    return {"benefit": one, "cards": cards, "charts": charts_of(question, answer.reference, in_money, "figures")}


PAGE = Page(
    name="benefit",
    path="/benefit/{reference:str}",
    summary="Everything known of a benefit, with its figures.",
    answer=Shown,
    ask=_ask,
    title=lambda question, answer: str(answer.state.get("title") or answer.reference),
    tables={
        "figures": _figures,
        "over-time": _over_time,
        "fields": fields_table,
        "restated": restated_table,
    },
    says=_says,
)
