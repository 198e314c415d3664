"""What differs between two askings, and the events that made it differ.

Knowledge moves first, then time: what records changed about the earlier day, event by event, and then what
took effect up to the later day, fact by fact. Applied in this order to the earlier answer, it gives the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from benefits.store import Condition, Question, Snapshot
from benefits.values import from_pence
from projections.board import NOUGHT, PROFILE_FIGURES, Profile, banked
from projections.bounds import FOREVER, UNTIL_CHANGED
from projections.ground import Sums
from projections.series import AT, Series
from projections.stated import Stated

if TYPE_CHECKING:
    from benefits.store import Log
    from benefits.stream import Recorded, Subject
    from projections.homes import Find, Homes, Step


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


_MONEY: Final = tuple(each.value for each in Series)
_NOT_SHOWN: Final = frozenset({"reference", "forecast_day", "assumed", "effective", "homes", "budget"})
_WHOLE: Final = frozenset({"title", *PROFILE_FIGURES, "in_budget"})
_A_DAY: Final = timedelta(days=1)

StreamId = Callable[[str], UUID]
"""Gives the id of a reference's stream."""


def by_knowledge(
    connection: Snapshot, about: About, on: date, after: int, upto: int, so_far: Sums | None = None
) -> list[Difference]:
    """Return what events in (after, upto] changed of the answer as at a day, in the order of recording.

    Args:
        connection: Where the views are read.
        about: Whose answer.
        on: The day.
        after: The position the answer was known at.
        upto: The position it is held against.
        so_far: The sums that the answer was made of, where they are at hand.
    """
    if after >= upto:
        return []
    spans = _spans_of_knowledge(connection, about, on, after, upto)
    found = _states_by_knowledge(connection, about, spans, on, after, upto)
    found += _money_by_knowledge(connection, about, spans, on, after, upto, so_far)
    return sorted(found, key=lambda one: (one.position, one.reference, one.field))


def by_time(
    log: Log, stream_id: StreamId, connection: Snapshot, about: About, after: date, on: date, position: int
) -> list[Difference]:
    """Return what took effect in (after, on] as known at a position, in the order of the days and of their facts."""
    if after >= on:
        return []
    spans = _spans_of_time(connection, about, on, position)
    found = _states_by_time(log, stream_id, connection, about, spans, after, on, position)
    found += _money_by_time(connection, about, spans, after, on, position)
    return [one.difference for one in sorted(found, key=lambda one: (one.day, one.order, *one.difference[1:3]))]


# --- whose it is -------------------------------------------------------------------------------


class _Span(NamedTuple):
    """From when until when a programme belongs to the answer: positions or days; `event` brought it in."""

    programme: str
    start: Any
    end: Any
    event: int


_HOLDERS: Final = {"portfolio": "parent", "programme": "within"}
"""The column by which a programme belongs to a portfolio, or to a programme it is a part of."""

_MEANWHILE: Final = "known_to > :after AND known_from <= :upto AND valid_from <= :on AND valid_to > :on"
"""That a rectangle was known at some time between two positions."""

_BY_THEN: Final = "known_to > :position AND known_from <= :position AND valid_from <= :on"

_PROGRAMMES_OF = "FROM view_state WHERE kind = 'programme' AND {} = :name AND"
_HELD_MEANWHILE: Final = {
    kind: Question(
        "SELECT reference, known_from, known_to",
        _PROGRAMMES_OF.format(holder),
        _MEANWHILE,
        "ORDER BY reference, known_from",
    )
    for kind, holder in _HOLDERS.items()
}
_HELD_BY_THEN: Final = {
    kind: Question(
        "SELECT reference, valid_from, stated_at",
        _PROGRAMMES_OF.format(holder),
        _BY_THEN,
        "ORDER BY reference, valid_from DESC",
    )
    for kind, holder in _HOLDERS.items()
}


def _spans_of_knowledge(connection: Snapshot, about: About, on: date, after: int, upto: int) -> list[_Span]:
    if about.kind not in _HOLDERS:
        return []
    held = _HELD_MEANWHILE[about.kind](connection, name=about.reference, after=after, upto=upto, on=on)
    spans = [_Span(about.reference, 0, UNTIL_CHANGED, 0)] if about.kind == "programme" else []
    for programme, start, end in held:
        if spans and (spans[-1].programme, spans[-1].end) == (programme, start):
            spans[-1] = spans[-1]._replace(end=end)
        else:
            spans.append(_Span(programme, start, end, start))
    return spans


