"""No page has a barrier that axe-core can find, nor is any wider than its window, in whatever state it is."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.demo import event_of
from web.app import PAGES

AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WIDE, NARROW = 1280, 320

ADDRESSES: Final = {
    "home": ["/"],
    "board": ["/board/SCP", "/board/LEICESTER", "/board/SCP?since=2008-06-05&as_at=2008-06-30"],
    "benefit": ["/benefit/SCP-PROC"],
    "decision": ["/decision/S004-2010-01-12"],
    "issue": ["/issue/S002-DE?version=Draft+2.6"],
    "show": ["/show/SCP-CSC-1"],
    "explain": ["/explain/SCP/claimed"],
    "event": [f"/event/{event_of('S002-010')}"],
    "register": ["/register/SCP", "/register/LEICESTER?release=not-stated"],
    "whole-register": ["/register"],
    "trail": ["/trail/SCP"],
    "whole-trail": ["/trail"],
    "compare": ["/compare/SCP?since=2008-03-31"],
    "timeline": ["/timeline/SCP"],
    "document": ["/document/S002-DE"],
    "funding": ["/funding/DE-MSI"],
    "years": ["/years/SCP"],
    "totals": ["/totals/LEICESTER"],
    "figures": ["/figures/DE"],
    "whole-figures": ["/figures"],
    "figure": ["/figure/S002-09M"],
    "overrides": ["/overrides/TP"],
    "whole-overrides": ["/overrides"],
    "list": ["/list"],
    "verify": ["/verify"],
    "words": ["/words"],
}
"""Addresses of every page; of those that look different, several."""

EVERY: Final = [address for addresses in ADDRESSES.values() for address in addresses]
PAGES_OF_NOTHING: Final = ["/", "/register", "/trail", "/figures", "/overrides", "/list", "/verify", "/words"]
PROBLEMS: Final = [
    ("/issue/S002-DE?version=Draft+2.5", 409),
    ("/board/NOBODY", 404),
    ("/board/SCP?as_at=2008-13-01", 400),
    (f"/board/SCP?token=1@{'0' * 64}", 409),
    (f"/board/{'A-' * 30}Z", 404),
]

PAST: Final = {"as_at": "2010-06-30", "known_at": "2010-07-15"}


def barriers(page: Page, *without: str) -> list[str]:
    """Return what axe-core finds on a page by its rules, all or all but some, each with where."""
    page.evaluate(AXE)
    options = {
        "runOnly": RULES,
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Return what stands out of the window of a page, so that it has to be moved sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll("*")]
            .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    return found


def looked_at(page: Page, address: str) -> None:
    """Look at a page in a wide and in a narrow window, and find nothing."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto(address)
    assert barriers(page) == []
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert too_wide(page) == []
    # Three quarters of the time go into contrast, which is what it was.
    assert barriers(page, "color-contrast") == []


def asked(address: str, **words: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(words)}"


@pytest.fixture(scope="module")
def token(standing: Page, site: str) -> str:
    """The token of any page about the past date, as it stands at its foot."""
    standing.goto(asked(site, **PAST))
    return str(standing.locator(".app-footer__token").text_content()).strip()


def test_every_page_is_among_those_looked_at():
    assert ADDRESSES.keys() == {page.name for page in PAGES}


def test_a_barrier_would_be_found(window, site):
    page = window
    page.goto(site)
    page.evaluate("() => document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=/static/icon.svg>')")

    assert [one.partition(":")[0] for one in barriers(page)] == ["image-alt"]


@pytest.mark.parametrize("address", EVERY)
def test_a_page_about_now_has_no_barrier_and_fits_a_narrow_window(window, site, address):
    looked_at(window, site.rstrip("/") + address)


@pytest.mark.parametrize("address", [one for one in EVERY if "as_at" not in one])
def test_a_page_about_a_past_date_has_no_barrier_and_fits_a_narrow_window(window, site, address):
    looked_at(window, asked(site.rstrip("/") + address, **PAST))


@pytest.mark.parametrize("address", [one for one in EVERY if "as_at" not in one])
def test_a_page_asked_for_by_its_token_has_no_barrier_and_fits_a_narrow_window(window, site, token, address):
    looked_at(window, asked(site.rstrip("/") + address, as_at=PAST["as_at"], token=token))


@pytest.mark.parametrize("address", PAGES_OF_NOTHING)
def test_a_page_of_an_empty_store_has_no_barrier_and_fits_a_narrow_window(window, empty_site, address):
    looked_at(window, empty_site.rstrip("/") + address)


@pytest.mark.parametrize(("address", "status"), PROBLEMS)
def test_a_page_that_says_what_is_wrong_has_no_barrier_and_fits_a_narrow_window(window, site, address, status):
    page = window
    answer = page.goto(site.rstrip("/") + address)
    assert answer is not None
    assert answer.status == status

    looked_at(page, page.url)


@pytest.mark.parametrize("address", ["/", "/board/TP"])
def test_a_page_whose_views_are_behind_has_no_barrier_and_fits_a_narrow_window(window, behind_site, address):
    page = window
    looked_at(page, behind_site.rstrip("/") + address)

    assert page.get_by_role("region", name="The views are behind").is_visible()
