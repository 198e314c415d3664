"""What pages of the log change in the views: rectangles opened and closed, deltas, and subtotals of deltas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Dialect, bindparam, insert, select, update

from benefits import BenefitsRegister
from benefits.events import BenefitIdentified
from benefits.parts import Kind
from benefits.store import Prepared, as_in_sqlite, recorded_of
from benefits.stream import Change, Recorded, Subject
from benefits.values import year_begun
from projections.bounds import UNTIL_CHANGED
from projections.homes import Find, Homes, homes_of, pieces, placed, project_of
from projections.money import Claims
from projections.states import FOLDS
from projections.subtotals import Subtotals
from projections.tables import Generation
from projections.timeline import Kept, Timeline


class Following:
    """The subjects a run has read, as the views stand, and one page at a time of what changes them.

    Args:
        register: Whose log is followed.
        tables: Where what changes is written.
        position: How far they have followed it.
    """

    def __init__(self, register: BenefitsRegister, tables: Generation, position: int) -> None:
        self.position = position
        self._register = register
        self.tables = tables
        self._subjects: dict[UUID, _Followed] = {}
        self._subtotals = Subtotals(tables)

    def take(self, connection: Connection, page: Sequence[Recorded]) -> None:
        """Follow a page of the log, and write what it changes."""
        find = partial(self._find, connection)
        rows = _Rows(connection, self.tables, self._register.database.dialect, self._subtotals)
        self._load(connection, {recorded.originator_id for recorded in page})
        for recorded in page:
            followed = self._subjects.get(recorded.originator_id)
            if followed is None:
                followed = self._subjects[recorded.originator_id] = _Followed(recorded.originator_id)
            if followed.kind == "project":
                self._moves(connection, followed, recorded, rows)
            else:
                followed.add(recorded, find, rows)
            rows.end(recorded.position)
        rows.write()
        self.position = page[-1].position

    def _moves(self, connection: Connection, project: _Followed, recorded: Recorded, rows: _Rows) -> None:
        """Follow an event of a project, which may move all that belongs to it."""
        find = partial(self._find, connection)
        parts = self._parts(connection, project.reference)  # Before the event: they are read as the views stand.
        before = project.homes
        project.add(recorded, find, rows)
        if project.homes != before:
            for part in parts:
                part.move(recorded.position, find, rows)

    def _parts(self, connection: Connection, project: str) -> list[_Followed]:
        """Return what belongs to a project, and to the projects within it, each project before its own parts."""
        state = self.tables.state.c
        query = select(state.subject).where(state.within == project, state.known_to == UNTIL_CHANGED).distinct()
        self._load(connection, set(connection.execute(query).scalars()))
        found: list[_Followed] = []
        mine = [followed for followed in self._subjects.values() if followed.within == project]
        for followed in sorted(mine, key=lambda followed: followed.reference):
            found.append(followed)
            if followed.kind == "project":
                found += self._parts(connection, followed.reference)
        return found

    def _find(self, connection: Connection, name: str) -> Subject | None:
        """Return a subject as far as it is followed."""
        stream = self._register.stream_id(name)
        self._load(connection, {stream})
        followed = self._subjects.get(stream)
        return followed.timeline.subject if followed is not None and followed.timeline is not None else None

    def _load(self, connection: Connection, streams: Iterable[UUID]) -> None:
        """Bring subjects to where the views stand, in one reading."""
        wanted = set(streams) - self._subjects.keys()
        if not wanted or not self.position:
            return
        events: dict[UUID, list[Recorded]] = {}
        at_hand = self._register.at_hand
        for stream in wanted & at_hand.keys():
            known = [recorded for recorded in at_hand[stream].recorded if recorded.position <= self.position]
            if known:
                events[stream] = known
        for row in self._register.log.read_streams(wanted - at_hand.keys(), upto=self.position):
            events.setdefault(row.originator_id, []).append(recorded_of(row))
        standing = self._in_force(connection, events.keys())
        for stream, recorded in events.items():
            subject = Subject(stream, tuple(recorded))
            timeline = Timeline(FOLDS[subject.kind], subject)
            self._subjects[stream] = _Followed(stream, timeline, standing.get(stream, {}))
        for stream in events:
            self._subjects[stream].stand(partial(self._find, connection))

    def _in_force(self, connection: Connection, subjects: Iterable[UUID]) -> dict[UUID, dict[_Key, _Standing]]:
        """Return the rectangles in force of several subjects."""
        state = self.tables.state.c
        query = select(state.subject, state.programme, state.valid_from, state.known_from, *(state[n] for n in _SAID))
        found: dict[UUID, dict[_Key, _Standing]] = {}
        wanted = list(subjects)
        for start in range(0, len(wanted), 500):
            rows = connection.execute(
                query.where(state.subject.in_(wanted[start : start + 500]), state.known_to == UNTIL_CHANGED)
            )
            for subject, programme, valid_from, known_from, *said in rows:
                found.setdefault(subject, {})[programme, valid_from] = (known_from, _Said(*said))
        return found


_Key = tuple[str, date]


class _Said(NamedTuple):
    """What a rectangle says, beside where it lies."""

    valid_to: date
    parent: str
    within: str
    reference: str
    state: str
    stated_at: int


_SAID: Final = _Said._fields
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_Standing = tuple[int, _Said]


class _Statements(NamedTuple):
    """What rows are written by."""

    insert_states: Prepared
    close_states: Prepared
    insert_deltas: Prepared


@lru_cache(maxsize=8)
def _statements(tables: Generation, dialect: Dialect) -> _Statements:
    state = tables.state
    close = (
        update(state)
        .where(
            state.c.subject == bindparam("s"),
            state.c.programme == bindparam("p"),
            state.c.valid_from == bindparam("v"),
            state.c.known_from == bindparam("k"),
        )
        .values(known_to=bindparam("until"))
    )
    return _Statements(
        Prepared(insert(state), dialect), Prepared(close, dialect), Prepared(insert(tables.delta), dialect)
    )


class _Rows:
    """What is to be written: new rectangles and deltas, and the rectangles that are closed."""

    def __init__(self, connection: Connection, tables: Generation, dialect: Dialect, subtotals: Subtotals) -> None:
        self._connection = connection
        self._statements = _statements(tables, dialect)
        self._subtotals = subtotals
        self._native: Callable[[Any], Any] = as_in_sqlite if dialect.name == "sqlite" else _as_it_is
        self._opened: dict[tuple[UUID, str, date, int], list[Any]] = {}
        self._closed: list[tuple[Any, ...]] = []
        self._deltas: list[tuple[Any, ...]] = []
        self._due: set[str] = set()
        self._nth = 0

    def open(self, subject: UUID, kind: Kind, key: _Key, known_from: int, said: _Said) -> None:
        """Write a rectangle."""
        programme, valid_from = key
        self._opened[subject, programme, valid_from, known_from] = [
            self._native(subject),
            programme,
            self._native(valid_from),
            known_from,
            self._native(said.valid_to),
            UNTIL_CHANGED,
            kind,
            said.reference,
            said.parent,
            said.within,
            said.stated_at,
            said.state,
        ]

    def close(self, subject: UUID, key: _Key, known_from: int, known_to: int) -> None:
        """Write until when a rectangle was known."""
        programme, valid_from = key
        row = self._opened.get((subject, programme, valid_from, known_from))
        if row is not None:
            row[5] = known_to
        else:
            self._closed.append((known_to, self._native(subject), programme, self._native(valid_from), known_from))

    def add(self, place: Any, position: int, benefit: str, amounts: Sequence[int]) -> None:
        """Write what an event adds to a claim."""
        programme, effective_on, release, kind, fund, claim = place
        on, year = self._native(effective_on), year_begun(effective_on)
        self._deltas.append((programme, position, self._nth, on, year, benefit, release, kind, fund, claim, *amounts))
        self._nth += 1
        if self._subtotals.count(self._connection, programme):
            self._due.add(programme)

    def end(self, position: int) -> None:
        """End an event, after which subtotals may be due."""
        self._nth = 0
        if self._due:
            self._write_deltas()
            for programme in sorted(self._due):
                self._subtotals.write(self._connection, programme, position)
            self._due.clear()

    def write(self) -> None:
        """Write everything."""
        if self._closed:
            self._statements.close_states.many(self._connection, self._closed)
            self._closed.clear()
        if self._opened:
            self._statements.insert_states.many(self._connection, map(tuple, self._opened.values()))
            self._opened.clear()
        self._write_deltas()

    def _write_deltas(self) -> None:
        if self._deltas:
            self._statements.insert_deltas.many(self._connection, self._deltas)
            self._deltas.clear()


def _as_it_is(value: Any) -> Any:
    return value


@dataclass
class _Followed:
    """One subject as the views stand: its timeline, the rectangles in force, its homes, and its money."""

    stream: UUID
    timeline: Timeline[Any] | None = None
    in_force: dict[_Key, _Standing] = field(default_factory=dict)
    claims: Claims = field(default_factory=Claims)
    homes: Homes = ()
    kind: Kind | None = None
    reference: str = ""

    words: dict[tuple[int, Homes], tuple[Any, Kept, str]] = field(default_factory=dict)
    written: dict[str, tuple[Any, str]] = field(default_factory=dict)

    @property
    def within(self) -> str | None:
        """The project it is a part of."""
        return project_of(self.timeline.opened) if self.timeline is not None else None

    def stand(self, find: Find) -> None:
        """Take note of what the rows that are there already come from."""
        assert self.timeline is not None
        self._named()
        self.homes = homes_of(self.timeline.subject, find)
        self.claims = Claims(self.timeline.facts, self._benefit, self.homes)

    def _named(self) -> None:
        assert self.timeline is not None
        self.kind, self.reference = self.timeline.subject.kind, self.timeline.subject.reference

    @property
    def _benefit(self) -> BenefitIdentified | None:
        assert self.timeline is not None
        opened = self.timeline.opened
        return opened if isinstance(opened, BenefitIdentified) else None

    def add(self, recorded: Recorded, find: Find, rows: _Rows) -> None:
        """Take an event, and leave in `rows` what changes."""
        if self.timeline is None:
            subject = Subject(recorded.originator_id, (recorded,))
            self.timeline = Timeline(FOLDS[subject.kind], subject)
            self._named()
            self.move(recorded.position, find, rows)
            return
        step = self.timeline.add(recorded)
        if step.change is None:
            return
        if step.is_of_whole or self.kind == "project":
            self.move(recorded.position, find, rows, step.change)
            return
        if step.since is not None:
            self._rectangles(recorded.position, rows, step.since)
        self._deltas(recorded.position, rows, step.change, whole=False)

    def move(self, position: int, find: Find, rows: _Rows, change: Change | None = None) -> None:
        """Leave in `rows` what an event changes of the whole subject, its own or one of the project it is a part of."""
        assert self.timeline is not None
        self.homes = homes_of(self.timeline.subject, find)
        self._rectangles(position, rows, date.min)
        self._deltas(position, rows, change, whole=True)

    def _rectangles(self, position: int, rows: _Rows, since: date) -> None:
        assert self.kind is not None
        now = dict(self._said(since))
        for key, (known_from, said) in list(self.in_force.items()):
            if said.valid_to >= since and now.get(key) != said:
                rows.close(self.stream, key, known_from, position)
                del self.in_force[key]
        for key, said in now.items():
            if key not in self.in_force:
                self.in_force[key] = (position, said)
                rows.open(self.stream, self.kind, key, position, said)

    def _said(self, since: date) -> Iterator[tuple[_Key, _Said]]:
        """Yield the rectangles as they now stand, without those that ended before a day."""
        assert self.timeline is not None
        assert self.kind is not None
        fold = FOLDS[self.kind]
        before, self.words = self.words, {}
        for piece in pieces(self.timeline.periods(since), self.homes):
            if piece.valid_to < since:
                continue
            key = (id(piece.state), piece.homes)
            known = before.get(key)  # The state itself is kept beside, so an id is never another's.
            if known is None:
                kept = placed(fold.keep(piece.state), piece.homes)
                known = (piece.state, kept, self._in_json(kept.fields))
            self.words[key] = known
            _, kept, words = known
            for programme in kept.programmes:
                said = _Said(piece.valid_to, kept.parent, kept.within, self.reference, words, piece.stated_at)
                yield (programme, piece.valid_from), said

    def _in_json(self, fields: Mapping[str, Any]) -> str:
        """Return fields as JSON; most of them are the very values that the state before had, and stay as written."""
        before, self.written = self.written, {}
        words = []
        for name, value in fields.items():
            kept = before.get(name)
            if kept is None or kept[0] is not value:
                kept = (value, f'"{name}":{_JSON.encode(value)}')
            self.written[name] = kept
            words.append(kept[1])
        return f"{{{','.join(words)}}}"

    def _deltas(self, position: int, rows: _Rows, change: Change | None, *, whole: bool) -> None:
        if self.kind == "benefit":
            for place, amounts in self.claims.take(change, self._benefit, self.homes, whole=whole):
                rows.add(place, position, self.reference, amounts)
