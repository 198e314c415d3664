"""Stores: made, filled, verified, written out, worked out anew; sandboxes and their clock."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import ROOT, benefits

CASE = str(ROOT / "cases" / "S001.jsonl")
EVENTS = 1 + len(Path(CASE).read_bytes().splitlines())
"""Those of the case, after that by which the store was opened."""
OPEN = ("authority", "open", "COUNCIL", "--title", "Council", "--nation", "england", "--by", "PMO")


def lines(*said: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in said)


def opening(reference: str = "COUNCIL", **more: object) -> dict[str, object]:
    data = {"reference": reference, "title": "A council", "nation": "england"}
    return {"command": "authority.open", "id": f"open-{reference}", "by": "PMO", "data": data} | more


# --- init ------------------------------------------------------------------------------------------


def test_a_store_is_made_once_and_then_left_as_it_is(store_url):
    made = benefits("init", "--store", store_url, "--format", "json").json()
    assert (made["sandbox"], made["created"]) == (False, True)
    benefits(*OPEN, "--store", store_url)

    again = benefits("init", "--store", store_url)

    assert again.code == 0
    assert again.out.endswith("is a store already; nothing was changed.\n")
    assert len(benefits("trail", "--store", store_url, "--format", "jsonl").lines()) == 2


@pytest.mark.parametrize(("first", "second"), [([], ["--sandbox"]), (["--sandbox"], [])])
def test_a_sandbox_never_becomes_a_real_store_nor_the_other_way_round(store_url, first, second):
    benefits("init", *first, "--store", store_url)

    ran = benefits("init", *second, "--store", store_url)

    assert (ran.code, ran.out) == (4, "")
    assert "under another name" in ran.err
    assert benefits("init", *first, "--store", store_url).code == 0


def test_a_sandbox_says_so_whenever_it_is_asked_or_told_something(empty):
    told = benefits(*OPEN, "--store", empty)
    asked = benefits("trail", "--store", empty)
    verified = benefits("verify", "--store", empty, "--format", "json")

    assert "Sandbox" in told.err
    assert "Sandbox" in asked.out
    assert verified.json()["sandbox"] is True


# --- its clock -------------------------------------------------------------------------------------


def test_the_clock_of_a_real_store_cannot_be_set(store_url):
    benefits("init", "--store", store_url)

    ran = benefits(*OPEN, "--store", store_url, "--now", "2008-05-30")

    assert (ran.code, ran.out) == (1, "")
    assert "the clock of a real store cannot be set" in ran.err
    assert "--effective-on" in ran.err
    assert len(benefits("trail", "--store", store_url, "--format", "jsonl").lines()) == 1


def test_the_clock_of_a_sandbox_is_set_forward_and_never_back(empty):
    assert benefits(*OPEN, "--store", empty, "--now", "2008-05-30").code == 0

    back = benefits(*OPEN[:2], "LUTON", *OPEN[3:], "--store", empty, "--now", "2008-05-29")
    same_day = benefits(*OPEN[:2], "LUTON", *OPEN[3:], "--store", empty, "--now", "2008-05-30")

    assert back.code == 1
    assert "2008-05-29 is before that" in back.err
    assert same_day.code == 0


def test_a_sandbox_may_hold_several_authorities_and_a_real_store_one(empty, store_url):
    benefits("init", "--store", store_url)
    ended = {}
    for store in (empty, store_url):
        benefits(*OPEN, "--store", store)
        ended[store] = benefits(*OPEN[:2], "LUTON", *OPEN[3:], "--store", store)

    assert ended[empty].code == 0
    assert ended[store_url].code == 1
    assert "this store is COUNCIL's; keep each authority in a store of its own" in ended[store_url].err


# --- apply -----------------------------------------------------------------------------------------


def test_a_case_is_applied_and_applied_again_changes_nothing(store_url):
    benefits("init", "--sandbox", "--store", store_url)

    first = benefits("apply", CASE, "--store", store_url, "--format", "json").json()
    again = benefits("apply", CASE, "--store", store_url, "--format", "json").json()

    assert (first["recorded"], first["repeated"], first["refused"]) == (EVENTS - 1, 0, [])
    assert (again["recorded"], again["repeated"], again["refused"]) == (0, EVENTS - 1, [])
    assert again["token"] == first["token"]


def test_commands_are_taken_from_standard_input(empty):
    ran = benefits("apply", "-", "--store", empty, stdin=lines(opening()))

    assert ran.out.startswith("Recorded 1, already there 0, refused 0.")


def test_refusals_are_listed_by_line_and_the_rest_is_recorded(empty):
    said = lines(opening("A"), opening("B", command="authority.found"), opening("C"))

    table = benefits("apply", "-", "--dry-run", "--store", empty, stdin=said)
    ran = benefits("apply", "-", "--store", empty, "--format", "json", stdin=said)

    assert table.code == ran.code == 1
    assert "there is no command 'authority.found'" in table.out
    told = json.loads(ran.out)
    assert told["recorded"] == 2
    assert [(one["line"], one["id"], one["code"]) for one in told["refused"]] == [(2, "open-B", "not-found")]


@pytest.mark.parametrize(("form", "want"), [("jsonl", '{"line": 2, '), ("csv", "line,id,code,message\r\n2,open-B,")])
def test_refusals_are_listed_for_programs_too(empty, form, want):
    said = lines(opening("A"), opening("B", command="authority.found"))

    ran = benefits("apply", "-", "--store", empty, "--format", form, stdin=said)

    assert ran.code == 1
    assert ran.out.startswith(want)


def test_atomic_records_all_or_nothing(empty):
    ran = benefits("apply", "-", "--atomic", "--store", empty, stdin=lines(opening("A"), opening("B", command="x.y")))

    assert (ran.code, ran.out) == (1, "")
    assert "line 2: there is no command 'x.y'" in ran.err
    assert "nothing was recorded, because of --atomic" in ran.err
    assert len(benefits("trail", "--store", empty, "--format", "jsonl").lines()) == 1


def test_a_dry_run_judges_as_if_and_records_nothing(empty):
    ran = benefits("apply", CASE, "--dry-run", "--store", empty, "--format", "json").json()

    assert (ran["recorded"], ran["dry_run"], ran["refused"]) == (EVENTS - 1, True, [])
    assert len(benefits("trail", "--store", empty, "--format", "jsonl").lines()) == 1


def test_a_line_that_names_nobody_is_by_whoever_applies_the_file(empty):
    nameless = {key: value for key, value in opening().items() if key != "by"}

    refused = benefits("apply", "-", "--store", empty, "--format", "json", stdin=lines(nameless))
    named = benefits("apply", "-", "--by", "SRO", "--store", empty, "--format", "json", stdin=lines(nameless))

    assert json.loads(refused.out)["refused"][0]["code"] == "invalid-value"
    assert named.json()["recorded"] == 1
    assert benefits("trail", "--store", empty, "--format", "jsonl").lines()[-1]["actor"] == "SRO"


def test_a_folder_is_no_file_of_commands(tmp_path, empty):
    ran = benefits("apply", str(tmp_path), "--store", empty)

    assert (ran.code, ran.out) == (2, "")
    assert "directory" in ran.err


# --- correct and withdraw --------------------------------------------------------------------------


def test_a_field_is_corrected_and_the_rest_of_its_part_stays(empty):
    benefits("apply", CASE, "--store", empty)
    (claim,) = [one for one in trail(empty) if one["command_id"] == "S001-023"]

    ran = benefits(
        *("correct", "@S001-023", "--reason", "Read from the ledger itself", "--by", "LEICS-PMO"),
        *("--set", "evidence_source=General ledger", "--set", "amount=4390001", "--store", empty),
    )

    assert ran.code == 0, ran.err
    corrected = trail(empty)[-1]
    assert corrected["corrects"] == claim["position"]
    assert corrected["body"]["fact"] == claim["body"] | {
        "amount": "4390001.00",
        "evidence": claim["body"]["evidence"] | {"source": "General ledger"},
    }


def test_a_field_set_to_nothing_is_taken_out(empty):
    benefits("apply", CASE, "--store", empty)

    ran = benefits(
        *("correct", "@S001-018", "--reason", "Nobody knows whom it served", "--set", "note=", "--by", "LEICS-PMO"),
        *("--store", empty),
    )

    assert ran.code == 0, ran.err
    assert "note" not in trail(empty)[-1]["body"]["fact"]


def test_a_list_is_corrected_as_json(empty):
    benefits("apply", CASE, "--store", empty)
    words = ("correct", "@S001-010", "--reason", "Two years", "--by", "LEICS-PMO", "--store", empty)

    no_json = benefits(*words, "--set", "lines=[2007/08=1")
    done = benefits(*words, "--set", 'lines=["2007/08=1000000", "2008/09=500000"]')

    assert (no_json.code, "is not JSON" in no_json.err) == (2, True)
    assert done.code == 0, done.err
    assert len(trail(empty)[-1]["body"]["fact"]["lines"]) == 2


def test_a_withdrawal_takes_a_reason_and_no_day_of_its_own(empty):
    benefits("apply", CASE, "--store", empty)

    dated = benefits("withdraw", "@S001-045", "--reason", "x", "--effective-on", "2008-01-01", "--store", empty)
    done = benefits("withdraw", "@S001-045", "--reason", "Not printed", "--by", "LEICS-PMO", "--store", empty)

    assert (dated.code, "No such option" in dated.err) == (2, True)
    assert done.code == 0, done.err


def trail(store: str) -> list[Any]:
    return benefits("trail", "--store", store, "--format", "jsonl").lines()


# --- keeping it ------------------------------------------------------------------------------------


def test_a_log_is_verified_and_against_a_token_kept_elsewhere(s001):
    ran = benefits("verify", "--store", s001, "--format", "json").json()
    token = benefits("board", "SCP", "--known-at", "2008-06-05", "--store", s001, "--format", "json").json()["token"]

    assert (ran["events"], ran["verified"], ran["findings"]) == (EVENTS, True, [])
    assert benefits("verify", "--against", token, "--store", s001).out.startswith(
        f"{EVENTS} events verified. Token {EVENTS}@"
    )
    wrong = benefits("verify", "--against", f"9@{'0' * 64}", "--store", s001)
    assert wrong.code == 1
    assert f"The log itself is whole: {EVENTS} events verified" in wrong.out
    assert "does NOT begin with the events of the token" in wrong.out


def test_the_log_is_written_as_parquet_into_a_folder_that_others_share(s001, tmp_path):
    national = tmp_path / "national"

    by_then = len(benefits("export", "--known-at", "2008-06-05", "--store", s001).lines())
    ran = benefits("export", "--parquet", str(national), "--known-at", "2008-06-05", "--store", s001)
    again = benefits("export", "--parquet", str(national), "--authority", "LEICESTERSHIRE", "--store", s001)

    assert ran.out.startswith(f"Wrote {by_then} events and ")
    assert f"of LEICS-CC to {national}.\nToken {by_then}@" in ran.out
    assert again.out.startswith(f"Wrote {EVENTS} events and ")
    assert sorted(path.name for path in (national / "events").iterdir()) == [
        "authority=LEICESTERSHIRE",
        "authority=LEICS-CC",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--parquet", "national", "--output", "log.jsonl"), "give --parquet or --output, not both"),
        (("--authority", "LUTON"), "give --parquet FOLDER as well"),
    ],
)
def test_what_belongs_to_one_way_of_writing_the_log_is_refused_with_the_other(s001, given, said):
    ran = benefits("export", *given, "--store", s001)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_the_log_is_written_out_whole_or_as_it_was_known(s001, tmp_path):
    whole = benefits("export", "--store", s001).lines()
    earlier = benefits("export", "--known-at", "2008-06-05", "--store", s001).lines()
    benefits("export", "--output", str(tmp_path / "log.jsonl"), "--store", s001)

    assert [one["position"] for one in whole] == list(range(1, EVENTS + 1))
    assert 0 < len(earlier) < len(whole)
    assert earlier == whole[: len(earlier)]
    assert [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()] == whole
    assert [file.name for file in tmp_path.iterdir()] == ["log.jsonl"]


def test_a_log_that_cannot_be_written_out_leaves_nothing(s001, tmp_path):
    ran = benefits("export", "--output", str(tmp_path / "nowhere" / "log.jsonl"), "--store", s001)

    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_views_worked_out_anew_answer_as_before(empty):
    benefits("apply", CASE, "--store", empty)
    question = ("board", "SCP", "--as-at", "2008-03-31", "--known-at", "2008-06-18", "--format", "json")
    before = benefits(*question, "--store", empty).json()

    rebuilt = benefits("rebuild", "--store", empty)

    assert rebuilt.out == f"Rebuilt the views from {EVENTS} events.\n"
    assert benefits(*question, "--store", empty).json() == before


def test_a_store_of_this_version_needs_no_migration(s001):
    ran = benefits("migrate", "--store", s001)

    assert ran.code == 0
    assert ran.out.endswith("is up to date; nothing was changed.\n")


def test_changed_words_are_never_read_as_a_fact(s001, tmp_path):
    copy = tmp_path / "changed.db"
    shutil.copy(s001, copy)
    token = benefits("board", "SCP", "--store", str(copy), "--format", "json").json()["token"]
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("DROP TRIGGER event_refuses_update")
        connection.execute(
            "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '4390000', '9390000') AS BLOB) "
            "WHERE type = 'saving-claimed'"
        )

    rebuilt = benefits("rebuild", "--store", str(copy))
    same = ("board", "SCP", "--token", token, "--as-at", "2008-03-31")
    asked = benefits(*same, "--store", str(copy), "--format", "json")

    assert (rebuilt.code, "are not those that were recorded" in rebuilt.err) == (5, True)
    claimed = {one["reference"]: one["claimed"] for one in asked.json()["benefits"]}
    assert claimed["SCP-PROC"] == "4390000.00"
