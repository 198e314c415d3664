"""How commands end: 0 done, 1 refused, 2 usage, 3 not found, 4 conflict, 5 the store; results apart from the rest."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import benefits, benefits_process

SAY = ("--by", "PMO")
OPEN = ("authority", "open", "COUNCIL", "--title", "Council", "--nation", "england", *SAY)

ENDINGS = {
    "a rule": (1, ("milestone", "reach", "SCP-CSC-1", *SAY, "--now", "2008-06-21"), "already reached on 2007-11"),
    "no such option": (2, ("board", "SCP", "--colour", "red"), "No such option"),
    "a missing argument": (2, ("board",), "Missing argument 'REFERENCE'"),
    "a missing option": (2, ("milestone", "plan", "X", *SAY), "Missing option '--title'"),
    "words that are no value": (
        2,
        ("measure", "read", "SCP-ORDERING", "--period", "x", "--value", "1", *SAY),
        "'x' is",
    ),
    "nobody acting": (2, ("milestone", "reach", "SCP-WASTE-CASE"), "say who with --by POST, or set BENEFITS_USER"),
    "not a date": (2, ("board", "SCP", "--as-at", "31 March"), "write 2008-03-31 or 31/3/2008"),
    "no such subject": (3, ("board", "NOWHERE"), "there is no NOWHERE on record"),
    "no such event": (3, ("correct", "999", "--reason", "x", "--set", "a=b", *SAY), "there is no event 999"),
    "no such file": (3, ("apply", "nowhere.jsonl"), "there is no file nowhere.jsonl"),
    "no such event type": (3, ("schema", "event", "nothing"), "there is no event type 'nothing'"),
    "no such command": (3, ("schema", "command", "saving.claims"), "saving.claim, saving.verify"),
    "a reference taken": (
        4,
        ("measure", "define", "scp", "--title", "x", "--programme", "SCP", "--unit", "x", *SAY),
        "SCP already names a programme",
    ),
    "no store": (5, ("board", "SCP", "--store", "/nowhere/store.db"), "/nowhere/store.db"),
}


@pytest.mark.parametrize(("code", "words", "said"), ENDINGS.values(), ids=ENDINGS)
def test_an_ending_has_its_code_its_reason_on_standard_error_and_no_result(code, words, said, s001):
    more = () if words[0] == "schema" or "--store" in words else ("--store", s001)

    ran = benefits(*words, *more)

    assert ran.code == code
    assert ran.out == ""
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_what_is_done_ends_with_nought_and_says_so_on_standard_output(empty):
    ran = benefits(*OPEN, "--store", empty, "--now", "2006-04-01")

    assert ran.code == 0
    assert ran.out == "Recorded as event 2: authority-opened of COUNCIL, true from 2006-04-01, by PMO.\n"
    assert ran.err.startswith("Sandbox")


def test_the_same_command_id_with_other_content_is_a_conflict(empty):
    benefits(*OPEN, "--id", "one", "--store", empty)

    again = benefits(*OPEN, "--id", "one", "--store", empty)
    other = benefits(*OPEN, "--assumed", "The day.", "--id", "one", "--store", empty)

    assert again.code == 0
    assert again.out.startswith("Already recorded as event 2")
    assert other.code == 4
    assert "was already used for another request (event 2)" in other.err


def test_a_check_that_fails_ends_with_one(s001):
    ran = benefits("board", "SCP", "--token", f"5@{'0' * 64}", "--store", s001)

    assert ran.code == 1
    assert "not those of the token" in ran.err


def test_a_foreign_file_is_not_taken_for_a_store(tmp_path):
    foreign = tmp_path / "notes.db"
    foreign.write_text("Notes of the meeting\n" * 100)

    asked = benefits("board", "SCP", "--store", str(foreign))
    made = benefits("init", "--store", str(foreign))

    assert (asked.code, made.code) == (5, 5)
    assert "notes.db" in asked.err
    assert foreign.read_text().startswith("Notes of the meeting")


def test_a_refusal_asked_for_as_json_is_json_too(s001):
    ran = benefits("milestone", "reach", "SCP-CSC-1", *SAY, "--now", "2008-06-21", "--store", s001, "--format", "json")

    error = json.loads(ran.err)["error"]
    assert (ran.code, ran.out) == (1, "")
    assert (error["code"], error["rule"], error["subject"]) == ("rule", "reached-once", "SCP-CSC-1")
    assert "correct that event instead" in error["message"]


def test_codes_and_streams_are_the_same_in_a_process_of_its_own(s001):
    found = benefits_process("show", "SCP-PROC", "--store", s001, "--format", "json")
    missing = benefits_process("show", "NOWHERE", "--store", s001, "--format", "json")

    assert found.json()["reference"] == "SCP-PROC"
    assert (missing.code, missing.out) == (3, "")
    assert json.loads(missing.err)["error"]["code"] == "not-found"


def test_a_reader_that_goes_away_ends_the_command_quietly(s001):
    import subprocess

    from tests.cli.running import PROGRAM

    ended = subprocess.run(
        f"{PROGRAM} trail --store {s001} --format json | head -n 1",
        shell=True,
        check=True,
        capture_output=True,
        text=True,
    )

    assert ended.stdout == "{\n"
    assert ended.stderr == ""
