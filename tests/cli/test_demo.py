"""`benefits demo`: made once, left as it is, gone on with, and never made over anything else."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, benefits, benefits_terminal

DIES_AT_THE_THIRD_BATCH = """
import os, signal, sys
from benefits import intake

apply, calls = intake.apply, []

def dying(*arguments, **more):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return apply(*arguments, **more)

intake.apply = dying
from cli.main import main
main(sys.argv[1:])
"""


@pytest.fixture
def copy(demo, tmp_path) -> str:
    """The demo, to be changed."""
    return str(shutil.copy(demo, tmp_path / "demo.db"))


def test_the_demo_is_a_sandbox_with_the_programmes_of_five_cases(store_url):
    made = benefits("demo", "--store", store_url, "--format", "json").json()

    assert made["created"] is made["sandbox"] is True
    assert made["events"] == made["recorded"] + 1 > 400
    assert {"BIP", "ISP", "SCP", "DE", "OIP", "TP"} <= {one["reference"] for one in made["programmes"]}
    board = benefits("board", "SCP", "--store", store_url, "--format", "json").json()
    assert board["sandbox"] is True


def test_without_a_word_it_is_demo_db_in_this_folder_whatever_store_is_meant_otherwise(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ran = benefits("demo", BENEFITS_STORE="real.db")

    assert ran.code == 0, ran.err
    assert [file.name for file in tmp_path.glob("*.db")] == ["demo.db"]
    assert benefits("--store", "other.db", "demo").code == 0
    assert (tmp_path / "other.db").exists()


def test_it_shows_a_board_and_what_to_try_next(copy):
    ran = benefits("demo", "--store", copy)

    assert (ran.code, ran.err) == (0, "")
    assert "SCP: Strategic Change Programme" in ran.out
    assert "As at 2008-03-31, known at 2008-06-18" in ran.out
    assert "4,390,000.00" in ran.out
    for whom in ("the programme office", "a board member", "an auditor"):
        assert f"As {whom}\n" in ran.out


def test_what_it_says_to_try_next_can_be_tried_and_covers_all_five_cases(copy):
    said = benefits("demo", "--store", copy, "--format", "json").json()["next"]

    shown = ""
    for one in said:
        program, *words = shlex.split(one["command"])
        assert program == "benefits"
        assert words[-2:] == ["--store", copy]
        ran = benefits(*words)
        assert ran.code == 0, (one["command"], ran.err)
        shown += ran.out
    assert len(said) <= 10
    for case in ("BIP-PLAN", "SCP-PROC", "S002-DE", "OIP-SUPPORT", "TP-FINAL-REPORT"):
        assert case in shown


def test_run_again_it_says_so_and_changes_nothing(copy):
    before = Path(copy).read_bytes()

    again = benefits("demo", "--store", copy)
    said = benefits("demo", "--store", copy, "--format", "json").json()

    assert again.code == 0
    assert again.out.startswith(f"{copy} is the demo already; nothing was changed.")
    assert (said["created"], said["recorded"]) == (False, 0)
    assert Path(copy).read_bytes() == before


def test_what_somebody_recorded_in_it_since_does_not_make_it_another(copy):
    reached = benefits("milestone", "reach", "TP-FINAL-REPORT", "--by", "PMO", "--store", copy)
    assert reached.code == 0, reached.err

    again = benefits("demo", "--store", copy)

    assert again.code == 0
    assert "nothing was changed" in again.out


def test_killed_half_way_it_goes_on_when_run_again(demo, tmp_path):
    # Given a demo that was killed while it was made
    store = str(tmp_path / "demo.db")
    killed = subprocess.run(
        [sys.executable, "-c", DIES_AT_THE_THIRD_BATCH, "demo", "--store", store], check=False, capture_output=True
    )
    assert killed.returncode == -9
    half = benefits("verify", "--store", store, "--format", "json").json()["events"]
    whole = benefits("verify", "--store", demo, "--format", "json").json()["events"]
    assert 100 < half < whole

    # When it is run again
    ran = benefits("demo", "--store", store)

    # Then it has the rest
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"Went on with the demo: {store} now has {whole} events")
    ids = [
        [one["command_id"] for one in benefits("trail", "--store", name, "--format", "jsonl").lines()[1:]]
        for name in (demo, store)
    ]
    assert ids[0] == ids[1]


def test_killed_before_anything_was_recorded_it_begins(empty):
    ran = benefits("demo", "--store", empty, "--format", "json").json()

    assert ran["created"] is False
    assert ran["events"] > 400


@pytest.mark.parametrize("what", ["a file", "a real store", "another sandbox", "another database"])
def test_it_is_never_made_where_something_else_is(what, tmp_path):
    import sqlite3

    store = tmp_path / "mine.db"
    if what == "a file":
        store.write_text("Notes of the meeting\n" * 100)
    elif what == "another database":
        connection = sqlite3.connect(store)
        connection.execute("CREATE TABLE mine (one)")
        connection.close()
    else:
        benefits("init", *(["--sandbox"] if what == "another sandbox" else []), "--store", str(store))
        if what == "another sandbox":
            benefits("apply", str(ROOT / "cases" / "S001.jsonl"), "--store", str(store))
    before = store.read_bytes()

    ran = benefits("demo", "--store", str(store))

    assert (ran.code, ran.out) == (4, "")
    assert "is no demo" in ran.err
    assert "--store NAME.db" in ran.err
    assert store.read_bytes() == before


def test_a_demo_that_went_its_own_way_before_it_was_whole_is_refused_and_says_why(tmp_path):
    # Given a store with the beginning of the demo, and something of a later day
    store, lines = str(tmp_path / "demo.db"), (ROOT / "cases" / "S000.jsonl").read_bytes().splitlines(keepends=True)
    benefits("init", "--sandbox", "--store", store)
    assert benefits("apply", "-", "--store", store, stdin=b"".join(lines[:20])).code == 0
    own = ("authority", "open", "MINE", "--title", "Mine", "--nation", "england", "--by", "PMO", "--now", "2020-01-01")
    assert benefits(*own, "--store", store).code == 0

    ran = benefits("demo", "--store", store)

    assert (ran.code, ran.out) == (1, "")
    assert "something else was recorded in" in ran.err


def test_a_progress_bar_is_shown_where_somebody_looks_and_nowhere_else(tmp_path):
    looked_at = benefits_terminal("demo", "--store", str(tmp_path / "one.db"), "--format", "json")
    piped = benefits("demo", "--store", str(tmp_path / "two.db"), "--format", "json")

    assert "Recording five cases" in looked_at.out
    assert piped.err == ""
    assert json.loads(piped.out)["created"] is True


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_for_programs_there_is_a_line_for_each_programme(copy, form):
    ran = benefits("demo", "--store", copy, "--format", form)

    first = '{"reference": "BIP", ' if form == "jsonl" else "reference,title,portfolio\r\nBIP,"
    assert ran.code == 0
    assert ran.out.startswith(first)
