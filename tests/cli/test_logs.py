"""The log: JSON lines of what took how long, where they are asked for, and nothing in them that is recorded."""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from benefits import BenefitsRegister
from cli.logs import listen
from projections import Views, follow, states
from projections.timing import SLOW
from tests.builders import a_benefit, a_claim, new_register
from tests.cli.running import benefits
from tests.conftest import Clock

CLAIM = {
    "id": "claim-1",
    "command": "saving.claim",
    "by": "OWNER",
    "data": {
        "reference": "B-1",
        "period": "2025-06",
        "amount": "98765.43",
        "evidence": {
            "document": "REPORT",
            "type": "ledger",
            "source": "Ledger of Mrs Very Private",
            "extracted_by": "FINANCE",
            "extracted_on": "2026-04-01",
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
    },
}


@pytest.fixture(autouse=True)
def _unheard():
    yield
    listen(None, None, None)


@pytest.fixture
def store(store_url):
    """A store with a benefit in it, once on each database."""
    with new_register(store_url, Clock()) as register:
        a_benefit(register)
    return store_url


@pytest.fixture
def commands(tmp_path):
    path = tmp_path / "commands.jsonl"
    path.write_text(json.dumps(CLAIM) + "\n")
    return str(path)


def entries(words):
    """Return the entries of a log, and expect each to say when, how grave, where and what."""
    found = [json.loads(line) for line in words.splitlines()]
    for entry in found:
        assert list(entry)[:4] == ["time", "level", "logger", "message"]
        assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(entry["time"]) < timedelta(minutes=10)
    return found


def test_without_being_asked_nothing_is_told_of_what_goes_well(store, commands):
    assert benefits("apply", commands, "--store", store).err == ""
    assert benefits("board", "SCP", "--store", store).err == ""


def test_every_question_is_told_with_the_token_by_which_it_is_asked_again(store):
    ran = benefits("board", "SCP", "--store", store, "--as-at", "2026-04-02", "--format", "json", BENEFITS_LOG="info")

    (entry,) = entries(ran.err)
    answer = ran.json()
    assert (entry["level"], entry["logger"], entry["view"], entry["about"]) == (
        "info",
        "projections.timing",
        "board",
        "SCP",
    )
    assert (entry["as_at"], entry["token"]) == (answer["as_at"], answer["token"])
    assert datetime.fromisoformat(entry["known_at"]) == datetime.fromisoformat(answer["known_at"])
    assert 0 < entry["ms"] < 60_000


def test_every_act_is_told_with_its_position_and_id_and_nothing_of_what_it_says(store, commands, tmp_path):
    log = tmp_path / "log.jsonl"
    told: dict[str, Any] = {"BENEFITS_LOG": "debug", "BENEFITS_LOG_FILE": str(log)}

    first = benefits("apply", commands, "--store", store, **told)
    benefits("apply", commands, "--store", store, **told)
    benefits("show", "B-1", "--store", store, **told)

    assert (first.code, first.err) == (0, "")
    recorded, repeated, asked = entries(log.read_text())
    assert (recorded["logger"], recorded["command"], recorded["command_id"]) == (
        "benefits.application",
        "saving.claim",
        "claim-1",
    )
    assert recorded["position"] == repeated["position"] > 1
    assert [one["repeated"] for one in (recorded, repeated)] == [False, True]
    assert asked["view"] == "show"
    for private in ("98765", "98,765", "Very Private", "Reduce agency spend"):
        assert private not in log.read_text()


def test_an_act_that_was_taken_back_is_not_told(store, commands, tmp_path):
    ran = benefits("apply", commands, "--dry-run", "--store", store, BENEFITS_LOG="info")
    refused = benefits("authority", "open", "COUNCIL", "--title", "Again", "--nation", "england", "--by", "PMO",
                       "--store", store, BENEFITS_LOG="info")  # fmt: skip

    assert ran.code == 0
    assert ran.err == ""
    assert refused.code == 4
    assert "saving.claim" not in refused.err


def test_acts_of_one_transaction_are_told_once_it_is_kept(store, caplog):
    caplog.set_level(logging.INFO, "benefits")
    with BenefitsRegister(store, on_append=(follow,), user="PMO", clock=Clock()) as register:
        with register.unit_of_work():
            a_claim(register, period="2025-06")
            a_claim(register, period="2025-07")
            assert caplog.records == []

        with suppress(ZeroDivisionError), register.unit_of_work():
            a_claim(register, period="2025-08")
            raise ZeroDivisionError

    assert [record.__dict__["command"] for record in caplog.records] == ["saving.claim"] * 2


def test_a_slow_question_is_a_warning_in_plain_words(store):
    ran = benefits("board", "SCP", "--store", store, "--as-at", "2026-04-02", BENEFITS_SLOW_MS="0")

    assert ran.code == 0
    assert re.fullmatch(r"slow: board of SCP took \d+ ms, as at 2026-04-02, known at \d+@[0-9a-f]{64}\n", ran.err)


def test_a_slow_question_is_a_warning_in_the_file_too(store, tmp_path):
    log = tmp_path / "log.jsonl"

    ran = benefits("years", "SCP", "--store", store, BENEFITS_SLOW_MS="0", BENEFITS_LOG_FILE=str(log))

    assert ran.err.startswith("slow: years of SCP took")
    (entry,) = entries(log.read_text())
    assert (entry["level"], entry["view"]) == ("warning", "years")


def test_a_configuration_file_may_say_the_same(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "benefits.toml").write_text('log = "info"\nlog_file = "told.jsonl"\nslow_ms = 70000\n')

    benefits("list", "benefit", "--store", store, BENEFITS_SLOW_MS="")

    (entry,) = entries((tmp_path / "told.jsonl").read_text())
    assert (entry["level"], entry["view"], entry["about"]) == ("info", "references", "benefit")
    assert SLOW.ms == 70_000


@pytest.mark.parametrize("path", ["nowhere/log.jsonl", "."])
def test_a_log_that_cannot_be_opened_stops_nothing(store, commands, tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)

    ran = benefits("apply", commands, "--store", store, BENEFITS_LOG="info", BENEFITS_LOG_FILE=path)

    assert ran.code == 0
    assert len(ran.err.splitlines()) == 1
    assert re.match(rf"The log {path} cannot be written \(.*directory\); going on without it\.", ran.err)


def test_a_log_that_cannot_be_written_stops_nothing_and_is_said_once(store, commands):
    ran = benefits("board", "SCP", "--store", store, BENEFITS_LOG="info", BENEFITS_LOG_FILE="/dev/full")
    again = benefits("apply", commands, "--store", store, BENEFITS_LOG="info", BENEFITS_LOG_FILE="/dev/full")

    for one in (ran, again):
        assert one.code == 0
        assert one.err == "The log /dev/full cannot be written (No space left on device); going on without it.\n"


@pytest.mark.parametrize(("name", "value"), [("BENEFITS_LOG", "loud"), ("BENEFITS_SLOW_MS", "a second")])
def test_what_is_no_level_and_no_number_is_refused(store, name, value):
    ran = benefits("list", "--store", store, **{name: value})

    assert (ran.code, ran.out) == (2, "")
    assert value in ran.err


def test_a_fold_that_fails_is_told_without_the_words_of_what_is_recorded(store, tmp_path, monkeypatch):
    log = tmp_path / "log.jsonl"
    monkeypatch.setitem(states.FOLDS, "benefit", None)
    listen("info", str(log), None)

    with BenefitsRegister(store, on_append=(follow,), clock=Clock()) as register:
        a_claim(register, period="2025-06", amount="98765.43")

    stopped = next(entry for entry in entries(log.read_text()) if entry["level"] == "error")
    assert stopped["message"].startswith("the views stopped at event")
    assert (stopped["logger"], stopped["error"]) == ("projections.follower", "AttributeError")
    assert any("follower.py" in at for at in stopped["trace"])
    assert "98765" not in log.read_text()


def test_an_error_of_the_database_does_not_say_what_was_to_be_recorded(store):
    with (
        BenefitsRegister(store) as register,
        pytest.raises(DBAPIError, match="nowhere") as raised,
        register.database.writing() as connection,
    ):
        connection.execute(text("INSERT INTO nowhere VALUES (:amount)"), {"amount": "98765.43"})

    assert "98765" not in str(raised.value)


def test_timing_a_question_costs_next_to_nothing(store):
    from time import perf_counter

    from projections.timing import timed

    @timed
    class Nothing:
        def asked(self, name: str, *, as_at: str | None = None) -> object:
            return self

    bare = Nothing.asked.__wrapped__  # type: ignore[attr-defined]
    nothing, questions = Nothing(), 20_000

    def each(ask):
        best = float("inf")
        for _ in range(5):
            began = perf_counter()
            for _ in range(questions):
                ask(nothing, "SCP", as_at="2026-04-02")
            best = min(best, perf_counter() - began)
        return best / questions

    assert each(Nothing.asked) - each(bare) < 20e-6


def test_views_are_asked_as_before(store):
    with BenefitsRegister(store) as register:
        assert Views(register).board("SCP").programme is not None
    assert Views.board.__doc__ == "Return a programme, or all programmes of a portfolio, on one page."
