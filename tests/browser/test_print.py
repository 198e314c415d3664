"""A page on paper: it fits the sheet, bears its token, and leaves out what only a screen has."""

from __future__ import annotations

import pytest

from tests.browser.test_barriers import EVERY, too_wide

SHEET = 1_032
"""How wide a sheet of A4 is on its side between our margins, in CSS pixels."""


@pytest.mark.parametrize("address", EVERY)
def test_a_page_fits_its_sheet_and_bears_its_token_and_not_the_form(window, site, address):
    page = window
    page.set_viewport_size({"width": SHEET, "height": 700})
    page.emulate_media(media="print")

    page.goto(site.rstrip("/") + address)

    assert too_wide(page) == []
    position, _, root = page.locator(".app-footer__token").inner_text().strip().partition("@")
    assert position.isdecimal()
    assert len(root) == 64
    assert not page.get_by_role("button", name="Show", exact=True).is_visible()
    assert not page.get_by_text("Skip to main content").is_visible()


def test_charts_are_on_paper_though_nobody_scrolled_to_them(window, site):
    page = window
    page.set_viewport_size({"width": SHEET, "height": 700})
    page.emulate_media(media="print")

    page.goto(f"{site}board/SCP?as_at=2008-03-31&known_at=2008-06-18")

    drawn = page.locator(".app-chart img").evaluate_all("all => all.map(one => one.complete && one.naturalWidth > 0)")
    assert drawn
    assert all(drawn)
