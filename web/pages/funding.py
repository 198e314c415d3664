"""Funding: what a programme, a portfolio or one plan costs, where the money is to come from, and the gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from benefits.terms import MONEY_UNIT
from projections.funding import SUMS, Funding, FundingSum, Plan
from projections.funding_decided import FundingDecided
from projections.traces import Shown
from web import words
from web.page import Page
from web.place import page_of
from web.question import Question
from web.sums import sums_note
from web.tables import Cell, Column, Table, assumed, event, money, number, text

_POSTS: Final = "posts"


def _ask(question: Question) -> Funding:
    line = question.word("line")
    return question.ask(Funding, "funding", question.reference, **({} if line is None else {"line": line}))


def _sum(question: Question, one: FundingSum, figure: str, line: str | None) -> Cell:
    """Return a sum; it opens into events, but where it is of one line only."""
    value = getattr(one, figure)
    href = question.link("explain", one.reference, figure) if value is not None and line is None else None
    return Cell(value, href, None if figure == _POSTS else MONEY_UNIT)


def _sums(question: Question, answer: Funding) -> Table | None:
    if not answer.plans:
        return None
    several = [answer] if answer.reference not in {one.reference for one in answer.plans} else []
    found: list[FundingSum] = [*several, *answer.plans]
    shown = [figure for figure in SUMS if any(getattr(one, figure) is not None for one in found)]

    def about(one: FundingSum) -> Cell:
        if one is answer:
            return Cell(f"{one.title}: all of them, each counted once")
        return Cell(one.title)

    return Table.of(
        "sums",
        "Cost, funding and gap",
        [
            text("reference", "Plan"),
            text("title", "Title"),
            *(number(figure, words.spoken(figure)) for figure in shown),
            text("unknown", "Not printed, and in no sum"),
            text("assumed", "Basis"),
        ],
        (
            (
                Cell(one.reference, page_of(question, one.reference, "funding" if one is not answer else "programme")),
                about(one),
                *(_sum(question, one, figure, answer.line) for figure in shown),
                "\n".join(one.unknown),
                assumed(one.assumed),
            )
            for one in found
        ),
        note=" ".join(
            ["An amount that is not printed is not known, and never nought.", *filter(None, [sums_note(answer)])]
        ),
    )


def _own(question: Question, answer: Funding) -> Table | None:
    """Return what of shared plans is a programme's own."""
    of_any: list[Funding | Plan] = [answer, *answer.plans]
    found = [one for one in of_any if one.own_cost is not None or one.own_available is not None]
    if not found:
        return None
    return Table.of(
        "own",
        "Of it, the programme's own lines",
        [
            text("reference", "Plan"),
            number("own_cost", "Own cost"),
            number("own_available", "Own funding"),
            number("own_gap", "Own gap"),
        ],
        ((one.reference, money(one.own_cost), money(one.own_available), money(one.own_gap)) for one in found),
    )


# --- what the plans are made of ----------------------------------------------------------------


def _of_plans(
    question: Question,
    caption: str,
    columns: tuple[Column, ...],
    rows: Iterator[tuple[Plan, tuple[Any, ...]]],
    name: str,
) -> Table:
    """Return a table of what the plans are made of, each line with its plan."""
    return Table.of(
        name,
        caption,
        [text("reference", "Plan"), *columns],
        ((Cell(plan.reference, question.link("funding", plan.reference)), *row) for plan, row in rows),
    )


def _said(question: Question, value: Decimal | None, position: int, unit: str | None = MONEY_UNIT) -> Cell:
    """Return an amount that one event says."""
    return Cell(value, question.link("event", position) if value is not None else None, unit)


def _lines(question: Question, answer: Funding) -> Table:
    return _of_plans(
        question,
        "Cost lines",
        (
            text("line", "Line"),
            text("activity", "Pays for"),
            text("programme", "For"),
            number("amount", "Cost"),
            text("periods", "By period"),
            text("recurrence", "Comes"),
            number("posts", "Posts"),
            number("available", "Funding"),
            number("shortfall", "Lacks"),
            number("surplus", "Beyond its cost"),
            number("event", "Event"),
            text("rests_on", "Rests on"),
        ),
        (
            (
                plan,
                (
                    Cell(one.line, question.link("funding", plan.reference, line=one.line)),
                    one.activity,
                    one.programme or "",
                    _said(question, one.amount, one.event),
                    "\n".join(f"{each.period}: {words.pounds(each.amount)}" for each in one.periods),
                    one.recurrence,
                    _said(question, one.posts, one.event, None),
                    money(one.available),
                    money(one.shortfall),
                    money(one.surplus),
                    event(one.event, question),
                    one.assumed or "",
                ),
            )
            for plan in answer.plans
            for one in plan.lines
        ),
        "lines",
    )


