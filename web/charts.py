"""Charts: one Vega-Lite specification each, drawn as SVG on the server.

The same rows give the same bytes. A chart has a title and a description, names each of its series beside it, and tells
nothing by colour alone. Every amount in it is written out from the row's own decimal: the floating-point numbers that a
specification needs only say where on the picture a mark stands. Nothing in it needs an inline style, a script or a
fetch, so it can be shown under a strict Content-Security-Policy; a table with the same figures belongs beside it.

Amounts of different release, kind or fund are never added, so a chart is of one class of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from html import escape
from math import ceil, floor
from typing import Any, Final, NamedTuple, Protocol

import vl_convert

from benefits.values import Period, financial_year
from projections.chronicle import TimelineEntry
from projections.years import YearRow
from web import fonts, room
from web.palette import COLOURS, LINES
from web.words import change, plain, pounds

_VEGA_LITE: Final = "6.4"
_ACROSS: Final = 560
"""How wide a chart is with its words, about: narrow enough to be read on a phone."""
_LABEL: Final = 16
_TITLE: Final = 18
_UNDER: Final = 15
_EDGE: Final = 8
_NOUGHT: Final = Decimal(0)
_FONTS: Final = ", ".join((*fonts.FAMILIES, "Arial", "Liberation Sans", "sans-serif"))
_ATTRIBUTES: Final = re.compile(r' (?:role|aria-[a-z]+|class)="[^"]*"')
"""What Vega says of the parts of a picture. The picture is one image with one description, so they are left out."""

Spec = dict[str, Any]


class Class(NamedTuple):
    """A release, kind and fund: what amounts may be added within."""

    release: str
    kind: str
    fund: str

    def __str__(self) -> str:
        """Return it in words."""
        return ", ".join(_words(part) for part in self if part != "not-stated") or "release, kind and fund not stated"


class Amounts(Protocol):
    """What a waterfall is of: a total of a board, or one of its benefits."""

    @property
    def original_target(self) -> Decimal | None:
        """The first target."""
        ...

    @property
    def target(self) -> Decimal | None:
        """The target in force."""
        ...

    @property
    def claimed(self) -> Decimal | None:
        """What is claimed; `None` for what is not in money."""
        ...

    @property
    def claimed_only(self) -> Decimal | None:
        """What is neither measured nor verified."""
        ...

    @property
    def measured_only(self) -> Decimal | None:
        """What was read from the measure, and is not verified."""
        ...

    @property
    def verified(self) -> Decimal | None:
        """What finance has verified."""
        ...


def _words(said: str) -> str:
    return plain(said).replace("-", " ")


# --- target, claimed and verified over time ----------------------------------------------------


class YearPoint(NamedTuple):
    """What has come together by the end of a financial year. Claimed and verified are `None` for years to come."""

    year: str
    target: Decimal | None
    claimed: Decimal | None
    verified: Decimal | None


def classes(rows: Iterable[YearRow]) -> list[Class]:
    """Return the classes that some rows are of, in their order."""
    return sorted({Class(row.release, row.kind, row.fund) for row in rows})


def cumulative(rows: Sequence[YearRow], *, as_at: date) -> list[YearPoint]:
    """Return target, claimed and verified by the end of each financial year, from the first with any of them on.

    What was recorded of closed years counts in the year it was recorded in. Lines that cross from year to year have no
    year, and are left out; `crossing` has them.

    Args:
        rows: The rows of one class, by year.
        as_at: The day of the answer: claims end with its year.

    Raises:
        ValueError: If the rows are of several classes, or by month.
    """
    if len(classes(rows)) > 1:
        raise ValueError("amounts of different release, kind or fund are never added")
    by_year = {row.period: row for row in rows if row.period is not None}
    if any("/" not in year for year in by_year):
        raise ValueError("these rows are by month")
    this_year = financial_year(as_at)
    named = sorted({*by_year, *({this_year} if any(year > this_year for year in by_year) else ())})
    points: list[YearPoint] = []
    target: Decimal | None = None
    claimed = verified = _NOUGHT
    for year in _every(named):
        row = by_year.get(year)
        if row is not None:
            target = row.target if target is None else target + (row.target or _NOUGHT)
            claimed += row.claimed + row.claimed_adjustment
            verified += row.verified + row.verified_adjustment
        is_past = year <= this_year
        points.append(YearPoint(year, target, claimed if is_past else None, verified if is_past else None))
    return points


def crossing(rows: Iterable[YearRow]) -> YearRow | None:
    """Return the row of lines that cross from year to year; `None` where there are none."""
    return next((row for row in rows if row.period is None), None)


def _every(years: Sequence[str]) -> list[str]:
    if not years:
        return []
    found = [years[0]]
    while found[-1] < years[-1]:
        found.append(financial_year(Period.of(found[-1]).last_day + timedelta(days=1)))
    return found


@dataclass(frozen=True)
class _Line:
    name: str
    colour: str
    shape: str
    amounts: Sequence[Decimal | None]


def over_time(rows: Sequence[YearRow], *, as_at: date, about: str) -> str:
    """Return a chart of target, claimed and verified, each summed up by the end of each financial year, as SVG.

    Args:
        rows: The rows of one class, by year.
        as_at: The day of the answer.
        about: What they are of, for the title: a programme or a benefit.
    """
    return draw(over_time_spec(rows, as_at=as_at, about=about))


def over_time_spec(rows: Sequence[YearRow], *, as_at: date, about: str) -> Spec:
    """Return the specification of `over_time`."""
    points = cumulative(rows, as_at=as_at)
    lines = [
        _Line("Target", "target", "square", [point.target for point in points]),
        _Line("Claimed", "claimed-line", "circle", [point.claimed for point in points]),
        _Line("Verified", "verified", "diamond", [point.verified for point in points]),
    ]
    lines = [line for line in lines if any(amount is not None for amount in line.amounts)]
    across = crossing(rows)
    start = f"Apr {points[0].year[:4]}" if points else ""
    places = [start, *(f"Mar {int(point.year[:4]) + 1}" for point in points)]
    values = [{"line": line.name, "at": places[0], "order": 0, "amount": 0.0} for line in lines] + [
        {"line": line.name, "at": place, "order": order, "amount": float(amount)}
        for line in lines
        for order, (place, amount) in enumerate(zip(places[1:], line.amounts, strict=True), 1)
        if amount is not None
    ]
    labels = _apart(lines, places)
    said = [
        f"By the end of {point.year}: target {pounds(point.target)}, claimed {pounds(point.claimed)}, "
        f"verified {pounds(point.verified)}."
        for point in points
    ]
    note = _across_note(across)
    if not points:
        said = ["Nothing is stated for a financial year."]
    names = [line.name for line in lines]
    spec = _spec(
        f"{plain(about)}: target, claimed and verified over time",
        [f"Summed up by the end of each financial year, in pounds: {_class_of(rows)}", *note],
        " ".join([*said, *note]),
        height=280,
        beside=_widest((label["text"] for label in labels), is_bold=True) + _PLACE + _widest(["£0.00m"]),
    )
    if not points:
        return spec | _nothing("Nothing is stated for a financial year.")
    x = {"field": "at", "type": "ordinal", "sort": places, "scale": {"domain": places}, "title": None}
    y = {"field": "amount", "type": "quantitative", "axis": _money_axis(values)}
    colour = {
        "field": "line",
        "type": "nominal",
        "scale": {"domain": names, "range": [COLOURS[line.colour] for line in lines]},
        "legend": None,
    }
    dashes = {
        "field": "line",
        "type": "nominal",
        "scale": {"domain": names, "range": [list(LINES[line.colour]) or [1, 0] for line in lines]},
        "legend": None,
    }
    shapes = {
        "field": "line",
        "type": "nominal",
        "scale": {"domain": names, "range": [line.shape for line in lines]},
        "legend": None,
    }
    return spec | {
        "data": {"values": values},
        "encoding": {"x": x | {"axis": {"labelAngle": 0, "labelOverlap": "greedy", "grid": False}}, "y": y},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 3},
                "encoding": {"color": colour, "strokeDash": dashes, "order": {"field": "order"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"color": colour, "shape": shapes},
            },
            {
                "data": {"values": labels},
                "mark": {"type": "text", "align": "left", "dx": _PLACE, "fontWeight": "bold", "fontSize": _LABEL},
                "encoding": {
                    "x": x,
                    "y": {"field": "place", "type": "quantitative"},
                    "text": {"field": "text"},
                    "color": colour,
                },
            },
        ],
    }


def _apart(lines: Sequence[_Line], places: Sequence[str]) -> list[dict[str, Any]]:
    """Return a label at the end of each line, those at the same place far enough apart to be read."""
    ends: dict[str, list[tuple[float, _Line, Decimal]]] = {}
    for line in lines:
        last = max(index for index, amount in enumerate(line.amounts) if amount is not None)
        amount = line.amounts[last]
        assert amount is not None
        ends.setdefault(places[last + 1], []).append((float(amount), line, amount))
    highest = max((float(amount) for line in lines for amount in line.amounts if amount is not None), default=0.0)
    lowest = min([0.0, *(float(amount) for line in lines for amount in line.amounts if amount is not None)])
    step = (max(highest, 0.0) - lowest) * 0.075
    labels = []
    for place, found in ends.items():
        floor: float | None = None
        for height, line, amount in sorted(found, key=lambda one: (one[0], -lines.index(one[1]))):
            floor = height if floor is None else max(height, floor + step)
            labels.append({"line": line.name, "at": place, "place": floor, "text": f"{line.name} {pounds(amount)}"})
    return labels


def _across_note(across: YearRow | None) -> list[str]:
    if across is None:
        return []
    said = [
        f"{name} {pounds(amount)}"
        for name, amount in (("target", across.target), ("claimed", across.claimed), ("verified", across.verified))
        if amount
    ]
    return [f"Not in the chart, because stated across years: {', '.join(said)}."] if said else []


def _class_of(rows: Iterable[YearRow]) -> str:
    found = classes(rows)
    return str(found[0]) if found else "nothing"


# --- from original target to verified ----------------------------------------------------------


class Step(NamedTuple):
    """A bar of a waterfall: a standing amount from nought, or a change from where the bar before it ended."""

    name: str
    amount: Decimal
    start: Decimal
    end: Decimal
    fill: str
    stands: bool

    @property
    def text(self) -> str:
        """Return its amount in words: a standing one as it is, a change with its sign."""
        return pounds(self.amount) if self.stands else change(self.amount)


def steps(of: Amounts) -> list[Step]:
    """Return the bars from original target to verified. What changes by nothing has none.

    Without a target they begin at what is claimed; of what is not in money there are none.

    Args:
        of: The amounts.
    """
    if of.claimed is None:
        return []
    found: list[Step] = []

    def stands(name: str, amount: Decimal, fill: str) -> None:
        found.append(Step(name, amount, _NOUGHT, amount, fill, stands=True))

    def moves(name: str, by: Decimal, fill: str) -> None:
        if by:
            start = found[-1].end
            found.append(Step(name, by, start, start + by, fill, stands=False))

    if of.target is not None:
        original = of.target if of.original_target is None else of.original_target
        stands("Original target", original, "target")
        moved = of.target - original
        moves("Target changed", moved, "raised" if moved > 0 else "lowered")
        if len(found) > 1:
            stands("Current target", of.target, "target")
        beyond = of.claimed - of.target
        is_beyond = beyond > 0 if of.target >= 0 else beyond < 0  # A dis-benefit counts downwards.
        moves("Claimed beyond target" if is_beyond else "Not yet claimed", beyond, "outstanding")
    else:
        stands("Claimed", of.claimed, "claimed")
    moves("Claimed only", -(of.claimed_only or _NOUGHT), "claimed")
    moves("Measured only", -(of.measured_only or _NOUGHT), "measured")
    stands("Verified", of.verified or _NOUGHT, "verified")
    return found


def waterfall(of: Amounts, *, about: str, within: str = "") -> str:
    """Return a waterfall from original target to verified, as SVG.

    Args:
        of: A total of a board, or a benefit.
        about: What it is of, for the title.
        within: What of it: its release, kind and fund.
    """
    return draw(waterfall_spec(of, about=about, within=within))


def waterfall_spec(of: Amounts, *, about: str, within: str = "") -> Spec:
    """Return the specification of `waterfall`."""
    found = steps(of)
    said = [f"{step.name} {step.text}" for step in found]
    note = [] if of.target is not None or not found else ["No target is stated for these amounts."]
    beside = min(_widest(step.name for step in found), _MOST_NAME)
    spec = _spec(
        f"{plain(about)}: from original target to verified",
        [f"In pounds{f': {plain(within)}' if within else ''}", *note],
        " ".join([f"{'; '.join(said)}." if said else "There is nothing in money.", *note]),
        height=max(len(found), 1) * 42,
        beside=beside + _widest(step.text for step in found),
    )
    if not found:
        return spec | _nothing("There is nothing in money.")
    names = [f"{index + 1}" for index in range(len(found))]
    values = [
        {
            "row": name,
            "start": float(min(step.start, step.end)),
            "end": float(max(step.start, step.end)),
            "at": float(max(step.start, step.end, _NOUGHT)),
            "fill": step.fill,
            "text": step.text,
        }
        for name, step in zip(names, found, strict=True)
    ]
    labels = {name: step.name for name, step in zip(names, found, strict=True)}
    links = [
        {"row": name, "until": after, "at": float(step.end)}
        for name, after, step in zip(names, names[1:], found, strict=False)
    ]
    fills = sorted({step.fill for step in found})
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": names,
        "title": None,
        "axis": {
            # JSON is how an expression writes a word, too: nothing in a label can end it.
            "labelExpr": f"({json.dumps(labels)})[datum.value]",
            **_names_axis(beside),
            "grid": False,
        },
    }
    right = max((float(max(step.start, step.end)) for step in found), default=0.0)
    left = min([0.0, *(float(min(step.start, step.end)) for step in found)])
    return spec | {
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {
                "data": {"values": links},
                "mark": {"type": "rule", "color": COLOURS["edge"], "strokeDash": [2, 2]},
                "encoding": {
                    "x": {"field": "at", "type": "quantitative"},
                    "y": {"field": "row", "type": "ordinal", "sort": names},
                    "y2": {"field": "until"},
                },
            },
            {
                "mark": {"type": "bar", "stroke": COLOURS["ink"], "strokeWidth": 1.5, "height": {"band": 0.62}},
                "encoding": {
                    "x": {
                        "field": "start",
                        "type": "quantitative",
                        "axis": _money_axis([{"amount": left}, {"amount": right}]),
                        "scale": {"domain": [left, right or 1.0], "nice": False},
                    },
                    "x2": {"field": "end"},
                    "color": {
                        "field": "fill",
                        "type": "nominal",
                        "scale": {"domain": fills, "range": [COLOURS[fill] for fill in fills]},
                        "legend": None,
                    },
                    "strokeDash": {
                        "condition": {"test": "datum.fill === 'outstanding'", "value": [5, 3]},
                        "value": [1, 0],
                    },
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": _LABEL, "color": COLOURS["ink"]},
                "encoding": {"x": {"field": "at", "type": "quantitative"}, "text": {"field": "text"}},
            },
        ],
    }


# --- dated events ------------------------------------------------------------------------------

_LANES: Final[Mapping[str, tuple[str, ...]]] = {
    "Programme": ("programme-", "project-", "stage", "period-"),
    "Decisions": ("decision-", "delegation-", "funding-"),
    "Papers": ("document-", "consultation-", "business-case-"),
    "Milestones": ("milestone-",),
    "Targets": ("benefit-", "baseline-", "target-", "forecast-", "delivery-", "budget-"),
    "Claims, readings": ("saving-", "measure-"),
}
_SHAPES: Final = ("square", "diamond", "cross", "triangle-up", "circle", "triangle-down")


def lane_of(kind: str) -> str:
    """Return the lane of a timeline that a kind of entry stands in."""
    return next((lane for lane, starts in _LANES.items() if kind.startswith(starts)), "Programme")


def timeline(entries: Sequence[TimelineEntry], *, as_at: date, about: str) -> str:
    """Return the dated events of a programme along the years, a lane for each sort, as SVG.

    Args:
        entries: In the order of their days.
        as_at: The day of the answer: what is after it is only due, and drawn hollow.
        about: What they are of, for the title.
    """
    return draw(timeline_spec(entries, as_at=as_at, about=about))


def timeline_spec(entries: Sequence[TimelineEntry], *, as_at: date, about: str) -> Spec:
    """Return the specification of `timeline`."""
    counts = {lane: [entry for entry in entries if lane_of(entry.kind) == lane] for lane in _LANES}
    lanes = [lane for lane in _LANES if counts[lane]]
    said = [f"{lane}: {_counted(counts[lane])}." for lane in lanes] or ["There are no dated events."]
    names = {lane: f"{lane} ({len(counts[lane])})" for lane in lanes}
    beside = _widest(names.values())
    spec = _spec(
        f"{plain(about)}: dated events",
        [f"Filled: happened by {_day(as_at)}. Hollow: due after it. The line is that day."],
        " ".join(said),
        height=max(len(lanes), 1) * 40,
        beside=beside,
        across=_ACROSS + 120,
    )
    if not lanes:
        return spec | _nothing("There are no dated events.")
    order = list(names.values())
    values = [
        {"lane": names[lane_of(entry.kind)], "day": entry.on.isoformat(), "due": entry.is_future} for entry in entries
    ]
    days = [entry.on for entry in entries]
    margin = max(20, (max(days) - min(days)).days // 25)
    first, last = _moved(min(days), -margin), _moved(max(days), margin)
    shapes = {
        "field": "lane",
        "type": "nominal",
        "scale": {"domain": order, "range": [dict(zip(_LANES, _SHAPES, strict=True))[lane] for lane in lanes]},
        "legend": None,
    }
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc", "domain": [first.isoformat(), last.isoformat()]},
        "title": None,
        "axis": {"format": "%b %Y", "tickCount": 6, "labelOverlap": "greedy", "grid": True},
    }
    is_within = first <= as_at <= last
    rule: list[Spec] = [
        {
            "data": {"values": [{"day": as_at.isoformat(), "text": f"as at {_day(as_at)}"}]},
            "mark": {"type": "rule", "color": COLOURS["past-edge"], "strokeWidth": 3},
            "encoding": {"x": x},
        },
    ]
    return spec | {
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "point", "size": 130, "stroke": COLOURS["ink"], "strokeWidth": 1.5, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "lane",
                        "type": "nominal",
                        "sort": order,
                        "title": None,
                        "axis": _names_axis(beside) | {"grid": True},
                    },
                    "shape": shapes,
                    "fill": {
                        "condition": {"test": "datum.due", "value": COLOURS["paper"]},
                        "value": COLOURS["verified"],
                    },
                },
            },
            *(rule if is_within else ()),
        ],
    }


def _moved(day: date, by: int) -> date:
    """Return a day so many days later, or the first or last day there is."""
    return date.fromordinal(min(max(day.toordinal() + by, date.min.toordinal()), date.max.toordinal()))


def _counted(entries: Sequence[TimelineEntry]) -> str:
    due = sum(entry.is_future for entry in entries)
    days = f"{_day(entries[0].on)} to {_day(entries[-1].on)}" if len(entries) > 1 else _day(entries[0].on)
    return f"{len(entries)}, {days}{f', {due} of them due' if due else ''}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# --- every chart -------------------------------------------------------------------------------


_PLACE: Final = 12
"""Between a mark and its word."""
_MOST_NAME: Final = 260


def _spec(
    title: str, under: Sequence[str], description: str, *, height: int, beside: float = 0.0, across: int = _ACROSS
) -> Spec:
    """Return what every chart is made of; its marks have the room that the words beside them leave."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "usermeta": {"title": title},
        "title": {
            "text": room.lines(title, _TITLE, across),
            "subtitle": [line for one in under for line in room.lines(one, _UNDER, across, is_bold=False)],
        },
        "description": description,
        "width": max(across - int(beside), _ACROSS // 2),
        "height": height,
        "background": None,
        "padding": _EDGE,
        "config": {
            "font": _FONTS,
            "aria": False,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": _LABEL,
                "labelSeparation": _LABEL,
                "labelColor": COLOURS["ink"],
                "labelPadding": 8,
                "gridColor": COLOURS["rule"],
                "gridOpacity": 0.6,
                "domainColor": COLOURS["edge"],
                "tickColor": COLOURS["edge"],
            },
            "title": {
                "anchor": "start",
                "frame": "bounds",
                "fontSize": _TITLE,
                "color": COLOURS["ink"],
                "subtitleFontSize": _UNDER,
                "subtitleColor": COLOURS["quiet"],
                "subtitlePadding": 6,
                "offset": 16,
                "limit": 0,
            },
        },
    }


