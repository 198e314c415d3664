"""Pages say what a state or an event holds in sentences, and what it names is a link."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builders import a_benefit
from tests.demo import event_of
from tests.web.conftest import csv_rows, read
from web.said import GUARDS, in_words
from web.words import plainly


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (True, "yes"),
        (date(2008, 3, 31), "31 March 2008"),
        ("2008-03-31", "31 March 2008"),
        ("2008-03", "2008-03"),
        ({"type": "claimants-own-report"}, "type: claimants own report"),
        ("co-sponsor", "co-sponsor"),
        ({"roles": [{"role": "co-sponsor", "post": "co-opted"}]}, "roles: Co sponsor: co-opted"),
        ("SCP-PROC", "SCP-PROC"),
        (
            {
                "release": "cash-releasing",
                "lines": [{"period": "2007/08", "last_day": "2008-03-31", "amount": "1500000.00"}],
            },
            "£1,500,000 for 2007/08 (cash releasing)",
        ),
        ({"period": "2007/08", "value": "11000000", "bound": "over", "event": 157}, "over 11,000,000 for 2007/08"),
        ({"period": "2008-05", "value": "3000", "bound": "exactly"}, "3,000 for 2008-05"),
        ([{"letter": "a", "verb": "note", "text": None, "outcome": "carried"}], "(a) note (carried)"),
        ([{"letter": "a", "verbs": ["note", "ask"], "text": "The report"}], "(a) note, ask: The report"),
        (
            {"version": "Draft 2.1", "printed": "2008-06-26", "reason": "Comments", "event": 180},
            "Draft 2.1, dated 26 June 2008: Comments",
        ),
        ({"consulted": "Unions", "on": "2008-09-17", "response": None}, "Unions, 17 September 2008: outstanding"),
        (
            {"rule": "evidence-given", "reason": "None is printed."},
            "that a claim has evidence (evidence-given): None is printed.",
        ),
        (
            {"decision": "D-1", "resolution": "c", "on": "2005-10-31", "event": 44},
            "D-1, resolution c, from 31 October 2005",
        ),
        ({"activity": "PMO", "amount": None, "lines": None}, "PMO: amount not known"),
        ({"other_word": "x", "event": 3}, "other word: x"),
    ],
)
def test_what_is_held_is_said_in_words(value, said):
    assert in_words(value) == said


def test_a_word_of_somebodys_own_keeps_its_hyphens(register, store_url, opened):
    a_benefit(register)
    register.post.establish("POST-1", title="co-sponsor", authority="COUNCIL")
    client = opened(store_url)

    assert ("Title", "co-sponsor") in [
        tuple(cell for cell, _ in row)[:2] for row in read(client, "/show/POST-1").tables["fields"]
    ]
    assert "cash releasing" in read(client, "/benefit/B-1").said


def test_only_a_null_by_itself_is_said_to_be_a_dash():
    assert plainly("null if it was annulled; `null` too") == "a dash if it was annulled; a dash too"


def test_amounts_of_a_benefit_that_is_not_in_money_have_its_unit():
    assert in_words({"period": "2012/13", "amount": "70"}, unit="desks") == "70 desks for 2012/13"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (
            "/benefit/SCP-PROC",
            ["£1,500,000 for 2007/08 (cash releasing)", "Dis-benefit", "a dash where nothing is said of a budget"],
        ),
        ("/show/SCP-ORDERING", ["over 11,000,000 for 2007/08"]),
        ("/show/S002-DE", ["Draft 2.1, dated 26 June 2008: Comments, and section 4"]),
        ("/board/DE-MSI", ["recomputed 844,372 from planned cost of DE-MSI-STRUCTURE"]),
        ("/figure/S002-STRUCTURE", ["from planned cost of DE-MSI-STRUCTURE"]),
        ("/overrides", ["that a baseline is agreed before a saving is claimed"]),
        (
            "/decision/S004-2010-01-12?as_at=2009-06-30&known_at=2010-01-15",
            ["that whoever takes a decision exists on that day"],
        ),
    ],
)
def test_pages_say_it_so(pages, path, says):
    page = read(pages, path)

    for one in says:
        assert one in page.said
    for code in ("last day:", "event:", "null", "planned_cost", "Dis benefit"):
        assert code not in page.said


def test_what_later_records_changed_is_in_pounds(pages):
    page = read(pages, "/board/SCP?as_at=2008-03-31&known_at=2008-04-30&since=2007-04-01")

    assert "£4,390,000" in {cell for row in page.tables["restated"] for cell, _ in row}
    assert "4390000.00" not in page.said
    assert "/benefit/SCP-PROC?as_at=2008-03-31&known_at=2008-04-30" in page.links


def test_an_event_leads_to_the_evidence_the_claimant_and_the_benefit(pages):
    page = read(pages, f"/event/{event_of('S001-023')}")

    assert {"/document/SCP-REPORT-2008", "/show/LEICS-DIR-RESOURCES", "/benefit/SCP-PROC"} <= {*page.links}
    assert ("Amount", "£4,390,000") in [tuple(cell for cell, _ in row) for row in page.tables["body"]]
    assert "that a measure is agreed before a saving is claimed (measure-agreed)" in page.said


def test_a_correction_says_field_by_field_what_it_changed(pages):
    page = read(pages, f"/event/{event_of('S002-010')}")

    assert [[cell for cell, _ in row] for row in page.tables["correction"][1:]] == [
        [
            "Assumed",
            "Printed between 15 July and 13 August; the day it was recorded is assumed.",
            "That 25 July was meant is assumed, and so is the day of the correction.",
        ],
        ["True from", "25 June 2008", "25 July 2008"],
    ]
    assert f"/event/{event_of('S002-009')}" in page.links
    assert pages.get(f"/event/{event_of('S002-009')}/correction.csv").status_code == 404


def test_a_programme_leads_to_its_documents_and_what_belongs_to_it_to_its_board(pages):
    assert "/document/S002-DE" in read(pages, "/board/DE").links
    assert [row["Document"] for row in csv_rows(pages.get("/board/SCP/documents.csv").content)] == [
        "SCP-REPORT-2008",
        "SCP-VISION",
    ]
    fields = read(pages, "/show/SCP-CSC-1").tables["fields"]
    assert ("SCP", "/board/SCP") in [row[1] for row in fields]


def test_a_body_has_the_decisions_that_it_took(pages, views):
    rows = csv_rows(pages.get("/show/LEICESTER-CABINET/decisions.csv").content)

    decided = [views.show(one.reference) for one in views.references("decision").references]
    theirs = {one.reference for one in decided if one.state["body"] == "LEICESTER-CABINET"}
    assert {row["Decision"] for row in rows} == theirs
    assert [row["On"] for row in rows] == sorted(row["On"] for row in rows)
    assert "It took no decision that is on record." in read(pages, "/show/LEICESTER-COUNCIL").said
    assert pages.get("/show/SCP-CSC-1/decisions.csv").status_code == 404


def test_every_rule_that_may_be_set_aside_is_said_in_words():
    listed = Path("docs/reference/rules.md").read_text(encoding="utf-8").partition("## Rules that can be set aside")[2]
    rules = {line.split("`")[1] for line in listed.partition("\n## ")[0].splitlines() if line.startswith("| `")}

    assert rules == {*GUARDS}
