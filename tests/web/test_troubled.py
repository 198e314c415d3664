"""Pages of a store that others write to, rebuild, break or stop: each is of one state, or says why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest

from benefits import BenefitsRegister
from projections import follow, rebuild, states
from tests.builders import EVIDENCE, a_benefit, new_register
from tests.cli.test_replicas import record, standing_still, urls
from tests.conftest import Clock
from tests.postgres import stopped_server
from tests.web.conftest import Read, read
from tests.web.serving import Serving

__all__ = ["urls"]

TOKEN = re.compile(r"\d+@[0-9a-f]{64}")
MONTHS = [f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13)]
EACH = 1_000


def claim(register: BenefitsRegister, month: str) -> None:
    register.saving.claim("B-1", period=month, amount=str(EACH), evidence=EVIDENCE, by="OWNER")


@pytest.fixture
def recorded(register: BenefitsRegister) -> BenefitsRegister:
    """A benefit in delivery, of which nothing is claimed yet."""
    a_benefit(register, effective_on="2022-12-01")
    return register


def claimed_on(page: Read) -> Decimal:
    """Return what a board says is claimed, in its totals, after seeing that its years come to the same."""
    found = [_sum(page.tables[table], "Claimed") for table in ("totals", "benefits", "over-time")]
    found[-1] += _sum(page.tables["over-time"], "Claimed of earlier, closed periods")
    assert len(set(found)) == 1, found
    return found[0]


def _sum(rows: list[list[tuple[str, str | None]]], heading: str) -> Decimal:
    """Return the sum of a column; nought where there is none."""
    heads, *lines = rows
    cells = [line[at][0] for at, (words, _) in enumerate(heads) if words == heading for line in lines]
    return sum((Decimal(cell.strip("£").replace(",", "")) for cell in cells), Decimal(0))


# --- others record -----------------------------------------------------------------------------


def test_a_page_that_is_asked_while_others_record_is_of_one_state_and_says_of_which(recorded, store_url, opened):
    # Given a board on which one claim is shown
    claim(recorded, MONTHS[0])
    before = recorded.log.head().size - 1
    client = opened(store_url)

    def look() -> int:
        """Ask for the page and its JSON: every figure of either is that of its own token, and there is no other."""
        found = client.get("/board/SCP")
        assert found.status_code == 200, found.text
        (token,) = set(TOKEN.findall(found.text))
        position = int(token.partition("@")[0])
        assert claimed_on(Read(found.text)) == EACH * (position - before)
        answer = client.get("/api/board/SCP").json()
        known = int(answer["token"].partition("@")[0])
        assert sum(Decimal(one["claimed"]) for one in answer["totals"]) == EACH * (known - before)
        assert position <= known
        return position

    def go_on() -> None:
        with BenefitsRegister(store_url, on_append=(follow,), clock=recorded.database.clock) as another:
            for month in MONTHS[1:]:
                claim(another, month)

    # When it is asked again and again while somebody records claim after claim
    seen = [look()]
    writer = Thread(target=go_on)
    writer.start()
    while writer.is_alive():
        seen.append(look())
    writer.join()
    seen.append(look())

    # Then the pages never go back, and the last one has all
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (before + 1, before + len(MONTHS))


def test_a_rebuild_that_goes_on_meanwhile_changes_no_page(recorded, store_url, opened):
    for month in MONTHS[:3]:
        claim(recorded, month)
    client = opened(store_url)
    token = client.get("/api/board/SCP").json()["token"]
    before = client.get(f"/board/SCP?token={token}").text
    during: list[str] = []

    def meanwhile(done: int, of: int) -> None:
        found = client.get("/register/SCP")
        assert found.status_code == 200, found.text
        during.append(client.get(f"/board/SCP?token={token}&since=1").text)

    rebuild(recorded, meanwhile)

    assert during
    assert len(set(during)) == 1
    assert client.get(f"/board/SCP?token={token}&since=1").text == during[0]
    assert client.get(f"/board/SCP?token={token}").text == before
    claim(recorded, MONTHS[3])
    assert claimed_on(read(client, "/board/SCP")) == EACH * 4


# --- views that are broken ---------------------------------------------------------------------


def test_views_that_are_broken_are_said_to_be_with_what_to_do_until_they_are_rebuilt(
    recorded, store_url, opened, monkeypatch
):
    claim(recorded, MONTHS[0])
    client = opened(store_url)
    assert client.get("/health").status_code == 200

    # Given a fact that its view cannot fold
    def step(*_: object) -> None:
        raise ZeroDivisionError("a mistake in a fold")

    with monkeypatch.context() as broken:
        whole = states.FOLDS["benefit"]
        broken.setattr("projections.following.FOLDS", {**states.FOLDS, "benefit": replace(whole, step=step)})
        claim(recorded, MONTHS[1])

    # When pages are asked, then each says why it cannot be shown, and what to do, as JSON too
    for path in ("/", "/board/SCP", "/board/SCP?as_at=2023-01-31", "/trail", "/health"):
        found = client.get(path)
        assert found.status_code == 503, path
        said = " ".join(Read(found.text).said.split())
        assert "The store cannot be asked just now" in said
        assert "views stopped at event" in said
        assert "a mistake in a fold" in said
        assert "nothing recorded is lost" in said
        assert "run: benefits rebuild" in said
        assert found.headers["cache-control"] == "no-store"
    answer = client.get("/api/board/SCP")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "view-broken")
    table = client.get("/board/SCP/benefits.csv")
    assert (table.status_code, "benefits rebuild" in table.text) == (503, True)

    # And what needs no view goes on
    assert client.get("/static/own.css").status_code == 200

    # And once they are rebuilt, the same pages answer
    rebuild(recorded)
    assert client.get("/health").status_code == 200
    assert claimed_on(read(client, "/board/SCP")) == EACH * 2


# --- a server that is stopped ------------------------------------------------------------------


def test_pages_of_a_server_that_is_stopped_say_so_and_answer_again_when_it_is_back(opened):
    with stopped_server() as running:
        with running() as server:
            url = server.url("postgres")
            with new_register(url, Clock()) as register:
                a_benefit(register)
            client = opened(url)
            before = client.get("/board/SCP?known_at=5").text

        # When the server is stopped, then every page says so, in a sentence, and no page is a mistake of ours
        for path in ("/board/SCP?known_at=5", "/", "/api/board/SCP", "/health", "/board/SCP/benefits.csv"):
            found = client.get(path)
            assert found.status_code == 503, (path, found.text)
            assert "cannot be reached" in found.text
            assert "Traceback" not in found.text
        assert "The store cannot be asked just now" in client.get("/board/SCP").text
        assert client.get("/api/board/SCP").json()["error"]["code"] == "store-unreachable"

        # And when it is back, the same pages answer as before, and the next one too
        with running():
            assert client.get("/board/SCP?known_at=5").text == before
            assert client.get("/health").status_code == 200
            with BenefitsRegister(url, on_append=(follow,), user="PMO", clock=Clock()) as register:
                claim(register, "2025-05")
            assert claimed_on(read(client, "/board/SCP")) == EACH


# --- a replica ---------------------------------------------------------------------------------


@pytest.fixture
def of_a_replica(urls: dict[str, str], tmp_path: Path) -> Iterator[Serving]:
    """Pages that are served from a replica."""
    with ExitStack() as ending:
        serving = Serving("--store", urls["BENEFITS_STORE"], "--read-store", urls["BENEFITS_READ_STORE"], cwd=tmp_path)
        ending.callback(lambda: serving.stop(9))
        yield serving


def test_pages_of_a_replica_say_that_it_is_one_and_how_far_it_has_come(urls, of_a_replica):
    page = Read(of_a_replica.get("/list?kind=authority")[1].decode())
    assert "Answered by a replica of the store, which has come to event 2. It may be a little behind." in page.said

    # When it takes in nothing more, and something is recorded in the store
    with standing_still(urls) as go_on:
        record("DISTRICT", urls)

        # Then its pages show what it has, and say how far that is
        page = Read(of_a_replica.get("/list?kind=authority")[1].decode())
        assert "District" not in page.said
        assert "which has come to event 2" in page.said
        go_on()

        # And a page about a position waits until it has come there
        page = Read(of_a_replica.get("/list?kind=authority&known_at=3")[1].decode())
        assert "District" in page.said
        assert "which has come to event 3" in page.said
