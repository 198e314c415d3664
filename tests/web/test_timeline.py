"""The timeline: dated events in the order of their days, and a way to move along these days without a script."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.builders import a_benefit, a_claim
from tests.web.conftest import Read, csv_rows, read
from tests.web.test_troubled import claimed_on


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

    # Then each day, earlier or later, is a link to the same page as at that day, as known now, when all these days are
    # known, and the last one before is marked
    known = f"known_at={pages.get('/health').json()['events']}"
    assert [link for link, _, _ in page.stops] == [f"/{page_name}/SCP?as_at={day}&{known}" for day in days]
    assert [link for link, _, is_here in page.stops if is_here] == [f"/{page_name}/SCP?as_at=2008-03-31&{known}"]
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


def test_days_that_were_recorded_long_after_lead_to_the_board_as_it_is_known_now(register, clock, store_url, opened):
    # Given a history of 2025 that is recorded in 2026
    a_benefit(register)
    a_claim(register, period="2025-05", amount="1000")
    a_claim(register, period="2025-07", amount="2500")
    client = opened(store_url)
    now = register.log.head().size

    # When the board is moved along its days, from its page of now or of one of these days, and along the timeline
    board, then = read(client, "/board/SCP"), read(client, "/board/SCP?as_at=2026-04-01")
    timeline = read(client, "/timeline/SCP")
    days = [link for link, _, _ in board.stops]
    assert days == [link for link, _, _ in then.stops]
    assert {*days} == {link for link in timeline.links if link.startswith("/board/SCP?as_at=")}

    # Then each day is there, with what is known of it now
    claimed = {link: claimed_on(read(client, link)) for link in days}
    assert claimed == {
        f"/board/SCP?as_at=2025-04-01&known_at={now}": 0,
        f"/board/SCP?as_at=2025-05-31&known_at={now}": 1_000,
        f"/board/SCP?as_at=2025-07-31&known_at={now}": 3_500,
    }

    # And goes on saying so, whatever is recorded later, even of that day
    clock.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    a_claim(register, period="2025-06", amount="700")
    assert {link: claimed_on(read(client, link)) for link in days} == claimed
    again = [link for link, _, _ in read(client, "/board/SCP").stops]
    assert [claimed_on(read(client, link)) for link in again] == [0, 1_000, 1_700, 4_200]


def test_a_timeline_of_a_past_day_leads_to_boards_as_known_by_that_day(pages, views):
    then = views.timeline("SCP", as_at="2008-09-26")
    known = then.token.partition("@")[0]

    page = read(pages, "/timeline/SCP?as_at=2008-09-26")

    lines = [link for link in page.links if link.startswith("/board/SCP?as_at=") and f"known_at={known}" in link]
    assert lines == [f"/board/SCP?as_at={one.on}&known_at={known}" for one in then.entries]


@pytest.mark.parametrize("page_name", ["timeline", "board"])
def test_a_page_by_token_moves_along_the_same_days_for_ever(page_name, register, clock, store_url, opened):
    # Given a target that is recorded in January, and in force from March on
    clock.now = datetime(2090, 1, 1, 9, tzinfo=UTC)
    a_benefit(register)
    a_claim(register, period="2025-05")
    register.profile.set_target("B-1", lines=["2025/26=50000"], effective_on="2090-03-01")
    client = opened(store_url)
    token = client.get("/api/board/SCP").json()["token"]
    address = f"/{page_name}/SCP?as_at=2025-04-01&token={token}"
    before = client.get(address).text

    # When it has come into force, and something else was recorded
    clock.now = datetime(2090, 6, 1, 9, tzinfo=UTC)
    register.portfolio.open("ANOTHER", title="Another", authority="COUNCIL")

    # Then it is the same page, letter by letter, while that of now has one day more to move along
    assert client.get(address).text == before
    assert len(read(client, f"/{page_name}/SCP").stops) == len(Read(before).stops) + 1 == 3
