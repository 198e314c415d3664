"""Where a benefit's target stands under one release and its claims under another, board, charts and paper say so."""

from __future__ import annotations

import pytest

from tests.web.conftest import read
from web.pictures import have_charts

MEETING = "as_at=2008-03-31&known_at=2008-06-18"
CLAIMED = "£590,000 of what is claimed is of SCP-HSEP, whose target stands under “not stated”"
TARGET = "£2,200,000 of the target is of SCP-HSEP, whose claims stand under “cash releasing”"


def test_the_cards_of_a_board_say_which_amounts_are_not_of_the_same_benefits(pages):
    html = pages.get(f"/board/SCP?{MEETING}").text
    cash, other = html.split('<h3 class="govuk-heading-s">')[1:3]

    assert (CLAIMED in cash, TARGET in cash) == (True, False)
    assert (TARGET in other.split("</dl>")[0], CLAIMED in other.split("</dl>")[0]) == (True, False)
    assert "claimed of a target of" not in cash
    assert "claimed; target" in cash


@pytest.mark.parametrize(("path", "times"), [(f"/board/SCP?{MEETING}", 2), ("/board/TP", 0)])
def test_a_headline_whose_claims_were_promised_under_another_release_says_that_they_are_not_to_be_compared(
    pages, path, times
):
    headline = pages.get(path).text.partition("Headline, by assurance")[2].partition("</section>")[0]

    assert headline.count("Compare them benefit by benefit.") == times


@pytest.mark.skipif(not have_charts(), reason="what draws charts is not installed")
def test_it_is_said_before_the_charts_and_by_the_words_that_stand_for_them(pages):
    page = read(pages, f"/board/SCP?{MEETING}")

    for alt in [tag[1]["alt"] or "" for tag in page.tags if tag[0] == "img"]:
        assert (TARGET if ": not-stated, " in alt else CLAIMED) in alt
    html = pages.get(f"/board/SCP?{MEETING}").text
    assert html.index("To read the charts:") < html.index("app-charts")


def test_the_paper_says_the_same(pages, to_text):
    said = to_text(pages.get(f"/paper/SCP.pdf?{MEETING}").content).replace("SCP- HSEP", "SCP-HSEP")

    assert said.index(CLAIMED) < said.index(TARGET) < said.index("Totals in pounds")


@pytest.mark.parametrize("name", ["OIP", "DE"])
def test_where_every_claim_has_its_target_beside_it_nothing_is_said(pages, name):
    assert "not of the same benefits" not in read(pages, f"/board/{name}").said
