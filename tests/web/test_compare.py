"""Two dates side by side: everything that differs, old over new, with its event and which clock moved."""

from __future__ import annotations

import pytest

from tests.web.conftest import csv_rows, read


@pytest.mark.parametrize(
    ("name", "since", "when"),
    [
        ("SCP", "2008-06-05", {"as_at": "2008-06-18"}),
        ("SCP", "2008-03-31", {"as_at": "2008-03-31", "known_at": "2008-06-18"}),
        ("LEICESTER", "2005-10-31", {"as_at": "2008-09-26"}),
        ("OIP", "2011-01-01", {"as_at": "2012-01-18"}),
    ],
)
def test_everything_that_differs_is_there_with_its_event(pages, views, name, since, when):
    said = "&".join(f"{key}={value}" for key, value in when.items())
    found = views.changes(name, since, **when)
    assert found.changes

    page = read(pages, f"/compare/{name}?{said}&since={since}")

    rows = csv_rows(pages.get(f"/compare/{name}/changes.csv?{said}&since={since}").content)
    assert sorted((row["About"], row["Field"], int(row["Event"])) for row in rows) == sorted(
        (one.reference, one.field.replace("_", " "), one.position) for one in found.changes
    )
    shown = [row for row in page.tables["changes"][1:] if len(row) > 1]
    groups = [row[0][0].split()[0] for row in page.tables["changes"][1:] if len(row) == 1]
    assert len(shown) == len(found.changes)
    assert len(groups) == len(set(groups)) == len({one.reference for one in found.changes})
    assert all(f"/event/{one.position}?" in " ".join(page.links) for one in found.changes)


def test_what_was_added_changed_or_removed_is_counted_thing_by_thing(pages, views):
    asked = {"as_at": "2008-06-18"}
    found = views.changes("SCP", "2008-06-05", **asked).changes
    things = {one.reference for one in found}
    added = {one.reference for one in found if one.field == "title" and one.was is None}
    assert 0 < len(added) < len(things) < len(found)

    said = " ".join(read(pages, "/compare/SCP?as_at=2008-06-18&since=2008-06-05").said.split())

    counts = f"{len(added)} added, 0 removed, {len(things) - len(added)} changed."
    assert f"{len(things)} things on record: {counts}" in said


def test_old_stands_over_new_and_it_is_said_which_clock_moved(pages):
    page = read(pages, "/compare/SCP?as_at=2008-06-18&since=2008-06-05")

    rows = {(row[0][0], row[2][0]): row for row in page.tables["changes"] if len(row) > 1}
    verified = rows["verified", "£0 £4,390,000"]
    assert verified[1][0] == "changed"
    assert verified[6][0] == "it was recorded since"
    assert any(row[1][0] == "added" and row[6][0] == "it took effect since" for row in rows.values())
    assert {"del", "ins"} <= {tag for tag, _ in page.tags}


def test_earlier_dates_that_are_easy_to_ask_for_lead_on_with_the_same_times(pages, views):
    page = read(pages, "/compare/SCP?as_at=2008-09-01&known_at=2008-12-31")

    picks = {link for link in page.links if "since=" in link and link.startswith("/compare/")}
    assert any("since=2008-06-20" in link for link in picks)  # The last meeting.
    assert any("since=2007-09-01" in link for link in picks)
    assert any("since=first" in link for link in picks)
    for link in picks:
        assert "as_at=2008-09-01&known_at=2008-12-31" in link
        read(pages, link)
    first = pages.get("/api/compare/SCP?as_at=2008-09-01&known_at=2008-12-31&since=first").json()
    assert first["since_token"].startswith(f"{views.trail('SCP').events[0].position}@")


@pytest.mark.parametrize(
    ("name", "as_at", "since"),
    [
        ("SCP", "2008-06-20", "2008-06-18"),
        ("SCP", "2012-02-29", "2008-06-20"),
        ("SCP", "2008-06-18", "2007-06-18"),
        ("DE", "2012-02-29", "2011-02-28"),
    ],
)
def test_without_an_earlier_date_it_is_the_last_meeting_or_else_a_year_before(pages, name, as_at, since):
    assert pages.get(f"/api/compare/{name}?as_at={as_at}").json()["since_as_at"] == since


def test_what_was_recorded_later_is_said_of_the_whole_log_and_leads_to_what_is_about_the_programme(pages):
    page = read(pages, "/compare/SCP?as_at=2008-06-20&since=2008-03-31")

    assert "events were recorded later, about anything on record: those about SCP" in " ".join(page.said.split())
    (later,) = [link for link in page.links if link.startswith("/trail/SCP?since=")]
    read(pages, later)


def test_since_a_meeting_is_since_the_day_on_which_a_body_last_decided(pages, views):
    body = views.board("SCP").decisions[0].body

    said = pages.get(f"/api/compare/SCP?since_meeting={body}").json()

    assert said["since_as_at"] == str(views.changes("SCP", since_meeting=body).since_as_at)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("since=2030-01-01", 400, "is later than"),
        ("since=soon", 400, "is not a date"),
        ("since=250", 400, "is compared with, known at 2008-06-18 23:59:59 in London; swap them"),
        ("since=<b>", 400, "is not a date"),
        ("since_meeting=%00", 400, "is not a reference"),
        ("since_meeting=NOBODY", 404, "NOBODY"),
        ("since=2008-01-01&since_meeting=LEICESTER-CABINET", 400, "not both"),
        ("as_at=0001-01-01", 404, "SCP"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(pages, asked, status, says):
    found = pages.get(f"/compare/SCP?{'' if 'as_at' in asked else 'as_at=2008-06-18&'}{asked}")

    assert found.status_code == status
    assert says in found.text
