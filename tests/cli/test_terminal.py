"""What is shown to people: in narrow windows, without colours, and in the characters a terminal has."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cli.running import benefits, benefits_process, benefits_terminal

SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
WHEN = ("--as-at", "2008-03-31", "--known-at", "2008-06-18")
SHOWN = (
    ("board", "SCP", *WHEN),
    ("board", "BIP", "--as-at", "2005-11-30"),
    ("portfolio", "show", "LEICESTER"),
    ("funding", "show", "DE-MSI"),
    ("figure", "list"),
    ("document", "show", "S002-DE"),
    ("decision", "show", "S000-2005-10-31"),
    ("register",),
    ("overrides",),
    ("years", "SCP"),
    ("timeline", "TP"),
    ("trail", "SCP"),
    ("changes", "SCP", "--since", "2008-06-05", "--as-at", "2008-06-18"),
)


def in_words(text: str) -> set[str]:
    return set(re.findall(r"[\w.,/-]*\w", text))


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_no_line_is_wider_than_the_window_but_the_token(words, columns, demo):
    ran = benefits(*words, "--store", demo, COLUMNS=str(columns))

    assert ran.code == 0, ran.err
    *body, asked, token = ran.out.splitlines()
    assert max(len(line) for line in body) <= columns
    assert asked.startswith("As at ")
    assert token.startswith("Token ")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_in_a_narrow_window_nothing_is_left_out_and_no_number_is_cut_in_two(columns, demo):
    wide = benefits("board", "SCP", *WHEN, "--store", demo, COLUMNS="250").out
    narrow = benefits("board", "SCP", *WHEN, "--store", demo, COLUMNS=str(columns)).out

    cells = {word for word in in_words(wide) if re.search(r"\d", word) or word.startswith("SCP")}
    assert cells <= in_words(narrow)


def test_in_a_file_a_table_is_as_wide_as_it_takes(demo, tmp_path):
    ran = benefits_process("register", "--store", demo, COLUMNS="")

    assert ran.code == 0, ran.err
    assert any(len(line) > 120 for line in ran.out.splitlines())


def test_in_a_terminal_words_are_coloured_that_say_the_same_without(demo):
    coloured = benefits_terminal("board", "SCP", *WHEN, "--store", demo, columns=200).out
    plain = benefits("board", "SCP", *WHEN, "--store", demo, COLUMNS="200").out

    assert COLOUR.search(coloured)
    assert [line.rstrip() for line in SEQUENCE.sub("", coloured).splitlines()] == plain.splitlines()


def test_no_colour_is_shown_where_none_is_wanted_or_nobody_looks(demo):
    unwanted = benefits_terminal("board", "SCP", *WHEN, "--store", demo, NO_COLOR="1").out
    refused = benefits_terminal("board", "NOWHERE", "--store", demo, NO_COLOR="1").out
    piped = benefits_process("board", "SCP", *WHEN, "--store", demo).out

    assert not COLOUR.search(unwanted)
    assert not COLOUR.search(refused)
    assert "\x1b" not in piped


def test_a_terminal_that_can_do_nothing_is_sent_nothing_but_words(demo):
    assert "\x1b" not in benefits_terminal("figure", "list", "BIP", "--store", demo, TERM="dumb").out


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_where_characters_are_few_others_stand_for_them(words, demo):
    ran = benefits_process(*words, "--store", demo, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert ran.code == 0, ran.err
    assert ran.out.isascii()
    assert "UnicodeEncodeError" not in ran.err


def test_bars_and_timelines_have_plain_characters_to_fall_back_on(demo):
    plain: dict[str, Any] = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    years = benefits_process("years", "SCP", "--store", demo, **plain).out
    timeline = benefits_process("timeline", "TP", "--as-at", "2010-01-13", "--store", demo, **plain).out

    assert "###|#########" in years
    assert "| * 2009-02-17" in timeline
    assert "== as at 2010-01-13 =" in timeline


def test_a_table_in_plain_characters_is_as_straight_as_any(demo):
    ran = benefits_process("figure", "check", "S002-09M", "--store", demo, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    drawn = [line for line in ran.out.splitlines() if line.startswith(("|", "+"))]
    assert any("GBP 0.9m a year" in line for line in drawn)
    assert len({len(line) for line in drawn}) == 1


def test_json_where_characters_are_few_is_still_what_was_said(demo):
    question = ("figure", "check", "S002-09M", "--store", demo, "--format", "json")

    ran = benefits_process(*question, PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert ran.json()["words"] == benefits(*question).json()["words"] == "£0.9m a year"


def test_a_sparkline_has_a_block_a_period_and_a_dot_where_there_is_nothing():
    from decimal import Decimal

    from cli.tables import sparkline

    drawn = sparkline([None, Decimal(0), Decimal(50), Decimal(100), Decimal(-5)], Decimal(100))

    assert drawn == "·▁▄█▁"
    assert sparkline([Decimal(0)], Decimal(0)) == "▁"
