"""Answers in every format: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.running import benefits

WHEN = ("--as-at", "2008-03-31", "--known-at", "2008-06-18")
QUESTIONS = {
    "board": ("board", "SCP", *WHEN),
    "trail": ("trail", "SCP", *WHEN),
    "explain": ("explain", "SCP", "claimed", *WHEN),
    "changes": ("changes", "SCP", "--since", "2008-06-05", "--as-at", "2008-06-18"),
    "show": ("show", "SCP-PROC", *WHEN),
}
ROWS = {"board": "benefits", "trail": "events", "explain": "parts", "changes": "changes"}
MONEY = (
    *("target", "original_target", "target_to_date", "forecast", "claimed", "verified", "in_budget"),
    *("percent_of_original", "percent_of_current"),
)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_as_a_table_the_answer_stands_above_what_was_asked_and_its_token_so_that_all_of_it_is_kept(question, s001):
    ran = benefits(*question, "--store", s001)

    *answer, asked, token = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert "SCP" in "".join(answer)
    assert asked.startswith("As at 2008-")
    assert asked.endswith("Sandbox: its clock may be set.")
    assert token.startswith("Token 4")


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_as_json_the_answer_is_one_object_that_says_what_it_was_asked(question, s001):
    ran = benefits(*question, "--store", s001, "--format", "json")

    said = ran.json()
    assert ran.err == ""
    assert said["as_at"] in ("2008-03-31", "2008-06-18")
    assert said["known_at"].endswith("Z")
    assert said["token"].split("@")[0].isdecimal()
    assert said["sandbox"] is True


@pytest.mark.parametrize("name", QUESTIONS)
def test_as_json_lines_there_is_a_line_for_each_row(name, s001):
    whole = benefits(*QUESTIONS[name], "--store", s001, "--format", "json").json()

    lines = benefits(*QUESTIONS[name], "--store", s001, "--format", "jsonl").lines()

    assert lines == (whole[ROWS[name]] if name in ROWS else [whole])


@pytest.mark.parametrize("name", QUESTIONS)
def test_as_csv_there_is_a_record_for_each_row_under_the_names_json_has(name, s001):
    whole = benefits(*QUESTIONS[name], "--store", s001, "--format", "json").json()

    ran = benefits(*QUESTIONS[name], "--store", s001, "--format", "csv")

    rows = whole[ROWS[name]] if name in ROWS else [whole]
    read = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    assert rows
    assert [set(one) for one in read] == [set(one) for one in rows]
    for words, row in zip(read, rows, strict=True):
        for field, value in row.items():
            assert words[field] == written(value)


def written(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def test_text_that_a_spreadsheet_would_run_is_quoted_in_csv(empty):
    # Given a title that is a formula
    for group, reference, more in (
        ("authority", "COUNCIL", ("--title", "Council", "--nation", "england")),
        ("portfolio", "CHANGE", ("--title", "Change", "--authority", "COUNCIL")),
        ("programme", "SCP", ("--title", "Strategic change", "--portfolio", "CHANGE")),
    ):
        benefits(group, "open", reference, *more, "--by", "PMO", "--store", empty)
    identify = ("profile", "identify", "B-1", "--title", "=HYPERLINK(1)", "--programme", "SCP", "--by", "PMO")
    assert benefits(*identify, "--store", empty).code == 0

    # Then CSV has it as text, and JSON as it was said
    (row,) = csv.DictReader(io.StringIO(benefits("board", "SCP", "--store", empty, "--format", "csv").out, newline=""))
    (line,) = benefits("board", "SCP", "--store", empty, "--format", "jsonl").lines()
    assert row["title"] == "'=HYPERLINK(1)"
    assert line["title"] == "=HYPERLINK(1)"


def test_a_board_as_json_has_the_fields_that_were_promised(s001):
    board = benefits(*QUESTIONS["board"], "--store", s001, "--format", "json").json()
    later = benefits("board", "SCP", "--as-at", "2008-06-18", "--store", s001, "--format", "json").json()
    earlier = benefits("board", "SCP", "--as-at", "2008-03-31", "--store", s001, "--format", "json").json()

    assert {"as_at", "known_at", "token", "sandbox", "programme", "benefits", "totals"} <= set(board)
    assert {"milestones", "decisions", "restated"} <= set(board)
    assert {"reference", "title", "stage", "target", "identified", "to_be_identified"} <= set(board["programme"])
    for one in board["benefits"]:
        assert {"reference", "title", "release", "kind", "fund", "unit", "state", "assurance", "assumed"} <= set(one)
        assert set(MONEY) <= set(one)
    for one in board["totals"]:
        assert {"release", "kind", "fund", *MONEY[:7]} <= set(one)
    for one in board["milestones"]:
        assert {"reference", "state", "baseline", "forecast", "actual"} <= set(one)
    for one in later["decisions"]:
        assert {"reference", "title", "body", "effective_on", "state", "resolutions"} <= set(one)
        assert all(set(clause) == {"letter", "verb", "outcome"} for clause in one["resolutions"])
    assert later["decisions"]
    assert earlier["restated"]
    for one in earlier["restated"]:
        assert set(one) == {"position", "type", "reference", "field", "was", "now"}


def test_a_trail_as_json_has_the_fields_that_were_promised(s001):
    events = benefits(*QUESTIONS["trail"], "--store", s001, "--format", "jsonl").lines()

    promised = {"position", "recorded_at", "effective_on", "actor", "type", "reference", "corrects", "reason", "leaf"}
    assert events
    assert all(promised <= set(one) for one in events)
    assert all(len(one["leaf"]) == 64 for one in events)
    assert [one["position"] for one in events] == sorted(one["position"] for one in events)


def test_money_is_text_with_two_decimals_and_unknown_is_null(s001):
    board = benefits("board", "SCP", "--store", s001, "--format", "json").json()

    by_reference = {one["reference"]: one for one in board["benefits"]}
    assert by_reference["SCP-PROC"]["claimed"] == "4390000.00"
    assert by_reference["SCP-SUPPORT"]["target"] is None
    assert by_reference["SCP-SUPPORT"]["percent_of_current"] is None
    assert by_reference["SCP-SERVICE-LEVELS"]["unit"] == "service level"
    assert by_reference["SCP-SERVICE-LEVELS"]["claimed"] is None
    assert by_reference["SCP-PROC"]["in_budget"] is None


def test_the_events_behind_a_figure_sum_to_it_in_every_figure_of_the_board(s001):
    from decimal import Decimal

    board = benefits(*QUESTIONS["board"], "--store", s001, "--format", "json").json()
    for benefit in board["benefits"]:
        for figure in ("claimed", "verified", "claimed_only", "target", "original_target", "target_to_date"):
            said = benefits("explain", benefit["reference"], figure, *WHEN, "--store", s001, "--format", "json").json()
            assert Decimal(said["total"] or 0) == Decimal(benefit[figure])
            assert sum(Decimal(part["amount"]) for part in said["parts"]) == Decimal(said["total"] or 0)


def test_asked_by_token_an_answer_has_nothing_that_later_records_change(s001):
    first = benefits("board", "SCP", "--as-at", "2008-03-31", "--store", s001, "--format", "json").json()

    again = benefits(
        *("board", "SCP", "--as-at", "2008-03-31", "--token", first["token"], "--store", s001, "--format", "json")
    ).json()

    assert again.pop("restated") is None
    assert first.pop("restated")
    assert again.pop("known_at") <= first.pop("known_at")  # The token's is that of its last event.
    assert again == first


def test_the_format_can_be_chosen_once_for_all_commands(s001, tmp_path, monkeypatch):
    assert benefits("show", "SCP", "--store", s001, BENEFITS_FORMAT="json").json()["kind"] == "programme"

    refused = benefits("show", "SCP", "--store", s001, BENEFITS_FORMAT="xml")
    assert (refused.code, refused.out) == (2, "")
    assert "'xml' is not a format" in refused.err
