"""A chart is whole in whatever font a browser has for it, on the screen and on paper."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page

MEETING: Final = "as_at=2008-03-31&known_at=2008-06-18"
WITH_CHARTS: Final = [
    f"/board/SCP?{MEETING}",
    "/board/OIP?as_at=2014-03-31",
    "/benefit/SCP-PROC",
    "/timeline/SCP",
    "/timeline/SCP?as_at=2008-03-31",
]
FONTS: Final = ["", "sans-serif", "serif", "monospace", "DejaVu Sans", "Verdana"]
"""Families that words are shown in; first those that the chart names."""

_OUTSIDE: Final = """family => {
  const edge = document.documentElement.getBoundingClientRect();
  const words = [...document.querySelectorAll("text")];
  if (family) words.forEach(one => one.setAttribute("font-family", family));
  return words.filter(one => {
    const place = one.getBoundingClientRect();
    return place.left < edge.left || place.right > edge.right || place.top < edge.top || place.bottom > edge.bottom;
  }).map(one => one.textContent);
}"""


def charts_of(page: Page, address: str) -> list[str]:
    """Return the addresses of the charts of a page."""
    page.goto(address)
    found: list[str] = page.locator(".app-chart img").evaluate_all("all => all.map(one => one.src)")
    return found


@pytest.mark.parametrize("address", WITH_CHARTS)
def test_no_word_of_a_chart_stands_outside_it_in_whatever_font(window, site, address):
    page = window
    found = charts_of(page, site.rstrip("/") + address)
    assert found

    for chart in found:
        page.goto(chart)
        assert page.locator("text").count() > 3
        for family in FONTS:
            assert page.evaluate(_OUTSIDE, family) == [], f"{chart} in {family or 'its own fonts'}"


def test_a_word_outside_a_chart_would_be_found(window, site):
    page = window
    page.goto(charts_of(page, f"{site}board/SCP?{MEETING}")[0])

    page.evaluate("() => document.querySelector('text').textContent += ' and so on'.repeat(50)")

    assert len(page.evaluate(_OUTSIDE, "")) == 1


@pytest.mark.parametrize("address", WITH_CHARTS)
@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (768, "screen"), (360, "screen"), (1032, "print")])
def test_a_chart_fits_its_page_whole(window, site, address, width, media):
    page = window
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=media)
    page.goto(site.rstrip("/") + address)

    places = page.locator(".app-chart img").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().right, one.parentElement.getBoundingClientRect().right])"
    )

    assert places
    assert all(right <= edge + 1 <= width + 1 for right, edge in places)
