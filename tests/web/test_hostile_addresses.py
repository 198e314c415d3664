"""Whatever stands in a parameter of an address, in no page, file or JSON does it fail, run, or lead away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.web.asking import Answer, Shapes, ask_all, held, quoted, shapes_of
from tests.web.conftest import Client
from tests.web.hostile import PAYLOADS
from tests.web.test_files import ASKED
from web.app import PAGES
from web.asked import TIMES
from web.page import Page
from web.pictures import CHARTS
from web.question import files_of
from web.tables import FORMS

NAMES = {page.name: ASKED[page.name].removesuffix("/-") for page in PAGES} | {"trail": "/trail/DE-SERVICE-COST"}
"""An address of each page that answers. The trail is a short one: it stands under its form whatever is typed there."""


@pytest.fixture(scope="module")
def shapes(pages: Client) -> Shapes:
    """The tags that pages and problems have when nothing hostile is asked."""
    asked = [*NAMES.values(), "/board/LEICESTER?since=2005-10-31", "/nowhere?as_at=2008-03-31", "/board/SCP?as_at=soon"]
    asked += ["/board/SCP?as_at=2008-03-31", "/register/SCP?state=verified&sort=-title", "/verify?now=1"]
    asked += ["/trail?actor=LEICS-PMO", "/trail?since=200", "/trail?page=2", "/funding/BIP-PLAN?line=pmo-clerical"]
    asked += ["/compare/LEICESTER?since=first", "/board/SCP?since=140&as_at=2008-06-18"]
    assert all(pages.get(address).status_code in (200, 400) for address in NAMES.values())  # An issue has to be named.
    return {one for address in asked for one in shapes_of(pages.get(address).text)}


def places(page: Page) -> Iterator[tuple[str, str]]:
    """Yield where something can be said in the address of a page: `{}` stands in its path, or after a question mark."""
    there = NAMES[page.name].split("/")
    for at, part in enumerate(page.path.split("/")):
        if part.startswith("{"):
            yield "/".join([*there[:at], "{}", *there[at + 1 :]]), ""
    for word in (*page.words, *TIMES):
        yield "/".join(there), f"?{word}={{}}"


def doors(page: Page, path: str) -> list[str]:
    """Return where a page answers: for people, for programs, and each form of each of its tables."""
    files = files_of(path) if page.path.count("/") == 1 else path
    return [path, f"/api{path}", *(f"{files}/{table}.{form}" for table in page.tables for form in FORMS)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whatever_a_parameter_says_a_page_its_json_and_its_files_neither_fail_nor_run_it(pages, shapes, page):
    asked = []
    for turn, (path, query) in enumerate(places(page)):
        page_, json_, *files = doors(page, path)
        for at, payload in enumerate(PAYLOADS, start=turn):
            if at % 3 == 2:
                continue  # Each is asked two of three of them, and so more than two hundred; the next one, two others.
            door = (page_, json_, files[at // 9 % len(files)])[at // 3 % 3]
            asked.append(f"{door}{query}".format(quoted(payload)))

    for address, answer in zip(asked, ask_all(pages, asked), strict=True):
        held(answer, address, shapes)
        assert right_kind(answer, address), (address, answer.kind)


def right_kind(answer: Answer, address: str) -> bool:
    """Tell whether an answer is of the kind that its address has; problems are told to people as a page."""
    path = address.partition("?")[0]
    if path.startswith("/api/") or path.endswith(".json"):
        json.loads(answer.content)
        return answer.kind == "application/json"
    form = path.rpartition(".")[2]
    if answer.status == 200 and form in FORMS and re.search(r"/[a-z-]+\.(csv|xlsx)$", path):
        return answer.kind == FORMS[form]
    return answer.kind == "text/html"


def test_whatever_a_parameter_says_a_chart_or_a_paper_neither_fails_nor_runs_it(pages, shapes):
    asked = []
    for payload in PAYLOADS:
        said = quoted(payload)
        asked += [f"/chart/{said}/SCP.svg", f"/paper/{said}", f"/paper/{said}.pdf", f"/{said}", f"/static/{said}"]
        asked += [f"/chart/{name}/{said}.svg" for name in CHARTS]
        asked += [f"/chart/waterfall/SCP-PROC.svg?{word}={said}" for word in TIMES]
        asked += [f"/chart/over-time/SCP.svg?{word}={said}" for word in ("release", "kind", "fund")]

    for address, answer in zip(asked, ask_all(pages, asked), strict=True):
        held(answer, address, shapes)
        assert (answer.kind == "image/svg+xml") == (answer.status == 200), address


def test_whatever_a_parameter_is_called_a_page_neither_fails_nor_runs_it(pages, shapes):
    asked = [f"/board/SCP?{quoted(payload)}=1" for payload in PAYLOADS]
    asked += [f"/board/NOBODY?{quoted(payload)}={quoted(payload)}" for payload in PAYLOADS]

    for address, answer in zip(asked, ask_all(pages, asked), strict=True):
        held(answer, address, shapes)
        assert answer.kind == "text/html"
