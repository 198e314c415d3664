"""The trail: the events about a subject and all that belongs to it, or the whole log, in the order of recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from benefits.errors import InvalidValueError, NotFoundError
from benefits.events import REGISTRY, BodyBlanked, FactCorrected, FactWithdrawn
from benefits.store import recorded_of
from benefits.values import day, london_day
from projections.asking import ask
from projections.traces import EventInFull, Trail, TrailRow
from web import words
from web.page import Page
from web.place import on_record, shown
from web.question import Question
from web.said import in_words, label
from web.tables import Cell, Table, event, number, text

A_PAGE: Final = 100
"""How many events a page shows. The first page has the first events, so that later records move none to another."""

MOST: Final = 20_000
"""How many events of the whole log are looked through at once."""

_FILTERS: Final = ("since", "actor", "kind", "recorded_from", "recorded_to", "effective_from", "effective_to")
_CORRECTING: Final = (FactCorrected.type_name, FactWithdrawn.type_name, BodyBlanked.type_name)
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for: whose events, of which kind, recorded and true between which days."""

    actor: str | None
    kind: str | None
    recorded_from: date | None
    recorded_to: date | None
    effective_from: date | None
    effective_to: date | None

    @classmethod
    def of(cls, question: Question) -> Filters:
        """Return what a question says.

        Raises:
            InvalidValueError: If there is no such kind of event, or a day is none.
        """
        kind = question.word("kind")
        if kind is not None and kind not in REGISTRY:
            raise InvalidValueError(f"{kind!r} is no kind of event; choose one from the list")

        def on(name: str) -> date | None:
            said = question.word(name)
            return None if said is None else day(said)

        return cls(
            question.word("actor"),
            kind,
            on("recorded_from"),
            on("recorded_to"),
            on("effective_from"),
            on("effective_to"),
        )

    def let_through(self, one: TrailRow) -> bool:
        """Tell whether an event is one of those looked for."""
        return (
            (self.actor is None or self.actor.casefold() == one.actor.casefold())
            and self.kind in (None, one.type)
            and _is_within(london_day(one.recorded_at), self.recorded_from, self.recorded_to)
            and _is_within(one.effective_on, self.effective_from, self.effective_to)
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is looked for."""
        return self != Filters(None, None, None, None, None, None)


def _is_within(when: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= when) and (last is None or when <= last)


def _ask(question: Question) -> Trail:
    filters = Filters.of(question)
    since = question.word("since")
    name = question.names.get("reference")
    after = 0 if since is None else ask(question.register, known_at=since).position
    count = question.at.position - after
    if name is None and count > MOST:
        raise InvalidValueError(
            f"that is {count:,} events of the log, and at most {MOST:,} are looked through at once: "
            "say from where on, by since (a position of the log, a date or a token), or up to where, by known at"
        )
    found = question.ask(Trail, "trail", name, **({} if since is None else {"since": since}))
    if not filters.is_any:
        return found
    return found.model_copy(update={"events": [one for one in found.events if filters.let_through(one)]})


# --- page by page ------------------------------------------------------------------------------


def _is_whole_log(question: Question) -> bool:
    """Whether the events are those of the log, each at its position: then only those of a page are read."""
    return not question.names and question.asked.as_at is None and not any(map(question.word, _FILTERS))


def _count(question: Question) -> int:
    return question.at.position if _is_whole_log(question) else len(_ask(question).events)


def _page(question: Question) -> tuple[int, int]:
    """Return which page is asked for, and how many there are.

    Raises:
        InvalidValueError: If that is no number.
        NotFoundError: If there are not so many.
    """
    said = question.word("page") or "1"
    if not (said.isascii() and said.isdecimal()) or len(said) > _MOST_DIGITS or not int(said):
        raise InvalidValueError(f"{said!r} is no page; pages are numbered from 1")
    pages = max(1, -(-_count(question) // A_PAGE))
    if int(said) > pages:
        raise NotFoundError(f"there is no page {said}; the last is {pages}", subject=said)
    return int(said), pages


def _shown(question: Question) -> Trail:
    at, _ = _page(question)
    first = (at - 1) * A_PAGE
    if _is_whole_log(question):
        return question.ask(Trail, "trail", None, since=first, upto=min(first + A_PAGE, question.at.position))
    found = _ask(question)
    return found.model_copy(update={"events": found.events[first : first + A_PAGE]})


# --- what a line says --------------------------------------------------------------------------


def _events(question: Question, answer: Trail) -> Table:
    corrected = _corrected(question, answer)
    known = on_record(question, (one.reference for one in answer.events))
    return Table.of(
        "events",
        "Events, in the order of recording",
        [
            number("event", "Event"),
            text("recorded", "Recorded"),
            text("effective_on", "True from"),
            text("actor", "By"),
            text("type", "Kind"),
            text("reference", "About"),
            text("marks", "Marks"),
            text("rests_on", "Why, and what it rests on"),
            text("corrects", "Corrects"),
            text("correction", "Was, and is now"),
        ],
        (
            (
                event(one.position, question),
                words.moment(one.recorded_at),
                words.day(one.effective_on),
                one.actor,
                words.spoken(one.type),
                Cell(one.reference, shown(question, one.reference, known)),
                "\n".join(_marks(one, corrected.get(one.position, []))),
                "\n".join(said for said in (one.reason, f"assumed: {one.assumed}" if one.assumed else None) if said),
                Cell(
                    f"event {one.corrects}" if one.corrects else "",
                    question.link("event", one.corrects) if one.corrects else None,
                ),
                _correction(question, one),
            )
            for one in answer.events
        ),
        empty="No event is like that.",
    )


def _corrected(question: Question, answer: Trail) -> Mapping[int, list[int]]:
    """Return which events correct each of those shown, whether they are shown or not.

    They stand in the stream of what they correct, which may be on another page, or not be like what is looked for.
    """
    register = question.register
    streams = {register.stream_id(one.reference) for one in answer.events}
    found: dict[int, list[int]] = {}
    for row in register.log.read_streams(streams, upto=question.at.position):
        if row.type in _CORRECTING and (question.asked.as_at is None or row.effective_on <= question.at.as_at):
            corrects = getattr(recorded_of(row).fact, "corrects", None)
            if corrects is not None:
                found.setdefault(corrects, []).append(row.position)
    return found


def _marks(one: TrailRow, corrected: list[int]) -> list[str]:
    marks = ["assumed"] if one.assumed else []
    marks += [f"set aside: {rule}" for rule in one.overrides]
    marks += ["after close"] if one.after_close else []
    marks += [f"corrected by event {position}" for position in corrected]
    return [*marks, "words erased"] if one.body is None else marks


def _correction(question: Question, one: TrailRow) -> Cell:
    """Return what a correction changed, old and new; of a withdrawal, all that stood there."""
    changes = corrections(question, one)
    if changes is None:
        return Cell("")
    was, now = (
        "\n".join(f"{label(change[0]).lower()}: {change[at] or words.UNKNOWN}" for change in changes) for at in (1, 2)
    )
    if one.body is not None and one.body.get("fact") is None:
        return Cell("withdrawn", was=was or "what it said")
    return Cell(now or "the same", was=was)


def corrections(question: Question, one: TrailRow) -> list[tuple[str, str | None, str | None]] | None:
    """Return what a correction changed: each field, what it was and is now; `None` where an event is no correction.

    Of a withdrawal, it is all that stood there.
    """
    if one.corrects is None or one.body is None:
        return None
    before, was_on = _stood_before(question, one)
    fact = one.body.get("fact")
    after = dict(fact) if isinstance(fact, Mapping) else {}
    if fact is not None and was_on != one.effective_on:
        before, after = before | {"true_from": was_on}, after | {"true_from": one.effective_on}
    differs = [name for name in {**before, **after} if before.get(name) != after.get(name)]

    def words_of(fields: Mapping[str, Any], name: str) -> str | None:
        return in_words(fields[name], name) if fields.get(name) is not None else None

    return [(name, words_of(before, name), words_of(after, name)) for name in differs]


def _stood_before(question: Question, one: TrailRow) -> tuple[dict[str, Any], date]:
    """Return what stood in the place of a correction until then: the original, or an earlier correction of it."""
    assert one.corrects is not None
    try:
        theirs = question.ask(Trail, "trail", one.reference).events
    except NotFoundError:  # It was not there yet on the day asked about.
        theirs = []
    stood = [each for each in theirs if one.corrects in (each.position, each.corrects) and each.position < one.position]
    last = stood[-1] if stood else question.ask(EventInFull, "event", one.corrects).event
    said = last.body if last.position == one.corrects else (last.body or {}).get("fact")
    return (dict(said) if isinstance(said, Mapping) else {}), last.effective_on


# --- the page ----------------------------------------------------------------------------------


def _says(question: Question, answer: Trail) -> Mapping[str, Any]:
    at, pages = _page(question)

    def to(page: int) -> str:
        return question.here(page=page if page > 1 else None)

    return {
        "count": _count(question),
        "at_page": at,
        "pages": pages,
        "turns": {
            "first": to(1) if at > 1 else None,
            "before": to(at - 1) if at > 1 else None,
            "after": to(at + 1) if at < pages else None,
            "last": to(pages) if at < pages else None,
        },
        "kinds": [(name, words.spoken(name)) for name in sorted(REGISTRY)],
        "is_filtered": any(map(question.word, _FILTERS)),
        "unfiltered": question.here(page=None, **dict.fromkeys(_FILTERS)),
        "reference": question.names.get("reference"),
    }


def _title(question: Question, answer: Trail) -> str:
    return f"Trail of {answer.reference}" if answer.reference else "Trail of the whole log"


PAGE: Final = Page(
    name="trail",
    path="/trail/{reference:str}",
    summary="The events about a subject and all that belongs to it, in the order of recording.",
    answer=Trail,
    ask=_ask,
    shows=_shown,
    title=_title,
    tables={"events": _events},
    says=_says,
    last=lambda question, answer: "Trail",
    has_a_day=False,
    form=_FILTERS,
    words={
        "since": "Only events recorded after a date, a position of the log or a token.",
        "actor": "Only events that this post recorded.",
        "kind": "Only events of this kind, by its stored name.",
        "recorded_from": "Only events recorded on this day or later.",
        "recorded_to": "Only events recorded on this day or earlier.",
        "effective_from": "Only events true from this day or later.",
        "effective_to": "Only events true from this day or earlier.",
        "page": "Which page of them people are shown; the first has the first events. JSON and files have all.",
    },
    choices={"kind": sorted(REGISTRY)},
)

WHOLE: Final = replace(
    PAGE,
    name="whole-trail",
    path="/trail",
    summary="Every event of the log, in the order of recording.",
    template="trail",
    about=lambda question, answer: None,
)
