"""Charts of a question, where what draws them is installed; pages are whole without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, NamedTuple, TypeVar

from benefits.errors import InvalidValueError, NotFoundError
from projections.answers import ApartOnBoard, BenefitOnBoard, Board, TotalOnBoard
from projections.chronicle import Timeline
from projections.traces import Shown
from projections.years import YearRow, Years
from web.question import Question

CHARTS: Final = ("over-time", "waterfall", "timeline")
"""The charts there are, by their names in addresses: /chart/NAME/REFERENCE.svg."""

R = TypeVar("R", BenefitOnBoard, TotalOnBoard, YearRow)


class Class(NamedTuple):
    """A release, kind and fund: what amounts may be added within; `None` for any."""

    release: str | None
    kind: str | None
    fund: str | None


def have_charts() -> bool:
    """Whether charts can be drawn."""
    return find_spec("vl_convert") is not None


def have_papers() -> bool:
    """Whether board papers can be set."""
    return find_spec("typst") is not None


@dataclass(frozen=True)
class Chart:
    """A chart of a page: its address, its title, and the part of the page that says the same in words and figures."""

    name: str
    of: Class
    src: str
    title: str
    table: str
    caution: str | None = None
    same: str = "The table beside it has the same figures."

    @property
    def alt(self) -> str:
        """What stands for it where it cannot be seen."""
        said = f"{self.title}. {self.same}"
        return f"{said} {self.caution}" if self.caution else said


def chart(question: Question) -> bytes:
    """Return a chart as SVG: target, claimed and verified over time, or from original target to verified.

    Of a programme or portfolio, only amounts of one release, kind and fund: others are never added to them.

    Raises:
        NotFoundError: If there is no such chart, or nothing of that class to draw.
        InvalidValueError: If there are several classes, and none is named.
    """
    name = question.names["chart"]
    if name not in CHARTS:
        raise NotFoundError(f"there is no chart {name}; there is {', '.join(CHARTS)}", subject=name)
    wanted = Class(*(question.word(each) for each in Class._fields))
    return drawn(question, stem(question, ".svg"), name, wanted).encode()


def drawn(question: Question, reference: str, name: str, wanted: Class) -> str:
    """Return a chart of a subject as SVG."""
    about = question.ask(Shown, "show", reference)
    title = str(about.state.get("title") or about.reference)
    from web import charts  # noqa: PLC0415  # What it stands on takes long to load, and may not be installed.

    if name == "timeline":
        entries = question.ask(Timeline, "timeline", about.reference).entries
        return charts.timeline(entries, as_at=question.at.as_at, about=title)
    if name == "over-time":
        rows = _of_class(question.ask(Years, "years", about.reference).rows, wanted)
        return charts.over_time(rows, as_at=question.at.as_at, about=title)
    one = _amounts(question, about, wanted)
    return charts.waterfall(one, about=title, within=", ".join((one.release, one.kind, one.fund)))


def _of_class(found: Sequence[R], wanted: Class) -> list[R]:
    """Return those of a class.

    Raises:
        NotFoundError: If there are none.
        InvalidValueError: If they are of several.
    """
    kept = [one for one in found if all(each in (None, mine) for each, mine in zip(wanted, class_of(one), strict=True))]
    if not kept:
        raise NotFoundError("there is nothing of that release, kind and fund")
    if len({class_of(one) for one in kept}) > 1:
        raise InvalidValueError("say which release, kind and fund: amounts of several are never added together")
    return kept


def class_of(one: ApartOnBoard | BenefitOnBoard | TotalOnBoard | YearRow) -> Class:
    """Return the release, kind and fund of some amounts."""
    return Class(one.release, one.kind, one.fund)


def _amounts(question: Question, about: Shown, wanted: Class) -> BenefitOnBoard | TotalOnBoard:
    if about.kind == "benefit":
        return BenefitOnBoard.model_validate(about.state["figures"])
    (one,) = _of_class(question.ask(Board, "board", about.reference).totals, wanted)
    return one


def stem(question: Question, ending: str) -> str:
    """Return the reference in the name of a file that ends as it should.

    Raises:
        NotFoundError: If it ends otherwise.
    """
    file = question.names["file"]
    if not file.endswith(ending):
        raise NotFoundError(f"there is nothing at {file}; ask for {file}{ending}", subject=file)
    return file.removesuffix(ending)


def timeline_chart(question: Question, reference: str, beside: str) -> list[Chart]:
    """Return the chart of a timeline; none where what draws it is not installed."""
    if not have_charts():
        return []
    src = question.link("chart", "timeline", f"{reference}.svg")
    same = "The list below it has each of them, with its day."
    return [Chart("timeline", Class(None, None, None), src, f"The dated events of {reference}", beside, same=same)]


def charts_of(
    question: Question,
    reference: str,
    amounts: Sequence[BenefitOnBoard | TotalOnBoard],
    beside: str,
    cautions: Mapping[Class, str] | None = None,
    years: str = "over-time",
) -> list[Chart]:
    """Return the charts of a page; none where what draws them is not installed.

    Args:
        question: The page's question.
        reference: The benefit, programme or portfolio.
        amounts: What a waterfall is drawn of, one each.
        beside: The table that has their figures.
        cautions: What has to be known to read amounts of a class.
        years: The table that has the figures of each year.
    """
    if not have_charts():
        return []
    rows = question.ask(Years, "years", reference).rows
    over_time = list(dict.fromkeys(class_of(row) for row in rows if row.period is not None))

    def one(name: str, title: str, of: Class, table: str) -> Chart:
        src = question.link("chart", name, f"{reference}.svg", **of._asdict())
        return Chart(name, of, src, f"{title}: {', '.join(map(str, of))}", table, (cautions or {}).get(of))

    return [
        *(one("over-time", "Target, claimed and verified over time", of, years) for of in over_time),
        *(one("waterfall", "From target to verified", class_of(of), beside) for of in amounts),
    ]