def _sources(question: Question, answer: Funding) -> Table:
    return _of_plans(
        question,
        "Where the money is to come from",
        (
            text("line", "Line"),
            text("source", "Source"),
            number("amount", "Amount"),
            text("form", "Form"),
            text("decision", "Set aside by"),
            number("event", "Event"),
            text("rests_on", "Rests on"),
        ),
        (
            (
                plan,
                (
                    one.line,
                    one.source,
                    _said(question, one.amount, one.event),
                    one.form,
                    Cell(one.decision or "", page_of(question, one.decision, "decision") if one.decision else None),
                    event(one.event, question),
                    one.assumed or "",
                ),
            )
            for plan in answer.plans
            for one in plan.sources
        ),
        "sources",
    )


def _left_out(question: Question, answer: Funding) -> Table:
    return _of_plans(
        question,
        "What the plans do not count",
        (
            text("what", "What"),
            text("reason", "Why not"),
            number("event", "Event"),
            text("rests_on", "Rests on"),
        ),
        (
            (plan, (one.what, one.reason, event(one.event, question), one.assumed or ""))
            for plan in answer.plans
            for one in plan.left_out
        ),
        "left-out",
    )


def _years(question: Question, answer: Funding) -> Table:
    figures = ("ongoing", "one_off", "not_stated", "total", "profiled", "spent")
    return _of_plans(
        question,
        "By financial year",
        (text("year", "Year"), *(number(figure, words.spoken(figure)) for figure in figures)),
        (
            (plan, (one.year or "not by year", *(money(getattr(one, figure)) for figure in figures)))
            for plan in answer.plans
            for one in plan.years
        ),
        "years",
    )


def _spending(question: Question, answer: Funding) -> Table:
    return _of_plans(
        question,
        "What was spent",
        (
            text("period", "Period"),
            number("amount", "Amount"),
            text("line", "Line"),
            text("source", "Read from"),
            number("event", "Event"),
            text("rests_on", "Rests on"),
        ),
        (
            (
                plan,
                (
                    one.period,
                    _said(question, one.amount, one.event),
                    one.line or "",
                    one.source or "",
                    event(one.event, question),
                    one.assumed or "",
                ),
            )
            for plan in answer.plans
            for one in plan.spending
        ),
        "spending",
    )


def _decided(question: Question, answer: Funding) -> Table | None:
    """Return what decisions about a programme or portfolio set aside; not of one plan."""
    if question.ask(Shown, "show", answer.reference).kind == "funding":
        return None
    found = question.ask(FundingDecided, "funding_decided", programme=answer.reference)
    said = [f"In all {words.pounds(found.total)}."] if found.total is not None else []
    if found.financing:
        said.append(f"Of it, {words.pounds(found.financing)} is cover from reserves and the like, never delivery.")
    if found.unknown_count:
        said.append(f"Amounts that are not printed, and in no sum: {found.unknown_count}.")
    return Table.of(
        "decided",
        "What decisions set aside",
        [
            text("decision", "Decision"),
            text("title", "Title"),
            text("body", "Taken by"),
            text("decided_on", "On"),
            text("purpose", "Purpose"),
            number("amount", "Amount"),
            text("form", "Form"),
            text("resolution", "Resolution"),
            number("event", "Event"),
            text("rests_on", "Rests on"),
        ],
        (
            (
                Cell(one.decision, page_of(question, one.decision, "decision")),
                one.title,
                Cell(one.body, question.link("show", one.body)),
                one.decided_on,
                one.purpose,
                _said(question, one.amount, one.event),
                one.form,
                one.resolution,
                event(one.event, question),
                one.assumed or "",
            )
            for one in found.decisions
        ),
        note=" ".join(said) or None,
    )


TABLES: Final = {
    "sums": _sums,
    "own": _own,
    "years": _years,
    "lines": _lines,
    "sources": _sources,
    "left-out": _left_out,
    "spending": _spending,
    "decided": _decided,
}


def _says(question: Question, answer: Funding) -> Mapping[str, Any]:
    return {
        "names": [*TABLES],
        "all_lines": question.here(line=None),
        "cards": [
            (words.spoken(figure), _sum(question, answer, figure, answer.line))
            for figure in ("planned_cost", "available", "gap", "cash_gap", "spent")
            if answer.plans
        ],
    }


PAGE: Final = Page(
    name="funding",
    path="/funding/{reference:str}",
    summary="What a plan, or each plan that serves a programme or portfolio, costs, and how it is funded.",
    answer=Funding,
    ask=_ask,
    title=lambda question, answer: f"Funding of {answer.title or answer.reference}",
    tables=TABLES,
    says=_says,
    last=lambda question, answer: "Funding",
    words={"line": "Only this line of the plans."},
)
