"""Figures by financial year or month: as periods were closed, and, beside that, each amount in the period it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.terms import MONEY_UNIT
from projections.totals import PeriodTotal, Totals
from projections.years import BudgetGap, YearMeasures, YearRow, Years
from web import words
from web.page import Page
from web.pages import figures
from web.pictures import charts_of
from web.place import page_of
from web.question import Question
from web.tables import Cell, Column, Table, assumed, money, number, text

BY: Final = ("year", "month")
"""What time is cut by."""

_CLASS: Final = ("release", "kind", "fund")
_OF_ROW: Final = ("target", "forecast", "claimed", "verified", *figures.ADJUSTMENTS, "in_budget")
_OF_TOTAL: Final = ("claimed", "verified", "measured_only", "claimed_only", "challenged")
_HEADINGS: Final = {**figures.HEADINGS, **figures.ADJUSTMENTS}


def _columns() -> list[Column]:
    return [text(name, words.spoken(name)) for name in _CLASS]


def _classed(one: YearRow | YearMeasures | PeriodTotal) -> dict[str, str]:
    return {name: getattr(one, name) for name in _CLASS}


# --- as periods were closed --------------------------------------------------------------------


def _ask_years(question: Question) -> Years:
    return question.ask(Years, "years", question.reference, by=question.choice("by", BY))


def _rows(question: Question, answer: Years) -> Table:
    def cell(one: YearRow, figure: str) -> Cell:
        if one.period is None:  # What crosses periods is in none of them, and is not opened by one.
            return money(getattr(one, figure))
        link = question.link("explain", answer.reference, figure, period=one.period, **_classed(one))
        return money(getattr(one, figure), link)

    return Table.of(
        "rows",
        f"By {'financial year' if answer.by == 'year' else 'month'}, closed periods as they were closed",
        [
            text("period", "Period"),
            *_columns(),
            *(number(figure, _HEADINGS[figure]) for figure in _OF_ROW),
            text("closed", "Closed"),
            text("assumed", "Basis"),
        ],
        (
            (
                one.period if one.period is not None else f"not by {answer.by}",
                *_classed(one).values(),
                *(cell(one, figure) for figure in _OF_ROW),
                Cell(f"closed by event {one.closed}", question.link("event", one.closed)) if one.closed else "open",
                assumed(one.assumed),
            )
            for one in answer.rows
        ),
        note="Rows of different release, kind or fund are never added together. A dash under In the budget: nothing is "
        "said of a budget there. What is recorded of a closed period "
        "later stands as an adjustment in the period that was open then.",
        empty="Nothing is stated by period then.",
    )


def _measures(question: Question, answer: Years) -> Table:
    opened = {
        "in_year_target": ("in_year_target", False),
        "in_year_claimed": ("claimed", True),
        "in_year_verified": ("verified", True),
        "full_year": ("full_year", False),
        "full_year_increment": ("full_year_increment", False),
        "cumulative_cash_claimed": ("claimed", False),
        "cumulative_cash_verified": ("verified", False),
    }

    def cell(one: YearMeasures, figure: str) -> Cell:
        name, in_year = opened[figure]
        period = one.year if in_year else None
        return money(
            getattr(one, figure), question.link("explain", answer.reference, name, period=period, **_classed(one))
        )

    return Table.of(
        "measures",
        "In the year, for a full year, and over all years",
        [*_columns(), text("year", "Year"), *(number(figure, words.spoken(figure)) for figure in opened)],
        ((*_classed(one).values(), one.year, *(cell(one, figure) for figure in opened)) for one in answer.measures),
        note="These answer different questions, and are never added together.",
    )


def _gaps(question: Question, name: str, caption: str, found: list[BudgetGap]) -> Table:
    def to(one: BudgetGap, figure: str) -> str:
        return question.link("explain", one.reference, figure, period=one.year)

    return Table.of(
        name,
        caption,
        [
            text("reference", "Benefit"),
            text("year", "Year"),
            number("in_budget", "In the budget"),
            number("verified", "Verified"),
            number("difference", "Difference"),
        ],
        (
            (
                Cell(one.reference, page_of(question, one.reference, "benefit")),
                one.year,
                money(one.in_budget, to(one, "in_budget")),
                money(one.verified, to(one, "verified")),
                money(one.difference, page_of(question, one.reference, "benefit")),
            )
            for one in found
        ),
        note="Held against each other year by year, so that nothing said of a budget counts as £0 here.",
        empty="None.",
    )


def _in_budget(question: Question, answer: Years) -> Table:
    caption = "In the budget, and not verified"
    return _gaps(question, "in-budget-not-verified", caption, answer.in_budget_not_verified)


def _verified(question: Question, answer: Years) -> Table:
    caption = "Verified, and not in the budget"
    return _gaps(question, "verified-not-in-budget", caption, answer.verified_not_in_budget)


def _says(question: Question, answer: Years | Totals) -> Mapping[str, Any]:
    by_year = answer.by == "year" and isinstance(answer, Years)
    return {
        "picks": [(by, question.here(by=by), by == answer.by) for by in BY],
        "charts": charts_of(question, answer.reference, [], "rows", years="rows") if by_year else [],
    }


_WORDS: Final = {"by": "year or month."}
_CHOICES: Final = {"by": BY}

PAGE: Final = Page(
    name="years",
    path="/years/{reference:str}",
    summary="A programme, portfolio or benefit by financial year or month, closed periods as they were closed.",
    answer=Years,
    ask=_ask_years,
    title=lambda question, answer: f"{answer.reference} by {'financial year' if answer.by == 'year' else 'month'}",
    tables={
        "rows": _rows,
        "measures": _measures,
        "in-budget-not-verified": _in_budget,
        "verified-not-in-budget": _verified,
    },
    says=_says,
    last=lambda question, answer: "Years",
    words=_WORDS,
    choices=_CHOICES,
)


# --- each amount in the period it is for -------------------------------------------------------


def _ask_totals(question: Question) -> Totals:
    return question.ask(Totals, "totals", question.reference, by=question.choice("by", BY))


def _totals(question: Question, answer: Totals) -> Table:
    # What a figure of a closed period is made of is told of it as it was closed; where that is another, it is no proof.
    closing = question.ask(Years, "years", answer.reference, by=answer.by).rows
    as_closed = {(one.period, *_classed(one).values()): one for one in closing}

    def cell(one: PeriodTotal, figure: str) -> Cell:
        row = as_closed.get((one.period, *_classed(one).values()))
        value = getattr(one, figure)
        if row is None or getattr(row, figure, None) != value:
            return Cell(value, None, MONEY_UNIT)
        return money(value, question.link("explain", answer.reference, figure, period=one.period, **_classed(one)))

    return Table.of(
        "totals",
        "What is claimed for each period, whenever it was recorded",
        [
            text("period", "Period"),
            *_columns(),
            *(number(figure, _HEADINGS[figure]) for figure in _OF_TOTAL),
            text("assumed", "Basis"),
        ],
        (
            (
                one.period,
                *_classed(one).values(),
                *(cell(one, figure) for figure in _OF_TOTAL),
                assumed(one.assumed),
            )
            for one in answer.rows
        ),
        note="Rows of different release, kind or fund are never added together.",
        empty="Nothing was claimed then.",
    )


TOTALS: Final = Page(
    name="totals",
    path="/totals/{reference:str}",
    summary="What was claimed of a programme, portfolio or benefit for each period, whenever it was recorded.",
    answer=Totals,
    ask=_ask_totals,
    title=lambda question, answer: f"Totals of {answer.reference} by {answer.by}",
    tables={"totals": _totals},
    says=_says,
    last=lambda question, answer: "Totals",
    words=_WORDS,
    choices=_CHOICES,
)
