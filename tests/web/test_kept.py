"""What is kept of answers and pages is bounded by how large it is, whatever is asked."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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


# --- turns ---------------------------------------------------------------------------------------


def at_once(turns: Turns, *, draws: int, seconds: float) -> int:
    """Return how many drew at the same time, of so many that asked at once."""
    drawing = most = 0

    def draw_one(_: int) -> None:
        nonlocal drawing, most
        with turns.turn():
            drawing += 1
            most = max(most, drawing)
            time.sleep(seconds)
            drawing -= 1

    with ThreadPoolExecutor(draws) as members:
        list(members.map(draw_one, range(draws)))
    return most


def test_pages_are_drawn_one_after_the_other_however_many_wait(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 0.5)

    assert at_once(Turns(), draws=12, seconds=0.1) == 1  # All together they take longer than anybody is waited for.


def test_the_next_takes_over_from_a_page_that_takes_its_time_and_is_waited_for_in_turn(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 0.2)
    turns, began = Turns(), time.monotonic()

    with turns.turn(), ThreadPoolExecutor(1) as others:
        most = others.submit(at_once, turns, draws=5, seconds=0.05).result()
        waited = time.monotonic() - began

    assert most == 1
    assert waited > 0.2
    assert at_once(turns, draws=2, seconds=0.05) == 1


def test_who_lost_the_turn_does_not_give_it_to_the_next(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 0.1)
    turns = Turns()

    with ExitStack() as other:
        with turns.turn():
            other.enter_context(turns.turn())  # Taken over.
        monkeypatch.setattr("web.house.PATIENCE", 0.5)
        began = time.monotonic()
        with turns.turn():
            waited = time.monotonic() - began

    assert waited > 0.2


def test_a_page_that_cannot_be_drawn_leaves_its_turn_to_the_next(monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 60)
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError

    assert at_once(turns, draws=2, seconds=0) == 1


@pytest.fixture
def boards_made(caplog: pytest.LogCaptureFixture) -> Callable[[], int]:
    """How often a board was made anew."""
    caplog.set_level(logging.INFO, "projections.timing")
    return lambda: sum(getattr(record, "view", None) == "board" for record in caplog.records)


def test_a_meeting_that_opens_one_page_has_it_drawn_once(demo, monkeypatch, boards_made):
    monkeypatch.setattr("web.house.PATIENCE", 60)
    monkeypatch.setattr("web.house.KEPT", 0)
    with client_of(demo) as pages, ThreadPoolExecutor(8) as members:
        asked = ["/board/SCP?as_at=2011-03-31&known_at=2011-03-31"] * 24
        found = list(members.map(pages.get, asked))

    assert {page.status_code for page in found} == {200}
    assert len({page.content for page in found}) == 1
    assert boards_made() == 1


@pytest.mark.usefixtures("register")
def test_pages_of_a_file_wait_for_each_other_and_those_of_a_server_do_not(store_url, monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 0.1)
    house = House(store_url)
    began = time.monotonic()

    with house.turn(), house.turn():
        waited = time.monotonic() - began
    house.close()

    assert (waited >= 0.1) == store_url.startswith("sqlite")


def test_whoever_asks_how_far_a_log_is_verified_waits_for_nobody(demo, monkeypatch):
    monkeypatch.setattr("web.house.PATIENCE", 600)
    with client_of(demo) as pages, ThreadPoolExecutor(1) as others, pages.app.state["house"].turn():
        assert others.submit(pages.get, "/verify").result(timeout=60).status_code == 200


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
