"""Charts: the same bytes for the same rows, words for what they show, and nothing that a strict page refuses."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from projections.chronicle import TimelineEntry
from projections.years import YearRow
from web import charts
from web.charts import Class

HOSTILE = (
    "</title><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "'+alert(1)+'",
    '"});alert(1);//',
    "\\u0027);alert(1)//",
    "${alert(1)} {{7*7}} <!--",
    "a\x00b\x0bc\ud800d\u202ee\ufffe",
    "\U0001f4b7 中文 ŵŷ",
    "x" * 2000,
)


def a_year(period: str | None, claimed: str = "0.00", verified: str = "0.00", target: str | None = None, **said: str):
    given = {"release": "cash-releasing", "kind": "efficiency", "fund": "general-fund"} | said
    return YearRow(
        period=period,
        closed=None,
        assumed=False,
        target=None if target is None else Decimal(target),
        forecast=None,
        claimed=Decimal(claimed),
        verified=Decimal(verified),
        claimed_adjustment=Decimal(given.pop("claimed_adjustment", "0.00")),
        verified_adjustment=Decimal(given.pop("verified_adjustment", "0.00")),
        in_budget=None,
        **given,
    )


def amounts(**said: str | None):
    names = ("original_target", "target", "claimed", "claimed_only", "measured_only", "verified")
    return SimpleNamespace(**{name: None if (amount := said.get(name)) is None else Decimal(amount) for name in names})


def an_entry(on: str, kind: str = "milestone-reached", *, due: bool = False, title: str = "Centre live"):
    return TimelineEntry(
        on=date.fromisoformat(on),
        given=on,
        kind=kind,
        reference="M-1",
        title=title,
        what="reached",
        amount=None,
        event=1,
        is_future=due,
        assumed=None,
    )


YEARS = [
    a_year("2007/08", "590000.00", "400000.00", "1500000.00"),
    a_year("2008/09", "310000.50", "0.00", "700000.00", claimed_adjustment="-90000.00"),
    a_year("2009/10", target="900000.00"),
    a_year(None, target="250000.00"),
]
FALL = amounts(
    original_target="5200000",
    target="6900000",
    claimed="3410000",
    verified="1890000.50",
    measured_only="640000",
    claimed_only="879999.50",
)
EVENTS = [an_entry("2007-11-30"), an_entry("2008-06-20", "decision-taken"), an_entry("2009-03-31", due=True)]


def over_time(about: str = "SCP") -> str:
    return charts.over_time(YEARS, as_at=date(2009, 3, 31), about=about)


def waterfall(about: str = "SCP") -> str:
    return charts.waterfall(FALL, about=about, within=about)


def timeline(about: str = "SCP") -> str:
    return charts.timeline(EVENTS, as_at=date(2008, 9, 26), about=about)


DRAWN = pytest.mark.parametrize("drawn", [over_time, waterfall, timeline])


def words_of(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith(("}text", "}tspan"))]


@DRAWN
def test_a_chart_has_the_same_bytes_every_time(drawn):
    assert drawn() == drawn()


@DRAWN
def test_a_chart_is_one_image_with_a_title_and_a_description(drawn):
    root = ET.fromstring(drawn())

    assert root.get("role") == "img"
    title, description = list(root)[:2]
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.tag.endswith("}title")
    assert (title.text or "").startswith("SCP: ")
    assert len(description.text or "") > 40
    inside = [element for element in root.iter() if element is not root]
    assert not [one for one in inside if one.get("role") or any(name.startswith("aria-") for name in one.attrib)]


@DRAWN
@pytest.mark.parametrize("words", HOSTILE)
def test_a_chart_has_nothing_that_a_strict_policy_refuses_whatever_it_is_of(drawn, words: str):
    root = ET.fromstring(drawn(words).encode("utf-8"))

    for element in root.iter():
        assert element.tag.partition("}")[2] in {"svg", "title", "desc", "g", "path", "line", "rect", "text", "tspan"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]
        assert not [value for value in element.attrib.values() if "url(" in value or "javascript:" in value]


@DRAWN
def test_a_chart_tells_nothing_by_colour_alone(drawn):
    root = ET.fromstring(drawn())
    painted = [one for one in root.iter() if one.tag.endswith("}path") and one.get("fill", "none") != "none"]

    assert painted
    assert words_of(drawn())


def test_the_years_add_up_and_what_crosses_them_is_said_and_not_drawn():
    points = charts.cumulative(YEARS, as_at=date(2009, 3, 31))

    assert points == [
        ("2007/08", Decimal("1500000.00"), Decimal("590000.00"), Decimal("400000.00")),
        ("2008/09", Decimal("2200000.00"), Decimal("810000.50"), Decimal("400000.00")),
        ("2009/10", Decimal("3100000.00"), None, None),
    ]
    svg = over_time()
    for said in ("Target £3,100,000", "Claimed £810,000.50", "Verified £400,000"):
        assert said in words_of(svg)
    assert "Not in the chart, because stated across years: target £250,000." in " ".join(words_of(svg))
    assert "By the end of 2008/09: target £2,200,000, claimed £810,000.50, verified £400,000." in svg


def test_a_year_in_which_nothing_happened_is_in_its_place():
    points = charts.cumulative([a_year("1999/00", "1.00"), a_year("2001/02", "2.00")], as_at=date(2002, 3, 31))

    assert [(point.year, point.claimed) for point in points] == [
        ("1999/00", Decimal("1.00")),
        ("2000/01", Decimal("1.00")),
        ("2001/02", Decimal("3.00")),
    ]


def test_a_target_that_is_not_known_is_a_dash_and_no_line():
    svg = charts.over_time([a_year("2007/08", "5.00")], as_at=date(2008, 3, 31), about="SCP")

    assert "target –, claimed £5" in svg
    assert not [said for said in words_of(svg) if said.startswith("Target")]


def test_amounts_of_different_release_kind_or_fund_are_never_in_one_chart():
    rows = [a_year("2007/08"), a_year("2007/08", release="non-cashable")]

    assert charts.classes(rows) == [
        Class("cash-releasing", "efficiency", "general-fund"),
        Class("non-cashable", "efficiency", "general-fund"),
    ]
    with pytest.raises(ValueError, match="never added"):
        charts.over_time(rows, as_at=date(2008, 3, 31), about="SCP")


def test_a_waterfall_goes_from_the_original_target_to_what_is_verified():
    found = charts.steps(FALL)

    assert [(step.name, step.text) for step in found] == [
        ("Original target", "£5,200,000"),
        ("Target changed", "+£1,700,000"),
        ("Current target", "£6,900,000"),
        ("Not yet claimed", "\N{MINUS SIGN}£3,490,000"),
        ("Claimed only", "\N{MINUS SIGN}£879,999.50"),
        ("Measured only", "\N{MINUS SIGN}£640,000"),
        ("Verified", "£1,890,000.50"),
    ]
    assert found[-2].end == found[-1].amount


def test_every_bar_of_a_waterfall_is_named_with_its_amount_in_the_picture():
    said = words_of(charts.waterfall(FALL, about="SCP"))

    for step in charts.steps(FALL):
        assert step.name in said
        assert step.text in said


def test_what_is_claimed_beyond_its_target_is_called_so_for_a_saving_and_for_a_dis_benefit():
    beyond = amounts(target="1500000", original_target="1500000", claimed="4390000", verified="4390000")
    worse = amounts(target="-500", original_target="-500", claimed="-300", verified="0", claimed_only="-300")

    assert [step.name for step in charts.steps(beyond)] == ["Original target", "Claimed beyond target", "Verified"]
    assert [(step.name, step.text) for step in charts.steps(worse)][1:3] == [
        ("Not yet claimed", "+£200"),
        ("Claimed only", "+£300"),
    ]


def test_without_a_target_a_waterfall_begins_at_what_is_claimed_and_says_so():
    svg = charts.waterfall(amounts(claimed="100", verified="40", claimed_only="60"), about="SCP")

    assert [said for said in words_of(svg) if said in ("Claimed", "Claimed only", "Verified")]
    assert "No target is stated for these amounts." in words_of(svg)


def test_what_has_nothing_to_draw_says_so():
    assert "There is nothing in money." in words_of(charts.waterfall(amounts(), about="SCP"))
    assert "Nothing is stated for a financial year." in words_of(
        charts.over_time([], as_at=date(2008, 3, 31), about="SCP")
    )
    assert "There are no dated events." in words_of(charts.timeline([], as_at=date(2008, 3, 31), about="SCP"))


def test_the_description_of_a_timeline_counts_its_events_and_what_is_due():
    svg = timeline()

    assert "Milestones: 2, 30 November 2007 to 31 March 2009, 1 of them due." in svg
    assert "Decisions: 1, 20 June 2008." in svg
    assert {"Milestones (2)", "Decisions (1)"} <= set(words_of(svg))


def test_a_chart_can_be_had_as_a_picture_of_dots():
    assert charts.to_png(waterfall(), 1).startswith(b"\x89PNG")


def test_amounts_in_a_chart_are_the_rows_own_to_the_penny():
    exact = amounts(original_target="90071992547409.93", target="90071992547409.93", claimed="0.01", verified="0.01")
    svg = charts.waterfall(exact, about="SCP")

    assert "£90,071,992,547,409.93" in words_of(svg)
    assert "\N{MINUS SIGN}£90,071,992,547,409.92" in words_of(svg)
    assert not re.search(r"£[\d,]+\.\d(?!\d)", " ".join(words_of(svg)).replace("m", ""))
