"""Commands that ask about money over programmes and years: a portfolio, and financial years or months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from cli.answer import draw_restated, headline, views_of, write
from cli.ask import draw_totals
from cli.options import asking_options
from cli.plans import draw_sums
from cli.tables import amount, bar, note, sparkline, table, yes

if TYPE_CHECKING:
    from projections.answers import ProgrammeOnBoard
    from projections.portfolio import Portfolio
    from projections.totals import Totals
    from projections.years import BudgetGap, YearRow, Years


def command_named(name: str) -> click.Command:
    """Return one of the commands that ask about money over programmes and years."""
    return {"portfolio show": portfolio_show, "years": years, "totals": totals}[name]


# --- portfolios --------------------------------------------------------------------------------


@click.command("show", epilog="\b\nExample: benefits portfolio show LEICESTER --as-at 2008-09-26")
@click.argument("reference")
@asking_options
def portfolio_show(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show the programmes of a portfolio side by side, what may be added together, and its financial years."""
    with views_of(store) as views:
        answer = views.portfolio(reference, **when)
        by_year = views.years(reference, as_at=answer.as_at, token=answer.token)
    write(answer, form, _programmes, lambda: _draw_portfolio(answer, by_year))


def _programmes(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line a programme, with the fields of its headline beside its own."""
    return [
        {**one["programme"], **{name: value for name, value in one.items() if name != "programme"}}
        for one in said["programmes"]
    ]


def _draw_portfolio(answer: Portfolio, by_year: Years) -> None:
    headline(answer.reference, answer.title, f"portfolio of {answer.authority}" if answer.authority else None)
    programmes = [one.programme for one in answer.programmes]
    counts = ("Benefits", "Milestones", "late", "reached", "Decisions")
    table(
        "Programmes",
        ("Programme", "Title", "Stage", "Mandate", *counts, ""),
        (
            (
                one.programme.reference,
                _titled(one.programme),
                one.programme.stage,
                one.programme.mandate,
                one.benefits,
                one.milestones,
                one.milestones_late,
                one.milestones_reached,
                one.decisions,
                yes(one.programme.assumed),
            )
            for one in answer.programmes
        ),
        numbers=counts,
    )
    targets = ("Target", "Identified", "To be identified")
    table(
        "What the programmes are to save, in pounds",
        ("Programme", *targets),
        (
            (one.reference, *map(amount, (one.target, one.identified, one.to_be_identified)))
            for one in programmes
            if one.target is not None
        ),
        numbers=targets,
    )
    money = ("Target", "Forecast", "Claimed", "of it verified")
    table(
        "By programme, release, kind and fund, in pounds",
        ("Programme", "Release", "Kind", "Fund", *money, ""),
        (
            (
                one.programme.reference,
                each.release,
                each.kind,
                each.fund,
                *map(amount, (each.target, each.forecast, each.claimed, each.verified)),
                yes(each.assumed),
            )
            for one in answer.programmes
            for each in one.totals
        ),
        numbers=money,
    )
    draw_totals("Totals of the portfolio, by release, kind and fund", answer.totals)
    _draw_rows("By financial year, in pounds", by_year.rows)
    if answer.funding is not None:
        draw_sums("What its plans cost, each counted once, in pounds", answer.funding)
    draw_restated(answer.restated)


def _titled(one: ProgrammeOnBoard) -> str | None:
    return f"{one.title} (within {one.within})" if one.within else one.title


# --- years -------------------------------------------------------------------------------------


@click.command(epilog="\b\nExample: benefits years SCP --as-at 2008-06-18")
@click.argument("reference")
@click.option("--by", type=click.Choice(["year", "month"]), default="year", show_default=True, help="How to cut time.")
@asking_options
def years(reference: str, by: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show a programme, portfolio or benefit by financial year or month: target, claimed, verified, in the budget.

    A closed period stands as it was closed; what was recorded of it later is an adjustment in the period that was
    open then.
    """
    with views_of(store) as views:
        answer = views.years(reference, by=by, **when)
    write(answer, form, lambda said: said["rows"], lambda: _draw_years(answer))


@click.command(epilog="\b\nExample: benefits totals SCP --as-at 2008-06-18")
@click.argument("reference")
@click.option("--by", type=click.Choice(["year", "month"]), default="year", help="How to cut time.", show_default=True)
@asking_options
def totals(reference: str, by: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show what was claimed of a programme, portfolio or benefit for each financial year or month, by assurance.

    Each amount stands in the period it is for, whenever it was recorded. For targets, budgets and closed periods as
    they were closed, ask: benefits years.
    """
    with views_of(store) as views:
        answer = views.totals(reference, by=by, **when)
    write(answer, form, lambda said: said["rows"], lambda: _draw_totals(answer))


def _draw_totals(answer: Totals) -> None:
    headline(answer.reference, None)
    if not answer.rows:
        note(f"Nothing is claimed of {answer.reference}.")
    numbers = ("Claimed", "Verified", "Measured only", "Claimed only", "Challenged")
    table(
        f"Claimed by {'financial year' if answer.by == 'year' else 'month'}, in pounds",
        ("Period", "Release", "Kind", "Fund", *numbers),
        (
            (
                one.period,
                one.release,
                one.kind,
                one.fund,
                *map(amount, (one.claimed, one.verified, one.measured_only, one.claimed_only, one.challenged)),
            )
            for one in answer.rows
        ),
        numbers=numbers,
    )


def _draw_years(answer: Years) -> None:
    headline(answer.reference, None)
    _draw_rows(f"By {'financial year' if answer.by == 'year' else 'month'}, in pounds", answer.rows)
    if not answer.rows:
        note(f"No target, forecast, claim or budget of a benefit is on record of {answer.reference}, by period.")
    numbers = (
        *("Target in year", "Claimed in year", "Verified in year", "Full year", "Full-year increment"),
        *("Claimed in all", "Verified in all"),
    )
    table(
        "Named measures, which answer different questions and are never added",
        ("Year", "Release", "Kind", "Fund", *numbers),
        (
            (
                one.year,
                one.release,
                one.kind,
                one.fund,
                amount(one.in_year_target),
                amount(one.in_year_claimed),
                amount(one.in_year_verified),
                amount(one.full_year),
                amount(one.full_year_increment),
                amount(one.cumulative_cash_claimed),
                amount(one.cumulative_cash_verified),
            )
            for one in answer.measures
        ),
        numbers=numbers,
    )
    _draw_gaps("In budget, not verified: taken out of a head's base, and not shown", answer.in_budget_not_verified)
    _draw_gaps("Verified, not in budget: shown, and still in a head's base", answer.verified_not_in_budget)


def _draw_rows(title: str, rows: Iterable[YearRow]) -> None:
    """Draw a line a period; columns of which nothing is known are left out."""
    found = list(rows)
    highest: dict[tuple[str, str, str], Decimal] = {}
    for one in found:
        of = (one.release, one.kind, one.fund)
        if one.period is None:
            continue  # What crosses periods is higher than any of them.
        highest[of] = max(highest.get(of, Decimal(0)), one.target or Decimal(0), one.claimed)
    is_closed = any(one.closed for one in found)
    optional: dict[str, list[Decimal | None]] = {
        "Forecast": [one.forecast for one in found],
        "Claimed late": [one.claimed_adjustment or None for one in found],
        "Verified late": [one.verified_adjustment or None for one in found],
        "In budget": [one.in_budget for one in found],
    }
    kept = {name: values for name, values in optional.items() if any(value is not None for value in values)}
    numbers = ("Target", "Claimed", "Verified", *kept)
    closed = ("Closed",) if is_closed else ()
    table(
        title,
        ("Period", "Release", "Kind", "Fund", *numbers, "Claimed against target", *closed, ""),
        (
            (
                one.period or "across years",
                one.release,
                one.kind,
                one.fund,
                *map(amount, (one.target, one.claimed, one.verified, *(values[row] for values in kept.values()))),
                bar(one.claimed, one.target, highest[one.release, one.kind, one.fund]) if one.period else "",
                *((f"by event {one.closed}" if one.closed else "no",) if is_closed else ()),
                yes(one.assumed),
            )
            for row, one in enumerate(found)
        ),
        numbers=numbers,
    )
    _draw_trends(found, highest)


def _draw_trends(rows: Sequence[YearRow], highest: Mapping[tuple[str, str, str], Decimal]) -> None:
    """Draw target against claimed over the periods, a line a class, where there are several periods."""
    periods = list(dict.fromkeys(one.period for one in rows if one.period is not None))
    if len(periods) < 2:
        return
    by_class: dict[tuple[str, str, str], dict[str | None, YearRow]] = {}
    for one in rows:
        by_class.setdefault((one.release, one.kind, one.fund), {})[one.period] = one
    table(
        f"Over time, {periods[0]} to {periods[-1]}: target against claimed",
        ("Release", "Kind", "Fund", "Target", "Claimed"),
        (
            (
                *of,
                sparkline([mine[period].target if period in mine else None for period in periods], highest[of]),
                sparkline([mine[period].claimed if period in mine else None for period in periods], highest[of]),
            )
            for of, mine in by_class.items()
            if highest.get(of)
        ),
    )


def _draw_gaps(title: str, gaps: Iterable[BudgetGap]) -> None:
    numbers = ("In budget", "Verified", "Difference")
    table(
        title,
        ("Benefit", "Year", *numbers),
        ((one.reference, one.year, *map(amount, (one.in_budget, one.verified, one.difference))) for one in gaps),
        numbers=numbers,
    )
