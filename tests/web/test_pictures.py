"""Charts stand beside tables with the same figures, where what draws them is installed."""

from __future__ import annotations

import pytest

from tests.builders import a_benefit, a_claim
from tests.web.conftest import read
from web.pictures import have_charts

pytestmark = pytest.mark.skipif(not have_charts(), reason="what draws charts is not installed")


def test_every_chart_of_a_page_is_drawn_says_what_it_shows_and_stands_beside_its_table(pages):
    for path in ("/board/SCP?as_at=2008-03-31&known_at=2008-06-18", "/benefit/SCP-HSEP", "/board/OIP?as_at=2014-03-31"):
        page = read(pages, path)
        pictures = [given for tag, given in page.tags if tag == "img"]
        assert pictures
        for picture in pictures:
            drawn = pages.get(str(picture["src"]))
            assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
            assert "style=" not in drawn.text
            assert picture["alt"]
        assert "#over-time" in page.links


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/board/SCP?as_at=2008-03-31&known_at=2008-06-05&since=2007-04-01",
        "/board/LEICESTER",
        "/benefit/SCP-PROC",
        "/years/SCP",
        "/years/SCP?by=month",
        "/totals/SCP",
        "/timeline/SCP",
        "/register/SCP",
        "/funding/OIP",
        "/trail/SCP",
        "/compare/SCP?as_at=2008-06-18",
        "/decision/S004-2010-01-12?as_at=2010-01-31",
        "/words",
    ],
)
def test_every_link_within_a_page_leads_to_a_place_on_it(pages, path):
    page = read(pages, path)

    places = {given["id"] for _, given in page.tags if given.get("id")}
    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert within
    assert within <= places


def test_the_chart_of_a_timeline_says_that_a_list_has_the_same(pages):
    page = read(pages, "/timeline/SCP")

    (alt,) = [str(given["alt"]) for tag, given in page.tags if tag == "img"]
    assert alt == "The dated events of SCP. The list below it has each of them, with its day."
    assert "entries" not in page.tables


@pytest.mark.parametrize("due", ["0001-01-01", "0020-03-31", "9998-12-31"])
def test_a_date_that_was_mistyped_by_centuries_is_drawn_too(register, store_url, opened, due):
    a_benefit(register)
    a_claim(register)
    register.milestone.plan("M-1", title="Centre live", programme="SCP", due=due)
    client = opened(store_url)

    drawn = client.get("/chart/timeline/SCP.svg")

    assert drawn.status_code == 200, drawn.text
    assert "Milestones: 1, " in drawn.text
    assert read(client, "/timeline/SCP").stops


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/chart/over-time/SCP.svg", 400),
        ("/chart/over-time/SCP.svg?release=none", 404),
        ("/chart/pie/SCP.svg", 404),
        ("/chart/waterfall/SCP", 404),
        ("/chart/waterfall/NOBODY.svg", 404),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(pages, path, status):
    assert pages.get(path).status_code == status
