"""Who may ask, what a browser may do with the answer, and what is said of what cannot be answered."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from benefits import BenefitsRegister
from benefits.store import utc_now
from projections import catch_up, follow
from tests.builders import new_register
from tests.cli.running import benefits
from tests.demo import EVENTS
from tests.web.conftest import Read, csv_rows, read
from web.guard import HEADERS
from web.house import House
from web.question import Question

BEYOND = f"ends at event {EVENTS}; there is no {EVENTS + 1}, so ask for one up to there"

SCRIPT = "<script>alert(1)</script>"
ANSWERS = ["/", "/board/SCP", "/api/board/SCP", "/board/SCP/benefits.csv", "/static/own.css", "/nowhere", "/health"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_what_a_browser_may_do_with_it(pages, path):
    headers = pages.get(path).headers

    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "unsafe-inline" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/board/LEICESTER", "/decision/S003-2012-01-18", "/nowhere"])
def test_a_page_needs_nothing_that_its_policy_forbids(pages, path):
    page = Read(pages.get(path).text)

    for tag, given in page.tags:
        assert tag not in ("style", "base", "iframe")
        assert not {name for name in given if name == "style" or name.startswith("on")}
        assert tag != "script" or str(given.get("src")).startswith("/static/")
        for name in ("src", "href", "action"):
            said = given.get(name)
            assert said is None or said.startswith(("/", "#")), (tag, said)
            assert said is None or not said.startswith("//")


@pytest.mark.parametrize("host", ["127.0.0.1:8350", "localhost:8350", "LOCALHOST:8350", "[::1]:8350"])
def test_it_answers_by_the_names_of_this_machine(pages, host):
    assert pages.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8350", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8350", ""]
)
def test_it_answers_by_no_other_name(pages, host):
    found = pages.get("/board/SCP", headers={"host": host})

    assert found.status_code == 421
    assert "SCP" not in found.text


def test_an_answer_that_is_kept_is_not_sent_again(pages):
    first = pages.get("/board/SCP?as_at=2008-03-31")
    etag = first.headers["etag"]

    again = pages.get("/board/SCP?as_at=2008-03-31", headers={"if-none-match": etag})
    other = pages.get("/board/SCP?as_at=2008-03-30", headers={"if-none-match": etag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert other.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"


def test_an_answer_is_another_once_something_is_recorded(demo, tmp_path, opened):
    store = str(shutil.copy(demo, tmp_path / "demo.db"))
    client = opened(store)
    before = client.get("/board/TP")
    assert client.get("/board/TP", headers={"if-none-match": before.headers["etag"]}).status_code == 304

    reached = benefits("milestone", "reach", "TP-FINAL-REPORT", "--by", "PMO", "--store", store)
    assert reached.code == 0, reached.err

    after = client.get("/board/TP", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.text != before.text
    assert client.get("/health").json()["events"] == EVENTS + 1


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/board/SCP?as_at=2008-13-01", 400, "there is no such day"),
        ("/board/SCP?as_at=9999-12-31", 400, "beyond the years that are kept"),
        ("/board/SCP?known_at=yesterday", 400, "is not a date"),
        ("/board/SCP?as_at=0000-00-00", 400, "there is no such day"),
        ("/board/SCP?as_at=0001-01-01", 404, "ask as at 2006-04-30"),
        ("/board/SCP?as_at=10000-01-01", 400, "write 2008-03-31 or 31/3/2008"),
        ("/board/SCP?as_at=-0001-01-01", 400, "write 2008-03-31 or 31/3/2008"),
        ("/board/SCP?as_at=2008-03-31T12:00Z", 400, "write 2008-03-31 or 31/3/2008"),
        ("/board/SCP?as_at=1900-01-01", 404, "ask as at 2006-04-30"),
        ("/board/SCP?as_at=2006-01-01&known_at=2012-12-31", 404, "on record from 2006-04-30: ask as at that day"),
        ("/board/SCP?known_at=0000-00-00", 400, "there is no such day"),
        ("/board/SCP?known_at=9999-12-31", 400, "beyond the years that are kept"),
        ("/board/SCP?known_at=9999-12-31T23:59-14:00", 400, "beyond the years a date can have"),
        ("/board/SCP?known_at=2008-03-31T12:00", 400, "add Z or an offset"),
        ("/board/SCP?known_at=-1", 400, "is not a date"),
        ("/board/SCP?known_at=%D9%A3", 400, "is not a date"),
        ("/board/SCP?known_at=0", 404, "not yet on record"),
        (f"/board/SCP?known_at={EVENTS + 1}", 404, BEYOND),
        (f"/board/SCP?token={EVENTS + 1}@" + "0" * 64, 404, BEYOND),
        ("/board/SCP?token=-1@" + "0" * 64, 400, "written POSITION@ROOT-HASH"),
        ("/board/SCP?token=0@" + "0" * 64, 409, "another store's token"),
        ("/board/SCP?token=1@" + "f" * 64, 409, "another store's token"),
        ("/board/SCP?token=" + "9" * 60 + "@" + "0" * 64, 404, "events are numbered from 1"),
        ("/board/SCP?known_at=999999", 404, "the log ends at event"),
        ("/board/SCP?known_at=" + "9" * 40, 404, "no log has an event"),
        ("/board/SCP?token=abc", 400, "is not a token"),
        ("/board/SCP?token=1@" + "0" * 64, 409, "are not those of the token"),
        ("/board/SCP?token=1@" + "0" * 64 + "&known_at=3", 400, "give token or known at, not both"),
        ("/board/NOBODY", 404, "NOBODY"),
        ("/board/ZZZZZZ", 404, "check the reference. Everything on record"),
        ("/board/SCP-PROC", 400, "a board is of a programme or portfolio"),
        ("/benefit/SCP", 400, "no benefit"),
        ("/decision/SCP", 400, "not a decision"),
        ("/board/%22%3E%3Cscript%3E", 400, "is not a reference"),
        ("/show/%00", 400, "is not a reference"),
        ("/show/%F0%9F", 400, "is not"),
        ("/explain/SCP/nonsense", 400, "is no figure"),
        ("/explain/SCP/claimed?own=perhaps", 400, "is not for own"),
        ("/register?sort=cost", 400, "is not for sort"),
        ("/event/0", 404, "there is no event 0"),
        ("/event/-1", 404, "no log has an event"),
        ("/event/" + "9" * 60, 404, "no log has an event"),
        ("/board/SCP?as_at=2008-03-31&as_at=2009-03-31", 400, "says as_at twice"),
        ("/board/SCP?" + "&".join(f"a{n}=1" for n in range(60)), 400, "more than"),
        ("/nowhere", 404, "no page at this address"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words_with_its_status_and_what_was_typed_is_kept(pages, path, status, says):
    found = pages.get(path)

    assert found.status_code == status
    page = Read(found.text)
    assert says.lower() in " ".join(page.said.split()).lower()
    assert "Traceback" not in found.text
    if "known_at=yesterday" in path:
        assert page.fields["known_at"] == "yesterday"
    as_json = pages.get(f"/api{path}")
    assert as_json.status_code == status
    assert set(as_json.json()["error"]) == {"code", "message", "rule", "subject"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/board/SCP?as_at=1900-01-01", "ask as_at 2006-04-30"),
        ("/board/SCP?as_at=2006-01-01&known_at=2012-12-31", "ask for that day or later with as_at"),
        ("/board/SCP?token=1@" + "0" * 64 + "&known_at=3", "give token or known_at, not both"),
    ],
)
def test_programs_are_told_what_to_ask_with_in_an_address_own_words(pages, path, says):
    assert says in pages.get(f"/api{path}").json()["error"]["message"]


def test_a_date_that_is_mended_asks_the_same_question(pages):
    # Given a register of some benefits, asked with a date that is none
    found = pages.get("/register/SCP?state=verified&as_at=31-March")
    assert found.status_code == 400

    # When the date is mended in the form
    fields = Read(found.text).fields
    mended = pages.get("/register/SCP", params={**fields, "as_at": "2008-06-18"})

    # Then it is the register of the same benefits, and it may be asked for without that as well
    assert mended.text == pages.get("/register/SCP?as_at=2008-06-18&state=verified").text
    assert "/register/SCP?as_at=31-March" in Read(found.text).links


@pytest.mark.parametrize(
    ("since", "says"),
    [
        ("since=2030-01-01", "is later than"),
        ("since=soon", "is not a date"),
        ("since=2008-01-01&since_meeting=LEICESTER-CABINET", "not both"),
    ],
)
def test_a_comparison_with_no_earlier_date_is_refused_in_words(pages, since, says):
    found = pages.get(f"/board/SCP?as_at=2008-06-18&{since}")

    assert found.status_code == 400
    assert says in found.text
    assert Read(found.text).fields["as_at"] == "2008-06-18"


def test_views_that_are_behind_a_log_that_can_only_be_read_answer_as_far_as_they_have_come_and_say_so(
    demo, tmp_path, opened
):
    # Given a store in which somebody recorded without bringing the views along
    store = str(shutil.copy(demo, tmp_path / "demo.db"))
    with BenefitsRegister(store, user="PMO") as register:
        register.milestone.reach("TP-FINAL-REPORT", effective_on="2012-12-31")
    client = opened(store)

    # When a page is asked
    found = client.get("/board/TP")

    # Then it says how far it has come, and is not kept as the answer
    assert found.status_code == 200
    assert f"its views have come to event {EVENTS} of {EVENTS + 1}" in " ".join(Read(found.text).said.split())
    assert found.headers["cache-control"] == "no-store"
    assert "etag" not in found.headers
    assert client.get(f"/board/TP?known_at={EVENTS + 1}").status_code == 404

    # And when they have come along, it is
    with BenefitsRegister(store) as register:
        catch_up(register)
    after = client.get("/board/TP")
    assert "its views have come" not in after.text
    assert after.headers["etag"]


def test_what_later_records_changed_is_told_anew_once_the_views_have_come_along(demo, tmp_path, opened):
    # Given a past page, asked while somebody has recorded without bringing the views along
    store = str(shutil.copy(demo, tmp_path / "demo.db"))
    with BenefitsRegister(store, user="PMO") as register:
        register.saving.reverse("SCP-HSEP", claim="2007/08", amount="90000", reason="Of another year", by="PMO")
    client = opened(store)
    path = "/benefit/SCP-HSEP?as_at=2008-03-31&known_at=2008-06-05"
    before = client.get(path)
    assert f"its views have come to event {EVENTS} of {EVENTS + 1}" in " ".join(Read(before.text).said.split())
    assert f"/event/{EVENTS + 1}" not in before.text

    # When the views come along
    with BenefitsRegister(store) as register:
        catch_up(register)
    after = client.get(path, headers={"if-none-match": before.headers["etag"]})

    # Then the page says what that event changed, and is not taken for the one that was kept
    assert after.status_code == 200
    assert f"/event/{EVENTS + 1}" in after.text
    assert "its views have come" not in after.text


def test_a_restore_that_writes_into_the_file_itself_leaves_no_answer_of_the_log_that_was_there(demo, tmp_path, opened):
    # Given two stores that are alike but for their last event
    stores = [tmp_path / "one.db", tmp_path / "other.db"]
    for store, amount in zip(stores, ("90000", "80000"), strict=True):
        shutil.copy(demo, store)
        with BenefitsRegister(str(store), user="PMO", on_append=(follow,)) as register:
            register.saving.reverse("SCP-HSEP", claim="2007/08", amount=amount, reason="Of another year", by="PMO")
    client = opened(str(stores[0]))
    path = "/benefit/SCP-HSEP?as_at=2008-03-31&known_at=2008-06-05"
    before = client.get(path)
    assert "£500,000" in before.text

    # When the one is overwritten with the other
    with closing(sqlite3.connect(stores[1])) as source, closing(sqlite3.connect(stores[0])) as target:
        source.backup(target)
    after = client.get(path, headers={"if-none-match": before.headers["etag"]})

    # Then what is told is what the other says
    assert after.status_code == 200
    assert "£510,000" in after.text


def test_a_page_of_a_past_day_is_another_tomorrow_when_what_was_due_has_come(demo):
    house = House(demo)
    words = {"as_at": "2008-03-31"}
    today = Question(house, "/board/SCP", {"reference": "SCP"}, words)

    house.register().database.clock = lambda: utc_now() + timedelta(days=1)
    tomorrow = Question(house, "/board/SCP", {"reference": "SCP"}, words)
    house.close()

    assert today.at.token == tomorrow.at.token
    assert today.etag != tomorrow.etag


def test_nothing_can_be_recorded_through_a_page(pages, demo):
    before = Path(demo).read_bytes()

    for method in ("post", "put", "delete", "patch"):
        assert getattr(pages, method)("/board/SCP").status_code == 405

    assert Path(demo).read_bytes() == before


def test_what_stands_in_a_store_is_shown_and_never_run(store_url, clock, opened):
    # Given a store whose every text is a script or a formula
    with new_register(store_url, clock) as register:
        register.authority.open("RIVER", title=SCRIPT, nation="england", by="PMO")
        register.portfolio.open(
            "CHANGE", title=f"'\"><img src=x onerror=alert(1)>{SCRIPT}", authority="RIVER", by="PMO"
        )
        register.programme.open("DIGITAL", title="=cmd|' /C calc'!A0", portfolio="CHANGE", by="PMO")
        register.profile.identify(
            "B-1",
            title=f"{{{{ 7*7 }}}} {SCRIPT}",
            programme="DIGITAL",
            release="cash-releasing",
            kind="efficiency",
            fund="general-fund",
            by="PMO",
        )
    client = opened(store_url)

    # When its pages are asked
    for path in ("/", "/board/DIGITAL", "/board/CHANGE", "/benefit/B-1", "/show/RIVER", "/event/2", "/event/5"):
        page = read(client, path)

        # Then the words are there as words
        assert not [given for tag, given in page.tags if tag == "script" and "/static/" not in (given.get("src") or "")]
        assert not [given for tag, given in page.tags if given.get("onerror") or (tag == "img" and given["src"] == "x")]
    assert "{{ 7*7 }}" in read(client, "/benefit/B-1").said
    assert SCRIPT in read(client, "/show/RIVER").said
    rows = csv_rows(client.get("/board/DIGITAL/programmes.csv").content)
    assert rows[0]["Title"] == "'=cmd|' /C calc'!A0"


def test_a_store_that_goes_away_is_said_so_and_asked_again_when_it_is_back(demo, tmp_path, opened):
    store = tmp_path / "demo.db"
    shutil.copy(demo, store)
    client = opened(str(store))
    assert client.get("/board/SCP").status_code == 200

    store.rename(tmp_path / "away.db")
    away = client.get("/board/SCP")
    shutil.copy(tmp_path / "away.db", store)

    assert away.status_code == 503
    assert "is not there any more" in away.text
    assert client.get("/health").status_code == 200
    assert client.get("/board/SCP").status_code == 200


def test_an_empty_store_has_a_first_page(store_url, clock, opened):
    with new_register(store_url, clock) as register:
        catch_up(register)

    page = read(opened(store_url), "/")

    assert "No portfolio is on record." in page.said


def test_the_first_page_of_a_sandbox_shows_examples_of_the_demo_only_where_they_are(pages, tmp_path, opened):
    store = str(tmp_path / "training.db")
    for said in (("init", "--sandbox"), ("list",)):
        assert benefits(*said, "--store", store).code == 0

    example = "/board/SCP?as_at=2008-03-31&known_at=2008-06-18"

    assert example in read(pages, "/").links
    assert example not in read(opened(store), "/").links


def test_a_page_can_be_asked_for_without_its_words(pages):
    found = pages.head("/board/SCP")

    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["etag"]


def test_the_description_of_the_json_names_every_page(pages):
    said = pages.get("/api/openapi.json").json()

    assert said["openapi"] == "3.1.0"
    assert {"/api/board/{reference}", "/api/explain/{reference}/{figure}", "/api/"} <= set(said["paths"])
    assert "Board" in said["components"]["schemas"]
