"""What differs between two askings, and the events that made it differ.

Knowledge moves first, then time: what records changed about the earlier day, event by event, and then what
took effect up to the later day, fact by fact. Applied in this order to the earlier answer, it gives the later one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, or_, select

from benefits.store import Log, recorded_of
from benefits.stream import Recorded, Subject
from benefits.values import from_pence
from projections.board import PROFILE_FIGURES, Profile
from projections.money import Series
from projections.states import FOLDS
from projections.tables import FOREVER, UNTIL_CHANGED, delta, state
from projections.timeline import Timeline


class Difference(NamedTuple):
    """A field that an event changed, for a subject."""

    position: int
    reference: str
    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class About:
    """Whose answer differs: a programme's or portfolio's board; or, `alone`, one subject as it is shown."""

    subject: UUID
    kind: str
    reference: str
    alone: bool = False


_MONEY: Final = frozenset(Series)
_NOT_SHOWN: Final = frozenset({"reference", "forecast_day", "assumed", "effective"})
_WHOLE: Final = frozenset({"title", *PROFILE_FIGURES})
_TO_DATE: Final = ("target_to_date", "forecast_to_date")
_A_DAY: Final = timedelta(days=1)


def by_knowledge(connection: Connection, about: About, on: date, after: int, upto: int) -> list[Difference]:
    """Return what events in (after, upto] changed of the answer as at a day, in the order of recording."""
    if after >= upto:
        return []
    spans = _spans_of_knowledge(connection, about, on, after, upto)
    found = _states_by_knowledge(connection, about, spans, on, after, upto)
    found += _money_by_knowledge(connection, about, spans, on, after, upto)
    return sorted(found, key=lambda one: (one.position, one.reference, one.field))


def by_time(log: Log, connection: Connection, about: About, after: date, on: date, position: int) -> list[Difference]:
    """Return what took effect in (after, on] as known at a position, in the order of the days and of their facts."""
    if after >= on:
        return []
    spans = _spans_of_time(connection, about, on, position)
    found = _states_by_time(log, connection, about, spans, after, on, position)
    found += _money_by_time(connection, about, spans, after, on, position)
    return [one.difference for one in sorted(found, key=lambda one: (one.day, one.order, *one.difference[1:3]))]


# --- whose it is -------------------------------------------------------------------------------


class _Span(NamedTuple):
    """From when until when a programme belongs to the answer: positions or days; `event` brought it in."""

    programme: str
    start: Any
    end: Any
    event: int


def _spans_of_knowledge(connection: Connection, about: About, on: date, after: int, upto: int) -> list[_Span]:
    if about.kind != "portfolio":
        return [_Span(about.reference, 0, UNTIL_CHANGED, 0)] if about.kind == "programme" else []
    query = (
        select(state.c.reference, state.c.known_from, state.c.known_to)
        .where(
            state.c.kind == "programme",
            state.c.parent == about.reference,
            state.c.known_to > after,
            state.c.known_from <= upto,
            state.c.valid_from <= on,
            state.c.valid_to > on,
        )
        .order_by(state.c.reference, state.c.known_from)
    )
    spans: list[_Span] = []
    for programme, start, end in connection.execute(query):
        if spans and (spans[-1].programme, spans[-1].end) == (programme, start):
            spans[-1] = spans[-1]._replace(end=end)
        else:
            spans.append(_Span(programme, start, end, start))
    return spans


def _spans_of_time(connection: Connection, about: About, on: date, position: int) -> list[_Span]:
    if about.kind != "portfolio":
        return [_Span(about.reference, date.min, FOREVER, 0)]
    query = (
        select(state.c.reference, state.c.valid_from, state.c.stated_at)
        .where(
            state.c.kind == "programme",
            state.c.parent == about.reference,
            state.c.known_to > position,
            state.c.known_from <= position,
            state.c.valid_from <= on,
        )
        .order_by(state.c.reference, state.c.valid_from.desc())
    )
    # A programme belongs to its portfolio from its first day on.
    first = {
        programme: _Span(programme, start, FOREVER, event) for programme, start, event in connection.execute(query)
    }
    return list(first.values())


def _belonging(about: About, spans: Iterable[_Span]) -> ColumnElement[bool]:
    """Return the condition that a rectangle may belong to the answer."""
    if about.alone:
        return state.c.subject == about.subject
    belonging = state.c.programme.in_({span.programme for span in spans})
    # A portfolio's own rectangles are in no programme.
    return or_(belonging, state.c.subject == about.subject) if about.kind == "portfolio" else belonging


# --- states, by knowledge ----------------------------------------------------------------------


class _Piece(NamedTuple):
    """What was known of a subject in the answer, from a position to a position."""

    start: int
    end: int
    kind: str
    reference: str
    words: str


def _states_by_knowledge(
    connection: Connection, about: About, spans: Sequence[_Span], on: date, after: int, upto: int
) -> list[Difference]:
    columns = (state.c.known_from, state.c.known_to, state.c.kind, state.c.reference, state.c.state)
    query = select(state.c.subject, state.c.programme, *columns).where(
        _belonging(about, spans),
        state.c.known_to > after,
        state.c.known_from <= upto,
        state.c.valid_from <= on,
        state.c.valid_to > on,
    )
    pieces: dict[UUID, set[_Piece]] = {}
    for subject, programme, *said in connection.execute(query):
        piece = _Piece(*said)
        mine = pieces.setdefault(subject, set())
        if subject == about.subject:
            mine.add(piece)
        for span in spans:
            start, end = max(span.start, piece.start), min(span.end, piece.end)
            if span.programme == programme and start < end:
                mine.add(piece._replace(start=start, end=end))
    found: list[Difference] = []
    for mine in pieces.values():
        boundaries = {point for piece in mine for point in (piece.start, piece.end) if after < point <= upto}
        for position in sorted(boundaries):
            was, now = (
                next((one for one in mine if one.start <= at < one.end), None) for at in (position - 1, position)
            )
            either = now or was
            if either is not None and (was is None or now is None or was.words != now.words):
                fields = (shown(one.kind, json.loads(one.words), on) if one else {} for one in (was, now))
                found += _fields(position, either.reference, *fields)
    return found


def _fields(position: int, reference: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    # Of what comes or goes as a whole, its title and its figures are told.
    names = was.keys() | now.keys() if was and now else _WHOLE
    for name in names:
        if was.get(name) != now.get(name):
            yield Difference(position, reference, name, was.get(name), now.get(name))


def shown(kind: str, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return a state's fields as a board shows them: profiles as their sums, clauses as words."""
    fields = {name: _words(value) for name, value in said.items() if name not in _NOT_SHOWN}
    if kind == "benefit":
        for name in ("target", "original_target", "forecast"):
            profile = Profile.of(said[name], on)
            fields[name] = _amount(profile.total)
            if name != "original_target":
                fields[f"{name}_to_date"] = _amount(profile.to_date)
        fields["baseline"] = said["baseline"]["value"] if said["baseline"] else None
    if kind == "programme":
        fields["target"] = said["target"]["amount"] if said["target"] else None
    if kind in ("benefit", "measure"):
        fields["reading"] = said["reading"]["value"] if said["reading"] else None
    return {name: value for name, value in fields.items() if value is not None}


