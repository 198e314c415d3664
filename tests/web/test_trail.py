"""The trail: what is looked for, page by page, with corrections beside what they correct."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from benefits import BenefitsRegister
from projections import Views
from tests.builders import a_benefit, new_register
from tests.demo import event_of
from tests.web.conftest import csv_rows, read
from web.pages.trail import A_PAGE


def positions(page) -> list[int]:
    return [int(row[0][0]) for row in page.tables.get("events", [[]])[1:]]


def test_a_trail_has_the_events_of_the_views_with_both_their_dates(pages, views):
    page = read(pages, "/trail/SCP?known_at=2008-06-18")

    events = views.trail("SCP", known_at="2008-06-18").events
    assert positions(page) == [one.position for one in events]
    for row, one in zip(page.tables["events"][1:], events, strict=True):
        assert str(one.recorded_at.year) in row[1][0]
        assert f"{one.effective_on.day} {one.effective_on:%B %Y}" == row[2][0]
        assert row[0][1] == f"/event/{one.position}?known_at=2008-06-18"


@pytest.mark.parametrize(
    ("asked", "is_wanted"),
    [
        ("actor=leics-finance-verifier", lambda one: one.actor == "LEICS-FINANCE-VERIFIER"),
        ("kind=saving-claimed", lambda one: one.type == "saving-claimed"),
        ("recorded_from=2008-06-18&recorded_to=2008-06-20", lambda one: "2008-06-18" <= day(one) <= "2008-06-20"),
        ("effective_from=2008-03-31&effective_to=31/3/2008", lambda one: str(one.effective_on) == "2008-03-31"),
        ("since=175", lambda one: one.position > 175),
        ("since=2008-06-05&kind=decision-taken", lambda one: one.position > 164 and one.type == "decision-taken"),
    ],
)
def test_only_the_events_looked_for_are_shown_in_the_page_its_files_and_its_json(pages, views, asked, is_wanted):
    wanted = [one.position for one in views.trail("SCP").events if is_wanted(one)]
    assert 0 < len(wanted) < A_PAGE

    assert positions(read(pages, f"/trail/SCP?{asked}")) == wanted
    assert [int(row["Event"]) for row in csv_rows(pages.get(f"/trail/SCP/events.csv?{asked}").content)] == wanted
    assert [one["position"] for one in pages.get(f"/api/trail/SCP?{asked}").json()["events"]] == wanted
    fields = read(pages, f"/trail/SCP?{asked}").fields
    for said in asked.split("&"):
        name, _, value = said.partition("=")
        assert name == "kind" or fields[name] == value


def day(one) -> str:
    return str(one.recorded_at.date())


def test_a_long_trail_is_shown_page_by_page_and_later_records_move_no_event_to_another_page(pages, views):
    first = read(pages, "/trail")
    count = len(views.trail().events)
    assert positions(first) == [*range(1, A_PAGE + 1)]

    seen, at = positions(first), first
    while after := next(
        (link for tag, given in at.tags if given.get("rel") == "next" for link in [given["href"]]), None
    ):
        at = read(pages, str(after))
        seen += positions(at)

    assert seen == [*range(1, count + 1)]
    assert positions(read(pages, "/trail?known_at=250&page=2")) == positions(read(pages, "/trail?page=2"))
    assert positions(read(pages, "/trail?as_at=2026-01-01&page=2")) == positions(read(pages, "/trail?page=2"))
    assert len(csv_rows(pages.get("/trail/-/events.csv").content)) == count


@pytest.mark.parametrize(
    ("asked", "table"),
    [
        ("/trail?known_at=250&page=3", "events"),
        ("/trail/SCP?known_at=2008-06-18", "events"),
        ("/trail/SCP?known_at=2008-06-18&as_at=2008-03-31", "events"),
        ("/overrides?known_at=250", "overrides"),
    ],
)
def test_the_address_by_which_a_page_stays_the_same_for_ever_cuts_nothing(pages, asked, table):
    page = read(pages, asked)

    (link,) = {link for link in page.links if "token=" in link and not link.startswith("/api/")}

    assert ("as_at" in link) == ("as_at" in asked)
    by_token = read(pages, link)
    assert [row[0][0] for row in by_token.tables[table]] == [row[0][0] for row in page.tables[table]]
    (said,) = [link for link in by_token.links if f"{asked.partition('?')[0]}?" in link and "known_at=" in link]
    assert [row[0][0] for row in read(pages, said).tables[table]] == [row[0][0] for row in page.tables[table]]


def test_a_correction_stands_beside_what_it_corrects_old_over_new(pages, views):
    page = read(pages, "/trail/S002-DE")

    (correction,) = [one for one in views.trail("S002-DE").events if one.corrects]
    rows = {int(row[0][0]): [cell for cell, _ in row] for row in page.tables["events"][1:]}
    assert any(f"corrected by event {event_of('S002-010')}" in cell for cell in rows[correction.corrects])
    said = rows[correction.position]
    assert f"event {event_of('S002-009')}" in said
    assert any("true from: 25 June 2008" in cell and "true from: 25 July 2008" in cell for cell in said)
    assert {"del", "ins"} <= {tag for tag, _ in page.tags}


@pytest.mark.parametrize(
    "asked",
    [
        "/trail/S002-DE?kind=document-version-added",
        "/trail?kind=document-version-added",
        "/trail/S002-DE?actor={actor}&recorded_to={day}",
        "/trail?known_at={correction}&page=1",
        "/trail?as_at=2026-02-01&page=1",
    ],
)
def test_an_event_is_marked_as_corrected_wherever_the_correction_is_shown(pages, views, asked, monkeypatch):
    # Given a page that has an event, but not what corrects it
    issued, correction = event_of("S002-009"), event_of("S002-010")
    monkeypatch.setattr("web.pages.trail.A_PAGE", issued)
    (corrected,) = [one for one in views.trail("S002-DE").events if one.position == issued]

    page = read(pages, asked.format(actor=corrected.actor, day=day(corrected), correction=correction))

    assert correction not in positions(page)
    rows = {int(row[0][0]): [cell for cell, _ in row] for row in page.tables["events"][1:]}
    assert any(f"corrected by event {correction}" in cell for cell in rows[issued])

    # And what was not corrected yet is not
    then = read(pages, f"/trail/S002-DE?known_at={issued}")
    assert "corrected by" not in then.said


def test_the_file_of_a_trail_has_what_a_correction_put_away_as_the_page_has(pages):
    rows = csv_rows(pages.get("/trail/S002-DE/events.csv").content)

    (said,) = [row["Was, and is now"] for row in rows if row["Corrects"]]
    was, _, now = said.partition("\nis now: ")
    assert was.startswith("was: ")
    assert "true from: 25 June 2008" in was
    assert "true from: 25 July 2008" in now


def test_what_was_assumed_and_what_was_set_aside_is_marked(pages, views):
    page = read(pages, "/trail/SCP")

    for row, one in zip(page.tables["events"][1:], views.trail("SCP").events, strict=True):
        marks = row[6][0]
        assert ("assumed" in marks) == bool(one.assumed)
        assert all(f"set aside: {rule}" in marks for rule in one.overrides)


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("kind=nonsense", 400, "is no kind of event"),
        ("recorded_from=yesterday", 400, "is not a date"),
        ("effective_to=2008-13-01", 400, "there is no such day"),
        ("since=soon", 400, "is not a date"),
        ("since=999999", 404, "the log ends at event"),
        ("page=0", 400, "is no page"),
        ("page=-1", 400, "is no page"),
        ("page=two", 400, "is no page"),
        ("page=" + "9" * 40, 400, "is no page"),
        ("page=99", 404, "there is no page 99"),
    ],
)
@pytest.mark.parametrize("path", ["/trail", "/trail/SCP"])
def test_what_cannot_be_looked_for_is_refused_in_words(pages, path, asked, status, says):
    found = pages.get(f"{path}?{asked}")

    assert found.status_code == status, found.text
    assert says.lower() in found.text.lower()


def test_hostile_words_in_a_filter_are_only_words(pages):
    for said in ("<script>alert(1)</script>", "' OR 1=1 --", "x" * 5_000, "\u202e", "\x00"):
        found = pages.get("/trail/SCP", params={"actor": said})
        assert found.status_code == 200
        assert "<script>alert" not in found.text
        assert pages.get("/trail/SCP", params={"kind": said}).status_code == 400


def test_events_about_what_was_withdrawn_or_is_so_only_later_lead_to_its_trail(register, clock, store_url, opened):
    # Given a decision for which a rule was set aside, and which was withdrawn; and a post that there will be one day
    a_benefit(register)
    later = {"authority": "COUNCIL", "effective_on": "2090-01-01"}
    register.body.constitute("COMMITTEE", title="Committee", body_kind="executive", **later)
    mistake = register.decision.take(
        "D-2",
        title="Another council's",
        body="COMMITTEE",
        programmes=["SCP"],
        resolutions=["a: note: carried"],
        overrides=["taker-exists: Its constitution is not at hand"],
    )
    register.withdraw(at=mistake.position, reason="It was none of ours")
    register.post.establish("NEXT", title="The next one", **later)
    client = opened(store_url)

    # When they are looked at
    trail = read(client, "/trail").tables["events"][1:]
    aside = read(client, "/overrides").tables["overrides"][1:]

    # Then each leads to a page that is there
    about = [row[5] for row in trail]
    assert [link for said, link in about if said in ("D-2", "NEXT")] == ["/trail/D-2"] * 2 + ["/trail/NEXT"]
    assert ("SCP", "/show/SCP") in about
    assert ("D-2", "/trail/D-2") in [cell for row in aside for cell in row]
    for link in {link for row in (*trail, *aside) for _, link in row if link is not None}:
        assert client.get(link).status_code == 200, link


@contextmanager
def a_council(store: str) -> Iterator[BenefitsRegister]:
    """Make a store with nothing but a council."""
    with new_register(store, lambda: datetime(2026, 4, 30, 12, tzinfo=UTC)) as register:
        register.authority.open("COUNCIL", title="Rivershire Council", nation="england")
        yield register


def test_a_subject_that_is_spelt_like_a_file_has_its_own_trail(tmp_path, opened):
    # Given a post whose reference is the name of the whole trail's file
    store = str(tmp_path / "store.db")
    with a_council(store) as register:
        register.post.establish("events.csv", title="A strange post", authority="COUNCIL")
    client = opened(store)

    # Then its page is at its name, and the file of the whole log at a name that nobody can have
    assert "Trail of events.csv" in read(client, "/trail/events.csv").said
    assert len(csv_rows(client.get("/trail/-/events.csv").content)) == 3
    assert client.get("/trail/-").status_code == 400


def test_of_a_log_that_is_very_long_a_part_is_asked_for(tmp_path, opened, monkeypatch):
    monkeypatch.setattr("web.pages.trail.MOST", 50)
    store = str(tmp_path / "store.db")
    with a_council(store) as register:
        for number in range(60):
            register.post.establish(f"POST-{number}", title="A post", authority="COUNCIL")
        assert len(Views(register).trail(upto=10).events) == 10
    client = opened(store)

    assert len(positions(read(client, "/trail"))) == 62
    assert client.get("/api/trail").status_code == 400
    assert len(client.get("/api/trail?since=20").json()["events"]) == 42
    assert client.get("/trail?actor=PMO").status_code == 400
    with BenefitsRegister(store, read_only=True) as register:
        assert len(Views(register).trail(since=60).events) == 2