def _widest(found: Iterable[str], *, is_bold: bool = False) -> float:
    """Return the room that the widest of some labels needs."""
    return max((room.width(words, _LABEL, is_bold=is_bold) for words in found), default=0.0)


def _names_axis(across: float) -> Spec:
    """Return an axis of names, each beginning at the edge of the picture: it stands there in every font."""
    return {
        "domain": False,
        "ticks": False,
        "labelAlign": "left",
        "labelPadding": across,
        "labelLimit": _MOST_NAME,
    }


def _nothing(words: str) -> Spec:
    return {
        "height": 40,
        "data": {"values": [{"text": words}]},
        "mark": {"type": "text", "fontSize": _LABEL, "color": COLOURS["quiet"]},
        "encoding": {"text": {"field": "text"}},
    }


def _money_axis(values: Sequence[Mapping[str, Any]]) -> Spec:
    """Return an axis of round amounts, in the largest unit that leaves them short."""
    most = max((abs(float(value["amount"])) for value in values), default=0.0)
    unit, word = next(((unit, word) for unit, word in ((1e9, "bn"), (1e6, "m"), (1e3, "k")) if most >= unit), (1, ""))
    number = f"format(abs(datum.value) / {unit:.0f}, ',~r')"
    return {
        "labelExpr": f"(datum.value < 0 ? '\N{MINUS SIGN}£' : '£') + {number} + (datum.value == 0 ? '' : '{word}')",
        "tickCount": 5,
        "labelOverlap": "greedy",
        "title": None,
    }


