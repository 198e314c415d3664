"""A board of a large programme, as the benchmark writes its history: two hundred benefits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from benchmarks import stores
from benchmarks.history import history
from benefits import BenefitsRegister
from benefits.values import GivenDate
from projections import Views, rebuild
from tests.web.conftest import Client, client_of, read

EVENTS = 6_000
DAY = "2020-06-30"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A programme that was set up, with the claims of its first months."""
    store = str(tmp_path_factory.mktemp("large") / "large.db")
    stores.write(store, history(EVENTS))
    with BenefitsRegister(store) as register:
        rebuild(register)
    return store


@pytest.fixture(scope="module")
def pages_of_it(large: str) -> Iterator[Client]:
    """Its pages."""
    with client_of(large) as client:
        yield client


def test_a_large_board_is_moved_along_its_decisions_and_milestones_and_says_so(large, pages_of_it):
    # Given what the board says of its decisions and milestones
    with BenefitsRegister(large, read_only=True) as register:
        board = Views(register).board("P001", as_at=DAY)
    assert len(board.benefits) == 200
    given = [one.effective_on for one in board.decisions]
    given += [day for one in board.milestones for day in (one.baseline, one.forecast, one.actual)]
    days = sorted({GivenDate.of(day).day for day in given if day})
    assert days[0] < date.fromisoformat(DAY) < days[-1]

    # When it is shown
    page = read(pages_of_it, f"/board/P001?as_at={DAY}")

    # Then each of their days, earlier or later, leads to the board as at that day, as known now, and where it is now is
    # marked
    known = f"known_at={pages_of_it.get('/health').json()['events']}"
    assert [link for link, _, _ in page.stops] == [f"/board/P001?as_at={day}&{known}" for day in days]
    assert [link for link, _, is_here in page.stops if is_here] == [
        f"/board/P001?as_at={max(day for day in days if day <= date.fromisoformat(DAY))}&{known}"
    ]
    assert "Move this board along its decisions and milestones" in page.said
    assert all(one != other for one, other in pairwise(said for _, said, _ in page.stops))


def test_every_benefit_of_a_large_board_is_on_it_with_its_figures(large, pages_of_it):
    with BenefitsRegister(large, read_only=True) as register:
        board = Views(register).board("P001", as_at=DAY)

    page = read(pages_of_it, f"/board/P001?as_at={DAY}")

    _, *rows = page.tables["benefits"]
    assert [row[0] for row in rows] == [
        (f"{one.reference} {one.title}", f"/benefit/{one.reference}?as_at={DAY}") for one in board.benefits
    ]
