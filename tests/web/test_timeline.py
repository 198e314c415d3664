"""The timeline: dated events in the order of their days, and a way to move along these days without a script."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.web.conftest import csv_rows, read


@pytest.mark.parametrize(
    ("name", "asked", "when"),
    [
        ("SCP", "as_at=2008-03-31", {"as_at": "2008-03-31"}),
        ("LEICESTER", "as_at=2008-09-26", {"as_at": "2008-09-26"}),
        ("BIP", "", {}),
    ],
)
def test_every_entry_is_there_with_its_day_and_its_event(pages, views, name, asked, when):
    entries = views.timeline(name, **when).entries
    assert entries

    page = read(pages, f"/timeline/{name}?{asked}")

    said = " ".join(page.said.split())
    for one in entries:
        assert " ".join(one.what.split()) in said
        assert f"event {one.event}" in said
    lines = [given for tag, given in page.tags if tag == "li" and "app-timeline__entry" in (given.get("class") or "")]
    assert len(lines) == len(entries)
    assert sum("--future" in str(given["class"]) for given in lines) == sum(one.is_future for one in entries)
    assert [row["Day"] for row in csv_rows(pages.get(f"/timeline/{name}/entries.csv?{asked}").content)] == [
        str(one.on) for one in entries
    ]


@pytest.mark.parametrize("page_name", ["timeline", "board"])
def test_a_page_can_be_moved_along_every_day_and_says_which_it_is_about(pages, views, page_name):
    days = sorted({one.on for one in views.timeline("SCP").entries})

    # Given a page in the middle of its days
    page = read(pages, f"/{page_name}/SCP?as_at=2008-04-15")

    # Then each day, earlier or later, is a link to the same page as at that day, and the last one before is marked
    assert [link for link, _, _ in page.stops] == [f"/{page_name}/SCP?as_at={day}" for day in days]
    assert [link for link, _, is_here in page.stops if is_here] == [f"/{page_name}/SCP?as_at=2008-03-31"]
    assert all(said.startswith(f"{day.day} {day:%B %Y}: ") for (_, said, _), day in zip(page.stops, days, strict=True))
    slider = next(given for tag, given in page.tags if given.get("data-app-slider"))
    assert any(given.get("id") == slider["data-app-slider"] for _, given in page.tags)
    here = [[said for _, said, is_here in read(pages, link).stops if is_here] for link, _, _ in page.stops]
    assert all(len(one) == 1 for one in here)
    assert all(one != other for one, other in pairwise(here))


def test_a_page_that_is_known_at_an_earlier_point_moves_along_what_was_known_then(pages, views):
    days = {one.on for one in views.timeline("SCP", as_at="2026-01-01", known_at=150).entries}

    page = read(pages, "/board/SCP?as_at=2008-03-31&known_at=150")

    assert {link for link, _, _ in page.stops} == {f"/board/SCP?as_at={day}&known_at=150" for day in days}


def test_what_is_due_is_said_to_be_due(pages, views):
    entries = views.timeline("BIP", as_at="2005-10-31").entries
    assert any(one.is_future for one in entries)

    page = read(pages, "/timeline/BIP?as_at=2005-10-31")

    assert "the day of this page. What follows is due." in page.said
    assert page.said.count("due;") == sum(one.is_future for one in entries)


def test_a_timeline_of_what_has_none_is_refused_in_words(pages):
    assert pages.get("/timeline/SCP-PROC").status_code == 400
    assert pages.get("/timeline/NOBODY").status_code == 404