def _spans_of_time(connection: Snapshot, about: About, on: date, position: int) -> list[_Span]:
    itself = [_Span(about.reference, date.min, FOREVER, 0)]
    if about.kind not in _HOLDERS:
        return itself
    held = _HELD_BY_THEN[about.kind](connection, name=about.reference, position=position, on=on)
    # A programme belongs to its portfolio from its first day on.
    first = {programme: _Span(programme, start, FOREVER, event) for programme, start, event in held}
    return [*(itself if about.kind == "programme" else ()), *first.values()]


def _belonging(about: About, spans: Iterable[_Span]) -> Condition:
    """Return the condition that a rectangle may belong to the answer."""
    itself = Condition("subject = :itself", {"itself": about.subject})
    if about.alone:
        return itself
    belonging = Condition("programme IN (:programmes)", {"programmes": {span.programme for span in spans}})
    # A portfolio's own rectangles are in no programme.
    return belonging | itself if about.kind == "portfolio" else belonging


# --- states, by knowledge ----------------------------------------------------------------------


class _Piece(NamedTuple):
    """What was known of a subject in the answer, from a position to a position."""

    start: int
    end: int
    kind: str
    reference: str
    words: str


_NOT_THROUGHOUT: Final = "AND (known_from > :after OR known_to <= :upto)"
"""That a rectangle came or went between two positions; one that did not is all that is known there of its subject."""

_CHANGED: Final = """
GROUP BY subject, programme
HAVING min(state) <> max(state) OR :upto - :after >= sum(
    CASE WHEN known_to > :upto THEN :upto + 1 ELSE known_to END
    - CASE WHEN known_from < :after THEN :after ELSE known_from END
)
"""
"""That something changed between two positions: there are other words, or it was not known throughout."""


def _states_by_knowledge(
    connection: Snapshot, about: About, spans: Sequence[_Span], on: date, after: int, upto: int
) -> list[Difference]:
    then = _belonging(about, spans) & Condition(_MEANWHILE, {"after": after, "upto": upto, "on": on})
    words = ["SELECT subject, programme, known_from, known_to, kind, reference, state FROM"]
    if _are_steady(spans, after, upto):
        # No programme comes or goes, so what was known throughout, in the same words, changes nothing.
        changed = ("SELECT DISTINCT subject AS moved FROM view_state WHERE", then.words, _NOT_THROUGHOUT, _CHANGED)
        words += ["(", *changed, ") AS changed CROSS JOIN view_state WHERE subject = moved AND"]
    else:
        words.append("view_state WHERE")
    words.append(then.words)
    query = Question(*words)
    pieces: dict[UUID, set[_Piece]] = {}
    for subject, programme, *said in query(connection, **then.values):
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
            before, since = (_programmes_at(about, spans, at) for at in (position - 1, position))
            either = now or was
            if either is not None and ((was and was.words) != (now and now.words) or before != since):
                was_shown = shown(was.kind, Stated.of(was.words), on, before) if was else {}
                now_shown = shown(now.kind, Stated.of(now.words), on, since) if now else {}
                found += _fields(position, either.reference, was_shown, now_shown)
    return found


def _are_steady(spans: Iterable[_Span], after: int, upto: int) -> bool:
    """Tell whether no programme comes into the answer, or goes out of it, by what was recorded in (after, upto]."""
    return all(span.start <= after and span.end > upto for span in spans)


def _programmes_at(about: About, spans: Iterable[_Span], at: Any) -> frozenset[str] | None:
    """Return the programmes whose periods count at a position or on a day; `None` where every one does."""
    return None if about.alone else frozenset(span.programme for span in spans if span.start <= at < span.end)


