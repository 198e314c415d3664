"""Verify now: what the command finds is found, one at a time, and nobody keeps the answer."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from benefits.store import verify_log
from tests.cli.running import benefits
from tests.demo import EVENTS
from tests.web.conftest import read


def test_nothing_is_verified_before_it_is_asked_for(pages, views):
    assert pages.get("/api/verify").json()["verified"] is None
    assert "Verify now" in read(pages, "/verify").said


@pytest.mark.parametrize("asked", ["", "?now=1"])
def test_a_page_that_answers_about_the_log_as_it_stands_promises_no_address_at_which_it_stays_so(pages, asked):
    assert "stays the same for ever" not in read(pages, f"/verify{asked}").said
    assert "stays the same for ever" in read(pages, "/overrides").said


def test_a_whole_log_verifies_with_its_size_its_root_and_how_long_it_took(pages, demo):
    said = pages.get("/api/verify?now=1").json()

    token = views_token(demo)
    assert (said["verified"], said["events"], said["token"], said["findings"]) == (True, EVENTS, token, [])
    assert said["seconds"] > 0
    page = read(pages, "/verify?now=1")
    assert f"{EVENTS} events verified" in page.said
    assert token.partition("@")[2] in page.said
    assert "benefits verify --store" in page.said


def views_token(store: str) -> str:
    done = benefits("verify", "--store", store, "--format", "json")
    token: str = done.json()["token"]
    return token


def test_a_log_that_was_changed_does_not_verify_and_it_is_said_where(demo, tmp_path, opened):
    # Given a store in which somebody changed an amount behind the log's back
    store = str(shutil.copy(demo, tmp_path / "changed.db"))
    with closing(sqlite3.connect(store)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE event SET actor = 'SOMEBODY-ELSE' WHERE position = 152")
    client = opened(store)

    page = read(client, "/verify?now=1")

    assert "did not verify" in page.said
    assert "event 152" in page.said
    assert "/event/152" in page.links
    said = client.get("/api/verify?now=1").json()
    assert said["verified"] is False
    assert said["is_log_whole"] is False
    rows = client.get("/verify/-/findings.json?now=1").json()["rows"]
    assert [one["position"] for one in rows] == [f"event {one['position']}" for one in said["findings"]]


def test_a_token_that_was_kept_is_held_against_the_log(pages, views):
    kept = views.board("SCP", as_at="2008-06-18").token

    assert "begins with the events of the token" in read(pages, f"/verify?now=1&against={kept}").said


def test_a_token_of_another_store_does_not_make_the_log_altered(pages):
    other = "5@" + "0" * 64

    assert "The log itself is whole" in read(pages, f"/verify?now=1&against={other}").said
    said = pages.get(f"/api/verify?now=1&against={other}").json()
    assert (said["verified"], said["is_log_whole"]) == (False, True)


@pytest.mark.parametrize("asked", ["now=1&against=nonsense", "now=2", "now=1&against=<script>", "now=1&against=%00"])
def test_what_is_no_token_is_refused_in_words_and_the_next_may_ask(pages, asked):
    found = pages.get(f"/verify?{asked}")

    assert found.status_code == 400
    assert "<script>" not in found.text.replace('<script src="/static/app.js" type="module">', "")
    assert pages.get("/api/verify?now=1").json()["verified"] is True


def test_nobody_keeps_what_was_verified(pages):
    found = pages.get("/verify?now=1")

    assert found.headers["cache-control"] == "no-store"
    assert "etag" not in found.headers


def test_only_one_is_done_at_a_time_and_others_are_told_how_far_it_has_come(pages, monkeypatch):
    # Given one that somebody asked for and that is not done yet
    may_end, has_begun = threading.Event(), threading.Event()

    def slow(database, against, tell):
        tell(100, EVENTS)
        has_begun.set()
        assert may_end.wait(30)
        return verify_log(database, against, tell)

    monkeypatch.setattr("web.pages.verify.verify_log", slow)
    found = []
    first = threading.Thread(target=lambda: found.append(pages.get("/api/verify?now=1").json()))
    first.start()
    assert has_begun.wait(30)

    # Then others are told, and wait for nothing
    others = [pages.get("/api/verify?now=1").json() for _ in range(5)]
    page = read(pages, "/verify?now=1")
    assert {one["running"] for one in others} == {100}
    assert {one["verified"] for one in others} == {None}
    assert "Somebody is verifying it already" in page.said
    assert pages.get("/board/SCP").status_code == 200

    # And once it is done, the next may
    may_end.set()
    first.join(30)
    assert found[0]["verified"] is True
    assert pages.get("/api/verify?now=1").json()["verified"] is True


def test_the_command_that_is_shown_is_one_word_a_word_whatever_was_typed(pages):
    page = read(pages, "/verify?against=x;rm -rf /")

    assert "--against 'x;rm -rf /' --store" in page.said
