"""The timeline: what happened of a programme or portfolio on which day, what is due, and the way along these days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from projections.chronicle import Timeline, TimelineEntry
from web import words
from web.page import Page
from web.pictures import timeline_chart
from web.question import Question
from web.tables import Cell, Table, assumed, event, text

_LONGEST: Final = 120


def _ask(question: Question) -> Timeline:
    return question.ask(Timeline, "timeline", question.reference)


# --- along the days ----------------------------------------------------------------------------


class Stop(NamedTuple):
    """A day on which something happened or is due, and the page as at that day."""

    on: date
    what: str
    href: str
    is_here: bool
    is_future: bool

    @property
    def said(self) -> str:
        """The day, and what happened on it."""
        return f"{words.day(self.on)}: {self.what}"


def stops(question: Question, page: str, reference: str) -> list[Stop]:
    """Return the days along which a page can be moved: all of the timeline, whatever day the page is about.

    They are those that are known at the point of the log the page is asked with, or now, and are due, today; by token,
    on the day of the token. Each leads to its day as known at that point.
    """
    found = question.ask_to_the_end(Timeline, "timeline", reference).entries
    days = [(on, [*entries]) for on, entries in groupby(found, key=lambda one: one.on)]
    said = [(on, _in_short(entries), all(one.is_future for one in entries)) for on, entries in days]
    return stops_on(question, page, reference, said)


def stops_on(question: Question, page: str, reference: str, days: Sequence[tuple[date, str, bool]]) -> list[Stop]:
    """Return some days along which a page can be moved.

    Args:
        question: The page's question.
        page: Which page.
        reference: What it is about.
        days: Each day once, in order, with what happened on it, and whether all of that is still due.
    """
    here = max((on for on, _, _ in days if on <= question.at.as_at), default=None)
    link_on = question.links_on(page, reference)
    return [Stop(on, what, link_on(on), on == here, is_future) for on, what, is_future in days]


def _in_short(entries: list[TimelineEntry]) -> str:
    first = entries[0]
    return in_short(f"{first.title or first.reference}: {first.what}", len(entries) - 1)


def in_short(said: str, more: int) -> str:
    """Return what happened on a day: one thing, cut where it is long, and how many more there are."""
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST - 1].rstrip()}…"
    return f"{said}, and {more} more" if more else said


# --- the page ----------------------------------------------------------------------------------


def _entries(question: Question, answer: Timeline) -> Table:
    return Table.of(
        "entries",
        "Dated events",
        [
            text("on", "Day"),
            text("given", "As given"),
            text("kind", "Kind"),
            text("reference", "About"),
            text("title", "Title"),
            text("what", "What"),
            text("due", "Due"),
            text("event", "Event"),
            text("assumed", "Basis"),
        ],
        (
            (
                one.on,
                one.given,
                words.spoken(one.kind),
                Cell(one.reference, question.link("show", one.reference)),
                one.title,
                one.what,
                "due" if one.is_future else "",
                event(one.event, question),
                assumed(one.assumed),
            )
            for one in answer.entries
        ),
        empty="Nothing dated was on record then.",
    )


class Entry(NamedTuple):
    """A line of the timeline."""

    one: TimelineEntry
    at_href: str
    about_href: str
    event: Cell
    is_first_due: bool


def _years(question: Question, answer: Timeline) -> Iterator[tuple[int, list[Entry]]]:
    first_due = next((one for one in answer.entries if one.is_future), None)
    for year, found in groupby(answer.entries, key=lambda one: one.on.year):
        yield (
            year,
            [
                Entry(
                    one,
                    question.link_on(one.on, "board", answer.reference, known_at=question.at.position),
                    question.link("show", one.reference),
                    event(one.event, question),
                    one is first_due,
                )
                for one in found
            ],
        )


def _says(question: Question, answer: Timeline) -> Mapping[str, Any]:
    return {
        "years": [*_years(question, answer)],
        "has_due": any(one.is_future for one in answer.entries),
        "stops": stops(question, "timeline", answer.reference),
        "charts": timeline_chart(question, answer.reference, "entries") if answer.entries else [],
    }


PAGE: Final = Page(
    name="timeline",
    path="/timeline/{reference:str}",
    summary="The dated events of a programme or portfolio in the order of their days, with what is due later.",
    answer=Timeline,
    ask=_ask,
    title=lambda question, answer: f"Timeline of {answer.reference}",
    tables={"entries": _entries},
    says=_says,
    last=lambda question, answer: "Timeline",
)
