"""The questions of S002, answered from pages alone: links are clicked, the form says when, no address is typed."""

from __future__ import annotations

import pytest

FINAL = "2008-09-26"


@pytest.fixture
def structure(reader):
    reader.follows("Management Structure Implementation")
    return reader


def test_the_structure_costs_844_372_and_the_nought_point_nine_million_of_the_text_is_not_the_same_figure(structure):
    structure.asks(as_at=FINAL)

    assert structure.row("funding", Plan="DE-MSI-STRUCTURE")["Planned cost"] == "£844,372"
    text = structure.row("exceptions", Reference="S002-09M")
    assert (text["What"], text["By how much"]) == ("Printed figure", "£55,628")
    assert "recomputed 844,372" in text["What is found"]
    assert "printed 900,000" in text["What is found"]


def test_the_text_lists_14_posts_where_the_table_adds_12(structure):
    structure.asks(as_at=FINAL)

    posts = structure.row("exceptions", Reference="S002-POSTS")
    assert "recomputed 12" in posts["What is found"]
    assert "printed 14" in posts["What is found"]
    assert posts["By how much"] == "2 posts"


def test_five_years_cost_3_300_000_and_with_one_off_and_crm_5_490_000_and_what_is_left_out_is_listed(structure):
    structure.asks(as_at=FINAL)
    assert structure.row("funding", Plan="DE-MSI-COST")["Planned cost"] == "£5,490,000"

    structure.follows("DE-MSI-COST")

    assert "£3,300,000" in structure.said
    assert "£5,490,000" in structure.said
    assert all(words in structure.said for words in ("Back-fill", "Consultancy", "Severance"))


@pytest.fixture
def document(reader):
    """The report of the programme, by a figure that is printed in it."""
    reader.follows("Delivering Excellence")
    reader.asks(as_at=FINAL)
    reader.follows("S002-NO-SAVINGS")
    reader.follows("S002-DE")
    return reader


def test_the_seventh_issue_is_recorded_between_the_sixth_and_the_eighth_and_the_correction_of_its_date_is_named(
    document,
):
    issues = document.rows("versions")

    assert [row["Issue"] for row in issues[5:8]] == ["Draft 2.5", "Draft 2.6", "Draft 3.0"]
    assert (issues[6]["Dated"], issues[6]["First recorded as"]) == ("2008-07-25", "2008-06-25")
    document.follows(issues[6]["Corrected by event"], within="Issues, in the order of recording, a table that scrolls")
    assert f"What it changed of event {issues[6]['Event']}" in document.said
    moved = document.row("correction", Field="True from")
    assert (moved["Was"], moved["Is now"]) == ("25 June 2008", "25 July 2008")


@pytest.mark.parametrize(
    ("known_at", "printed", "place"), [("2008-07-31", "2008-06-25", "1"), ("2008-08-01", "2008-07-25", "7")]
)
def test_the_date_of_the_seventh_issue_depends_on_when_it_is_asked_for(document, known_at, printed, place):
    document.asks(as_at="2008-08-01", known_at=known_at)

    seventh = document.row("versions", Issue="Draft 2.6")
    assert (seventh["Dated"], seventh["Place by its date"]) == (printed, place)


def test_two_names_each_name_two_issues_and_both_are_listed(document):
    for version, dates in (("Draft 2.5", ["2008-07-11", "2008-07-15"]), ("Draft 3.2", ["2008-09-04", "2008-09-17"])):
        assert [row["Dated"] for row in document.rows("versions", Issue=version)] == dates
    assert "Several issues may bear one name: each is told by its event." in document.said


@pytest.mark.parametrize(
    ("version", "dates"), [("Draft 2.5", ["2008-07-11", "2008-07-15"]), ("Draft 3.2", ["2008-09-04", "2008-09-17"])]
)
def test_looked_up_by_a_name_that_two_issues_bear_both_are_listed_and_neither_is_guessed(document, version, dates):
    document.looks_up("Find an issue by its name", version)

    assert f"'{version}' names 2 issues of S002-DE" in document.said
    for date in dates:
        assert f"{version} printed {date} (event " in document.said


def test_on_the_day_of_the_final_report_30_million_are_to_be_saved_and_nothing_is_identified_or_claimed(reader):
    reader.follows("Delivering Excellence")
    reader.asks(as_at=FINAL)

    whole = reader.row("programmes", Programme="DE")
    assert whole["Target"] == "£30,000,000"
    assert whole["Identified"].startswith("–")
    assert {row["Claimed"] for row in reader.rows("benefits")} == {"£0"}
    assert {row["Target"].splitlines()[0] for row in reader.rows("benefits")} == {"–"}
