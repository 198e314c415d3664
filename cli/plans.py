"""Commands that ask about money planned and printed: funding plans, funding decided, printed figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from cli.answer import headline, views_of, write
from cli.options import asking_options
from cli.tables import amount, note, table, yes

if TYPE_CHECKING:
    from projections.figures import FigureCheck, FigureChecked, Figures
    from projections.funding import Funding, FundingSum, Plan
    from projections.funding_decided import FundingDecided


def command_named(name: str) -> click.Command:
    """Return one of the commands that ask about money planned and printed."""
    return {
        "funding show": funding_show,
        "funding decided": funding_decided,
        "figure check": figure_check,
        "figure list": figure_list,
    }[name]


PARTS: Final = ("lines", "sources", "left-out", "years", "sums")
"""The tables of a funding plan, in their order."""


# --- funding plans -----------------------------------------------------------------------------


@click.command("show", epilog="\b\nExample: benefits funding show BIP --as-at 2005-10-31")
@click.argument("reference")
@click.option("--line", metavar="CODE", help="Only this line of the plans.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Only these tables. Repeat it for several.")
@asking_options
def funding_show(
    reference: str, line: str | None, only: tuple[str, ...], store: str | None, form: str | None, **when: str | None
) -> None:
    """Show what a plan costs and where the money is to come from, line by line.

    REFERENCE is a funding plan, a programme (every plan that serves it, whole, its own lines marked) or a
    portfolio (each plan once). An amount that is not printed is unknown, never nought.
    """
    with views_of(store) as views:
        answer = views.funding(reference, line=line, **when)
    write(answer, form, _plan_lines, lambda: _draw_funding(answer, only or PARTS))


def _plan_lines(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"plan": plan["reference"], **line} for plan in said["plans"] for line in plan["lines"]]


def _draw_funding(answer: Funding, only: Sequence[str]) -> None:
    headline(answer.reference, answer.title)
    if not answer.plans:
        note(f"No funding plan is on record for {answer.reference}; record one with: benefits funding open")
    if len(answer.plans) > 1:
        draw_sums(f"All {len(answer.plans)} plans, what two of them price counted once", answer)
    for plan in answer.plans:
        _draw_plan(plan, only, asked=answer.reference)


def _draw_plan(plan: Plan, only: Sequence[str], *, asked: str) -> None:
    if plan.reference != asked:
        served = ", ".join([plan.programme or "", *plan.shared_with]).strip(", ")
        again = f"; prices again what {plan.restates} does, and is not added to it" if plan.restates else ""
        note(f"\n{plan.reference}: {plan.title} (serves {served}{again})")
    draws: dict[str, Callable[[], None]] = {
        "lines": lambda: _draw_lines(plan),
        "sources": lambda: _draw_sources(plan),
        "left-out": lambda: _draw_left_out(plan),
        "years": lambda: _draw_years(plan),
        "sums": lambda: _draw_all_sums(plan, asked),
    }
    for part in PARTS:
        if part in only:
            draws[part]()


def _draw_lines(plan: Plan) -> None:
    is_marked = any(one.own is not None for one in plan.lines) and len(plan.shared_with) > 0
    has_posts = any(one.posts is not None for one in plan.lines)
    numbers = (*(("Posts",) if has_posts else ()), "Cost", "Available", "Shortfall", "Surplus")
    table(
        "Cost lines, in pounds",
        ("Line", "Activity", "For", "Recurrence", *numbers, ""),
        (
            (
                one.line,
                one.activity,
                f"{one.programme} (its own)" if is_marked and one.own else one.programme,
                one.recurrence,
                *((amount(one.posts),) if has_posts else ()),
                amount(one.amount),
                amount(one.available),
                amount(one.shortfall),
                amount(one.surplus),
                yes(one.assumed),
            )
            for one in plan.lines
        ),
        numbers=numbers,
    )


def _draw_sources(plan: Plan) -> None:
    table(
        "Sources of money",
        ("Line", "Source", "Form", "Amount", "Decision", ""),
        ((one.line, one.source, one.form, amount(one.amount), one.decision, yes(one.assumed)) for one in plan.sources),
        numbers=("Amount",),
    )


def _draw_left_out(plan: Plan) -> None:
    table(
        "Costs left out of the plan",
        ("Event", "What", "Why", ""),
        ((one.event, one.what, one.reason, yes(one.assumed)) for one in plan.left_out),
    )


def _draw_years(plan: Plan) -> None:
    columns = ("Recurring", "One-off", "Not stated", "Total", "Spend profile", "Spent")
    table(
        "By financial year",
        ("Year", *columns),
        (
            (
                one.year or "no one year",
                *map(amount, (one.ongoing, one.one_off, one.not_stated, one.total, one.profiled, one.spent)),
            )
            for one in plan.years
        ),
        numbers=columns,
    )


def _draw_all_sums(plan: Plan, asked: str) -> None:
    draw_sums("Sums, in pounds", plan)
    if plan.own_cost is not None and plan.shared_with and plan.reference != asked:
        note(
            f"Of it {asked}'s own: cost {amount(plan.own_cost)}, available {amount(plan.own_available)}, "
            f"gap {amount(plan.own_gap)}"
        )
    if plan.unknown:
        note(f"Not printed, and in no sum: {', '.join(plan.unknown)}")


def draw_sums(title: str, one: FundingSum) -> None:
    """Draw what plans cost and what is there for it; sums of which nothing is known are left out."""
    rows = (
        ("Planned cost", one.planned_cost),
        ("of it recurring", one.ongoing_cost),
        ("of it one-off", one.one_off_cost),
        ("Available", one.available),
        ("of it in kind", one.in_kind),
        ("of it cover, which is no delivery", one.financing),
        ("of it not in kind", one.cash_available),
        ("Gap: cost less available", one.gap),
        ("Cash gap: cost less what is not in kind", one.cash_gap),
        ("Surplus of single lines", one.surplus),
        ("Shortfall of single lines", one.shortfall),
        ("Spend profile", one.spend_profile),
        ("Spent", one.spent),
        ("Posts", one.posts),
    )
    table(
        f"{title}{', some of them resting on an assumption' if one.assumed else ''}",
        ("Sum", "Amount"),
        ((name, amount(value)) for name, value in rows if value is not None),
        numbers=("Amount",),
    )


@click.command("decided", epilog="\b\nExample: benefits funding decided --body LEICESTER-CABINET --as-at 2005-09-30")
@click.option("--body", metavar="BODY", help="Only decisions that this body, or post, took.")
@click.option("--programme", metavar="REFERENCE", help="Only decisions about this programme or portfolio.")
@asking_options
def funding_decided(
    body: str | None, programme: str | None, store: str | None, form: str | None, **when: str | None
) -> None:
    """Show the funding that decisions set aside, in the order in which they were taken."""
    with views_of(store) as views:
        answer = views.funding_decided(body=body, programme=programme, **when)
    write(answer, form, lambda said: said["decisions"], lambda: _draw_decided(answer))


def _draw_decided(answer: FundingDecided) -> None:
    by = f" by {answer.body}" if answer.body else ""
    of = f" for {answer.programme}" if answer.programme else ""
    table(
        f"Funding decided{by}{of}",
        ("Decision", "On", "Body", "Purpose", "Form", "Amount", ""),
        (
            (one.decision, one.decided_on, one.body, one.purpose, one.form, amount(one.amount), yes(one.assumed))
            for one in answer.decisions
        ),
        numbers=("Amount",),
    )
    if not answer.decisions:
        note(f"No funding is decided{by}{of} by {answer.as_at}.")
        return
    without = f", and {answer.unknown_count} whose amount is not printed" if answer.unknown_count else ""
    note(f"In all {amount(answer.total)}{without}.")


# --- printed figures ---------------------------------------------------------------------------


@click.command("check", epilog="\b\nExample: benefits figure check S000-SPEND")
@click.argument("reference")
@asking_options
def figure_check(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Hold one printed figure against what it claims to be, as at and known at the times asked for."""
    with views_of(store) as views:
        answer = views.figure_check(reference, **when)
    write(answer, form, lambda said: [said], lambda: _draw_check(answer))


