"""The register of benefits: by what they have in common, with how many, as plain links that can be taken back."""

from __future__ import annotations

import pytest

from tests.web.conftest import Read, read

WHEN = "as_at=2008-09-26&known_at=2008-12-31"
TIMES = {"as_at": "2008-09-26", "known_at": "2008-12-31"}


def references(page: Read) -> list[str]:
    return [row[0][0].partition(" ")[0] for row in page.tables["benefits"][1:]]


def titles_of(page: Read) -> list[str]:
    return [row[0][0].partition(" ")[2] for row in page.tables["benefits"][1:]]


def test_a_value_that_is_chosen_leaves_what_the_views_find_and_can_be_taken_back(pages, views):
    page = read(pages, f"/register/LEICESTER?{WHEN}")
    everything = references(page)
    assert len(everything) == len(views.register("LEICESTER", **TIMES).benefits)

    # When the link of a value is followed
    link = next(link for link in page.links if "programme=BIP" in link)
    chosen = read(pages, link)

    # Then only those that have it are left, it is said, and the same link takes it back
    found = views.register("LEICESTER", programme="BIP", **TIMES)
    assert references(chosen) == [one.reference for one in found.benefits]
    assert len(references(chosen)) < len(everything)
    assert "Programme: BIP" in chosen.said
    current = next(given for tag, given in chosen.tags if tag == "a" and given.get("aria-current") == "true")
    assert references(read(pages, str(current["href"]))) == everything


def test_every_value_leads_to_as_many_benefits_as_it_is_said_to_have(pages, views):
    for one in views.register("LEICESTER", state="profiled", **TIMES).facets:
        if one.facet == "state":
            continue
        found = pages.get(f"/register/LEICESTER?{WHEN}", params={"state": "profiled", one.facet: one.value})
        assert len(references(Read(found.text))) == one.count, one


def test_lines_are_sorted_by_a_column_and_the_other_way_round_and_those_without_come_last(pages):
    by_title = read(pages, f"/register/LEICESTER?{WHEN}&sort=title")
    titles = titles_of(by_title)
    assert len(set(titles)) > 1
    assert titles == sorted(titles, key=str.casefold)
    heading = next(given for tag, given in by_title.tags if given.get("aria-sort"))
    assert heading["aria-sort"] == "ascending"

    largest = read(pages, "/register?sort=-claimed")
    at = [heading for heading, _ in largest.tables["benefits"][0]].index("Claimed ▼")
    claimed = [row[at][0] for row in largest.tables["benefits"][1:]]
    assert claimed[0] == "£4,390,000"
    known = [one for one in claimed if one != "–not known"]
    assert claimed[: len(known)] == known
    assert len(known) < len(claimed)


def test_what_none_has_is_said_so(pages):
    assert "No benefit has all of these." in read(pages, "/register/SCP?owner=nobody").said


@pytest.mark.parametrize("sort", ["colour", "-", "--title", "sort", "title;drop"])
def test_what_is_no_column_is_refused_in_words(pages, sort):
    found = pages.get("/register/SCP", params={"sort": sort})

    assert found.status_code == 400
    assert "is not for sort" in found.text


def test_hostile_words_in_a_filter_are_only_words(pages):
    for said in ("<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "x" * 5_000, "\u202e", "%00", "\x00"):
        found = pages.get("/register/SCP", params={"owner": said})
        assert found.status_code == 200
        assert "<script>alert" not in found.text
