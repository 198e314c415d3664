"""Funding, years, totals and printed figures as pages: each figure is that of the views, and leads to its events."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from projections.funding import SUMS
from tests.builders import a_benefit, a_claim
from tests.web.conftest import csv_rows, read
from tests.web.test_troubled import claimed_on
from web import words


def shown(value: Decimal | None, unit: str | None = "GBP") -> str:
    return "–not known" if value is None else words.measured(value, unit)


@pytest.mark.parametrize(("name", "by"), [("SCP", "year"), ("SCP", "month"), ("SCP-PROC", "year"), ("OIP", "year")])
def test_every_figure_by_period_is_that_of_the_views_and_opens_into_events_that_sum_to_it(pages, views, name, by):
    rows = views.years(name, by=by).rows
    assert rows

    page = read(pages, f"/years/{name}?by={by}")

    figures = ("target", "forecast", "claimed", "verified", "claimed_adjustment", "verified_adjustment", "in_budget")
    for line, one in zip(page.tables["rows"][1:], rows, strict=True):
        assert [said for said, _ in line[4:11]] == [shown(getattr(one, figure)) for figure in figures]
        for (_, link), figure in zip(line[4:11], figures, strict=True):
            if link is not None:
                said = pages.get(f"/api{link}").json()
                assert Decimal(said["total"] or 0) == getattr(one, figure), link
                assert sum((Decimal(part["amount"]) for part in said["parts"]), Decimal(0)) == Decimal(
                    said["total"] or 0
                )


def test_what_is_claimed_and_verified_of_a_closed_year_later_is_beside_the_chart_as_it_is_in_it(
    register, clock, store_url, opened
):
    # Given a year that was closed with one claim, and of which a second is made and verified later
    a_benefit(register)
    clock.now = datetime(2026, 4, 10, 9, tzinfo=UTC)
    a_claim(register, period="2025-05", amount="1000")
    client = opened(store_url)
    assert claimed_on(read(client, "/board/SCP")) == 1_000
    assert "Claimed of earlier, closed periods" not in read(client, "/board/SCP").said
    clock.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    register.authority.close_period("COUNCIL", period="2025/26")
    clock.now = datetime(2026, 7, 3, 9, tzinfo=UTC)
    a_claim(register, period="2025-06", amount="2500")
    aside = ["separate-accounts: Tests have one account"]
    register.saving.verify("B-1", claim="2025-06", method="Ledger match", by="FINANCE", overrides=aside)

    # When the board and the benefit are asked
    for path in ("/board/SCP", "/benefit/B-1"):
        heads, *lines = read(client, path).tables["over-time"]

        # Then the closed year stands as it was, and the open one says what came later, each leading to its events
        cells = {line[0][0]: dict(zip([said for said, _ in heads], line, strict=True)) for line in lines}
        assert cells["2025/26"]["Claimed"][0] == "£1,000"
        assert cells["2026/27"]["Claimed"][0] == "£0"
        for heading in ("Claimed of earlier, closed periods", "Verified of earlier, closed periods"):
            said, link = cells["2026/27"][heading]
            assert said == "£2,500"
            assert Decimal(client.get(f"/api{link}").json()["total"]) == 2_500

    # And the board comes to the same everywhere
    assert claimed_on(read(client, "/board/SCP")) == 3_500


@pytest.mark.parametrize("name", ["SCP", "OIP", "LEICESTER", "TP"])
def test_the_named_measures_and_totals_open_into_events_that_sum_to_them(pages, name):
    for path, table in ((f"/years/{name}", "measures"), (f"/totals/{name}", "totals")):
        for line in read(pages, path).tables.get(table, [[]])[1:]:
            for said, link in line:
                if link is not None and link.startswith("/explain/"):
                    total = pages.get(f"/api{link}").json()["total"]
                    assert shown(Decimal(total or 0)) == said, link


def test_totals_are_those_of_the_views(pages, views):
    page = read(pages, "/totals/SCP?by=month")

    figures = ("claimed", "verified", "measured_only", "claimed_only", "challenged")
    rows = views.totals("SCP", by="month").rows
    for line, one in zip(page.tables.get("totals", [[]])[1:], rows, strict=True):
        assert [said for said, _ in line[4:9]] == [shown(getattr(one, figure)) for figure in figures]


@pytest.mark.parametrize("name", ["BIP", "BIP-PLAN", "LEICESTER", "OIP"])
def test_every_sum_of_a_plan_is_that_of_the_views_and_opens_into_events(pages, views, name):
    found = views.funding(name)
    page = read(pages, f"/funding/{name}")

    headings, *lines = page.tables["sums"]
    places = {words_: place for place, (words_, _) in enumerate(headings)}
    several = [] if name == "BIP-PLAN" else [found]
    for line, one in zip(lines, [*several, *found.plans], strict=True):
        for figure in SUMS:
            place = places.get(words.spoken(figure))
            value = getattr(one, figure)
            if place is None:
                assert value is None
                continue
            said, link = line[place]
            assert said == shown(value, None if figure == "posts" else "GBP")
            if value is not None:
                assert Decimal(pages.get(f"/api{link}").json()["total"]) == value, link
    assert len(page.tables.get("lines", [[]])) - 1 == sum(len(plan.lines) for plan in found.plans)
    assert len(page.tables.get("sources", [[]])) - 1 == sum(len(plan.sources) for plan in found.plans)


def test_one_line_of_a_plan_is_shown_alone_and_the_others_are_a_link_away(pages):
    page = read(pages, "/funding/BIP-PLAN?line=pmo-clerical&as_at=2005-10-31")

    assert [row[1][0] for row in page.tables["lines"][1:]] == ["pmo-clerical"]
    assert "/funding/BIP-PLAN?as_at=2005-10-31" in page.links


def test_printed_figures_that_differ_come_first_with_by_how_much_and_why(pages, views):
    found = views.figures("BIP").figures
    page = read(pages, "/figures/BIP")

    assert len(page.tables["figures"]) - 1 == len(found)
    assert page.tables["figures"][1][2][0] == "differs"
    for line, one in zip(page.tables["figures"][1:], found, strict=True):
        assert line[2][0] == one.outcome
        assert line[5][0] == shown(one.difference, one.unit)
        assert words.plainly(one.reason).split() == line[6][0].split()
        assert line[0][1] == f"/figure/{one.reference}"
    assert "3 of 13 differ" in page.said


def test_what_a_printed_figure_comes_to_opens_only_into_events_that_sum_to_it(pages):
    opened = 0
    for line in read(pages, "/figures").tables["figures"][1:]:
        said, link = line[4]
        if link is not None:
            total = Decimal(pages.get(f"/api{link}").json()["total"])
            assert said in (words.pounds(total), words.number(total)) or said.startswith(words.number(total)), link
            opened += 1
    assert opened


def test_one_printed_figure_says_by_how_much_it_differs_and_what_it_is_held_against(pages, views):
    one = views.figure_check("S000-ONCOSTS")
    page = read(pages, "/figure/S000-ONCOSTS")

    assert "£42,539.90" in page.said
    assert one.outcome in page.said
    assert "/document/S000-REPORT" in page.links
    assert f"/event/{one.event}" in page.links


def test_guards_set_aside_are_listed_and_whether_they_still_stand(pages, views):
    found = views.overrides().overrides
    rows = csv_rows(pages.get("/overrides/-/overrides.csv").content)

    assert [(int(row["Event"]), row["Guard"]) for row in rows] == [(one.position, one.rule) for one in found]
    assert [row["Now"] for row in rows] == ["stands" if one.standing else "cleared" for one in found]
    assert "of which 6 still stand" in read(pages, "/overrides").said


def test_issues_of_a_document_are_told_apart_by_their_events(pages, views):
    found = views.document("S002-DE").versions
    page = read(pages, "/document/S002-DE")

    lines = page.tables["versions"][1:]
    assert [line[0] for line in lines] == [(str(one.event), f"/event/{one.event}") for one in found]
    assert [line[5][0] for line in lines] == [str(one.effective_order) for one in found]
    assert "2008-06-25" in {line[3][0] for line in lines}  # As it was first recorded.


def test_everything_on_record_is_listed_and_leads_to_its_page(pages, views):
    rows = read(pages, "/list").tables["references"][1:]

    found = views.references().references
    assert sorted(row[1][0] for row in rows) == sorted(one.reference for one in found)
    places = {row[0][0]: str(row[1][1]).split("/")[1] for row in rows}
    assert places["document"] == "document"
    assert places["figure"] == "figure"
    assert places["funding"] == "funding"
    assert places["programme"] == "board"
    only = read(pages, "/list?kind=figure").tables["references"][1:]
    assert [row[1][0] for row in only] == [one.reference for one in views.references("figure").references]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/years/SCP?by=week", 400, "is not for by"),
        ("/totals/SCP?by=<b>", 400, "is not for by"),
        ("/years/SCP-CSC-1", 400, "SCP-CSC-1"),
        ("/funding/SCP-PROC", 400, "funding is of a plan"),
        ("/funding/BIP?line=none-such", 404, "none-such"),
        ("/figure/SCP", 400, "no printed figure"),
        ("/figures/NOBODY", 404, "NOBODY"),
        ("/overrides/NOBODY", 404, "NOBODY"),
        ("/document/SCP", 400, "not a document"),
        ("/list?kind=nonsense", 400, "is no kind of subject"),
        ("/list?kind=store", 400, "is no kind of subject"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(pages, path, status, says):
    found = pages.get(path)

    assert found.status_code == status, found.text
    assert says in found.text.replace("&lt;", "<")
