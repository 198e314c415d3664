"""Charts and board papers of a question, where what draws them is installed; pages are whole without them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from benefits.errors import InvalidValueError, NotFoundError
from projections.answers import BenefitOnBoard, Board, TotalOnBoard
from projections.traces import Shown
from projections.years import YearRow, Years
from web.question import Question

CHARTS: Final = ("over-time", "waterfall")
"""The charts there are, by their names in addresses: /chart/NAME/REFERENCE.svg."""

_CLASS: Final = ("release", "kind", "fund")


def have_charts() -> bool:
    """Whether charts can be drawn."""
    return find_spec("web.charts") is not None and find_spec("vl_convert") is not None


def chart(question: Question) -> bytes:
    """Return a chart as SVG: target, claimed and verified over time, or from original target to verified.

    Of a programme or portfolio, only amounts of one release, kind and fund: others are never added to them.

    Raises:
        NotFoundError: If there is no such chart, or nothing of that class to draw.
    """
    name, reference = question.names["chart"], _stem(question, ".svg")
    if name not in CHARTS:
        raise NotFoundError(f"there is no chart {name}; there is {', '.join(CHARTS)}", subject=name)
    about = question.ask(Shown, "show", reference)
    title = str(about.state.get("title") or about.reference)
    charts = import_module("web.charts")
    if name == "over-time":
        rows = of_class(question.ask(Years, "years", about.reference).rows, question)
        svg = charts.over_time(rows, as_at=question.at.as_at, about=title)
    else:
        one = _amounts(question, about)
        svg = charts.waterfall(one, about=title, within=", ".join((one.release, one.kind, one.fund)))
    return str(svg).encode()


def of_class(rows: list[YearRow], question: Question) -> list[YearRow]:
    """Return the rows of the class that a question names.

    Raises:
        InvalidValueError: If it names none, and the rows are of several.
    """
    wanted = {name: question.word(name) for name in _CLASS if question.word(name) is not None}
    found = [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]
    if not found:
        raise NotFoundError("there is nothing of that release, kind and fund")
    if len({tuple(getattr(row, name) for name in _CLASS) for row in found}) > 1:
        raise InvalidValueError("say which release, kind and fund: amounts of several are never added together")
    return found


def _amounts(question: Question, about: Shown) -> BenefitOnBoard | TotalOnBoard:
    if about.kind == "benefit":
        return BenefitOnBoard.model_validate(about.state["figures"])
    totals = question.ask(Board, "board", about.reference).totals
    wanted = {name: question.word(name) for name in _CLASS if question.word(name) is not None}
    found = [one for one in totals if all(getattr(one, name) == value for name, value in wanted.items())]
    if not found:
        raise NotFoundError("there is nothing of that release, kind and fund")
    if len(found) > 1:
        raise InvalidValueError("say which release, kind and fund: amounts of several are never added together")
    return found[0]


def _stem(question: Question, ending: str) -> str:
    file = question.names["file"]
    if not file.endswith(ending):
        raise NotFoundError(f"there is nothing at {file}; ask for {file}{ending}", subject=file)
    return file.removesuffix(ending)


def charts_of(
    question: Question, reference: str, amounts: Sequence[BenefitOnBoard | TotalOnBoard], beside: str
) -> list[dict[str, str]]:
    """Return the charts of a page: the address of each, its title, and the table that has the same figures.

    Args:
        question: The page's question.
        reference: The benefit, programme or portfolio.
        amounts: What a waterfall is drawn of, one each.
        beside: The table that has their figures.
    """
    if not have_charts():
        return []
    rows = question.ask(Years, "years", reference).rows
    over_time = list(dict.fromkeys((row.release, row.kind, row.fund) for row in rows if row.period is not None))
    return [
        *(
            _chart(question, reference, "over-time", "Target, claimed and verified over time", one, "over-time")
            for one in over_time
        ),
        *(
            _chart(
                question, reference, "waterfall", "From target to verified", (one.release, one.kind, one.fund), beside
            )
            for one in amounts
        ),
    ]


def _chart(
    question: Question, reference: str, name: str, title: str, of: tuple[str, str, str], beside: str
) -> dict[str, str]:
    src = question.link("chart", name, f"{reference}.svg", **dict(zip(_CLASS, of, strict=True)))
    return {"src": src, "title": f"{title}: {', '.join(of)}", "table": beside}
