"""A table is read whole: no row is out of sight in a box, and where columns are, it is to be seen."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_barriers import EVERY

WIDTHS: Final = [1280, 768, 360]
LONG: Final = "/compare/SCP?as_at=2008-06-20&since=2008-03-31"
FIRST: Final = ["Benefit", "State", "Assurance", "Target", "Claimed", "Verified", "% of current"]
"""What a board looks at first of its benefits."""

_BOXED: Final = """() => [...document.querySelectorAll(".app-table__scroll")]
  .filter(one => one.scrollHeight > one.clientHeight + 20)
  .map(one => one.getAttribute("aria-label"))"""
_UNNAMED: Final = """() => [...document.querySelectorAll(".app-table__scroll td:not(:empty)")]
  .filter(one => getComputedStyle(one).display !== "table-cell")
  .filter(one => one.offsetHeight && getComputedStyle(one, "::before").content.length < 4)
  .map(one => one.outerHTML)"""


def opened_at(page: Page, address: str, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", [*EVERY, LONG])
def test_no_row_is_out_of_sight_in_a_box_of_its_own(window, site, address, width):
    page = opened_at(window, site.rstrip("/") + address, width)

    assert page.evaluate(_BOXED) == []


def test_a_long_table_says_how_many_rows_it_has(window, site):
    page = opened_at(window, site.rstrip("/") + LONG, 1280)

    changes = page.locator("#changes")
    expect(changes.locator("tbody tr:not(.app-group)")).to_have_count(29)
    expect(changes.get_by_text("29 rows.", exact=True)).to_be_visible()


def test_a_table_wider_than_its_place_says_so_and_one_that_is_not_does_not(window, site):
    page = opened_at(window, f"{site}board/SCP?as_at=2008-03-31&known_at=2008-06-18", 1280)
    said = "More columns are to the right: move the table sideways."

    expect(page.locator("#benefits").get_by_text(said)).to_be_visible()
    expect(page.locator("#milestones").get_by_text(said)).to_be_hidden()


@pytest.mark.parametrize("address", ["/board/SCP", "/register/SCP", "/register"])
def test_what_a_board_looks_at_first_of_its_benefits_is_in_sight_in_a_window_of_1280(window, site, address):
    page = opened_at(window, site.rstrip("/") + address, 1280)
    headings = page.locator("#benefits thead th")

    said = [words.split("\n")[0].split(" ▲")[0] for words in headings.all_inner_texts()]
    region = page.locator("#benefits .app-table__scroll").bounding_box()
    last = headings.nth(len(FIRST) - 1).bounding_box()

    assert [one.removesuffix(" Title") for one in said[: len(FIRST)]] == FIRST
    assert region is not None
    assert last is not None
    assert last["x"] + last["width"] <= region["x"] + region["width"] + 1


@pytest.mark.parametrize(
    "address", ["/board/SCP", "/board/LEICESTER", "/board/SCP?since=2008-06-05&as_at=2008-06-30", LONG]
)
def test_in_a_narrow_window_each_cell_bears_its_heading_and_the_table_is_still_one(window, site, address):
    page = opened_at(window, site.rstrip("/") + address, 360)

    assert page.evaluate(_UNNAMED) == []
    cells = page.locator(".app-table__scroll td:not(:empty)").first
    assert cells.evaluate("one => getComputedStyle(one).display") == "flow-root"
    assert page.get_by_role("cell").count() > 10
    assert page.get_by_role("columnheader").count() > 3


def test_in_a_narrow_window_a_register_is_still_sorted_by_its_headings(window, site):
    page = opened_at(window, f"{site}register/SCP", 360)

    page.get_by_role("columnheader").get_by_role("link", name="Claimed", exact=True).click()
    page.wait_for_load_state()

    assert "sort=-claimed" in page.url
    expect(page.get_by_role("columnheader", name="Claimed ▼")).to_have_attribute("aria-sort", "descending")


def test_an_old_and_a_new_value_are_told_apart_in_words_and_no_figure_is_struck_out(window, site):
    page = opened_at(window, site.rstrip("/") + LONG, 1280)
    look = "one => [getComputedStyle(one, '::before').content, getComputedStyle(one).textDecorationLine]"

    assert page.locator("#changes .app-old").first.evaluate(look) == ['"was "', "none"]
    assert page.locator("#changes .app-new").first.evaluate(look) == ['"now "', "none"]


@pytest.mark.parametrize("address", ["/board/SCP", "/board/OIP"])
def test_in_a_narrow_window_the_headline_stands_before_the_slider_and_the_form_that_compares(window, site, address):
    page = opened_at(window, site.rstrip("/") + address, 360)

    places = [
        page.locator(one).evaluate("one => one.getBoundingClientRect().top")
        for one in ("#headline-heading", ".app-along-days", "#since-heading")
    ]

    assert places == sorted(places)