def _amount(amount: Any) -> str | None:
    return None if amount is None else format(amount, "f")


def _words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None) or None
    if isinstance(value, list | tuple):
        return "; ".join(str(_words(one)) for one in value) or None
    return value


# --- states, by time ---------------------------------------------------------------------------


class _Step(NamedTuple):
    """A difference, in its place: on which day, and in which order on that day."""

    day: date
    order: int
    difference: Difference


def _states_by_time(
    log: Log,
    connection: Connection,
    about: About,
    spans: Sequence[_Span],
    after: date,
    on: date,
    position: int,
) -> list[_Step]:
    query = (
        select(state.c.subject, state.c.programme, state.c.kind, state.c.valid_from, state.c.valid_to, state.c.state)
        .where(
            _belonging(about, spans),
            state.c.known_to > position,
            state.c.known_from <= position,
            state.c.valid_from <= on,
        )
        .order_by(state.c.subject, state.c.valid_from)
    )
    entries: dict[UUID, _Span] = {}
    rectangles: dict[UUID, dict[date, _Rectangle]] = {}
    changed: set[UUID] = set()
    entered = {span.programme: span for span in spans}
    whole = _Span("", date.min, FOREVER, 0)
    for subject, programme, kind, valid_from, valid_to, words in connection.execute(query):
        span = whole if subject == about.subject else entered[programme]
        entries[subject] = min(entries.get(subject, span), span, key=lambda one: (one.start, one.event))
        if valid_from > after or span.start > after:
            changed.add(subject)
        if kind == "benefit" and valid_to > after:
            rectangles.setdefault(subject, {})[valid_from] = _Rectangle(valid_from, valid_to, json.loads(words))
    events: dict[UUID, list[Recorded]] = {}
    for row in log.read_streams(changed, upto=position):
        events.setdefault(row.originator_id, []).append(recorded_of(row))
    found: list[_Step] = []
    for stream, recorded in events.items():
        found += _facts_by_time(Subject(stream, tuple(recorded)), entries[stream], after, on)
    for stream, mine in rectangles.items():
        found += _falling_due(list(mine.values()), max(after + _A_DAY, entries[stream].start), on)
    return found


