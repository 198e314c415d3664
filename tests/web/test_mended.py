"""What cannot be answered is said for people: with links, inside the site, beside the form it was typed into."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.demo import event_of
from tests.web.conftest import Read, client_of, read

TOKEN = re.compile(r"\d+@[0-9a-f]{64}")
COUNCIL = "Leicestershire County Council"


def problem(pages, path, status):
    found = pages.get(path)
    assert found.status_code == status, found.text[:1_000]
    assert found.headers["cache-control"] == "no-store"
    page = Read(found.text)
    page.said = " ".join(page.said.split())
    return page


@pytest.mark.parametrize(
    ("path", "status", "says", "leads"),
    [
        ("/board/SCP?as_at=1900-01-01", 404, "ask as at 2006-04-30.", "/board/SCP?as_at=2006-04-30"),
        ("/board/SCP?as_at=1900-01-01&since=3", 404, "ask as at", "/board/SCP?since=3&as_at=2006-04-30"),
        ("/board/NO-SUCH-ONE", 404, "no NO-SUCH-ONE on record; check the reference. Everything on record.", "/list"),
        ("/show/SCP-PRO?as_at=2008-03-31", 404, "did you mean SCP-PROC or", "/show/SCP-PROC?as_at=2008-03-31"),
        ("/board/SCP-PROC", 400, "programme or portfolio. Look at SCP-PROC.", "/show/SCP-PROC"),
        ("/benefit/SCP?as_at=2008-03-31", 400, "no benefit; look at its board.", "/board/SCP?as_at=2008-03-31"),
        ("/board/SCP?token=1@" + "0" * 64, 409, "changed; verify the log.", "/verify?token=1%40" + "0" * 64),
        (
            "/explain/SCP/target",
            400,
            "ask for one: cash-releasing, efficiency,",
            "/explain/SCP/target?release=cash-releasing&kind=efficiency&fund=not-stated",
        ),
        ("/board/SCP?known_at=2008-06-18&as_at=1990-01-01", 404, "on record from 2006", "/board/SCP?as_at=2006-04-30"),
    ],
)
def test_what_is_wrong_leads_on_by_links_and_names_no_command(pages, path, status, says, leads):
    page = problem(pages, path, status)

    assert says in page.said
    assert leads in page.links
    assert "benefits " not in page.said.partition("Portfolios and programmes")[0].partition("Benefits")[0]
    assert "--" not in page.said


def test_the_pages_of_a_subject_and_its_council_are_kept_where_it_was_not_on_record_yet(pages):
    page = problem(pages, "/board/SCP?as_at=1900-01-01", 404)

    assert COUNCIL in page.said
    assert {"/board/SCP", "/register/SCP", "/trail/SCP"} <= {*page.links}
    assert "As at 1 January 1900" in page.said


def test_a_date_that_is_none_leaves_the_form_and_the_site_around_it(pages, views):
    page = problem(pages, "/board/SCP?as_at=soon", 400)

    assert page.fields["as_at"] == "soon"
    assert COUNCIL in page.said
    assert views.board("SCP").token in page.said


@pytest.mark.parametrize(
    ("path", "field", "says"),
    [
        ("/verify?now=1&against=175@a5f23bcb", "against", "is not a token"),
        ("/compare/SCP?since=soon", "since", "is not a date"),
        ("/board/SCP?since=soon", "since", "is not a date"),
        ("/trail/SCP?recorded_from=soon&actor=PMO", "recorded_from", "is not a date"),
    ],
)
def test_a_form_stays_with_what_was_typed_beside_what_is_wrong_with_it(pages, path, field, says):
    page = problem(pages, path, 400)

    assert says in page.said
    assert page.fields[field] == {"against": "175@a5f23bcb"}.get(field, "soon")
    assert [given["role"] for tag, given in page.tags if tag == "div" and given.get("role") == "alert"] == ["alert"]


def test_a_page_bears_its_whole_token_and_that_verifies(pages, views):
    token = views.board("SCP", as_at="2008-03-31").token
    page = read(pages, "/board/SCP?as_at=2008-03-31")

    assert token in page.said
    assert "begins with the events of the token" in read(pages, f"/verify?now=1&against={token}").said


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("", "now"),
        ("?as_at=2008-09-26", "26 September 2008, 23:59"),
        ("?as_at=2100-01-01", "now"),
    ],
)
def test_the_form_says_what_known_at_is_where_it_is_left_empty(pages, asked, known):
    page = read(pages, f"/board/DE{asked}")

    (field,) = [given for tag, given in page.tags if tag == "input" and given.get("name") == "known_at"]
    assert (field["value"], field["placeholder"]) == ("", known)


@pytest.mark.parametrize("said", ["31 March 2008", "31 march 2008", "31 Mar 2008", "31st March 2008", "31 March, 2008"])
def test_a_day_may_be_typed_as_pages_write_it_and_the_address_then_has_it_in_figures(pages, said):
    found = pages.get("/compare/SCP", params={"as_at": said, "since": "1 May 2007"}, follow_redirects=False)

    assert found.status_code == 302
    assert found.headers["location"] == "/compare/SCP?as_at=2008-03-31&since=2007-05-01"


@pytest.mark.parametrize("page_name", ["board/SCP", "compare/SCP", "trail/SCP"])
def test_what_a_page_says_it_is_known_at_may_be_typed_back(pages, page_name):
    for asked in ("as_at=2008-06-18", "as_at=2008-03-31", f"known_at={event_of('S001-046')}"):
        page = read(pages, f"/{page_name}?{asked}")
        (shown,) = [given["placeholder"] for _, given in page.tags if given.get("id") == "known-at"]
        (token,) = set(TOKEN.findall(page.said))

        again = pages.get(f"/{page_name}", params={"known_at": shown})

        assert again.status_code == 200, again.text[:500]
        assert token in again.text
        assert f"known at {shown}" in again.text


def test_a_time_of_day_in_words_is_that_of_london(pages):
    asked = pages.get("/board/SCP", params={"known_at": "18 June 2008, 9:05"}, follow_redirects=False)
    assert asked.headers["location"] == "/board/SCP?known_at=2008-06-18T09%3A05%3A59.999999%2B01%3A00"
    twice = pages.get("/trail", params={"since": "26 October 2008 01:30"}, follow_redirects=False)
    assert twice.headers["location"] == "/trail?since=2008-10-26T01%3A30%3A59.999999%2B00%3A00"
    for refused in ({"as_at": "18 June 2008, 9:05"}, {"known_at": "18 June 2008, 25:05"}):
        assert pages.get("/board/SCP", params=refused).status_code == 400


@pytest.mark.parametrize("said", ["31 February 2008", "31 Ma 2008", "31 Ju 2008", "1 March", "31 March 10000"])
def test_what_is_no_day_in_words_is_refused_as_it_was_typed(pages, said):
    page = problem(pages, f"/board/SCP?as_at={said.replace(' ', '+')}", 400)

    assert page.fields["as_at"] == said
    assert "is not a date" in page.said


def test_a_store_that_is_gone_is_said_without_a_place(demo, tmp_path):
    store = tmp_path / "gone.db"
    shutil.copy(demo, store)
    with client_of(str(store)) as pages:
        store.unlink()
        page = problem(pages, "/board/SCP", 503)

    assert "is not there any more" in page.said