@cache
def _register_fonts() -> None:
    if fonts.are_there():
        vl_convert.register_font_directory(str(fonts.FOLDER))


def draw(spec: Spec) -> str:
    """Return a chart as SVG: one image, with its title and description in it, and room for its words in any font."""
    _register_fonts()
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE, allowed_base_urls=[])
    head, _, body = drawn.partition(">")
    width, height = (re.search(rf'\b{name}="([\d.]+)"', head) for name in ("width", "height"))
    assert width is not None
    assert height is not None
    words = room.extent(drawn)
    left = floor(min(0, words.left - _EDGE))
    across = ceil(max(float(width.group(1)), words.right + _EDGE)) - left
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{height.group(1)}" '
        f'viewBox="{left} 0 {across} {height.group(1)}" role="img" aria-labelledby="title description">'
        f'<title id="title">{escape(spec["usermeta"]["title"], quote=False)}</title>'
        f'<desc id="description">{escape(spec["description"], quote=False)}</desc>'
        f'<rect x="{left}" width="{across}" height="{height.group(1)}" fill="{COLOURS["paper"]}"/>'
        f"{_ATTRIBUTES.sub('', body)}"
    )


def to_png(svg: str, scale: float = 2.0) -> bytes:
    """Return a chart as PNG, for what cannot show SVG."""
    _register_fonts()
    return vl_convert.svg_to_png(svg, scale=scale)
