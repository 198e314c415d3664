"""How a question is put to the views, and its answer written, in whichever format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from benefits.errors import InvalidValueError
from benefits.values import london_time
from cli.options import form_of, listen_as_asked, read_store_name, store_name
from cli.tables import amount, note, say, table, write_csv, write_json

if TYPE_CHECKING:
    from benefits import BenefitsRegister
    from projections import Views
    from projections.answers import Answer, Restated

Rows = Callable[[dict[str, Any]], Iterable[Mapping[str, Any]]]
"""Picks what of an answer is a line each in jsonl and csv."""


@contextmanager
def views_of(store: str | None) -> Iterator[Views]:
    """Open the views of the store that is meant, or of its replica; how far that has come is said beside the answer."""
    from benefits import BenefitsRegister
    from projections.views import Views

    listen_as_asked()
    replica = read_store_name(store)
    with BenefitsRegister(store_name(replica or store), read_only=replica is not None) as register:
        yield Views(register)
        if replica is not None:
            _say_how_far(register, store_name(store))


def _say_how_far(replica: BenefitsRegister, store: str) -> None:
    """Say on standard error how far a replica has come, and the store itself: it is no part of the answer."""
    from benefits.store import instant_of, standing

    head, its_store = replica.log.head(), standing(store)
    if its_store is not None and its_store[0] != replica.info.namespace:
        raise InvalidValueError(f"{replica.database.name} is a replica of another store than the one recorded in")
    when = f", recorded {london_time(instant_of(head.recorded_at))} in London" if head.size else ""
    if its_store is None:
        behind = "how far the store has come is not known, because it cannot be reached"
    elif its_store[1].size > head.size:
        behind = f"the store has come to event {its_store[1].size}"
    else:
        behind = "the store has come no further"
    click.echo(f"Answered by a replica that has come to event {head.size}{when}; {behind}.", err=True)


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
