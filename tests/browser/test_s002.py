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


def test_on_the_day_of_the_final_report_30_million_are_to_be_saved_and_nothing_is_identified_or_claimed(reader):
    reader.follows("Delivering Excellence")
    reader.asks(as_at=FINAL)

    whole = reader.row("programmes", Programme="DE")
    assert whole["Target"] == "£30,000,000"
    assert whole["Identified"].startswith("–")
    assert {row["Claimed"] for row in reader.rows("benefits")} == {"£0"}
    assert {row["Target"].splitlines()[0] for row in reader.rows("benefits")} == {"–"}
