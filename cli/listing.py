"""Commands that list: the register of benefits with its facets, and the guards that were set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.answer import views_of, write
from cli.ask import draw_benefits
from cli.options import asking_options
from cli.tables import note, table

if TYPE_CHECKING:
    from projections.listing import Register
    from projections.overrides import Overrides

F = TypeVar("F", bound=Callable[..., Any])

FILTERS = {
    "programme": "of this programme",
    "project": "of this project",
    "state": "that have come this far: identified, profiled, authorised, in-delivery, ...",
    "release": "of this release",
    "kind": "of this kind of saving",
    "fund": "of this fund",
    "assurance": "whose lowest class of assurance is this",
    "owner": "that this post owns; none for those that nobody owns",
    "category": "of this category",
    "unit": "in this unit; GBP for money",
}
"""By what a register is filtered; a test holds this to what the view takes."""


def command_named(name: str) -> click.Command:
    """Return one of the commands that list."""
    return {"register": register, "overrides": overrides}[name]


def _filters(command: F) -> F:
    command = click.option(
        "--assumed", type=click.Choice(["yes", "no"]), help="Only those of which something is assumed, or nothing."
    )(command)
    for name, words in reversed(FILTERS.items()):
        command = click.option(f"--{name}", metavar="VALUE", help=f"Only benefits {words}.")(command)
    return command


@click.command(epilog="\b\nExample: benefits register LEICESTERSHIRE --release cash-releasing --as-at 2008-06-18")
@click.argument("reference", required=False)
@_filters
@asking_options
def register(reference: str | None, store: str | None, form: str | None, **given: str | None) -> None:
    """List the benefits of a portfolio, a programme or the whole store, filtered, with counts by facet below."""
    with views_of(store) as views:
        answer = views.register(reference, **given)
    write(answer, form, lambda said: said["benefits"], lambda: _draw_register(answer))


def _draw_register(answer: Register) -> None:
    chosen = ", ".join(f"{facet} {value}" for facet, value in answer.filters.items())
    count = len(answer.benefits)
    of = f" of {answer.reference}" if answer.reference else ""
    title = f"{count:,} benefit{'' if count == 1 else 's'}{of}{f': {chosen}' if chosen else ''}"
    if answer.benefits:
        draw_benefits(title, answer.benefits)
    else:
        note(f"{title}. Another value of one filter gives:")
    facets: dict[str, list[str]] = {}
    for one in answer.facets:
        facets.setdefault(one.facet, []).append(f"{one.value} {one.count:,}")
    table(
        "Facets: how many another value of one filter would give",
        ("Option", "Values"),
        ((f"--{facet}", ", ".join(values)) for facet, values in facets.items()),
    )


@click.command(epilog="\b\nExample: benefits overrides SCP --known-at 2008-06-18")
@click.argument("reference", required=False)
@asking_options
def overrides(reference: str | None, store: str | None, form: str | None, **when: str | None) -> None:
    """List the guards that were set aside, why, and whether each still stands, for a subject or the whole log."""
    with views_of(store) as views:
        answer = views.overrides(reference, **when)
    write(answer, form, lambda said: said["overrides"], lambda: _draw_overrides(answer))


def _draw_overrides(answer: Overrides) -> None:
    of = answer.reference or "the whole log"
    table(
        f"Guards set aside in {of}, in the order of recording",
        ("Event", "Recorded", "True from", "By", "Type", "Reference", "Rule", "Why", "Authority", "Now"),
        (
            (
                one.position,
                f"{one.recorded_at:%Y-%m-%d}",
                one.effective_on,
                one.actor,
                one.type,
                one.reference,
                one.rule,
                one.reason,
                one.authority,
                "stands" if one.standing else "cleared",
            )
            for one in answer.overrides
        ),
    )
    if not answer.overrides:
        note(f"No guard was set aside in {of}.")