def _facts_by_time(subject: Subject, entry: _Span, after: date, on: date) -> Iterator[_Step]:
    """Yield what each fact of a subject changed in (after, on], once the subject belongs to the answer."""
    fold = FOLDS[subject.kind]
    enters = entry.start > after
    eve = entry.start - _A_DAY if enters else after
    steps = list(Timeline(fold, subject).steps())
    before = [folded for dated, folded in steps if dated.effective_on <= eve]
    was = shown(subject.kind, fold.keep(before[-1]).fields, eve) if before else {}
    if enters and was:
        for one in _fields(entry.event, subject.reference, {}, was):
            yield _Step(entry.start, 0, one)  # It comes before anything else changes on that day.
    for dated, folded in steps[len(before) :]:
        if dated.effective_on > on:
            break
        now = shown(subject.kind, fold.keep(folded).fields, eve)
        for one in _fields(dated.stated_at, subject.reference, was, now):
            if one.field not in _TO_DATE:  # These grow by the day.
                yield _Step(dated.effective_on, dated.position, one)
        was = now


class _Rectangle(NamedTuple):
    """A benefit's state from a day until a day."""

    valid_from: date
    valid_to: date
    said: Mapping[str, Any]


def _falling_due(rectangles: Sequence[_Rectangle], first: date, on: date) -> Iterator[_Step]:
    """Yield how a benefit's figures to date grew, from a first day on, as periods ended and versions took effect."""
    for name in ("target", "forecast"):
        days = {one.valid_from for one in rectangles}
        for one in rectangles:
            lines = one.said[name]["lines"] if one.said[name] else ()
            days |= {date.fromisoformat(line["last_day"]) for line in lines}
        for day in sorted(day for day in days if first <= day <= on):
            was, now = (_version_on(rectangles, name, at) for at in (day - _A_DAY, day))
            if now is None:
                continue
            before = _amount(Profile.of(was, day - _A_DAY).to_date)
            after = _amount(Profile.of(now, day).to_date)
            if before != after:
                difference = Difference(now["event"], rectangles[0].said["reference"], f"{name}_to_date", before, after)
                yield _Step(day, now["event"], difference)


def _version_on(rectangles: Sequence[_Rectangle], name: str, day: date) -> Mapping[str, Any] | None:
    return next((one.said[name] for one in rectangles if one.valid_from <= day < one.valid_to), None)


# --- money -------------------------------------------------------------------------------------


class _Amount(NamedTuple):
    """What an event adds at a position or on a day."""

    point: Any
    event: int
    programme: str
    benefit: str
    series: str
    amount: int


def _money_by_knowledge(
    connection: Connection, about: About, spans: Sequence[_Span], on: date, after: int, upto: int
) -> list[Difference]:
    axis = delta.c.position
    steps = _amounts(connection, about, spans, axis, delta.c.effective_on <= on, axis > after, axis <= upto)
    base = _base(connection, about, spans, steps, after, delta.c.effective_on <= on, axis <= after)
    return [one for _, one in _told(about, spans, base, steps, after, upto)]