def _fields(position: int, reference: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    # Of what comes or goes as a whole, its title and its figures are told.
    names = was.keys() | now.keys() if was and now else _WHOLE
    for name in names:
        if was.get(name) != now.get(name):
            yield Difference(position, reference, name, *_told_apart(was.get(name), now.get(name)))


def _told_apart(was: Any, now: Any) -> tuple[Any, Any]:
    """Return what differs: of two lists, what left the one and what came into the other."""
    if isinstance(was, list) and isinstance(now, list):
        left, came = [one for one in was if one not in now], [one for one in now if one not in was]
        if left or came:
            was, now = left, came
    return tuple("; ".join(one) or None if isinstance(one, list) else one for one in (was, now))  # type: ignore[return-value]


def shown(kind: str, said: Stated, on: date, programmes: frozenset[str] | None = None) -> dict[str, Any]:
    """Return a state's fields as a board shows them: profiles as their sums for some programmes, clauses as words."""
    fields = {name: _words(value) for name, value in said.items() if name not in _NOT_SHOWN}
    if kind == "benefit":
        if said["budget"]:
            fields["in_budget"] = _amount(sum((Decimal(one["amount"]) for one in banked(said, programmes)), NOUGHT))
        for name in ("target", "original_target", "forecast"):
            profile = Profile.of(said, name, on, programmes)
            fields[name] = _amount(profile.total)
            if name != "original_target":
                fields[f"{name}_to_date"] = _amount(profile.to_date)
        fields["baseline"] = said["baseline"]["value"] if said["baseline"] else None
    if kind == "decision":
        for name in ("delegations", "exercised"):
            fields[name] = _words([_with_names(one) for one in said[name]])
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
        return [_in_a_line(one) for one in value] or None
    return value


def _with_names(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of a state with the names it lists in one text."""
    return {key: " and ".join(one) if isinstance(one, list) else one for key, one in value.items()}


def _in_a_line(value: Any) -> str:
    words = _words(value)
    return "; ".join(words) if isinstance(words, list) else str(words)


# --- states, by time ---------------------------------------------------------------------------


class _Step(NamedTuple):
    """A difference, in its place: on which day, and in which order on that day."""

    day: date
    order: int
    difference: Difference


def _states_by_time(
    log: Log,
    stream_id: StreamId,
    connection: Snapshot,
    about: About,
    spans: Sequence[_Span],
    after: date,
    on: date,
    position: int,
) -> list[_Step]:
    then = _belonging(about, spans) & Condition(_BY_THEN, {"position": position, "on": on})
    query = Question(
        "SELECT subject, programme, kind, valid_from, valid_to, stated_at, state FROM view_state WHERE",
        then.words,
        "ORDER BY subject, valid_from",
    )
    from projections.homes import homes_of, steps
    from projections.states import FOLDS

    entries: dict[UUID, _Span] = {}
    rectangles: dict[UUID, dict[date, _Rectangle]] = {}
    changed: set[UUID] = set()
    entered = {span.programme: span for span in spans}
    whole = _Span("", date.min, FOREVER, 0)
    for subject, programme, kind, valid_from, valid_to, stated_at, words in query(connection, **then.values):
        span = whole if about.alone or subject == about.subject else entered[programme]
        if span.start < valid_from:
            span = span._replace(start=valid_from, event=stated_at)  # It comes with its first rectangle here.
        entries[subject] = min(entries.get(subject, span), span, key=lambda one: (one.start, one.event))
        if valid_from > after or span.start > after:
            changed.add(subject)
        if kind == "benefit" and valid_to > after:
            rectangles.setdefault(subject, {})[valid_from] = _Rectangle(valid_from, valid_to, Stated.of(words))
    subjects = _subjects(log, changed, position)
    find = _finder(log, stream_id, position)
    found: list[_Step] = []
    for stream, subject in subjects.items():
        homes = homes_of(subject, find)
        taken = steps(FOLDS[subject.kind], subject, homes, _comings(spans, homes))
        entry = _entry(entries[stream], homes, entered)
        found += _facts_by_time(subject, taken, about, spans, entry, after, on)
    for stream, mine in rectangles.items():
        first = max(after + _A_DAY, entries[stream].start)
        found += _falling_due(list(mine.values()), about, spans, first, on)
    return found


def _comings(spans: Iterable[_Span], homes: Homes) -> list[tuple[date, int]]:
    """Return the days on which a programme that something has moved to, or from, comes into the answer."""
    its = {home.programme for home in homes} if len(homes) > 1 else set()
    coming = sorted((span for span in spans if span.programme in its), key=lambda span: -span.event)
    return [(span.start, span.event) for span in coming]


def _entry(found: _Span, homes: Homes, entered: Mapping[str, _Span]) -> _Span:
    """Return when something comes into the answer, by the event that moved it there or its programme, if one did."""
    by = {home.programme: home.event for home in homes if home.since == found.start}
    by |= {
        home.programme: entered[home.programme].event
        for home in homes
        if home.programme in entered and home.since <= entered[home.programme].start == found.start
    }
    events = [event for programme, event in by.items() if programme in entered]
    return found._replace(event=min(events)) if events else found


def _subjects(log: Log, streams: Collection[UUID], position: int) -> dict[UUID, Subject]:
    from benefits.store import recorded_of
    from benefits.stream import Subject

    events: dict[UUID, list[Recorded]] = {}
    for row in log.read_streams(streams, upto=position):
        events.setdefault(row.originator_id, []).append(recorded_of(row))
    return {stream: Subject(stream, tuple(recorded)) for stream, recorded in events.items()}


def _finder(log: Log, stream_id: StreamId, position: int) -> Find:
    """Return what gives a subject by reference, as known at a position; each is read once."""
    known: dict[UUID, Subject | None] = {}

    def find(name: str) -> Subject | None:
        stream = stream_id(name)
        if stream not in known:
            known[stream] = _subjects(log, [stream], position).get(stream)
        return known[stream]

    return find


def _facts_by_time(
    subject: Subject,
    taken: Sequence[Step],
    about: About,
    spans: Sequence[_Span],
    entry: _Span,
    after: date,
    on: date,
) -> Iterator[_Step]:
    """Yield what each fact of a subject, and each move, changed in (after, on], once the subject is in the answer.

    What a step changes is told as far as periods had ended the day before; what ends on its day comes after it.
    """
    earlier = [step for step in taken if step.day <= max(entry.start - _A_DAY, after)]
    there = Stated(earlier[-1].kept.fields) if earlier else None
    eve = after
    if earlier and entry.start > after:
        # It comes before anything else changes on that day, with the periods that then belong to the answer.
        moved = [step for step in taken if (step.day, step.order) == (entry.start, 0)]
        there, eve = Stated((moved or earlier)[-1].kept.fields), entry.start
        now = shown(subject.kind, there, entry.start - _A_DAY, _programmes_at(about, spans, entry.start))
        for one in _fields(entry.event, subject.reference, {}, now):
            yield _Step(entry.start, 0, one)
    for step in taken[len(earlier) :]:
        if step.day > on:
            break
        ended = step.day - _A_DAY
        counted = _programmes_at(about, spans, max(eve, ended))
        was = shown(subject.kind, there, ended, counted) if there is not None else {}
        there, eve = Stated(step.kept.fields), step.day
        now = shown(subject.kind, there, ended, _programmes_at(about, spans, step.day))
        for one in _fields(step.event, subject.reference, was, now):
            yield _Step(step.day, step.order, one)


class _Rectangle(NamedTuple):
    """A benefit's state from a day until a day."""

    valid_from: date
    valid_to: date
    said: Stated


def _falling_due(
    rectangles: Sequence[_Rectangle], about: About, spans: Sequence[_Span], first: date, on: date
) -> Iterator[_Step]:
    """Yield how a benefit's figures to date grew, from a first day on, as periods ended: by what was said of them."""
    for name in ("target", "forecast"):
        last_days = {line.last_day for one in rectangles for line in one.said.lines(name, None)}
        for day in sorted(map(date.fromisoformat, last_days)):
            said = _said_on(rectangles, day) if first <= day <= on else None
            if said is None or said[name] is None:
                continue
            counted = _programmes_at(about, spans, day)
            before, since = (_amount(Profile.of(said, name, due, counted).to_date) for due in (day - _A_DAY, day))
            if before != since:
                event = max(line.event for line in said.lines(name, None) if line.last_day == day.isoformat())
                yield _Step(day, event, Difference(event, said["reference"], f"{name}_to_date", before, since))


def _said_on(rectangles: Sequence[_Rectangle], day: date) -> Stated | None:
    return next((one.said for one in rectangles if one.valid_from <= day < one.valid_to), None)


# --- money -------------------------------------------------------------------------------------


_SUMS: Final = ", ".join(f"sum({series})" for series in _MONEY)


class _Amount(NamedTuple):
    """What an event adds at a position or on a day."""

    point: Any
    event: int
    programme: str
    benefit: str
    series: str
    amount: int


def _money_by_knowledge(
    connection: Snapshot,
    about: About,
    spans: Sequence[_Span],
    on: date,
    after: int,
    upto: int,
    so_far: Sums | None,
) -> list[Difference]:
    then = Condition("effective_on <= :on", {"on": on})
    steps = _amounts(connection, about, spans, "position", then & _between("position", after, upto))
    if so_far is not None and not about.alone and _are_steady(spans, after, upto):
        # All of a benefit is in the answer, so that it does not matter in which of the programmes.
        touched = {step.benefit for step in steps}
        base = [
            _Amount(after, 0, spans[0].programme, benefit, series, amounts[AT[series]])
            for (benefit, _), amounts in so_far.items()
            if benefit in touched
            for series in _MONEY
            if amounts[AT[series]]
        ]
    else:
        base = _base(connection, about, spans, steps, after, then & _by("position", after))
    return [one for _, one in _told(about, spans, base, steps, after, upto)]


def _money_by_time(
    connection: Snapshot, about: About, spans: Sequence[_Span], after: date, on: date, position: int
) -> list[_Step]:
    known = Condition("position <= :position", {"position": position})
    steps = _amounts(connection, about, spans, "effective_on", known & _between("effective_on", after, on))
    base = _base(connection, about, spans, steps, after, known & _by("effective_on", after))
    return [_Step(day, one.position, one) for day, one in _told(about, spans, base, steps, after, on)]


def _between(axis: str, after: Any, upto: Any) -> Condition:
    return Condition(f"{axis} > :after AND {axis} <= :upto", {"after": after, "upto": upto})


def _by(axis: str, after: Any) -> Condition:
    return Condition(f"{axis} <= :after", {"after": after})


def _whose(about: About, spans: Iterable[_Span]) -> Condition:
    if about.alone:
        return Condition("benefit = :reference", {"reference": about.reference})
    return Condition("programme IN (:programmes)", {"programmes": {span.programme for span in spans}})


def _amounts(connection: Snapshot, about: About, spans: Sequence[_Span], axis: str, then: Condition) -> list[_Amount]:
    wanted = _whose(about, spans) & then
    query = Question(
        *("SELECT", axis, ", position, programme, benefit,", _SUMS, "FROM view_delta WHERE", wanted.words),
        *("GROUP BY", axis, ", position, programme, benefit"),
    )
    return [
        _Amount(point, event, programme, benefit, series, int(amount))
        for point, event, programme, benefit, *amounts in query(connection, **wanted.values)
        for series, amount in zip(_MONEY, amounts, strict=True)
        if amount
    ]


def _base(
    connection: Snapshot,
    about: About,
    spans: Sequence[_Span],
    steps: Sequence[_Amount],
    after: Any,
    then: Condition,
) -> list[_Amount]:
    """Return the sums so far, of the benefits that are stepped, or have some in programmes that come or go."""
    touched = {step.benefit for step in steps}
    moving = {span.programme for span in spans if span.start > after or span.end not in (FOREVER, UNTIL_CHANGED)}
    if not touched and not moving:
        return []
    wanted = _whose(about, spans) & then
    query = Question(
        *("SELECT programme, benefit,", _SUMS, "FROM view_delta WHERE", wanted.words),
        # A benefit that has moved has some in other programmes as well.
        "AND (benefit IN (:touched) OR benefit IN (SELECT benefit FROM view_delta WHERE programme IN (:moving) AND",
        then.words,
        ")) GROUP BY programme, benefit",
    )
    return [
        _Amount(after, 0, programme, benefit, series, int(amount))
        for programme, benefit, *amounts in query(connection, touched=touched, moving=moving, **wanted.values)
        for series, amount in zip(_MONEY, amounts, strict=True)
        if amount
    ]


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
