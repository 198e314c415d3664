"""The register of benefits: filters, and facets with counts."""

from __future__ import annotations

import pytest

from benefits.errors import InvalidValueError, NotFoundError
from projections.listing import FACETS
from tests.builders import a_benefit, a_claim, a_programme

SINCE = {"effective_on": "2025-04-01"}


@pytest.fixture
def four(register):
    """Four benefits: two of one programme, one of another, and one of a programme in no portfolio of theirs."""
    a_benefit(register, "B-1")
    a_benefit(register, "B-2", release="non-cash-releasing")
    a_claim(register, "B-1", assumed="The month is not printed.")
    register.profile.describe("B-1", description="Less agency", categories=["cost", "service"], **SINCE)
    register.profile.describe("B-2", description="Fewer calls", categories=["service"], **SINCE)
    register.programme.open("ICT", title="ICT", portfolio="CHANGE", **SINCE)
    register.profile.identify("B-3", title="Reduce licences", programme="ICT", kind="income", **SINCE)
    register.portfolio.open("OTHER", title="Another portfolio", authority="COUNCIL", **SINCE)
    register.programme.open("ROADS", title="Roads", portfolio="OTHER", **SINCE)
    register.project.open("LAMPS", title="Street lamps", programme="ROADS", **SINCE)
    register.profile.identify(
        "B-4", title="Reduce outages", programme="ROADS", project="LAMPS", unit="outages", **SINCE
    )


def references(answer) -> list[str]:
    return [benefit.reference for benefit in answer.benefits]


def facet(answer, name: str) -> list[tuple[str, int]]:
    return [(one.value, one.count) for one in answer.facets if one.facet == name]


@pytest.mark.usefixtures("four")
def test_the_register_of_the_store_lists_every_benefit_once_and_that_of_a_programme_only_its_own(views):
    assert references(views.register()) == ["B-1", "B-2", "B-3", "B-4"]
    assert views.register().reference is None

    portfolio = views.register("change")
    assert (portfolio.reference, references(portfolio)) == ("CHANGE", ["B-1", "B-2", "B-3"])
    assert references(views.register("ROADS")) == ["B-4"]


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"programme": "scp"}, ["B-1", "B-2"]),
        ({"project": "LAMPS"}, ["B-4"]),
        ({"project": "none"}, ["B-1", "B-2", "B-3"]),
        ({"state": "in-delivery"}, ["B-2"]),
        ({"release": "cash-releasing"}, ["B-1"]),
        ({"kind": "income"}, ["B-3"]),
        ({"fund": "general-fund"}, ["B-1", "B-2"]),
        ({"assurance": "claimed"}, ["B-1"]),
        ({"assurance": "none"}, ["B-2", "B-3", "B-4"]),
        ({"owner": "OWNER", "release": "non-cash-releasing"}, ["B-2"]),
        ({"owner": "none"}, ["B-3", "B-4"]),
        ({"category": "Service"}, ["B-1", "B-2"]),
        ({"category": "cost"}, ["B-1"]),
        ({"unit": "outages"}, ["B-4"]),
        ({"assumed": "yes"}, ["B-1"]),
        ({"assumed": "no", "programme": "SCP"}, ["B-2"]),
        ({"owner": "NOBODY"}, []),
    ],
)
def test_a_filter_lets_through_the_benefits_that_have_its_value(views, filters, expected):
    answer = views.register(**filters)

    assert references(answer) == expected
    assert answer.filters == filters


@pytest.mark.usefixtures("four")
def test_without_filters_every_facet_counts_every_benefit(views):
    answer = views.register()

    assert facet(answer, "programme") == [("SCP", 2), ("ICT", 1), ("ROADS", 1)]
    assert facet(answer, "owner") == [("OWNER", 2), ("none", 2)]
    assert facet(answer, "assumed") == [("no", 3), ("yes", 1)]
    for name in set(FACETS) - {"category"}:
        assert sum(count for _, count in facet(answer, name)) == 4


@pytest.mark.usefixtures("four")
def test_a_benefit_of_two_categories_is_counted_in_both_and_listed_once(views):
    answer = views.register("SCP")

    assert references(answer) == ["B-1", "B-2"]
    assert facet(answer, "category") == [("service", 2), ("cost", 1)]
    assert facet(views.register("ICT"), "category") == [("none", 1)]


@pytest.mark.usefixtures("four")
def test_a_facet_counts_what_would_be_found_without_its_own_filter_and_under_all_others(views):
    # When two facets are filtered by
    answer = views.register(programme="SCP", release="cash-releasing")

    # Then each of them is counted under the other, and a third under both
    assert references(answer) == ["B-1"]
    assert facet(answer, "programme") == [("SCP", 1)]
    assert facet(answer, "release") == [("cash-releasing", 1), ("non-cash-releasing", 1)]
    assert facet(answer, "category") == [("cost", 1), ("service", 1)]
    # And each count is what asking for that value gives
    for one in answer.facets:
        asked = {"programme": "SCP", "release": "cash-releasing"} | {one.facet: one.value}
        assert len(views.register(**asked).benefits) == one.count


@pytest.mark.usefixtures("four")
def test_a_filter_that_finds_nothing_still_says_what_there_is_instead(views):
    answer = views.register(owner="NOBODY")

    assert answer.benefits == []
    assert facet(answer, "owner") == [("OWNER", 2), ("none", 2)]
    assert facet(answer, "programme") == []


@pytest.mark.usefixtures("four")
def test_the_register_of_an_earlier_day_has_what_was_there_then(views):
    assert references(views.register(as_at="2025-03-31", known_at="2026-04-01")) == []


def test_the_register_of_a_store_without_benefits_is_empty(register, views):
    a_programme(register)

    assert (views.register().benefits, views.register().facets) == ([], [])


def test_only_a_portfolio_or_programme_has_a_register(register, views):
    a_benefit(register)

    with pytest.raises(InvalidValueError, match="B-1 is a benefit"):
        views.register("B-1")
    with pytest.raises(NotFoundError):
        views.register("NOWHERE")