def _money_by_time(
    connection: Connection, about: About, spans: Sequence[_Span], after: date, on: date, position: int
) -> list[_Step]:
    axis, known = delta.c.effective_on, delta.c.position <= position
    steps = _amounts(connection, about, spans, axis, known, axis > after, axis <= on)
    base = _base(connection, about, spans, steps, after, known, axis <= after)
    return [_Step(day, one.position, one) for day, one in _told(about, spans, base, steps, after, on)]


def _whose(about: About, spans: Iterable[_Span]) -> ColumnElement[bool]:
    if about.alone:
        return delta.c.subject == about.subject
    return delta.c.programme.in_({span.programme for span in spans})


def _amounts(
    connection: Connection, about: About, spans: Sequence[_Span], axis: Any, *conditions: ColumnElement[bool]
) -> list[_Amount]:
    columns = (axis, delta.c.position, delta.c.programme, delta.c.benefit, delta.c.series)
    query = (
        select(*columns, func.sum(delta.c.amount))
        .where(_whose(about, spans), delta.c.series.in_(_MONEY), *conditions)
        .group_by(*dict.fromkeys(columns))
    )
    return [_Amount(*row[:5], int(row[5])) for row in connection.execute(query)]


def _base(
    connection: Connection,
    about: About,
    spans: Sequence[_Span],
    steps: Sequence[_Amount],
    after: Any,
    *conditions: ColumnElement[bool],
) -> list[_Amount]:
    """Return the sums so far, of the benefits that are stepped and of programmes that come or go."""
    touched = {step.benefit for step in steps}
    moving = {span.programme for span in spans if span.start > after or span.end not in (FOREVER, UNTIL_CHANGED)}
    if not touched and not moving:
        return []
    columns = (delta.c.programme, delta.c.benefit, delta.c.series)
    query = (
        select(*columns, func.sum(delta.c.amount))
        .where(
            _whose(about, spans),
            delta.c.series.in_(_MONEY),
            or_(delta.c.benefit.in_(touched), delta.c.programme.in_(moving)),
            *conditions,
        )
        .group_by(*columns)
    )
    return [_Amount(after, 0, *row[:3], int(row[3])) for row in connection.execute(query)]


def _told(
    about: About, spans: Sequence[_Span], base: Sequence[_Amount], steps: Sequence[_Amount], after: Any, upto: Any
) -> Iterator[tuple[Any, Difference]]:
    """Yield each step of each benefit's series in the answer, unless the steps of a day come to nought."""
    shown_so_far: dict[tuple[str, str], int] = {}
    within: dict[Any, dict[tuple[str, str], dict[int, int]]] = {}
    for one in (*base, *steps):
        key = (one.benefit, one.series)
        mine = [_Span(one.programme, after, FOREVER, 0)] if about.alone else []
        mine += [span for span in spans if span.programme == one.programme]
        for span in mine:
            if about.alone or span.start <= one.point < span.end:
                at, event = one.point, one.event
            elif one.point < span.start <= upto:
                at, event = span.start, span.event  # It was there already when its programme came.
            else:
                continue
            if at <= after:
                shown_so_far[key] = shown_so_far.get(key, 0) + one.amount
            else:
                _add(within, at, key, event, one.amount)
            if not about.alone and span.end <= upto:
                _add(within, span.end, key, span.end, -one.amount)
    for point in sorted(within):
        for key, events in sorted(within[point].items()):
            if not sum(events.values()):
                continue
            for event in sorted(events):
                was = shown_so_far.get(key, 0)
                now = shown_so_far[key] = was + events[event]
                if was != now:
                    yield point, Difference(event, *key, f"{from_pence(was):.2f}", f"{from_pence(now):.2f}")


def _add(
    within: dict[Any, dict[tuple[str, str], dict[int, int]]], point: Any, key: tuple[str, str], event: int, amount: int
) -> None:
    events = within.setdefault(point, {}).setdefault(key, {})
    events[event] = events.get(event, 0) + amount
