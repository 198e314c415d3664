"""How a question is put to the views, and its answer written, in whichever format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benefits.values import london_time
from cli.options import form_of, store_name
from cli.tables import amount, note, say, table, write_csv, write_json

if TYPE_CHECKING:
    from projections import Views
    from projections.answers import Answer, Restated

Rows = Callable[[dict[str, Any]], Iterable[Mapping[str, Any]]]
"""Picks what of an answer is a line each in jsonl and csv."""


@contextmanager
def views_of(store: str | None) -> Iterator[Views]:
    """Open the views of the store that is meant."""
    from benefits import BenefitsRegister
    from projections.views import Views

    with BenefitsRegister(store_name(store)) as register:
        yield Views(register)


def write(answer: Answer, form: str | None, rows: Rows, draw: Callable[[], None]) -> None:
    """Write an answer in the format asked for: drawn for people, or as JSON, JSON Lines or CSV."""
    chosen = form_of(form)
    if chosen == "table":
        draw()
        footer(answer)
        return
    said = answer.to_json()
    if chosen == "json":
        write_json(said)
    elif chosen == "jsonl":
        for row in rows(said):
            write_json(row, indent=None)
    else:
        write_csv(rows(said))


def footer(answer: Answer) -> None:
    """Write what was asked, and the token, under an answer: they belong to it, on paper too."""
    sandbox = "  Sandbox: its clock may be set." if answer.sandbox else ""
    say(f"As at {answer.as_at}, known at {london_time(answer.known_at)} in London.{sandbox}\nToken {answer.token}")


def headline(reference: str | None, title: str | None, *more: str | None) -> None:
    """Write what an answer is about, and under it a line of what is known of it."""
    note(f"{reference}: {title}" if title else reference or "", stands_out=True)
    known = [one for one in more if one]
    if known:
        note("; ".join(known))


def field_of(one: Restated) -> str:
    """Return a field's name; what comes or goes as a whole has a title, or none."""
    if one.field == "title" and (one.was is None or one.now is None):
        return "added" if one.was is None else "removed"
    return one.field


def draw_restated(restated: list[Restated] | None) -> None:
    """Draw what later records changed in an answer; nothing if nothing did."""
    if not restated:
        return
    events = len({one.position for one in restated})
    table(
        f"Restated since: {events} later event{'s' if events != 1 else ''} changed this answer",
        ("Event", "Type", "Reference", "Field", "Was", "Now"),
        ((one.position, one.type, one.reference, field_of(one), amount(one.was), amount(one.now)) for one in restated),
    )
