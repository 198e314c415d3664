"""Whatever a page can do, it does by the keyboard alone; and what has the focus can be seen to have it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

_MOST_STOPS = 200


def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    said: str = page.evaluate(
        "() => (document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()"
    )
    return said


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what is called by some words has the focus."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if focused(page) == words:
            return
    raise AssertionError(f"Tab does not come to {words}")


def test_the_first_stop_of_a_page_is_the_link_that_skips_to_its_content(opened, site):
    page = opened()
    page.goto(f"{site}board/SCP")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_date_is_asked_for_by_the_keyboard_alone(opened, site, javascript):
    page = opened(javascript=javascript)
    page.goto(f"{site}board/SCP")
    page.get_by_role("link", name="Skip to main content").focus()

    while not page.get_by_label("As at", exact=True).evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type("2008-03-31")
    page.keyboard.press("Tab")
    page.keyboard.type("2008-06-18")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"as_at=2008-03-31&known_at=2008-06-18"))
    expect(page.get_by_text("It is not now.")).to_be_visible()


def test_a_table_that_is_too_wide_is_scrolled_by_the_arrow_keys(opened, site):
    page = opened(768)
    page.goto(f"{site}board/SCP?as_at=2008-06-18")
    region = page.get_by_role("region", name="Benefits, a table that scrolls")

    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if region.evaluate("one => one === document.activeElement"):
            break
    expect(region).to_be_focused()
    assert region.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    page.wait_for_function("() => document.activeElement.scrollLeft > 0")


def test_a_table_that_fits_is_no_stop_on_the_way(opened, site):
    page = opened(1280)
    page.goto(f"{site}decision/S004-2010-01-12")

    region = page.get_by_role("region", name="Recommended, a table that scrolls")

    expect(region).to_have_attribute("tabindex", "-1")


def test_a_table_in_a_narrow_window_is_no_stop_on_the_way_for_its_rows_are_cards(opened, site):
    page = opened(360)
    page.goto(f"{site}board/SCP?as_at=2008-06-18")

    region = page.get_by_role("region", name="Benefits, a table that scrolls")

    expect(region).to_have_attribute("tabindex", "-1")


def test_a_figure_is_followed_to_the_events_that_make_it_and_on_to_one_of_them(opened, site):
    page = opened()
    page.goto(f"{site}board/SCP?as_at=2008-03-31&known_at=2008-06-18")

    tab_to(page, "£4,980,000")
    assert page.evaluate("() => getComputedStyle(document.activeElement).backgroundColor") == "rgb(255, 221, 0)"
    page.keyboard.press("Enter")
    page.wait_for_url("**/explain/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Claimed")
    tab_to(page, "152")
    page.keyboard.press("Enter")

    page.wait_for_url("**/event/152?**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Saving claimed")


def test_the_focus_goes_through_a_page_and_out_of_it_and_is_never_caught(opened, site):
    page = opened()
    page.goto(f"{site}decision/S004-2010-01-12")
    links = page.locator("a:visible, input:visible, button:visible").count()

    stops = 0
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break
        stops += 1

    assert stops >= links - 1  # The skip link shows only while it has the focus.
    assert stops < _MOST_STOPS
