"""The example in each command's help is one a reader can run."""

from __future__ import annotations

import shlex

import pytest

from benefits.commands import COMMANDS
from cli.examples import EXAMPLES
from tests.cli.running import ROOT, benefits

TODAY = "2026-11-23"
ASKING = {
    "board": "benefits board SCP --as-at 2008-03-31 --known-at 2008-06-18",
    "show": "benefits show SCP-PROC --as-at 2008-03-31 --known-at 2008-06-18",
    "explain": "benefits explain SCP claimed --release cash-releasing --as-at 2008-03-31 --known-at 2008-06-18",
    "changes": "benefits changes SCP --since 2008-06-05 --as-at 2008-06-18",
    "trail": "benefits trail SCP --known-at 2008-06-18 --format jsonl",
}


def run(example: str, *more: str):
    program, *words = shlex.split(example)
    assert program == "benefits"
    return benefits(*words, *more)


def test_every_command_that_records_has_an_example_of_itself():
    assert sorted(EXAMPLES) == sorted([*COMMANDS, "correct", "withdraw", "accept-clock"])
    for name, example in EXAMPLES.items():
        assert example.startswith(f"benefits {name.replace('.', ' ')} ")


def test_run_in_order_in_a_fresh_store_the_examples_tell_one_story(store_url):
    # Given a store where it is 23 November 2026, and the post of the director who will own the benefit
    store = ("--store", store_url, "--now", TODAY)
    benefits("init", "--sandbox", "--store", store_url)
    director = (
        "benefits post establish DIRECTOR --title Director --authority RIVERSHIRE --effective-on 2026-04-01 --by PMO"
    )

    # When they are run
    ended = {}
    for name, example in EXAMPLES.items():
        if name == "profile.appoint-owner":
            assert run(director, *store).code == 0
        ended[name] = run(example, *store)

    # Then each is recorded, but that this clock is right, and has no need to be accepted
    refused = {name: ran.err for name, ran in ended.items() if ran.code != 0}
    assert list(refused) == ["accept-clock"]
    assert "the clock is not behind the log" in refused["accept-clock"]

    # And the board has what is left of the claim once it was verified, challenged, reversed and corrected: the
    # correction came last, so what was found of the claim before counts no more
    board = benefits("board", "DIGITAL", "--as-at", TODAY, "--store", store_url, "--format", "json").json()
    (benefit,) = board["benefits"]
    assert (benefit["claimed"], benefit["verified"]) == ("2900.00", "0.00")
    assert (benefit["target"], benefit["forecast"]) == ("100000.00", "38000.00")
    assert board["programme"]["stage"] == "First wave"
    assert [(one["state"], one["actual"]) for one in board["milestones"]] == [("reached", "2026-10-20")]
    assert [one["state"] for one in board["decisions"]] == ["effective"]
    assert [one["reading"] for one in board["measures"]] == [None]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> str:
    store = str(tmp_path_factory.mktemp("examples") / "store.db")
    benefits("init", "--sandbox", "--store", store)
    assert benefits("apply", str(ROOT / "cases" / "S001.jsonl"), "--store", store).code == 0
    return store


@pytest.mark.parametrize("name", ASKING)
def test_the_example_of_a_command_that_asks_answers_from_the_case_it_names(name, recorded):
    assert f"Example: {ASKING[name]}" in unwrapped(benefits(name, "--help").out)

    ran = run(ASKING[name], "--store", recorded)

    assert ran.code == 0, ran.err
    assert "SCP" in ran.out


@pytest.mark.parametrize("example", ["benefits schema command saving.claim", "benefits schema event saving-claimed"])
def test_the_examples_of_schema_answer(example):
    assert f"Example: {example}" in unwrapped(run(example.rsplit(" ", 1)[0], "--help").out)
    assert run(example).json()["title"]


def test_the_examples_about_a_store_run_one_after_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases").symlink_to(ROOT / "cases")
    examples = (
        "benefits init --sandbox --store training.db",
        "benefits init --store benefits.db",
        "benefits rebuild --store benefits.db",
        "benefits migrate --store benefits.db",
        "benefits export --output log.jsonl",
    )
    for example in examples:
        ran = run(example)
        assert ran.code == 0, ran.err
    assert (tmp_path / "log.jsonl").read_text().count("\n") == 1

    rehearsed = run("benefits apply cases/S001.jsonl --dry-run", "--store", "training.db")
    assert rehearsed.out.startswith("Would be recorded 48, already there 0, refused 0.")

    token = benefits("verify", "--format", "json").json()["token"]
    assert run(f"benefits verify --against {token} --store benefits.db").code == 0


def unwrapped(text: str) -> str:
    return " ".join(text.split())
