"""What programmes cost, where the money is to come from, and what decisions set aside."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from benefits.errors import InvalidValueError, NotFoundError
from tests.builders import a_programme

IN_APRIL = {"effective_on": "2025-04-01"}


def a_plan(register, reference="PLAN", *, shared_with=(), lines=(), sources=()):
    """Open a plan of SCP; a line is CODE, AMOUNT and perhaps fields, a source CODE, NAME, AMOUNT and perhaps a form."""
    if register.log.of_type("programme-opened") == []:
        a_programme(register)
    register.funding.open(reference, title="Resource plan", programme="SCP", shared_with=list(shared_with), **IN_APRIL)
    for line, amount, *more in lines:
        fields = more[0] if more else {}
        register.funding.plan_cost(
            reference, line=line, activity=f"Activity {line}", amount=amount, **fields, **IN_APRIL
        )
    for line, source, amount, *form in sources:
        fields = {"form": form[0]} if form else {}
        register.funding.identify(reference, line=line, source=source, amount=amount, **fields, **IN_APRIL)
    return reference


def another_programme(register, reference="ISP"):
    register.programme.open(reference, title="Integrated services", portfolio="CHANGE", **IN_APRIL)
    return reference


# --- one plan ----------------------------------------------------------------------------------


def test_the_gap_is_what_no_source_covers_and_the_cash_gap_counts_nothing_in_kind(register, views):
    a_plan(
        register,
        lines=[("1", "141801"), ("2", "76302"), ("3", "42075.50")],
        sources=[("1", "Department", "184341", "cash"), ("2", "Secondment", "76302", "in-kind")],
    )

    found = views.funding("PLAN")

    assert found.planned_cost == Decimal("260178.50")
    assert (found.available, found.in_kind, found.cash_available) == (
        Decimal("260643.00"),
        Decimal("76302.00"),
        Decimal("184341.00"),
    )
    assert (found.gap, found.cash_gap) == (Decimal("-464.50"), Decimal("75837.50"))
    assert (found.surplus, found.shortfall) == (Decimal("42540.00"), Decimal("42075.50"))
    (plan,) = found.plans
    assert [(one.line, one.available, one.surplus, one.shortfall) for one in plan.lines] == [
        ("1", Decimal("184341.00"), Decimal("42540.00"), Decimal("0.00")),
        ("2", Decimal("76302.00"), Decimal("0.00"), Decimal("0.00")),
        ("3", Decimal("0.00"), Decimal("0.00"), Decimal("42075.50")),
    ]


def test_an_amount_that_is_not_printed_is_listed_and_never_nought(register, views):
    a_plan(
        register,
        lines=[("1", "1000"), ("2", None), ("3", "500")],
        sources=[("1", "Partners", None), ("2", "Grant", "200"), ("3", "Reserves", "700"), ("3", "Grant", None)],
    )

    found = views.funding("PLAN")

    assert found.unknown == ["2", "1: Partners", "3: Grant"]
    assert (found.planned_cost, found.available) == (Decimal("1500.00"), Decimal("900.00"))
    first, second, third = found.plans[0].lines
    assert (first.amount, first.available, first.shortfall, first.surplus) == (Decimal("1000.00"), None, None, None)
    assert (second.amount, second.available, second.shortfall) == (None, Decimal("200.00"), None)
    assert (third.available, third.shortfall, third.surplus) == (Decimal("700.00"), None, None)
    assert (found.shortfall, found.surplus) == (None, None)
    assert found.plans[0].sources[0].to_json()["amount"] is None


def test_where_nothing_at_all_is_printed_the_sums_are_unknown(register, views):
    a_plan(register, lines=[("1", None)], sources=[("1", "Partners", None)])

    found = views.funding("PLAN")

    assert (found.planned_cost, found.available, found.cash_available, found.gap) == (None, None, None, None)
    assert found.in_kind == Decimal("0.00")  # No source is said to be in kind.


def test_a_plan_without_lines_costs_nobody_knows_what(register, views):
    a_plan(register)

    found = views.funding("PLAN")

    for name in ("planned_cost", "available", "in_kind", "financing", "gap", "cash_gap", "surplus", "shortfall"):
        assert getattr(found, name) is None
    assert (found.posts, found.spend_profile, found.spent) == (None, None, None)
    assert (found.plans[0].lines, found.plans[0].years, found.plans[0].year_count) == ([], [], None)


def test_cover_from_reserves_is_available_and_listed_for_what_it_is(register, views):
    a_plan(
        register,
        lines=[("1", "1000")],
        sources=[("1", "Underspend of the year", "400", "financing-adjustment"), ("1", "Department", "100", "cash")],
    )

    found = views.funding("PLAN")

    assert (found.available, found.financing, found.cash_available) == (
        Decimal("500.00"),
        Decimal("400.00"),
        Decimal("500.00"),
    )


def test_ongoing_and_one_off_cost_and_posts_are_each_summed(register, views):
    a_plan(
        register,
        lines=[
            ("1", "432417", {"posts": "4", "recurrence": "recurring"}),
            ("2", "40000", {"recurrence": "one-off", "posts": "1.5"}),
            ("3", "100"),
        ],
    )

    found = views.funding("PLAN")

    assert (found.ongoing_cost, found.one_off_cost) == (Decimal("432417.00"), Decimal("40000.00"))
    assert found.posts == Decimal("5.5")


def test_where_no_line_says_whether_it_recurs_what_recurs_is_unknown(register, views):
    a_plan(register, "SILENT", lines=[("1", "10")])
    a_plan(register, "ONCE", lines=[("1", "10", {"recurrence": "one-off"})])

    silent, once = views.funding("SILENT"), views.funding("ONCE")

    assert (silent.ongoing_cost, silent.one_off_cost) == (None, None)
    assert (once.ongoing_cost, once.one_off_cost) == (Decimal("0.00"), Decimal("10.00"))


def test_costs_left_out_are_listed_beside_the_sums(register, views):
    a_plan(register, lines=[("1", "1000")])
    left = register.funding.leave_out("PLAN", what="Back-fill of seconded staff", reason="Not costed", **IN_APRIL)

    (row,) = views.funding("PLAN").plans[0].left_out

    assert (row.what, row.reason, row.event) == ("Back-fill of seconded staff", "Not costed", left.position)
    assert views.funding("PLAN").planned_cost == Decimal("1000.00")


def test_each_line_and_source_names_the_event_that_says_it(register, views):
    a_plan(register)
    line = register.funding.plan_cost("PLAN", line="1", activity="Team", amount="10", **IN_APRIL)
    source = register.funding.identify("PLAN", line="1", source="Grant", amount="4", assumed="Minutes lost", **IN_APRIL)

    (plan,) = views.funding("PLAN").plans

    assert (plan.lines[0].event, plan.lines[0].assumed) == (line.position, None)
    assert (plan.sources[0].event, plan.sources[0].assumed) == (source.position, "Minutes lost")
    assert plan.assumed


# --- years -------------------------------------------------------------------------------------


def test_years_come_to_the_whole_and_what_is_of_no_one_year_stands_last(register, views):
    a_plan(register, lines=[("2", "40000", {"recurrence": "one-off"})])
    register.funding.plan_cost(
        "PLAN",
        line="1",
        activity="Posts",
        lines=["2025/26=900000", "2026/27=900000", "2027-04..2029-03=1000000"],
        recurrence="recurring",
        **IN_APRIL,
    )
    register.funding.profile_spend("PLAN", lines=["2025/26=712000", "2026-05=300"], **IN_APRIL)
    register.funding.record_spend("PLAN", period="2025-05", amount="650.25", line="1")

    (plan,) = views.funding("PLAN").plans

    assert [(row.year, row.ongoing, row.one_off, row.total, row.profiled, row.spent) for row in plan.years] == [
        ("2025/26", Decimal("900000.00"), None, Decimal("900000.00"), Decimal("712000.00"), Decimal("650.25")),
        ("2026/27", Decimal("900000.00"), None, Decimal("900000.00"), Decimal("300.00"), None),
        (None, Decimal("1000000.00"), Decimal("40000.00"), Decimal("1040000.00"), None, None),
    ]
    assert plan.planned_cost == sum(row.total for row in plan.years if row.total is not None)
    assert (plan.spend_profile, plan.spent) == (Decimal("712300.00"), Decimal("650.25"))
    assert plan.year_count == 2  # Those of the spend profile.


def test_without_a_spend_profile_the_years_are_those_of_the_lines(register, views):
    a_plan(register)
    register.funding.plan_cost(
        "PLAN", line="1", activity="Posts", lines=["2025/26=1", "2026-04..2028-03=2"], **IN_APRIL
    )

    assert views.funding("PLAN").plans[0].year_count == 3


def test_spending_counts_once_its_period_has_ended(register, views, clock):
    clock.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    a_plan(register, lines=[("1", "1000")])
    register.funding.record_spend("PLAN", period="2026-04", amount="30", line="1")
    register.funding.record_spend("PLAN", period="2026-05", amount="-5", source="Ledger")

    now = views.funding("PLAN")
    earlier = views.funding("PLAN", as_at="2026-04-30", known_at="2026-06-01")

    assert now.spent == Decimal("25.00")
    assert [(row.period, row.amount) for row in now.plans[0].spending] == [
        ("2026-04", Decimal("30.00")),
        ("2026-05", Decimal("-5.00")),
    ]
    assert earlier.spent == Decimal("30.00")


# --- two clocks --------------------------------------------------------------------------------


def test_a_line_planned_later_is_not_there_earlier(register, views):
    a_plan(register, lines=[("1", "1000")])
    register.funding.plan_cost("PLAN", line="2", activity="Later", amount="500", effective_on="2025-09-01")

    earlier = views.funding("PLAN", as_at="2025-08-31", known_at="2026-04-01")

    assert (earlier.planned_cost, views.funding("PLAN").planned_cost) == (Decimal("1000.00"), Decimal("1500.00"))
    assert [line.line for line in earlier.plans[0].lines] == ["1"]


def test_a_correction_changes_the_cost_from_when_it_is_recorded(register, views):
    a_plan(register)
    line = register.funding.plan_cost("PLAN", line="1", activity="Team", amount="1000", **IN_APRIL)
    corrected = register.correct(line.position, changes={"amount": "1200"}, reason="A digit was lost")

    before = views.funding("PLAN", known_at=line.position)
    after = views.funding("PLAN")

    assert (before.planned_cost, after.planned_cost) == (Decimal("1000.00"), Decimal("1200.00"))
    assert after.plans[0].lines[0].event == corrected.position


def test_a_later_cost_of_the_same_line_replaces_it(register, views):
    a_plan(register, lines=[("1", "1000"), ("2", "10"), ("1", "800")])

    assert views.funding("PLAN").planned_cost == Decimal("810.00")


# --- programmes and portfolios -----------------------------------------------------------------


def a_shared_plan(register):
    a_programme(register)
    another_programme(register)
    return a_plan(
        register,
        shared_with=["ISP"],
        lines=[("1", "1000"), ("2", "115", {"programme": "ISP"}), ("3", "90", {"programme": "ISP"})],
        sources=[("1", "Department", "300"), ("2", "Cabinet", "210")],
    )


@pytest.mark.parametrize(
    ("programme", "own", "cost", "available"),
    [("SCP", ["1"], "1000.00", "300.00"), ("ISP", ["2", "3"], "205.00", "210.00")],
)
def test_each_programme_sees_a_shared_plan_whole_with_its_own_lines_marked(
    register, views, programme, own, cost, available
):
    a_shared_plan(register)

    found = views.funding(programme)

    assert found.planned_cost == Decimal("1205.00")
    assert [line.line for line in found.plans[0].lines if line.own] == own
    assert (found.own_cost, found.own_available) == (Decimal(cost), Decimal(available))
    assert found.own_gap == Decimal(cost) - Decimal(available)
    assert found.plans[0].own_cost == found.own_cost


def test_a_portfolio_adds_a_shared_plan_once(register, views):
    a_shared_plan(register)
    a_plan(register, "OTHER", lines=[("1", "5", {"posts": "1"}), ("2", None)], sources=[("1", "Grant", "7")])

    found = views.funding("CHANGE")

    assert [plan.reference for plan in found.plans] == ["OTHER", "PLAN"]
    assert (found.planned_cost, found.available, found.gap) == (
        Decimal("1210.00"),
        Decimal("517.00"),
        Decimal("693.00"),
    )
    assert (found.surplus, found.shortfall) == (Decimal("97.00"), Decimal("790.00"))
    assert found.unknown == ["OTHER: 2"]
    assert (found.own_cost, found.plans[0].own_cost, found.plans[0].lines[0].own) == (None, None, None)


def test_a_programme_whose_lines_are_not_marked_has_no_cost_of_its_own_on_record(register, views):
    a_programme(register)
    another_programme(register)
    a_plan(register, shared_with=["ISP"], lines=[("1", "1000")])

    found = views.funding("ISP")

    assert (found.planned_cost, found.own_cost, found.own_available) == (Decimal("1000.00"), None, None)


def test_a_programme_without_a_plan_has_no_cost_on_record(register, views):
    a_programme(register)

    found = views.funding("SCP")

    assert (found.plans, found.planned_cost, found.available, found.gap) == ([], None, None, None)


def test_one_line_may_be_asked_for(register, views):
    a_shared_plan(register)
    register.funding.profile_spend("PLAN", lines=["2025/26=1205"], **IN_APRIL)

    found = views.funding("PLAN", line="2")

    assert (found.line, found.planned_cost, found.gap) == ("2", Decimal("115.00"), Decimal("-95.00"))
    assert found.spend_profile is None  # That is of the whole plan.
    with pytest.raises(NotFoundError, match="PLAN has no cost line 9; it has 1, 2, 3"):
        views.funding("PLAN", line="9")


def test_what_is_no_plan_programme_or_portfolio_has_no_funding(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="CABINET is a body; funding is of a plan"):
        views.funding("CABINET")
    with pytest.raises(NotFoundError, match="there is no NOWHERE on record"):
        views.funding("NOWHERE")


def test_a_reference_is_found_in_any_capitals(register, views):
    a_plan(register, lines=[("1", "1")])

    assert views.funding("plan").reference == "PLAN"


# --- what decisions set aside ------------------------------------------------------------------


def a_decision(register, reference, on, *, body="CABINET", fund=(), **more):
    register.decision.take(
        reference,
        title=f"Decision {reference}",
        body=body,
        programmes=["SCP"],
        resolutions=["a: approve: carried"],
        effective_on=on,
        **more,
    )
    for purpose, amount in fund:
        register.decision.fund(reference, purpose=purpose, amount=amount)


def test_the_funding_a_body_decided_grows_with_its_meetings_and_lists_what_is_not_printed(register, views):
    a_programme(register)
    a_decision(register, "D-3", "2025-09-26", fund=[("Systems replacement", None)])
    a_decision(register, "D-1", "2025-04-08", fund=[("Review", "400000")])
    a_decision(register, "D-2", "2025-07-11", fund=[("Programme management", "210000")])
    a_decision(register, "D-4", "2025-12-01", fund=[("Later", "1")])

    def asked(on):
        return views.funding_decided(body="cabinet", as_at=on, known_at="2026-04-01")

    assert (asked("2025-04-30").total, asked("2025-04-30").unknown_count) == (Decimal("400000.00"), 0)
    found = asked("2025-09-30")
    assert (found.body, found.total, found.unknown_count) == ("CABINET", Decimal("610000.00"), 1)
    assert [(row.decision, row.decided_on, row.amount) for row in found.decisions] == [
        ("D-1", "2025-04-08", Decimal("400000.00")),
        ("D-2", "2025-07-11", Decimal("210000.00")),
        ("D-3", "2025-09-26", None),
    ]


def test_a_body_that_decided_no_funding_decided_nought_and_one_that_printed_none_an_unknown_sum(register, views):
    a_programme(register)
    a_decision(register, "D-1", "2025-07-11", body="OWNER", fund=[("Systems", None)], assumed="No minutes")

    assert views.funding_decided(body="CABINET").total == Decimal("0.00")
    found = views.funding_decided(body="OWNER")
    assert (found.total, found.unknown_count, found.decisions[0].assumed) == (None, 1, "No minutes")


def test_cover_that_a_decision_set_aside_is_listed_for_what_it_is(register, views):
    a_programme(register)
    a_decision(register, "D-1", "2025-07-11", fund=[("Review", "400")])
    register.decision.fund("D-1", purpose="Underspend", amount="100", form="financing-adjustment")

    found = views.funding_decided()

    assert (found.total, found.financing) == (Decimal("500.00"), Decimal("100.00"))


def test_a_decision_about_several_programmes_is_counted_once(register, views):
    a_programme(register)
    another_programme(register)
    register.decision.take("D-1", title="Both", body="CABINET", programmes=["SCP", "ISP"], **IN_APRIL)
    register.decision.fund("D-1", purpose="Both", amount="10")

    for asked in ({}, {"programme": "CHANGE"}, {"programme": "ISP"}, {"body": "CABINET", "programme": "SCP"}):
        assert views.funding_decided(**asked).total == Decimal("10.00")
    another_programme(register, "THIRD")
    assert views.funding_decided(programme="THIRD").decisions == []


def test_funding_is_decided_by_a_body_or_post_on_record(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="SCP is a programme; decisions are taken by a body or post"):
        views.funding_decided(body="SCP")
    with pytest.raises(NotFoundError):
        views.funding_decided(body="NOBODY")


def test_funding_of_several_authorities_is_never_added_together(sandbox):
    from projections import Views

    a_programme(sandbox)
    a_decision(sandbox, "D-1", "2025-07-11", fund=[("Here", "10")])
    sandbox.authority.open("OTHER", title="Otherton", nation="england", **IN_APRIL)
    sandbox.body.constitute("OTHER-CABINET", title="Cabinet", authority="OTHER", body_kind="executive", **IN_APRIL)
    sandbox.decision.take("D-2", title="There", body="OTHER-CABINET", **IN_APRIL)
    sandbox.decision.fund("D-2", purpose="There", amount="20")

    found = Views(sandbox).funding_decided()

    assert (found.total, len(found.decisions)) == (None, 2)
    assert Views(sandbox).funding_decided(body="OTHER-CABINET").total == Decimal("20.00")
