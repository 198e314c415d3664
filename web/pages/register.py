"""The register of benefits: every one of a programme, a portfolio or the store, by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from benefits.errors import InvalidValueError
from benefits.terms import MONEY_UNIT
from projections.listing import FACETS, Register
from web import words
from web.page import Page
from web.pages import figures
from web.question import Question
from web.tables import Cell, Column, Table, number, text

SORTS: Final = (
    *("reference", "title", "release", "state", "assurance", "owner"),
    *figures.FIGURES,
    *("percent_of_original", "percent_of_current"),
)
"""By what the lines can be sorted; with a minus before it, the other way round."""

_FIGURES: Final = (*figures.FIGURES, "percent_of_original", "percent_of_current")


def _ask(question: Question) -> Register:
    _sorted_by(question)  # What cannot be sorted by is refused in JSON too, which nobody sorts.
    filters = {facet: question.word(facet) for facet in FACETS if question.word(facet) is not None}
    return question.ask(Register, "register", question.names.get("reference"), **filters)


def _sorted_by(question: Question) -> tuple[str, bool]:
    """Return by which column the lines are sorted, and whether the other way round.

    Raises:
        InvalidValueError: If there is no such column.
    """
    said = question.word("sort") or "reference"
    name = said.removeprefix("-")
    if name not in SORTS:
        raise InvalidValueError(f"{said!r} is not for sort; say one of {', '.join(SORTS)}, or -{SORTS[0]} and so on")
    return name, said.startswith("-")


def _benefits(question: Question, answer: Register) -> Table:
    name, is_backwards = _sorted_by(question)
    table = figures.benefits_table(question, answer.benefits, answer.reference)
    fields = [column.field for column in table.columns]
    rows = list(table.rows)
    if name in fields:  # A figure that is known of no benefit has no column.
        at = fields.index(name)
        known = [row for row in rows if row[at].value not in (None, "")]
        rows = sorted(known, key=lambda row: _key(row[at]), reverse=is_backwards)
        rows += [row for row in table.rows if row[at].value in (None, "")]
    columns = [_sorting(question, column, name, is_backwards=is_backwards) for column in table.columns]
    empty = "No benefit has all of these." if answer.filters else table.empty
    return replace(table, columns=columns, rows=rows, empty=empty)


def _key(cell: Cell) -> tuple[bool, str, Decimal | str]:
    """Return what a cell is sorted by: pounds among pounds, and each other unit by itself."""
    if isinstance(cell.value, Decimal):
        return cell.unit != MONEY_UNIT, cell.unit or "", cell.value
    return False, "", str(cell.value).casefold()


def _sorting(question: Question, column: Column, name: str, *, is_backwards: bool) -> Column:
    if column.field not in SORTS:
        return column
    if column.field != name:
        first = f"-{column.field}" if column.field in _FIGURES else column.field  # The largest first.
        return replace(column, href=question.here(sort=first))
    other = name if is_backwards else f"-{name}"
    return replace(column, href=question.here(sort=other), order="descending" if is_backwards else "ascending")


def _facets(question: Question, answer: Register) -> Table:
    chosen = {facet: value.casefold() for facet, value in answer.filters.items()}
    return Table.of(
        "facets",
        "How many there are of each",
        [text("facet", "What"), text("value", "Value"), number("count", "Benefits"), text("chosen", "Chosen")],
        (
            (
                words.spoken(one.facet),
                Cell(one.value, question.here(**{one.facet: one.value})),
                one.count,
                "chosen" if chosen.get(one.facet) == one.value.casefold() else "",
            )
            for one in answer.facets
        ),
    )


def _says(question: Question, answer: Register) -> Mapping[str, Any]:
    chosen = {facet: value.casefold() for facet, value in answer.filters.items()}

    def value(facet: str, one: Any) -> dict[str, Any]:
        is_chosen = chosen.get(facet) == one.value.casefold()
        href = question.here(**{facet: None if is_chosen else one.value})
        return {"value": one.value, "count": one.count, "is_chosen": is_chosen, "href": href}

    facets: Sequence[tuple[str, list[dict[str, Any]]]] = [
        (words.spoken(facet), [value(facet, one) for one in counts])
        for facet, counts in groupby(answer.facets, key=lambda one: one.facet)
    ]
    return {
        # What all of them have tells nothing apart.
        "facets": [(name, values) for name, values in facets if len(values) > 1 or values[0]["is_chosen"]],
        "chosen": [
            (words.spoken(facet), said, question.here(**{facet: None})) for facet, said in answer.filters.items()
        ],
        "all_href": question.here(**dict.fromkeys(FACETS)),
    }


PAGE: Final = Page(
    name="register",
    path="/register/{reference:str}",
    summary="Every benefit of a programme or portfolio, by what they have in common, with how many have it.",
    answer=Register,
    ask=_ask,
    title=lambda question, answer: f"Benefits of {answer.reference}" if answer.reference else "All benefits",
    tables={"benefits": _benefits, "facets": _facets},
    says=_says,
    last=lambda question, answer: "Register",
    words={
        **{facet: f"Only benefits of this {facet}; none for those without one." for facet in FACETS},
        "sort": "The column by which the lines are sorted; with a minus before it, the other way round.",
    },
    choices={"sort": (*SORTS, *(f"-{name}" for name in SORTS))},
)

WHOLE: Final = replace(
    PAGE,
    name="whole-register",
    path="/register",
    summary="Every benefit on record, by what they have in common, with how many have it.",
    template="register",
    about=lambda question, answer: None,
)
