"""By financial year and month: closed periods stand, later facts are adjustments, and budgets are held to findings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError, NotFoundError, RuleError
from tests.builders import EVIDENCE, a_benefit, a_claim, a_programme


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def verify(register, *, claim, reference="B-1", **more):
    aside = ["separate-accounts: Tests have one account"]
    register.saving.verify(reference, claim=claim, method="Ledger match", by="FINANCE", overrides=aside, **more)


def row(years, period):
    (found,) = [one for one in years.rows if one.period == period]
    return found


@pytest.fixture
def closed(register, clock):
    """A year with 3,200 claimed in it, closed in May 2026."""
    a_benefit(register)
    clock.now = on(2026, 4, 10)
    a_claim(register, period="2025-05", amount="3200")
    clock.now = on(2026, 5, 1)
    register.authority.close_period("COUNCIL", period="2025/26")
    return register


def test_a_claim_counts_in_the_year_of_its_last_day(closed, views):
    years = views.years("SCP")

    assert (row(years, "2025/26").claimed, row(years, "2025/26").target) == (Decimal("3200.00"), Decimal("40000.00"))


def test_what_is_claimed_of_a_closed_year_later_is_an_adjustment_in_the_open_one(closed, views, clock):
    # When another month of the closed year is claimed in July
    clock.now = on(2026, 7, 3)
    a_claim(closed, period="2025-06", amount="100")
    years = views.years("SCP")

    # Then the closed year stands, and the open one has the adjustment
    assert row(years, "2025/26").claimed == Decimal("3200.00")
    assert (row(years, "2026/27").claimed, row(years, "2026/27").claimed_adjustment) == (
        Decimal("0.00"),
        Decimal("100.00"),
    )
    # And all of it is on the board
    (line,) = views.board("SCP").benefits
    assert line.claimed == Decimal("3300.00")


def test_the_trail_marks_what_was_recorded_after_close(closed, views, clock):
    clock.now = on(2026, 7, 3)
    late = a_claim(closed, period="2025-06", amount="100").position
    in_time = a_claim(closed, period="2026-06", amount="100").position

    marked = {one.position for one in views.trail("SCP").events if one.after_close}
    assert (late in marked, in_time in marked, len(marked)) == (True, False, 1)


def test_a_verification_after_close_is_an_adjustment_too(closed, views, clock):
    clock.now = on(2026, 7, 3)
    verify(closed, claim="2025-05")
    years = views.years("SCP")

    assert row(years, "2025/26").verified == Decimal("0.00")
    assert row(years, "2026/27").verified_adjustment == Decimal("3200.00")


def test_a_target_set_anew_after_close_leaves_the_closed_year_as_it_was(closed, views, clock):
    clock.now = on(2026, 7, 3)
    closed.profile.set_target("B-1", lines=["2025/26=1", "2026/27=9000"], effective_on="2025-04-01")
    years = views.years("SCP")

    assert row(years, "2025/26").target == Decimal("40000.00")
    assert row(years, "2026/27").target == Decimal("9000.00")


def test_a_year_opened_again_takes_what_was_recorded_meanwhile(closed, views, clock):
    clock.now = on(2026, 7, 3)
    a_claim(closed, period="2025-06", amount="100")
    closed.authority.reopen_period("COUNCIL", period="2025/26", reason="The auditor asked for it")

    assert row(views.years("SCP"), "2025/26").claimed == Decimal("3300.00")
    # And as it was known before, the year was closed
    before = views.years("SCP", known_at="2026-07-02")
    assert (row(before, "2025/26").claimed, row(before, "2025/26").closed is not None) == (Decimal("3200.00"), True)


def test_a_month_is_closed_by_itself_within_an_open_year(register, views, clock):
    a_benefit(register)
    clock.now = on(2026, 6, 10)
    a_claim(register, period="2026-05", amount="3200")
    register.authority.close_period("COUNCIL", period="2026-05")
    clock.now = on(2026, 8, 1)
    register.saving.reverse("B-1", claim="2026-05", amount="200", reason="Counted twice", by="FINANCE")

    months, years = views.years("SCP", by="month"), views.years("SCP")

    assert (row(months, "2026-05").claimed, row(months, "2026-08").claimed_adjustment) == (
        Decimal("3200.00"),
        Decimal("-200.00"),
    )
    assert row(years, "2026/27").claimed == Decimal("3000.00")


@pytest.mark.parametrize(
    ("period", "rule"),
    [("2026/27", "period-ended"), ("2025-04..2025-06", "month-or-year"), ("2024/25", None)],
)
def test_only_a_month_or_year_that_has_ended_is_closed(register, period, rule):
    a_programme(register)

    if rule is None:
        register.authority.close_period("COUNCIL", period=period)
        with pytest.raises(RuleError, match="closed already"):
            register.authority.close_period("COUNCIL", period=period)
    else:
        with pytest.raises(RuleError) as refused:
            register.authority.close_period("COUNCIL", period=period)
        assert refused.value.rule == rule


def test_what_is_not_closed_is_not_opened_again(register):
    a_programme(register)

    with pytest.raises(RuleError, match="is not closed"):
        register.authority.reopen_period("COUNCIL", period="2024/25", reason="Why not")


def test_lines_that_cross_years_are_not_spread_over_them(register, views):
    a_benefit(register, target=None)
    register.profile.set_target("B-1", lines=["2025-04..2027-03=2200"])

    (line,) = views.years("SCP").rows
    assert (line.period, line.target) == (None, Decimal("2200.00"))


def test_in_budget_and_not_verified_and_the_other_way_round_are_listed(register, views, clock):
    # Given one saving taken out of the budget and not verified, and one verified that is in no budget
    a_benefit(register)
    a_benefit(register, "B-2")
    clock.now = on(2026, 4, 10)
    register.saving.treat("B-1", year="2025/26", head="Support", treatment="in-approved-budget", amount="350000")
    register.saving.claim("B-2", period="2025-05", amount="700", evidence=EVIDENCE, by="OWNER")
    verify(register, claim="2025-05", reference="B-2")

    years = views.years("SCP", as_at="2026-03-31", known_at="2026-04-10")

    assert [(one.reference, one.year, one.in_budget, one.verified) for one in years.in_budget_not_verified] == []
    years = views.years("SCP", as_at="2026-04-10")
    (budgeted, *_) = years.in_budget_not_verified
    assert (budgeted.reference, budgeted.year, budgeted.difference) == ("B-1", "2025/26", Decimal("350000.00"))
    (verified,) = years.verified_not_in_budget
    assert (verified.reference, verified.verified) == ("B-2", Decimal("700.00"))


def test_a_saving_put_back_is_out_of_the_budget_no_more(register, views, clock):
    a_benefit(register)
    register.saving.treat("B-1", year="2025/26", head="Support", treatment="removed-by-virement", amount="350000")
    assert views.board("SCP").benefits[0].in_budget == Decimal("350000.00")

    clock.now = on(2026, 6, 1)
    register.saving.treat("B-1", year="2025/26", head="Support", treatment="put-back", amount="350000")

    assert views.board("SCP").benefits[0].in_budget == Decimal("0.00")
    assert views.board("SCP", as_at="2026-05-31").benefits[0].in_budget == Decimal("350000.00")


def test_a_saving_put_back_from_a_later_year_was_out_of_the_budget_until_then(register, views):
    a_benefit(register)
    treat = {"head": "Support", "amount": "100"}
    register.saving.treat("B-1", year="2024/25", treatment="in-approved-budget", **treat)
    register.saving.treat("B-1", year="2025/26", treatment="put-back", **treat)
    register.saving.treat("B-1", year="2026/27", treatment="removed-by-virement", **treat)

    years = {one.period: one.in_budget for one in views.years("SCP").rows if one.in_budget is not None}
    assert (years["2024/25"], years["2025/26"], years["2026/27"]) == (Decimal(100), Decimal(0), Decimal(100))
    assert views.board("SCP").benefits[0].in_budget == Decimal(100)


def test_two_spellings_of_a_head_are_one_head(register, views):
    a_benefit(register)
    for head, amount in (("Support", "100"), ("support", "95")):
        register.saving.treat("B-1", year="2025/26", head=head, treatment="in-approved-budget", amount=amount)

    assert views.board("SCP").benefits[0].in_budget == Decimal(95)


@pytest.mark.parametrize(
    ("year", "amount", "rule"), [("2525/26", "1", "year-near"), ("2025/26", "0", "treatment-positive")]
)
def test_a_treatment_that_cannot_be_meant_is_refused(register, year, amount, rule):
    a_benefit(register)

    with pytest.raises(RuleError) as refused:
        register.saving.treat("B-1", year=year, head="Support", treatment="in-approved-budget", amount=amount)
    assert refused.value.rule == rule


def test_a_full_year_stays_with_the_benefit_it_was_stated_for(register, views, clock):
    # Given 175,000 in the first year and 350,000 in a full one
    a_benefit(register, target=None)
    a_benefit(register, "B-2", target="1000")
    lines = ["2025-10..2026-03=175000", "2026/27=350000"]
    register.profile.set_target("B-1", lines=lines, full_year="350000", effective_on="2025-04-01")
    before = views.years("SCP").measures[0].full_year_increment

    # When it is merged half-way
    register.profile.merge("B-1", into="B-2", reason="One team", effective_on="2026-01-01")

    # Then what arrives in the year after is the same
    assert (before, views.years("SCP").measures[0].full_year_increment) == (Decimal(175000), Decimal(175000))


def test_a_closing_is_not_corrected_because_closed_figures_would_change(closed):
    closing = closed.log.of_type("period-closed")[0].position

    with pytest.raises(RuleError, match="close it anew"):
        closed.correct(closing, reason="Another day", changes={}, effective_on="2026-04-30")


def test_a_period_is_closed_once_whatever_the_day_and_its_reopening_rests_on_that(closed, clock):
    clock.now = on(2026, 7, 3)
    with pytest.raises(RuleError, match="closed already"):
        closed.authority.close_period("COUNCIL", period="2025/26", effective_on="2026-04-15")
    closed.authority.reopen_period("COUNCIL", period="2025/26", reason="The auditor asked for it")

    with pytest.raises(RuleError, match="reopens 2025/26"):
        closed.withdraw(closed.log.of_type("period-closed")[0].position, reason="It never was")


def test_the_named_measures_are_told_apart_and_never_added(register, views, clock):
    # Given 350,000 a year from 1 October 2025: 175,000 in the first year
    a_benefit(register, target=None)
    register.profile.set_target("B-1", lines=["2025/26=175000", "2026/27=350000"], full_year="350000")
    clock.now = on(2026, 10, 5)
    a_claim(register, period="2025-10..2026-03", amount="175000")
    a_claim(register, period="2026-04..2026-09", amount="170000")

    (one,) = views.years("SCP").measures

    assert (one.year, one.in_year_target, one.in_year_claimed) == (
        "2026/27",
        Decimal("350000.00"),
        Decimal("170000.00"),
    )
    assert (one.full_year, one.full_year_increment) == (Decimal("350000.00"), Decimal("175000.00"))
    assert one.cumulative_cash_claimed == Decimal("345000.00")


def test_time_is_cut_by_year_or_month_and_in_no_other_way(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="year or month"):
        views.years("SCP", by="week")
    with pytest.raises(NotFoundError):
        views.years("NOWHERE")
