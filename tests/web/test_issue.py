"""An issue of a document is found by its name; a name that several bear is refused, and each is a link."""

from __future__ import annotations

from tests.web.conftest import read
from tests.web.test_mended import problem

DOCUMENT = "S002-DE"


def test_an_issue_is_found_by_its_name_in_capitals_or_not(pages, views):
    found = views.document_version(DOCUMENT, "Draft 2.6")

    said = dict(
        row
        for row in (
            (line[0][0], line[1]) for line in read(pages, f"/issue/{DOCUMENT}?version=draft+2.6").tables["issue"][1:]
        )
    )

    assert said["Dated"][0] == "2008-07-25"
    assert said["First recorded as"][0] == "2008-06-25"
    assert said["Said by"] == (str(found.event), f"/event/{found.event}")
    assert said["Corrected by"] == (str(found.corrected_by), f"/event/{found.corrected_by}")


def test_a_name_that_two_issues_bear_is_refused_and_leads_to_both(pages, views):
    first, second = (one for one in views.document(DOCUMENT).versions if one.version == "Draft 2.5")

    page = problem(pages, f"/issue/{DOCUMENT}?version=Draft+2.5&as_at=2008-09-26", 409)

    assert "Several bear that name" in page.said
    assert "names 2 issues of S002-DE: Draft 2.5 printed 2008-07-11" in page.said
    assert "benefits document" not in page.said
    for one in (first, second):
        there = f"/issue/{DOCUMENT}?version=Draft+2.5&as_at=2008-09-26&event={one.event}"
        assert there in page.links
        assert read(pages, there).tables["issue"][3][1][0] == one.printed


def test_a_program_is_told_that_the_name_is_ambiguous(pages):
    found = pages.get(f"/api/issue/{DOCUMENT}?version=Draft+2.5")

    assert (found.status_code, found.json()["error"]["code"]) == (409, "ambiguous")


def test_a_name_that_no_issue_bears_leads_to_those_there_are(pages):
    page = problem(pages, f"/issue/{DOCUMENT}?version=Draft+9", 404)

    assert "has no issue 'Draft 9'; it has Draft 2.1 printed 2008-06-26" in page.said
    assert sum(one.startswith(f"/issue/{DOCUMENT}?version=Draft+2.1") for one in page.links) == 1


def test_without_a_name_the_page_leads_to_the_document(pages):
    page = problem(pages, f"/issue/{DOCUMENT}", 400)

    assert f"/document/{DOCUMENT}" in page.links


def test_each_issue_of_a_document_leads_to_its_own_page(pages, views):
    lines = read(pages, f"/document/{DOCUMENT}").tables["versions"][1:]

    for line, one in zip(lines, views.document(DOCUMENT).versions, strict=True):
        assert pages.get(str(line[1][1])).status_code == 200
        assert str(line[1][1]).endswith(f"event={one.event}")


def test_an_event_that_was_corrected_says_so_and_leads_to_what_stands(pages, views):
    (issue,) = (one for one in views.document(DOCUMENT).versions if one.corrected_by)

    before = read(pages, f"/event/{issue.event}?known_at=2008-07-31")
    after = read(pages, f"/event/{issue.event}")

    assert "does not stand any more" not in before.said
    assert f"does not stand any more: event {issue.corrected_by} corrects it" in after.said
    assert f"/event/{issue.corrected_by}" in after.links
    assert "does not stand any more" not in read(pages, f"/event/{issue.corrected_by}").said
