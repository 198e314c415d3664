"""Every page of the demo answers, its figures are those of the views, and its links lead on with the same times."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from benefits import BenefitsRegister
from projections import Views, follow
from tests.builders import a_benefit
from tests.cli.running import benefits
from tests.demo import EVENTS, event_of
from tests.web.conftest import Client, Read, read
from web import words
from web.pages.figures import FIGURES, HEADINGS

BOARDS = [
    ("BIP", {"as_at": "2005-10-31"}),
    ("SCP", {"as_at": "2008-03-31", "known_at": "2008-06-18"}),
    ("SCP", {"as_at": "2008-03-31"}),
    ("DE", {"as_at": "2008-09-26"}),
    ("LEICESTER", {"as_at": "2008-09-26"}),
    ("OIP", {"as_at": "2014-03-31"}),
    ("TP", {"as_at": "2010-01-31"}),
    ("TP", {}),
]


def query(when: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in when.items())


def test_the_first_page_has_every_authority_portfolio_and_programme(pages, views):
    page = read(pages, "/")

    for one in views.references("programme").references:
        assert f"/board/{one.reference}" in page.links
    for one in (*views.references("authority").references, *views.references("portfolio").references):
        assert one.title in page.said


@pytest.mark.parametrize(("name", "when"), BOARDS)
def test_every_figure_of_a_board_is_what_the_views_answer_and_leads_to_the_events_behind_it(
    pages: Client, views: Views, name, when
):
    board = views.board(name, **when)

    page = read(pages, f"/board/{name}{query(when)}")

    held = 0
    for table, found in (("benefits", board.benefits), ("totals", board.totals)):
        headings, *rows = page.tables.get(table, [[]])
        assert len(rows) == len(found)
        places = {words_: place for place, (words_, _) in enumerate(headings)}
        for row, one in zip(rows, found, strict=True):
            for figure in FIGURES:
                value = getattr(one, figure)
                if HEADINGS[figure] not in places:
                    assert value is None, figure
                    continue
                said, link = row[places[HEADINGS[figure]]]
                unit = getattr(one, "unit", "GBP")
                assert said == ("–not known" if value is None else words.measured(value, unit)), (one, figure)
                if value is not None:
                    assert link is not None
                    opened = read(pages, link)
                    assert words.measured(value, unit) in opened.said
                    held += 1
    for programme in board.programmes:
        for amount in (programme.target, programme.identified, programme.to_be_identified):
            assert amount is None or words.pounds(amount) in page.said
    assert held or not board.totals


@pytest.mark.parametrize(("name", "when"), BOARDS)
def test_a_figure_opens_into_events_that_sum_to_it(pages, name, when):
    page = read(pages, f"/board/{name}{query(when)}")

    links = {link for link in page.links if link.startswith("/explain/")}
    for link in links:
        said = pages.get(f"/api{link}").json()
        assert sum((Decimal(one["amount"]) for one in said["parts"]), Decimal(0)) == Decimal(said["total"] or 0), link


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/board/SCP",
        "/board/LEICESTER",
        "/benefit/SCP-PROC",
        "/decision/S001-2008-06-18",
        "/show/SCP-CSC-1",
        "/show/LEICS-CC",
        "/explain/SCP-PROC/claimed",
        "/event/160",
        "/register/SCP",
        "/register",
        "/trail/SCP",
        "/trail",
        "/years/SCP",
        "/totals/SCP",
        "/funding/BIP",
        "/figures/BIP",
        "/figures",
        "/figure/S000-ONCOSTS",
        "/overrides/SCP",
        "/document/SCP-REPORT-2008",
        "/list",
    ],
)
def test_every_link_and_file_of_a_page_carries_the_times_it_was_asked_with(pages, path):
    when = "?as_at=2008-06-18&known_at=2008-06-20"

    page = read(pages, path + when)

    carried = [link for link in page.links if link.startswith("/") and "token=" not in link and link != path]
    assert len(carried) > 3
    elsewhen = {link for link, _, _ in page.stops}
    for link in carried:
        if link in elsewhen:
            continue
        parts = urlsplit(link)
        if "In the demo" in link or _is_example(link):
            continue
        asked = parse_qs(parts.query)
        if parts.path.startswith("/trail") and [*asked] == ["since"]:
            continue  # Asks for what is recorded later, and so as of now.
        assert (asked.get("as_at"), asked.get("known_at")) == (["2008-06-18"], ["2008-06-20"]), link
    assert page.fields["as_at"] == "2008-06-18"
    assert page.fields["known_at"] == "2008-06-20"


def _is_example(link: str) -> bool:
    return link in (
        "/board/SCP?as_at=2008-03-31&known_at=2008-06-18",
        "/board/LEICESTER?as_at=2008-09-26",
        "/decision/S003-2012-01-18",
    )


@pytest.mark.parametrize("when", ["", "?as_at=2008-09-26", "?as_at=2008-06-18&known_at=2008-06-20"])
def test_every_link_of_the_pages_that_are_there_leads_somewhere(pages, when):
    seen: set[str] = set()
    todo = ["/" + when, "/board/SCP" + when, "/board/LEICESTER" + when, "/benefit/SCP-PROC" + when, "/event/160"]
    while todo and len(seen) < 300:
        path = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        found = pages.get(path)
        assert found.status_code == 200, path
        if "text/html" in found.headers["content-type"]:
            todo += [link for link in Read(found.text).links if link.startswith("/")]
    assert len(seen) > 200


@pytest.mark.parametrize("name", ["SCP", "LEICESTER"])
def test_every_page_about_a_programme_or_portfolio_leads_to_the_others(pages, name):
    there = ("board", "register", "years", "totals", "funding", "figures", "timeline", "compare", "trail", "overrides")
    wanted = {f"/{one}/{name}?as_at=2008-09-26" for one in there}

    for one in there:
        page = read(pages, f"/{one}/{name}?as_at=2008-09-26")
        assert wanted <= set(page.links)
        (here,) = [given for _, given in page.tags if given.get("aria-current") == "page" and given.get("href")]
        assert here["href"] == f"/{one}/{name}?as_at=2008-09-26"


def test_a_page_that_is_not_now_says_so_and_what_later_records_changed(pages, views):
    restated = views.board("SCP", as_at="2008-03-31").restated
    events = len({one.position for one in restated})
    assert events

    page = read(pages, "/board/SCP?as_at=2008-03-31")

    assert "It is not now." in page.said
    assert f"{events} later events changed {len(restated)} things on it" in " ".join(page.said.split())
    assert "#restated" in page.links
    assert len(page.tables["restated"]) == len(restated) + 1


def test_a_page_that_is_now_has_no_banner(pages):
    assert "It is not now." not in read(pages, "/board/SCP").said


def test_a_page_asked_by_token_says_that_later_records_are_left_out_and_where_they_are(pages, views):
    token = views.board("SCP", as_at="2008-03-31").token

    page = read(pages, f"/board/SCP?as_at=2008-03-31&token={token}")

    assert "does not say what later records changed" in page.said
    later = next(link for link in page.links if "known_at=" in link and "token" not in link)
    assert "#restated" in read(pages, later).links


def test_a_board_says_what_changed_since_an_earlier_date(pages, views):
    changes = views.changes("SCP", "2008-06-05", as_at="2008-06-18").changes
    assert changes

    page = read(pages, "/board/SCP?as_at=2008-06-18&since=2008-06-05")

    assert len(page.tables["changes"]) == len(changes) + 1
    assert page.fields["since"] == "2008-06-05"


def test_a_board_begins_with_what_stands_out(pages):
    page = read(pages, "/board/BIP?as_at=2008-09-26")

    late = [row for row in page.tables["exceptions"] if row[0][0] == "Milestone late"]
    assert "BIP-FIRST-SAVINGS" in [row[1][0] for row in late]
    assert page.said.index("Exceptions") < page.said.index("Benefits as")


def test_a_gap_leads_to_its_benefit_and_to_no_figure_that_is_another_number(demo, tmp_path, opened):
    # Given a budget that was reduced by more than finance has verified
    store = str(shutil.copy(demo, tmp_path / "demo.db"))
    claim = (
        "saving",
        "claim",
        "OIP-SUPPORT",
        "--period",
        "2012/13",
        "--amount",
        "100000",
        "--by",
        "BROMLEY-DIRECTOR-RESOURCES",
    )
    guards = ("measure-agreed", "baseline-agreed", "in-delivery", "evidence-given")
    aside = [word for guard in guards for word in ("--override", f"{guard}: Not recorded")]
    verify = (
        "saving",
        "verify",
        "OIP-SUPPORT",
        "--claim",
        "2012/13",
        "--method",
        "Ledger",
        "--by",
        "LEICS-FINANCE-VERIFIER",
    )
    for said in ((*claim, *aside), verify):
        done = benefits(*said, "--now", "2014-04-01", "--store", store)
        assert done.code == 0, done.err

    # When its board is asked
    page = read(opened(store), "/board/OIP?as_at=2014-04-01")

    # Then the figure is the difference, and leads to nothing that explains another
    (gap,) = [row for row in page.tables["exceptions"] if row[3][0] == "2012/13"]
    assert gap[4] == ("£250,000", "/benefit/OIP-SUPPORT?as_at=2014-04-01")


def test_what_was_recorded_shortly_after_midnight_in_london_bears_that_day_on_every_page(demo, tmp_path, opened):
    # Given an amount that was recorded half an hour into 11 June, while clocks in London were an hour ahead
    store = str(shutil.copy(demo, tmp_path / "demo.db"))
    night = datetime(2012, 6, 10, 23, 30, tzinfo=UTC)
    with BenefitsRegister(store, user="PMO", clock=lambda: night, on_append=(follow,)) as register:
        register.saving.reverse("SCP-HSEP", claim="2007/08", amount="90000", reason="Of another year", by="PMO")
    client = opened(store)

    # Then what changed, what makes the figure, what differs and the trail all say so
    for path, table in (
        ("/board/SCP?since=2012-01-31", "changes"),
        ("/explain/SCP-HSEP/claimed", "parts"),
        (f"/trail/SCP?since={EVENTS}", "events"),
    ):
        rows = [[said for said, _ in row] for row in read(client, path).tables[table] if row[0][0] == str(EVENTS + 1)]
        assert rows, path
        assert all(any(said.startswith("11 June 2012") for said in row) for row in rows), rows
    assert "11 June 2012" in read(client, "/compare/SCP?since=2012-01-31").said


def test_a_decision_that_only_notes_says_why_it_gives_no_authority(pages):
    page = read(pages, "/decision/S003-2012-01-18")

    assert "which confers no authority" in page.said


def test_the_event_that_opened_the_store_has_a_page_and_leads_to_no_subject(pages):
    page = read(pages, "/event/1")

    assert "Store opened event 1" in " ".join(page.said.split())
    assert not [
        link for link in (*page.links, *read(pages, "/trail").links) if "(store)" in link or "%28store%29" in link
    ]


def test_an_event_that_is_true_only_later_leads_to_no_page_that_is_not_there_yet(pages):
    page = read(pages, f"/event/{event_of('S001-046')}?as_at=2008-03-31&known_at=2008-06-18")

    assert "S001-2008-06-18" in page.said
    assert {pages.get(link).status_code for link in page.links if link.startswith("/")} == {200}
    assert "/decision/S001-2008-06-18" in read(pages, f"/event/{event_of('S001-046')}").links


def test_a_resolution_without_its_text_has_the_words_recommended_beside_it_and_says_what_carried_means(pages, views):
    page = read(pages, "/decision/S004-2010-01-12")
    first, second = [[cell for cell, _ in row] for row in page.tables["resolutions"][1:]]

    recommended = {one.letter: one.text for one in views.decision("S004-2010-01-12").recommendations}
    assert (first[-2:], second[-2:]) == (["–not known", recommended["a"]], ["–not known", recommended["b"]])
    assert second[4].startswith("none: it only says delegate")
    assert (first[2], first[3]) == ("carried", "no day recorded")
    assert "The outcome is how the vote went." in page.said
    with_text = read(pages, "/decision/S000-2004-11-08").tables["resolutions"][1]
    assert with_text[-1][0] == ""


def test_a_plan_that_restates_another_and_a_gap_that_is_not_known_are_explained(pages):
    for path in ("/board/DE", "/funding/DE"):
        page = read(pages, path)
        assert (
            "DE-MSI-STRUCTURE says again what is in DE-MSI-COST, so the sum of all has DE-MSI-COST only." in page.said
        )
        assert "No funding of DE-MSI-COST is printed: its gap is not known, and stands as a dash." in page.said
    assert "The gap of all is what all cost, less all funding that is printed." in read(pages, "/board/LEICESTER").said
    assert "restate" not in read(pages, "/funding/OIP").said
    assert "stands as a dash" not in read(pages, "/funding/OIP").said


def test_what_is_not_on_record_now_is_not_said_of_then(pages):
    assert "No printed figure is on record." in read(pages, "/figures/TP").said
    assert "No printed figure was on record then." in read(pages, "/figures/TP?as_at=2010-01-31").said
    later = read(pages, "/figures/SCP?as_at=2008-03-31&known_at=2008-06-18").said
    assert "No printed figure was on record then. What is dated after 31 March 2008 is not shown." in later
    assert "No funding plan is on record." in " ".join(read(pages, "/funding/SCP").said.split())
    assert "Nothing was claimed." in read(pages, "/totals/DE").said


def test_a_programmes_own_target_says_under_which_release_it_is_stated(pages):
    assert "Not stated · Efficiency · Not stated" in read(pages, "/board/DE").said
    assert (
        "Release: not stated; kind: efficiency; fund: not stated."
        in read(pages, "/explain/DE/programme_target?as_at=2008-09-26").said
    )


def test_every_page_leads_to_what_its_words_mean(pages):
    page = read(pages, "/board/SCP?as_at=2008-03-31")
    assert "/words?as_at=2008-03-31" in page.links

    terms = pages.get("/api/words").json()["terms"]

    assert [row[0][0] for row in read(pages, "/words").tables["terms"][1:]] == [one["term"] for one in terms]
    said = " ".join(one["term"] for one in terms)
    for word in ("known at", "Trail", "Token", "position of the log", "Merkle tree", "Guard set aside", "Restated"):
        assert word in said


def test_the_authority_of_a_page_stands_in_its_header(pages):
    assert "Leicestershire County Council" in read(pages, "/benefit/SCP-PROC").said
    assert "London Borough of Bromley" in read(pages, "/decision/S003-2012-01-18").said


@pytest.mark.parametrize(
    ("path", "view", "names", "more"),
    [
        ("/board/SCP", "board", ["SCP"], {}),
        ("/benefit/SCP-PROC", "show", ["SCP-PROC"], {}),
        ("/decision/S001-2008-06-18", "decision", ["S001-2008-06-18"], {}),
        ("/explain/SCP/claimed?release=cash-releasing", "explain", ["SCP", "claimed"], {"release": "cash-releasing"}),
        ("/event/160", "event", [160], {}),
        ("/", "references", [], {}),
        ("/register/SCP?state=verified", "register", ["SCP"], {"state": "verified"}),
        ("/register", "register", [], {}),
        ("/trail/SCP", "trail", ["SCP"], {}),
        ("/trail", "trail", [], {}),
        ("/compare/SCP?since=2008-05-01", "changes", ["SCP", "2008-05-01"], {}),
        ("/timeline/SCP", "timeline", ["SCP"], {}),
        ("/years/SCP?by=month", "years", ["SCP"], {"by": "month"}),
        ("/totals/SCP", "totals", ["SCP"], {}),
        ("/funding/BIP", "funding", ["BIP"], {}),
        ("/funding/BIP-PLAN?line=pmo-clerical", "funding", ["BIP-PLAN"], {"line": "pmo-clerical"}),
        ("/figures/BIP", "figures", ["BIP"], {}),
        ("/figures", "figures", [], {}),
        ("/figure/S000-ONCOSTS", "figure_check", ["S000-ONCOSTS"], {}),
        ("/overrides/SCP", "overrides", ["SCP"], {}),
        ("/overrides", "overrides", [], {}),
        ("/document/SCP-REPORT-2008", "document", ["SCP-REPORT-2008"], {}),
        (
            "/issue/SCP-REPORT-2008?version=for+18+june+2008",
            "document_version",
            ["SCP-REPORT-2008", "For 18 June 2008"],
            {},
        ),
        ("/list?kind=benefit", "references", ["benefit"], {}),
    ],
)
def test_the_json_of_a_page_is_the_answer_of_the_views(pages, views, path, view, names, more):
    when = {"as_at": "2008-06-18", "known_at": "2008-06-20"}

    said = pages.get(f"/api{path}{'&' if '?' in path else '?'}{query(when)[1:]}").json()

    assert said == getattr(views, view)(*names, **more, **when).to_json()


def test_every_page_has_one_first_heading_and_says_its_times_in_the_footer(pages):
    board = [
        f"/{name}/SCP" for name in ("board", "register", "trail", "compare", "timeline", "years", "totals", "overrides")
    ]
    board += ["/funding/BIP", "/figures/BIP", "/list", "/verify", "/words"]
    for path in ("/", *board, "/benefit/SCP-PROC", "/decision/S001-2008-06-18", "/event/3", "/nowhere"):
        html = pages.get(f"{path}?as_at=2008-06-18").text
        page = Read(html)
        assert [tag for tag, _ in page.tags].count("h1") == 1
        assert {"header", "main", "footer"} <= {tag for tag, _ in page.tags}
        if path != "/nowhere":
            assert "As at 18 June 2008, known at 18 June 2008, 23:59 in London" in page.said


def test_a_board_on_which_nothing_stands_out_names_all_that_is_looked_at(register, store_url, opened):
    a_benefit(register, target=None)
    client = opened(store_url)

    said = " ".join(read(client, "/board/SCP").said.split())

    for looked_at in (
        "no milestone is late",
        "behind its target to date",
        "under challenge",
        "in the budget without being verified",
        "no printed figure differs",
        "no rule was set aside for a decision",
        "set aside when savings were recorded are on the page 'Guards set aside'",
    ):
        assert looked_at in said


def test_a_past_page_that_later_records_left_alone_says_so_of_its_day(register, clock, store_url, opened):
    a_benefit(register)
    known = register.log.head().size
    clock.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    register.portfolio.open("ANOTHER", title="Another", authority="COUNCIL")
    client = opened(store_url)

    said = " ".join(read(client, f"/board/SCP?as_at=2026-03-31&known_at={known}").said.split())

    assert "Nothing recorded later changed what it says of that day. Show it as it is now." in said
