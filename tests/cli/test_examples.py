"""The example in each command's help is one a reader can run."""

from __future__ import annotations

import pytest

from benefits.commands import COMMANDS
from cli.examples import EXAMPLES
from cli.main import ASKING as NOUNS_ASKED
from cli.main import SECTIONS
from tests.cli.running import ROOT, benefits
from tests.cli.story import run, tell

TODAY = "2026-11-23"
ASKING = {
    "board": "benefits board SCP --as-at 2008-03-31 --known-at 2008-06-18",
    "register": "benefits register LEICESTERSHIRE --release cash-releasing --as-at 2008-06-18",
    "show": "benefits show SCP-PROC --as-at 2008-03-31 --known-at 2008-06-18",
    "explain": "benefits explain SCP claimed --release cash-releasing --as-at 2008-03-31 --known-at 2008-06-18",
    "changes": "benefits changes SCP --since 2008-06-05 --as-at 2008-06-18",
    "timeline": "benefits timeline SCP --as-at 2008-06-18",
    "years": "benefits years SCP --as-at 2008-06-18",
    "totals": "benefits totals SCP --as-at 2008-06-18",
    "list": "benefits list programme --as-at 2008-09-26",
    "event": "benefits event 13 --format json",
    "trail": "benefits trail SCP --known-at 2008-06-18 --format jsonl",
    "overrides": "benefits overrides SCP --known-at 2008-06-18",
    "portfolio show": "benefits portfolio show LEICESTER --as-at 2008-09-26",
    "project show": "benefits project show BIP-SUPPORT --as-at 2005-10-31",
    "funding show": "benefits funding show BIP --as-at 2005-10-31",
    "funding decided": "benefits funding decided --body LEICESTER-CABINET --as-at 2005-09-30",
    "figure list": "benefits figure list S000-REPORT",
    "figure check": "benefits figure check S000-SPEND",
    "decision show": "benefits decision show S000-2005-10-31",
    "document show": "benefits document show S002-DE --as-at 2008-09-26",
    "document version": "benefits document version S002-DE 'Draft 2.6' --as-at 2008-09-26",
}


def test_every_command_that_records_has_an_example_of_itself():
    assert sorted(EXAMPLES) == sorted([*COMMANDS, "correct", "withdraw", "accept-clock"])
    for name, example in EXAMPLES.items():
        assert example.startswith(f"benefits {name.replace('.', ' ')} ")


def test_run_in_order_in_a_fresh_store_the_examples_tell_one_story(store_url):
    # Given a store where it is 23 November 2026
    benefits("init", "--sandbox", "--store", store_url)

    # When they are run
    ended = tell("--store", store_url, "--now", TODAY)

    # Then each is recorded, but that this clock is right, and has no need to be accepted
    refused = {name: ran.err for name, ran in ended.items() if ran.code != 0}
    assert list(refused) == ["accept-clock"], refused
    assert "the clock is not behind the log" in refused["accept-clock"]

    # And the board has what is left of the claim once it was verified, challenged, reversed and corrected: the
    # correction came last, so what was found of the claim before counts no more
    board = benefits("board", "DIGITAL", "--as-at", TODAY, "--store", store_url, "--format", "json").json()
    benefit = next(one for one in board["benefits"] if one["reference"] == "B-014")
    assert (benefit["claimed"], benefit["verified"]) == ("2900.00", "0.00")
    assert (benefit["target"], benefit["forecast"]) == ("100000.00", "38000.00")
    assert benefit["in_budget"] == "60000.00"
    assert board["programme"]["stage"] == "First wave"
    assert board["programme"]["mandate"] == "D-1"
    assert [(one["state"], one["actual"]) for one in board["milestones"]] == [("reached", "2026-10-20")]
    assert [one["state"] for one in board["decisions"]] == ["effective"]
    assert [one["reading"] for one in board["measures"]] == [None]


def test_every_command_that_asks_has_an_example():
    assert sorted(ASKING) == sorted({*NOUNS_ASKED, *SECTIONS["Ask"]})


@pytest.mark.parametrize("name", ASKING)
def test_the_example_of_a_command_that_asks_answers_from_the_case_it_names(name, demo):
    assert f"Example: {ASKING[name]}" in unwrapped(benefits(*name.split(), "--help").out)

    ran = run(ASKING[name], "--store", demo)

    assert ran.code == 0, ran.err
    assert ASKING[name].split()[len(name.split()) + 1].removeprefix("--body") in ran.out


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
        "benefits demo --store demo.db",
        "benefits man --output man1",
        "benefits completion bash",
    )
    for example in examples:
        ran = run(example)
        assert ran.code == 0, ran.err
    assert (tmp_path / "log.jsonl").read_text().count("\n") == 1

    rehearsed = run("benefits apply cases/S001.jsonl --dry-run", "--store", "training.db")
    commands = len((ROOT / "cases" / "S001.jsonl").read_bytes().splitlines())
    assert rehearsed.out.startswith(f"Would be recorded {commands}, already there 0, refused 0.")

    token = benefits("verify", "--format", "json").json()["token"]
    assert run(f"benefits verify --against {token} --store benefits.db").code == 0


def unwrapped(text: str) -> str:
    return " ".join(text.split())