def _draw_check(answer: FigureCheck) -> None:
    headline(answer.reference, answer.title, f"{answer.outcome}: {answer.reason}")
    rows = (
        ("Printed", printed(answer)),
        ("In", ", ".join(one for one in (answer.document, answer.place) if one)),
        ("Rounded to", amount(answer.printed_to) if answer.printed_to is not None else None),
        ("Claims to be", claimed(answer)),
        ("Recomputed", amount(answer.recomputed) if answer.recomputed is not None else None),
        ("Difference", amount(answer.difference) if answer.difference is not None else None),
        ("Explained by rounding", "yes" if answer.is_rounding else None),
        ("Held against", answer.against),
        ("Event", answer.event),
        ("Rests on an assumption", "assumed" if answer.assumed else None),
    )
    table("Checked", ("", "Finding"), (row for row in rows if row[1]))


@click.command("list", epilog="\b\nExample: benefits figure list S000-REPORT")
@click.argument("reference", required=False)
@asking_options
def figure_list(reference: str | None, store: str | None, form: str | None, **when: str | None) -> None:
    """List printed figures, each held against what it claims to be; those that differ come first.

    REFERENCE is what they are about or printed in: a programme, portfolio, document, decision, benefit or plan.
    """
    with views_of(store) as views:
        answer = views.figures(reference, **when)
    write(answer, form, lambda said: said["figures"], lambda: _draw_figures(answer))


def _draw_figures(answer: Figures) -> None:
    table(
        f"Printed figures{f' of {answer.reference}' if answer.reference else ''}, those that differ first",
        ("Figure", "Title", "Outcome", "Printed", "Recomputed", "Difference", "Held against", ""),
        (
            (
                one.reference,
                one.title,
                one.outcome,
                printed(one),
                amount(one.recomputed),
                amount(one.difference),
                "; ".join(part for part in (one.against, claimed(one)) if part),
                yes(one.assumed),
            )
            for one in answer.figures
        ),
        numbers=("Outcome", "Recomputed", "Difference"),
    )
    if any(one.difference for one in answer.figures):
        note("A difference is what is printed less what it comes to.")
    if not answer.figures:
        note("No printed figure is on record; record one with: benefits figure quote")


def printed(one: FigureChecked) -> str:
    """Return a figure as it was printed: its number with its unit, or its words."""
    number = amount(one.value) if one.value is not None else ""
    if one.value is not None and one.unit != "GBP":
        number = f"{number} {one.unit}"
    return "; ".join(part for part in (number, one.words or "") if part)


def claimed(one: FigureChecked) -> str | None:
    """Return in words what a printed figure claims to be."""
    if one.of is None:
        return None
    part = f"{amount(one.percent)} per cent of " if one.percent is not None else ""
    only = f", lines {', '.join(one.lines)}" if one.lines else ""
    marked = f", what is marked for {one.part_of}" if one.part_of else ""
    return f"{part}{one.figure} of {one.of}{only}{marked}"
