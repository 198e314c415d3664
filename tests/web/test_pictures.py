"""Charts stand beside tables with the same figures, where what draws them is installed."""

from __future__ import annotations

import pytest

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
