"""`benefits timeline`: what happened and what is due, drawn downwards from the first day to the last."""

from __future__ import annotations

from calendar import month_name
from typing import TYPE_CHECKING

import click

from cli.answer import headline, views_of, write
from cli.options import asking_options
from cli.tables import can_show, say, strong, width, wrapped

if TYPE_CHECKING:
    from projections.chronicle import Timeline, TimelineEntry


def command_named(name: str) -> click.Command:
    """Return the command `timeline`."""
    return timeline


@click.command(epilog="\b\nExample: benefits timeline SCP --as-at 2008-06-18")
@click.argument("reference")
@asking_options
def timeline(reference: str, store: str | None, form: str | None, **when: str | None) -> None:
    """Show what happened in a programme or portfolio, day by day, and what is due, with a mark at the day asked for."""
    with views_of(store) as views:
        answer = views.timeline(reference, **when)
    write(answer, form, lambda said: said["entries"], lambda: _draw(answer))


def _draw(answer: Timeline) -> None:
    headline(f"Timeline of {answer.reference}", None)
    if not answer.entries:
        say(f"Nothing dated is on record of {answer.reference}.")
        return
    columns = width()
    line, happened, due, mark = ("│", "●", "○", "━") if can_show("│●○━") else ("|", "*", "o", "=")
    asked = f"{mark * 2} as at {answer.as_at} "
    lines: list[str] = []
    year, month, is_marked = None, None, False
    for entry in answer.entries:
        if entry.is_future and not is_marked:
            lines += [line, strong(asked.ljust(min(columns, 60), mark)), line]
            year, is_marked = None, True
        if entry.on.year != year:
            year, month = entry.on.year, None
            lines.append(strong(str(year)))
        if entry.on.month != month:
            month = entry.on.month
            lines.append(f"{line} {month_name[month]}")
        dot = due if entry.is_future else happened
        first, *rest = wrapped(_told(entry), columns - len("│ ● "))
        lines += [f"{line} {dot} {first}", *(f"{line}   {part}" for part in rest)]
    if not is_marked:
        lines += [line, strong(asked.ljust(min(columns, 60), mark))]
    say("\n".join([*lines, ""]))


def _told(entry: TimelineEntry) -> str:
    """Return an entry in words; what is still to come says so."""
    ahead = " (still to come)" if entry.is_future else ""
    title = f" {entry.title}" if entry.title else ""
    assumed = " (assumed)" if entry.assumed else ""
    return f"{entry.given}  {entry.reference}{title}: {entry.what}{ahead}{assumed}"
