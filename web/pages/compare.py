"""Two dates side by side: what was added, changed and removed between them, old over new, and by which event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import MINYEAR, date
from itertools import groupby
from typing import Any, Final, NamedTuple

from benefits.errors import InvalidValueError, NotFoundError
from benefits.values import GivenDate, london_day
from projections.answers import Board
from projections.traces import Change, Changes, References, Trail
from web import words
from web.amounts import changed
from web.asked import address
from web.page import Page
from web.place import page_of
from web.question import Question
from web.tables import Cell, Table, event, text

FIRST: Final = "first"
"""Said for since: when the programme was first on record."""

_CLOCKS: Final = {"known": "it was recorded since", "true": "it took effect since"}


def _ask(question: Question) -> Changes:
    since, meeting = question.word("since"), question.word("since_meeting")
    if since is not None and meeting is not None:
        raise InvalidValueError("say since when by since, or by since_meeting, not both")
    if meeting is not None:
        return question.ask(Changes, "changes", question.reference, since_meeting=meeting)
    if since == FIRST:
        first = question.ask(Trail, "trail", question.reference).events
        if not first:
            raise NotFoundError(f"nothing of {question.reference} was on record then", subject=question.reference)
        return question.ask(Changes, "changes", question.reference, first[0].position)
    return question.ask(Changes, "changes", question.reference, since or _since(question).isoformat())


def _since(question: Question) -> date:
    """Return the day of the last meeting that decided something here; a year before if there was none."""
    return max(_meetings(question).values(), default=year_before(question.at.as_at))


def _meetings(question: Question) -> dict[str, date]:
    """Return the last day on which each body decided something here before the day of the page."""
    met: dict[str, date] = {}
    for one in question.ask(Board, "board", question.reference).decisions:
        if one.body and one.effective_on:
            on = GivenDate.of(one.effective_on).day
            if on < question.at.as_at:
                met[one.body] = max(on, met.get(one.body, on))
    return met


def year_before(on: date) -> date:
    """Return the same day a year before; of a leap day, the day before it."""
    year = max(on.year - 1, MINYEAR)
    try:
        return on.replace(year=year)
    except ValueError:
        return on.replace(year=year, day=28)


# --- what differs ------------------------------------------------------------------------------


_SORTS: Final = ("added", "removed", "changed")
"""What can have become of a subject: what was added or removed is not said to be changed besides."""


def sort_of(one: Change) -> str:
    """Return whether something was added, changed or removed."""
    if one.field == "title" and (one.was is None or one.now is None):
        return "added" if one.was is None else "removed"
    return "changed"


def _changes(question: Question, answer: Changes) -> Table:
    kinds = _kinds(question)
    return Table.of(
        "changes",
        f"What differs since {words.day(answer.since_as_at)}",
        [
            text("reference", "About"),
            text("title", "Title"),
            text("sort", "What"),
            text("field", "Field"),
            text("was", "Was"),
            text("now", "Is now"),
            text("event", "Event"),
            text("type", "Kind of event"),
            text("recorded", "Recorded"),
            text("effective_on", "True from"),
            text("clock", "Why it differs"),
        ],
        (
            (
                Cell(one.reference, page_of(question, one.reference, kinds.get(one.reference, (None, None))[0])),
                kinds.get(one.reference, (None, None))[1] or "",
                sort_of(one),
                one.field.replace("_", " "),
                changed(question, one, one.was),
                changed(question, one, one.now),
                event(one.position, question),
                words.spoken(one.type),
                words.day(london_day(one.recorded_at)),
                words.day(one.effective_on),
                _CLOCKS[one.clock],
            )
            for one in _in_groups(answer)
        ),
    )


def _in_groups(answer: Changes) -> list[Change]:
    """Return the changes of each subject together, subjects in the order of their first change."""
    first: dict[str, int] = {}
    for at, one in enumerate(answer.changes):
        first.setdefault(one.reference, at)
    return sorted(answer.changes, key=lambda one: first[one.reference])


def _kinds(question: Question) -> Mapping[str, tuple[str, str | None]]:
    return {one.reference: (one.kind, one.title) for one in question.ask(References, "references").references}


class Subject(NamedTuple):
    """Something on record, and the lines of the table that are about it."""

    reference: Cell
    title: str
    lines: list[dict[str, Cell]]


def _subjects(table: Table) -> Iterator[Subject]:
    fields = [column.field for column in table.columns]
    lines = [dict(zip(fields, row, strict=True)) for row in table.rows]
    for _, found in groupby(lines, key=lambda line: line["reference"].value):
        theirs = [*found]
        yield Subject(theirs[0]["reference"], theirs[0]["title"].shown, theirs)


# --- since when --------------------------------------------------------------------------------


class Pick(NamedTuple):
    """An earlier date that is easy to ask for."""

    words: str
    href: str


def _picks(question: Question) -> Iterator[Pick]:
    for body, on in sorted(_meetings(question).items(), key=lambda one: one[1], reverse=True):
        said = f"the last meeting of {body} that decided something here, {words.day(on)}"
        yield Pick(said, question.here(since=on.isoformat(), since_meeting=None))
    before = year_before(question.at.as_at)
    yield Pick(f"a year before, {words.day(before)}", question.here(since=before.isoformat(), since_meeting=None))
    yield Pick("when it was first on record", question.here(since=FIRST, since_meeting=None))


def _says(question: Question, answer: Changes) -> Mapping[str, Any]:
    table = _changes(question, answer)
    sorts: dict[str, set[str]] = {}
    for one in answer.changes:
        sorts.setdefault(one.reference, set()).add(sort_of(one))
    what = [next(sort for sort in _SORTS if sort in theirs) for theirs in sorts.values()]
    return {
        "subjects": [*_subjects(table)],
        "counts": [(sort, what.count(sort)) for sort in _SORTS],
        "picks": [*_picks(question)],
        "before_href": address(
            ("board", answer.reference),
            {"as_at": answer.since_as_at, "known_at": answer.since_token.partition("@")[0]},
        ),
    }


PAGE: Final = Page(
    name="compare",
    path="/compare/{reference:str}",
    summary="What differs of a programme or portfolio between an earlier date and the page's own, event by event.",
    answer=Changes,
    ask=_ask,
    title=lambda question, answer: f"{answer.reference}: what differs since {words.day(answer.since_as_at)}",
    tables={"changes": _changes},
    says=_says,
    last=lambda question, answer: "Compare",
    form=("since", "since_meeting"),
    words={
        "since": "The earlier date, a position of the log, a token, or first: when it was first on record. If "
        "left out, the last meeting that decided something here, or else a year before.",
        "since_meeting": "Instead, a body: since the last day before this one on which it decided something.",
    },
)
