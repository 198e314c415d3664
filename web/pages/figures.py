"""Figures of benefits and totals as cells, each leading to the events behind it; for every page that has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from benefits.terms import MONEY_UNIT
from projections.answers import BenefitOnBoard, ProgrammeOnBoard, TotalOnBoard
from web.asked import part
from web.place import page_of
from web.question import Question
from web.tables import Cell, Column, Table, assumed, below, money, number, percent, state, text

HEADINGS: Final = {
    "original_target": "Original target",
    "target": "Target",
    "target_to_date": "Target to date",
    "forecast": "Forecast",
    "forecast_to_date": "Forecast to date",
    "claimed": "Claimed",
    "verified": "Verified",
    "measured_only": "Measured only",
    "claimed_only": "Claimed only",
    "challenged": "Challenged",
    "in_budget": "In the budget",
}
"""What stands above each figure."""

ADJUSTMENTS: Final = {
    "claimed_adjustment": "Claimed of earlier, closed periods",
    "verified_adjustment": "Verified of earlier, closed periods",
}
"""What stands above what is recorded of closed periods later, in the period that was open then."""

FIGURES: Final = tuple(HEADINGS)
"""The figures of a benefit, and of a total, that open into events."""


def of_benefit(question: Question, one: BenefitOnBoard, figures: Iterable[str], board: str | None = None) -> list[Cell]:
    """Return figures of a benefit, as the board of a programme shows them where one is named."""
    return _of_benefit(question.around("explain", programme=board), one, figures)


def _of_benefit(around: tuple[str, str], one: BenefitOnBoard, figures: Iterable[str]) -> list[Cell]:
    begins, ends = around
    begins = f"{begins}/{part(one.reference)}"
    found = [(getattr(one, figure), figure) for figure in figures]
    return [Cell(value, f"{begins}/{figure}{ends}" if value is not None else None, one.unit) for value, figure in found]


def of_total(question: Question, name: str, one: TotalOnBoard, figure: str, **only: object) -> Cell:
    """Return a figure of a total."""
    link = question.link("explain", name, figure, release=one.release, kind=one.kind, fund=one.fund, **only)
    return money(getattr(one, figure), link)


def of_programme(question: Question, one: ProgrammeOnBoard, figure: str) -> Cell:
    """Return a figure of a programme's headline: target, identified, to_be_identified."""
    named = "programme_target" if figure == "target" else figure
    return money(getattr(one, figure), question.link("explain", one.reference, named))


def _known(found: Sequence[object], figures: Iterable[str]) -> list[str]:
    """Return the figures that are known of any, so that a column nobody knows is left out."""
    return [figure for figure in figures if any(getattr(one, figure) is not None for one in found)]


def benefits_table(
    question: Question,
    found: Sequence[BenefitOnBoard],
    board: str | None = None,
    here: Collection[str] | None = None,
) -> Table:
    """Return a line for each benefit, what a board looks at first.

    Args:
        question: The page's question.
        found: The benefits.
        board: The programme or portfolio whose board shows them, if one does.
        here: The programmes of that board; of a benefit that is in none of them any more, it is said where it is.
    """
    first = ("target", "claimed", "verified")
    then = [one for one in _known(found, FIGURES) if one not in first]
    shown, around = (*first, *then), question.around("explain", programme=board)
    return Table.of(
        "benefits",
        "Benefits",
        [
            text("reference", "Benefit"),
            below("title", "Title"),
            state("state", "State"),
            state("assurance", "Assurance"),
            *(number(figure, HEADINGS[figure]) for figure in first),
            number("percent_of_current", "% of current"),
            text("release", "Release"),
            *(number(figure, HEADINGS[figure]) for figure in then),
            number("percent_of_original", "% of original"),
            text("owner", "Owner"),
            text("assumed", "Basis"),
        ],
        (
            (
                Cell(one.reference, page_of(question, one.reference, "benefit")),
                titled(one, here),
                one.state,
                one.assurance if one.assurance is not None else "",
                *cells[: len(first)],
                percent(one.percent_of_current),
                one.release,
                *cells[len(first) :],
                percent(one.percent_of_original),
                Cell(one.owner, question.link("show", one.owner) if one.owner else None),
                assumed(one.assumed),
            )
            for one in found
            for cells in [_of_benefit(around, one, shown)]
        ),
        empty="No benefit was on record then.",
    )


def titled(one: BenefitOnBoard, here: Collection[str] | None) -> str:
    """Return a benefit's title with what has to be known beside it."""
    more = [f"in {one.unit}"] if one.unit != MONEY_UNIT else []
    if here is not None and one.programme not in here:
        more.append(f"now in {one.programme}; its earlier months are here")
    if one.target_shared:
        more.append("several posts answer for its target")
    if one.merged_into:
        more.append(f"part of {one.merged_into} now")
    return f"{one.title} ({'; '.join(more)})" if more else str(one.title)


def totals_table(question: Question, name: str, found: Sequence[TotalOnBoard]) -> Table:
    """Return the sums of what may be added; the rows themselves are never added together."""
    columns: list[Column] = [text("release", "Release"), text("kind", "Kind"), text("fund", "Fund")]
    always = ("target", "claimed", "verified", "measured_only", "claimed_only")
    shown = [one for one in FIGURES if one in always or one in _known(found, FIGURES)]
    note = None
    if len({one.release for one in found}) > 1:
        note = (
            "A target stands under the release it was stated with, and a claim under its own: "
            "compare them benefit by benefit. The rows are never added together."
        )
    return Table.of(
        "totals",
        "Totals, by release, kind and fund",
        [*columns, *(number(figure, HEADINGS[figure]) for figure in shown), text("assumed", "Basis")],
        (
            (
                one.release,
                one.kind,
                one.fund,
                *(of_total(question, name, one, figure) for figure in shown),
                assumed(one.assumed),
            )
            for one in found
        ),
        note=note,
    )
