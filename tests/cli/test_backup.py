"""Backups: made by command, restored by command, and what is restored answers as the store did."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benefits import BenefitsRegister
from benefits.store import Database, back_up, restore, verify_log
from cli.backup import _work_out_views as work_out_views
from projections import Views, follow
from tests.cli.running import ROOT, benefits, benefits_terminal
from tests.contracts.test_golden import GOLDEN, VERSIONS, said_as_before
from tests.golden.asked import answer

CASE = str(ROOT / "cases" / "S001.jsonl")
EVENTS = 1 + len(Path(CASE).read_bytes().splitlines())
"""Those of the case, after that by which the store was opened."""
QUESTIONS = [
    *(
        ("board", "SCP", "--as-at", day, "--known-at", known)
        for day in ("2007-10-31", "2008-03-31")
        for known in ("2008-04-30", "2008-06-05", "2008-06-18")
    ),
    *(
        (*asked, "--as-at", "2008-06-30", "--known-at", "2008-06-30")
        for asked in (
            *(("board", "LEICESTERSHIRE"), ("show", "SCP-PROC"), ("years", "SCP"), ("timeline", "SCP"), ("trail",)),
            *(("explain", "SCP", "claimed"), ("register",), ("list",), ("overrides",), ("figure", "list")),
        )
    ),
]


@pytest.fixture
def store(store_url: str) -> str:
    """A store with a case in it, once on each database."""
    assert benefits("init", "--sandbox", "--store", store_url).code == 0
    assert benefits("apply", CASE, "--store", store_url).code == 0
    return store_url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request, tmp_path) -> Any:
    """Where to restore to: a file that is not there, and an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "restored.db")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


def test_a_restored_store_answers_every_question_as_the_store_did(store, new_store, tmp_path):
    backup = str(tmp_path / "backup.db")
    made = benefits("backup", backup, "--store", store, "--format", "json").json()

    told = benefits("restore", backup, "--store", new_store, "--against", made["token"], "--format", "json").json()

    assert (told["events"], told["token"], told["sandbox"]) == (EVENTS, made["token"], True)
    for question in QUESTIONS:
        asked = (*question, "--format", "json")
        assert benefits(*asked, "--store", new_store).json() == benefits(*asked, "--store", store).json()
    verified = benefits("verify", "--store", new_store, "--format", "json").json()
    assert (verified["verified"], verified["token"]) == (True, made["token"])


def test_a_restored_store_goes_on_recording(store, new_store, tmp_path):
    benefits("backup", str(tmp_path / "backup.db"), "--store", store)
    benefits("restore", str(tmp_path / "backup.db"), "--store", new_store)

    again = benefits("apply", CASE, "--store", new_store, "--format", "json").json()
    opened = benefits(
        *("authority", "open", "LUTON", "--title", "Luton", "--nation", "england", "--by", "PMO"),
        *("--store", new_store, "--format", "json"),
    )

    assert (again["recorded"], again["repeated"]) == (0, EVENTS - 1)
    assert opened.json()["position"] == EVENTS + 1


def test_a_backup_says_what_is_in_it_and_by_which_hashes_it_is_known(store, tmp_path):
    backup = tmp_path / "backup.db"

    ran = benefits("backup", str(backup), "--store", store)
    again = benefits("backup", str(backup), "--store", store, "--force", "--format", "json").json()

    assert f"Backed up {EVENTS} events of {shown(store)} to {backup}" in ran.out
    assert f"\nToken {again['token']}\n" in ran.out
    assert "Sandbox" in ran.err
    assert again["bytes"] == backup.stat().st_size
    assert again["sha256"] == __import__("hashlib").sha256(backup.read_bytes()).hexdigest()


def shown(store: str) -> str:
    return Database(store).name


def test_a_file_or_store_that_is_there_is_a_conflict(store, tmp_path):
    backup = str(tmp_path / "backup.db")
    benefits("backup", backup, "--store", store)

    again = benefits("backup", backup, "--store", store)
    over = benefits("restore", backup, "--store", store)

    assert (again.code, again.out) == (4, "")
    assert (over.code, over.out) == (4, "")
    assert len(benefits("trail", "--store", store, "--format", "jsonl").lines()) == EVENTS


def test_a_changed_backup_is_refused_with_the_code_of_verify_and_the_event_is_named(store, tmp_path):
    backup, new = tmp_path / "backup.db", tmp_path / "new.db"
    benefits("backup", str(backup), "--store", store)
    with closing(sqlite3.connect(backup)) as connection:
        connection.executescript(
            "DROP TRIGGER event_refuses_update; UPDATE event SET body = x'7b7d20' WHERE position = 24"
        )

    verified = benefits("verify", "--store", str(backup))
    ran = benefits("restore", str(backup), "--store", str(new))
    asked_for_json = benefits("restore", str(backup), "--store", str(new), "--format", "json")

    assert (verified.code, ran.code, ran.out) == (1, 1, "")
    (finding,) = [line for line in verified.out.splitlines() if line.startswith("event 24: ")]
    assert finding in ran.err
    assert json.loads(asked_for_json.err)["error"]["code"] == "log-damaged"
    assert not new.exists()


def test_how_far_it_has_come_is_shown_to_whoever_is_looking(tmp_path, s001):
    ran = benefits_terminal("backup", str(tmp_path / "backup.db"), "--store", s001)
    restored = benefits_terminal("restore", str(tmp_path / "backup.db"), "--store", str(tmp_path / "new.db"))

    assert "Backing up" in ran.out
    assert "100%" in ran.out
    assert "Restoring" in restored.out
    assert "100%" in restored.out


# --- stores of past versions ------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_a_past_version_is_backed_up_restored_and_answers_as_it_did(version, postgres_url, tmp_path):
    # Given a store that a past version made, moved to PostgreSQL and from there back to a file
    golden = tmp_path / "golden.db"
    golden.write_bytes((GOLDEN / version / "store.db").read_bytes())
    there, back = tmp_path / "there.db", tmp_path / "back.db"
    with closing(Database(golden, read_only=True)) as database:
        made = back_up(database, there)
    restore(there, postgres_url, views=work_out_views)
    with closing(Database(postgres_url, read_only=True)) as database:
        again = back_up(database, back)
    restore(back, tmp_path / "restored.db", views=work_out_views)

    # Then its log is the same, to the byte, and it answers as it did
    assert logged(golden) == logged(there) == logged(back) == logged(tmp_path / "restored.db")
    assert (made.report.root, made.report.blanked) == (again.report.root, again.report.blanked)
    with BenefitsRegister(tmp_path / "restored.db", on_append=(follow,)) as register:
        views = Views(register)
        for asked in json.loads((GOLDEN / version / "answers.json").read_text(encoding="utf-8")):
            found = answer(views, asked["view"], asked["of"], asked["when"])
            assert said_as_before(found, asked["answer"]), (asked["view"], asked["of"], asked["when"])
        register.milestone.plan("NEW", title="Recorded by a later version", programme="EVERY", by="EVERY-PMO")
        assert verify_log(register.database).is_whole


def logged(path: Path) -> list[tuple[Any, ...]]:
    """Return every row of the log and of what is kept beside it, as SQLite holds it."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            (table, *row)
            for table in ("event", "head", "tile", "command", "account", "store", "tracking", "alembic_version")
            for row in sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
        ]
