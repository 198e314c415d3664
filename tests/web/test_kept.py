"""What is kept of answers and pages is bounded by how large it is, whatever is asked."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from urllib.parse import parse_qsl

import pytest

from tests.web.conftest import client_of
from tests.web.test_files import ASKED, MORE
from web.app import PAGES
from web.house import House, Kept, Turns
from web.page import draw
from web.question import Question


def test_what_was_asked_for_longest_ago_goes_first():
    kept: Kept[str] = Kept(10, len)
    kept.put("a", "12345")
    kept.put("b", "1234")
    assert kept.get("a") == "12345"

    kept.put("c", "123")

    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ("12345", None, "123")


def test_what_is_larger_than_all_that_is_kept_drives_nothing_out():
    kept: Kept[str] = Kept(10, len)
    kept.put("a", "12345")

    kept.put("b", "x" * 11)

    assert (kept.get("a"), kept.get("b")) == ("12345", None)


def test_what_is_put_again_counts_once():
    kept: Kept[str] = Kept(10, len)
    for _ in range(5):
        kept.put("a", "1234")
        kept.put("b", "123456")

    assert (kept.get("a"), kept.get("b")) == ("1234", "123456")
    kept.clear()
    kept.put("c", "1234567890")
    assert (kept.get("a"), kept.get("c")) == (None, "1234567890")


def test_a_trail_that_is_too_long_to_be_kept_is_answered_all_the_same(demo, monkeypatch):
    monkeypatch.setattr("web.house.KEPT", 3)
    with client_of(demo) as pages:
        first = pages.get("/api/trail/SCP?known_at=2008-06-18").json()
        again = pages.get("/api/trail/SCP?known_at=2008-06-18").json()

    assert len(first["events"]) > 3
    assert again == first


def test_pages_are_drawn_one_after_the_other(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 60)
    turns, came = Turns(), []

    def draw_another() -> None:
        with turns.turn():
            came.append("another")

    with turns.turn():
        other = Thread(target=draw_another)
        other.start()
        other.join(0.2)  # It would be there by now.
        came.append("first")
    other.join()

    assert came == ["first", "another"]


def test_nobody_waits_for_a_page_that_takes_its_time(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 0.5)
    turns = Turns()

    with turns.turn():
        time.sleep(0.5)
        began = time.monotonic()
        with turns.turn(), turns.turn():  # Ahead of one who still draws.
            waited = time.monotonic() - began
    with turns.turn(), ThreadPoolExecutor(1) as others:  # What was not had was not given back either.
        assert not others.submit(turns._turn.acquire, blocking=False).result()

    assert waited < 0.5


def test_a_page_that_cannot_be_drawn_leaves_its_turn_to_the_next(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 60)
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError

    with turns.turn():
        pass


def test_many_who_ask_for_one_page_at_once_get_the_same(demo):
    with client_of(demo) as pages, ThreadPoolExecutor(8) as members:
        asked = ["/board/SCP?as_at=2011-03-31&known_at=2011-03-31"] * 24
        found = list(members.map(pages.get, asked))

    assert {page.status_code for page in found} == {200}
    assert len({page.content for page in found}) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_leaves_nothing_behind_that_only_a_search_for_cycles_would_find(demo, page):
    house = House(demo)
    asked = ASKED[page.name]
    places = zip(page.path.split("/"), asked.split("/"), strict=False)
    names = {place.strip("{}").partition(":")[0]: said for place, said in places if place.startswith("{")}
    more = dict(parse_qsl(MORE.get(page.name, "")))
    draw(page, Question(house, asked, names, {"as_at": "2012-12-30"} | more))  # What is read once stays.
    while gc.collect():
        pass  # What is found once may let go of more.
    gc.disable()
    try:
        draw(page, Question(house, asked, names, {"as_at": "2012-12-31"} | more))
        left = gc.collect()
    finally:
        gc.enable()
        house.close()

    assert left == 0
