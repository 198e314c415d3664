"""Printed figures, held against what the views work out and against each other."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, localcontext

import pytest

from benefits.errors import InvalidValueError, NotFoundError
from benefits.events import BodyBlanked
from benefits.store import Header, Said
from projections import rebuild
from tests.builders import a_benefit, a_claim, a_programme

IN_APRIL = {"effective_on": "2025-04-01"}


def a_plan(register, reference="PLAN", *, lines=(), **more):
    """Open a plan of SCP with cost lines, each CODE and AMOUNT."""
    if register.log.of_type("programme-opened") == []:
        a_programme(register)
    register.funding.open(reference, title="Resource plan", programme="SCP", **more, **IN_APRIL)
    for line, amount in lines:
        register.funding.plan_cost(reference, line=line, activity=f"Activity {line}", amount=amount, **IN_APRIL)
    return reference


def a_figure(register, reference="F-1", **said):
    said = {"title": "As printed", "programmes": ["SCP"], **IN_APRIL} | said
    register.figure.quote(reference, **said)
    return reference


# --- recomputed --------------------------------------------------------------------------------


def test_a_printed_figure_that_is_what_is_recomputed_is_equal(register, views):
    a_plan(register, lines=[("1", "1000"), ("2", "896.50")])
    a_figure(register, value="1896.50", of="PLAN", figure="planned_cost")

    found = views.figure_check("F-1")

    assert (found.outcome, found.recomputed, found.difference) == ("equal", Decimal("1896.50"), Decimal("0.00"))
    assert not found.is_rounding
    assert found.reason == "recomputed 1,896.50 from planned_cost of PLAN; printed the same"


def test_a_sum_printed_in_thousands_reports_its_rounding_difference(register, views):
    a_plan(register, lines=[("1", "1896210")])
    a_figure(register, value="1896000", printed_to="1000", of="PLAN", figure="planned_cost")

    found = views.figure_check("F-1")

    assert (found.outcome, found.difference, found.is_rounding) == ("equal-when-rounded", Decimal("-210.00"), True)
    assert found.reason == (
        "recomputed 1,896,210 from planned_cost of PLAN; printed 1,896,000; a rounding difference of 210"
    )


def test_what_is_off_by_more_than_half_of_what_it_is_printed_to_is_not_a_matter_of_rounding(register, views):
    a_plan(register, lines=[("1", "1896210")])
    a_figure(register, value="1897000", printed_to="1000", of="PLAN", figure="planned_cost")

    found = views.figure_check("F-1")

    assert (found.outcome, found.difference, found.is_rounding) == ("differs", Decimal("790.00"), False)


def test_a_spend_profile_in_thousands_is_held_against_what_the_plan_costs(register, views):
    a_plan(register, lines=[("1", "1896210")])
    register.funding.profile_spend("PLAN", lines=["2025/26=712000", "2026/27=1184000"], **IN_APRIL)
    a_figure(register, value="1896000", printed_to="1000", of="PLAN", figure="spend_profile")
    a_figure(register, "F-2", value="3", unit="years", of="PLAN", figure="years")

    assert views.figure_check("F-1").outcome == "equal"
    years = views.figure_check("F-2")
    assert (years.outcome, years.recomputed, years.difference) == ("differs", Decimal(2), Decimal(1))


def test_a_percentage_of_some_lines_is_rounded_half_up_to_the_penny(register, views):
    a_plan(register, lines=[("1", "470347"), ("2", "141801"), ("3", "0.05")])
    of_them = {"of": "PLAN", "figure": "planned_cost", "percent": "30"}
    a_figure(register, "ALL", value="183644", printed_to="1", lines=["1", "2"], **of_them)
    a_figure(register, "POSTS-ALONE", value="183644", printed_to="1", lines=["1"], **of_them)
    a_figure(register, "HALF-A-PENNY", value="0.02", lines=["3"], **of_them)

    found = views.figure_check("ALL")
    assert (found.outcome, found.recomputed, found.difference) == (
        "equal-when-rounded",
        Decimal("183644.40"),
        Decimal("-0.40"),
    )
    alone = views.figure_check("POSTS-ALONE")
    assert (alone.outcome, alone.is_rounding) == ("differs", False)
    assert alone.reason == (
        "recomputed 141,104.10 from planned_cost of PLAN, line 1, 30 %; printed 183,644; differs by 42,539.90"
    )
    assert views.figure_check("HALF-A-PENNY").outcome == "equal"


def test_a_part_of_a_shared_plan_is_what_is_marked_for_a_programme(register, views):
    a_programme(register)
    register.programme.open("ISP", title="Integrated services", portfolio="CHANGE", **IN_APRIL)
    a_plan(register, lines=[("1", "1000")], shared_with=["ISP"])
    register.funding.plan_cost("PLAN", line="2", activity="Theirs", amount="90", programme="ISP", **IN_APRIL)
    register.funding.identify("PLAN", line="2", source="Grant", amount="30", **IN_APRIL)
    a_figure(register, value="240", of="PLAN", figure="available", part_of="ISP", programmes=["ISP"])
    a_figure(register, "F-2", value="90", of="PLAN", figure="planned_cost", part_of="ISP", lines=["1", "2"])

    found = views.figure_check("F-1")
    assert (found.recomputed, found.difference) == (Decimal("30.00"), Decimal("210.00"))
    assert found.reason.startswith("recomputed 30 from available of PLAN, what is marked for ISP; printed 240")
    assert views.figure_check("F-2").reason == "not recomputed: PLAN has no line 1 then"


def test_a_count_of_posts_is_recomputed_in_posts(register, views):
    a_plan(register)
    register.funding.plan_cost("PLAN", line="1", activity="Team", posts="12", **IN_APRIL)
    a_figure(register, value="14", unit="posts", of="PLAN", figure="posts")

    found = views.figure_check("F-1")

    assert (found.outcome, found.difference, found.to_json()["recomputed"]) == ("differs", Decimal(2), "12")


def test_what_is_not_printed_is_not_in_what_is_recomputed_and_the_reason_says_so(register, views):
    a_plan(register, lines=[("1", "1000"), ("2", None)])
    a_figure(register, value="1500", of="PLAN", figure="planned_cost")

    assert views.figure_check("F-1").reason.endswith("differs by 500; not in it, because not printed: 2")


@pytest.mark.parametrize(("of", "figure"), [("B-1", "claimed"), ("SCP", "claimed"), ("CHANGE", "claimed")])
def test_a_figure_of_a_benefit_programme_or_portfolio_is_what_an_explanation_totals(register, views, of, figure):
    a_benefit(register)
    a_claim(register, period="2025-05", amount="3200")
    a_claim(register, period="2025-06", amount="50.50", assumed="No ledger")
    a_figure(register, value="3250", of=of, figure=figure)

    found = views.figure_check("F-1")

    assert found.recomputed == views.explain(of, figure).total == Decimal("3250.50")
    assert (found.outcome, found.difference, found.assumed) == ("differs", Decimal("-0.50"), True)


def test_what_may_not_be_added_is_not_added_to_check_a_figure(register, views):
    a_benefit(register)
    a_benefit(register, "B-2", release="non-cash-releasing")
    a_figure(register, value="80000", of="SCP", figure="target")
    a_figure(register, "F-2", value="40000", of="B-1", figure="target")

    found = views.figure_check("F-1")

    assert (found.outcome, found.recomputed, found.difference) == ("noted", None, None)
    assert found.reason == "not recomputed: target is of several kinds that are never added together"
    assert views.figure_check("F-2").outcome == "equal"


def test_a_figure_is_not_recomputed_in_another_unit(register, views):
    a_benefit(register)
    a_plan(register, lines=[("1", "1896000")])
    a_figure(register, value="1896", unit="thousand pounds", of="PLAN", figure="planned_cost")
    a_figure(register, "F-2", value="40000", unit="calls a week", of="B-1", figure="target")

    found = views.figure_check("F-1")
    assert (found.outcome, found.reason) == (
        "noted",
        "not recomputed: printed in thousand pounds, and worked out in GBP",
    )
    assert views.figure_check("F-2").outcome == "noted"


def test_a_figure_that_nothing_recorded_says_is_noted(register, views):
    a_benefit(register)
    a_plan(register)
    a_figure(register, value="5", of="PLAN", figure="planned_cost")
    a_figure(register, "F-2", value="5", of="PLAN", figure="spend_profile")
    a_figure(register, "F-3", value="5", of="B-1", figure="forecast")
    a_figure(register, "F-4", value="5", of="PLAN", figure="gap", lines=["9"])

    assert [views.figure_check(name).reason for name in ("F-1", "F-2", "F-3", "F-4")] == [
        "not recomputed: nothing printed says the planned_cost of PLAN",
        "not recomputed: nothing printed says the spend_profile of PLAN",
        "not recomputed: nothing recorded says the forecast of B-1",
        "not recomputed: PLAN has no line 9 then",
    ]


def test_a_figure_that_is_held_against_nothing_is_noted(register, views):
    a_programme(register)
    a_figure(register, words="Cost neutral", place="foreword", document="REPORT")

    found = views.figure_check("F-1")

    assert (found.outcome, found.value, found.words) == ("noted", None, "Cost neutral")
    assert found.reason == "nothing to hold it against"


@pytest.mark.parametrize("printed_to", ["0", "-1000"])
def test_what_cannot_be_rounded_to_is_not_rounded_to(register, views, printed_to):
    a_plan(register, lines=[("1", "1896210")])
    try:
        a_figure(register, value="1896000", printed_to=printed_to, of="PLAN", figure="planned_cost")
    except InvalidValueError:
        return  # So much the better.

    assert (views.figure_check("F-1").outcome, views.figure_check("F-1").is_rounding) == ("differs", False)


def test_numbers_as_large_as_may_be_printed_are_still_exact(register, views):
    a_plan(register, lines=[(str(line), "9999999999999.99") for line in range(12)])
    a_figure(register, value="9999999999999.999999", percent="9999999999999.999999", of="PLAN", figure="planned_cost")

    found = views.figure_check("F-1")

    with localcontext(prec=100):
        assert found.recomputed == round(12 * Decimal("9999999999999.99") * Decimal("99999999999.99999999"), 2)
    assert found.outcome == "differs"


# --- against another ---------------------------------------------------------------------------


def test_a_figure_that_repeats_another_is_the_same_and_one_with_another_value_contradicts_it(register, views):
    a_programme(register)
    a_figure(register, "SAVING", value="350000", place="paragraph 3.44")
    a_figure(register, "AGAIN", value="350000.00", place="paragraph 3.46", against="SAVING")
    a_figure(register, "OTHERWISE", value="340000", against="SAVING")
    a_figure(register, "ABOUT", value="400000", printed_to="100000", against="SAVING")
    a_figure(register, "IN-POSTS", value="350000", unit="posts", against="SAVING")

    found = {one.reference: one for one in views.figures("SCP").figures}

    assert (found["AGAIN"].outcome, found["AGAIN"].reason) == ("same-as", "repeats 350,000 of SAVING")
    assert (found["OTHERWISE"].outcome, found["OTHERWISE"].reason) == (
        "contradicts",
        "printed 340,000; differs from 350,000 of SAVING by 10,000",
    )
    assert (found["ABOUT"].outcome, found["ABOUT"].is_rounding, found["ABOUT"].reason) == (
        "same-as",
        True,
        "a rounding difference from 350,000 of SAVING by 50,000",
    )
    assert found["IN-POSTS"].outcome == "noted"


def test_words_contradict_other_words_whatever_the_space_between_them(register, views):
    a_programme(register)
    a_figure(register, "TWELVE", words="12 weeks")
    a_figure(register, "NINETY", words="90 days", against="TWELVE")
    a_figure(register, "SAME", words="12  Weeks", against="TWELVE")
    a_figure(register, "NUMBER", value="3", unit="months", against="TWELVE")

    found = {one.reference: one for one in views.figures("SCP").figures}

    assert (found["NINETY"].outcome, found["NINETY"].reason) == ("contradicts", "TWELVE says: 12 weeks")
    assert found["SAME"].outcome == "same-as"
    assert (found["NUMBER"].outcome, found["NUMBER"].reason) == (
        "noted",
        "one of this and TWELVE is a number, the other words",
    )


def test_a_figure_held_against_another_is_recomputed_as_well(register, views):
    a_plan(register, lines=[("1", "844372")])
    a_figure(register, "TABLE", value="844372", of="PLAN", figure="planned_cost")
    a_figure(register, "TEXT", value="900000", printed_to="100000", against="TABLE", of="PLAN", figure="planned_cost")
    a_figure(register, "AGAIN", value="844372", against="TABLE", of="PLAN", figure="planned_cost")

    text = views.figure_check("TEXT")

    assert (text.outcome, text.recomputed, text.difference) == (
        "contradicts",
        Decimal("844372.00"),
        Decimal("55628.00"),
    )
    assert "differs from 844,372 of TABLE by 55,628; recomputed 844,372" in text.reason
    assert views.figure_check("AGAIN").outcome == "same-as"


def test_a_figure_held_against_one_that_is_not_on_record_then_is_noted_or_recomputed(register, views):
    a_plan(register, lines=[("1", "10")])
    a_figure(register, "LATER", value="10", effective_on="2025-09-01")
    a_figure(register, "F-1", value="10", against="LATER")
    a_figure(register, "F-2", value="10", against="LATER", of="PLAN", figure="planned_cost")

    first, second = views.figures(as_at="2025-08-31", known_at="2026-04-01").figures

    assert (first.outcome, first.reason) == ("noted", "LATER is not on record then")
    assert (second.outcome, second.reason) == (
        "equal",
        "recomputed 10 from planned_cost of PLAN; printed the same; LATER is not on record then",
    )
    assert views.figure_check("F-1").outcome == "same-as"


# --- two clocks --------------------------------------------------------------------------------


def test_a_figure_is_recomputed_as_at_and_known_at_the_time_of_the_question(register, views, clock):
    a_plan(register)
    line = register.funding.plan_cost("PLAN", line="1", activity="Team", amount="1000", **IN_APRIL)
    register.funding.plan_cost("PLAN", line="2", activity="Later", amount="1", effective_on="2025-09-01")
    a_figure(register, value="1000", of="PLAN", figure="planned_cost")
    clock.now = datetime(2026, 5, 5, tzinfo=UTC)
    register.correct(line.position, changes={"amount": "1200"}, reason="A digit was lost")

    def difference(**when):
        return views.figure_check("F-1", **when).difference

    assert difference(as_at="2025-08-31", known_at="2026-04-30") == Decimal("0.00")
    assert difference(known_at="2026-04-30") == Decimal("-1.00")
    assert difference() == Decimal("-201.00")


def test_what_a_figure_is_of_may_not_be_on_record_then(register, views):
    a_programme(register)
    register.funding.open("PLAN", title="Plan", programme="SCP", effective_on="2025-09-01")
    a_figure(register, value="1000", of="PLAN", figure="planned_cost")

    found = views.figure_check("F-1", as_at="2025-08-31", known_at="2026-04-01")

    assert (found.outcome, found.reason) == ("noted", "not recomputed: PLAN is not on record then")


def test_a_corrected_figure_names_the_event_that_says_so(register, views):
    a_programme(register)
    quoted = register.figure.quote("F-1", title="Misread", value="10", **IN_APRIL)
    corrected = register.correct(quoted.position, changes={"value": "11"}, reason="Misread")

    assert (views.figure_check("F-1").value, views.figure_check("F-1").event) == (Decimal(11), corrected.position)
    earlier = views.figure_check("F-1", known_at=quoted.position)
    assert (earlier.value, earlier.event) == (Decimal(10), quoted.position)


def test_a_figure_whose_words_were_erased_is_noted_and_so_is_what_is_held_against_it(register, views):
    a_programme(register)
    quoted = register.figure.quote("F-1", title="A name", words="Words of a person", **IN_APRIL)
    a_figure(register, "F-2", words="Other words", against="F-1")
    erase(register, quoted.position)

    found = views.figures().figures

    assert {one.outcome for one in found} == {"noted"}
    assert {one.words: one.reason for one in found} == {
        None: "the words were erased",
        "Other words": "of F-1, the words were erased",
    }


def erase(register, position):
    """Erase the words of an event, as the law may one day require, and work the views out without them."""
    row = register.log.row(position)
    with register.unit_of_work():
        subject = register.subject("F-1")
        header = Header(
            effective_on=row.effective_on,
            actor="PMO",
            account=row.account,
            command_id="ERASURE",
            recorded_at=register.database.clock(),
        )
        fact = BodyBlanked(blanks=position, legal_basis="A request for erasure, upheld")
        (blanked,) = register._facts.append(Said(subject.id, subject.version + 1, fact, header))
        with register.database.writing() as connection:
            register._facts.rows.record_command(connection, "ERASURE", b"\0" * 32, blanked.position, blanked.position)
            connection.exec_driver_sql(f"UPDATE event SET body = NULL, salt = NULL WHERE position = {position}")
    rebuild(register)


# --- lists -------------------------------------------------------------------------------------


def test_figures_that_differ_stand_first(register, views):
    a_plan(register, lines=[("1", "1000.40")])
    of_plan = {"of": "PLAN", "figure": "planned_cost"}
    a_figure(register, "A-EQUAL", value="1000.40", **of_plan)
    a_figure(register, "B-NOTED", words="To be monitored")
    a_figure(register, "C-SAME", words="to be monitored", against="B-NOTED")
    a_figure(register, "D-ROUNDED", value="1000", printed_to="1", **of_plan)
    a_figure(register, "E-CONTRADICTS", words="Nothing", against="B-NOTED")
    a_figure(register, "F-DIFFERS", value="7", **of_plan)

    found = views.figures().figures

    assert [(one.reference, one.outcome) for one in found] == [
        ("F-DIFFERS", "differs"),
        ("E-CONTRADICTS", "contradicts"),
        ("D-ROUNDED", "equal-when-rounded"),
        ("C-SAME", "same-as"),
        ("B-NOTED", "noted"),
        ("A-EQUAL", "equal"),
    ]


def test_figures_are_asked_for_by_what_they_are_about_or_printed_in(register, views):
    a_benefit(register)
    register.programme.open("ISP", title="Integrated services", portfolio="CHANGE", **IN_APRIL)
    a_plan(register, lines=[("1", "10")])
    register.decision.take("D-2", title="Report noted", body="CABINET", report="REPORT", **IN_APRIL)
    a_figure(register, "BOTH", value="1", programmes=["SCP", "ISP"], of="B-1", figure="target")
    a_figure(register, "OF-PLAN", value="10", programmes=["ISP"], of="PLAN", figure="planned_cost")
    a_figure(register, "PRINTED", words="Cost neutral", programmes=[], document="REPORT")
    a_figure(register, "AGAINST", words="No savings", programmes=[], against="PRINTED")

    def named(name=None):
        return sorted(one.reference for one in views.figures(name).figures)

    assert named() == ["AGAINST", "BOTH", "OF-PLAN", "PRINTED"]
    assert named("SCP") == ["BOTH"]
    assert named("ISP") == named("CHANGE") == ["BOTH", "OF-PLAN"]
    assert named("PLAN") == ["OF-PLAN"]
    assert named("B-1") == ["BOTH"]
    assert named("REPORT") == named("D-2") == ["PRINTED"]
    assert named("PRINTED") == ["AGAINST", "PRINTED"]
    assert named("D-1") == []  # It was taken on no report.


def test_a_figure_check_says_when_it_was_asked_and_holds_its_fields_flat(register, views):
    a_programme(register)
    a_figure(register, value="10", assumed="Page torn")

    said = views.figure_check("f-1").to_json()

    assert (said["as_at"], said["reference"], said["value"], said["assumed"]) == ("2026-04-01", "F-1", "10.00", True)


def test_only_printed_figures_are_checked_and_only_what_they_can_be_about_is_asked_for(register, views):
    a_programme(register)

    with pytest.raises(InvalidValueError, match="SCP is a programme, no printed figure"):
        views.figure_check("SCP")
    with pytest.raises(InvalidValueError, match="CABINET is a body; printed figures are of a programme, portfolio"):
        views.figures("CABINET")
    for ask in (views.figure_check, views.figures):
        with pytest.raises(NotFoundError, match="there is no NOWHERE on record"):
            ask("NOWHERE")
