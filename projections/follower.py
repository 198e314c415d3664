"""Keep the views at the head of the log: in the append's own transaction, on reading, and from nothing.

One function does all three. It takes the log in pages, folds in memory, and writes a page's rows and
its position in one transaction that holds the head, so that no two followers apply an event twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, inspect, select, update

from benefits import BenefitsRegister
from benefits.errors import BenefitsError, ViewBrokenError
from benefits.parts import Kind
from benefits.store import ReadOnlyStoreError, recorded_of
from benefits.stream import Recorded, Subject
from projections.homes import Find, Homes, homes_of, pieces, placed, project_of
from projections.money import Place, money
from projections.states import FOLDS
from projections.tables import UNTIL_CHANGED, VERSION, delta, metadata, progress, state
from projections.timeline import Kept, Timeline

PAGE: Final = 2_000
LOG: Final = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told how many events of how many have been followed."""


def prepare(register: BenefitsRegister) -> None:
    """Make the views' tables in a store that has none. Does nothing to those that are there."""
    with register.database.writing() as connection:
        metadata.create_all(connection)
        if connection.execute(select(progress.c.id)).first() is None:
            connection.execute(insert(progress).values(id=1, version=VERSION, position=0, broken=None))


def follow(register: BenefitsRegister, appended: Sequence[Recorded]) -> None:
    """Bring the views to the head inside the transaction that appended; give this to `BenefitsRegister(on_append=...)`.

    If a fold fails, what it wrote is rolled back, the facts stay recorded, and the views say that they are
    broken until they are mended and rebuilt. If the store itself fails, nothing is recorded.
    """
    with register.database.writing() as connection:
        at = _progress(connection)
        if at is None or at.version != VERSION or at.broken:
            return
        try:
            with register.database.savepoint():
                _follow_from(register, connection, at.position, appended)
        except Exception as error:
            if register.database.fault(error) is not None:
                raise  # The disk is full, or the like: no fold is to blame, and nothing is recorded.
            LOG.exception("the views stopped at event %s", at.position)
            broken = f"{type(error).__name__}: {error}"
            connection.execute(update(progress).values(broken=broken))


def catch_up(register: BenefitsRegister) -> None:
    """Bring the views to the head if they are behind, unless the store can only be read.

    Raises:
        ViewBrokenError: If the views are broken or of another version; rebuilding mends that.
    """
    with register.database.reading() as connection:
        at = _progress(connection)
        head = register.log.head().size
    if at is not None and at.version == VERSION and not at.broken and at.position >= head:
        return
    if at is not None and at.version == VERSION and not at.broken:
        try:
            follow(register, ())
        except ReadOnlyStoreError:
            return  # Whoever may only read is answered at the position the views have reached.
        with register.database.reading() as connection:
            at = _progress(connection)
    if at is None or at.version != VERSION:
        raise ViewBrokenError("the views of this store are of another version; run: benefits rebuild")
    if at.broken:
        raise ViewBrokenError(
            f"the views stopped at event {at.position} ({at.broken}); nothing recorded is lost. "
            "Install a version that mends it, then run: benefits rebuild"
        )


def rebuild(register: BenefitsRegister, tell: Progress | None = None) -> int:
    """Work out every view anew from the log, and return how many events that took.

    Strict: the first fold that fails ends it, and the views stay as they were.

    Raises:
        ViewBrokenError: If a fold fails.
    """
    with register.database.writing() as connection:
        metadata.drop_all(connection)  # They may be those of another version.
        metadata.create_all(connection)
        connection.execute(insert(progress).values(id=1, version=VERSION, position=0, broken=None))
        try:
            return _follow_from(register, connection, 0, tell=tell)
        except Exception as error:
            if isinstance(error, BenefitsError) or register.database.fault(error) is not None:
                raise
            raise ViewBrokenError(
                f"the views cannot be rebuilt ({type(error).__name__}: {error}); they stay as they were, and nothing "
                "recorded is lost. Install a version that mends it, then run: benefits rebuild"
            ) from error


@dataclass(frozen=True, slots=True)
class _At:
    version: int
    position: int
    broken: str | None


def _progress(connection: Connection) -> _At | None:
    """Return how far the views are; `None` if the store has none."""
    if not inspect(connection).has_table(progress.name):
        return None
    row = connection.execute(select(progress.c.version, progress.c.position, progress.c.broken)).one_or_none()
    return _At(*row) if row else None


def position_of_views(connection: Connection) -> int:
    """Return the position the views have reached."""
    position: int = connection.execute(select(progress.c.position)).scalar_one()
    return position


def _follow_from(
    register: BenefitsRegister,
    connection: Connection,
    position: int,
    appended: Sequence[Recorded] = (),
    tell: Progress | None = None,
) -> int:
    """Follow the log to its head; `appended` are its last events, where they are at hand."""
    head = register.log.head().size
    following = _Following(register, connection, position)
    while position < head:
        page: Sequence[Recorded] = appended[:PAGE]
        if page and page[0].position == position + 1:
            appended = appended[PAGE:]
        else:
            page = [recorded_of(row) for row in register.log.read(after=position, limit=PAGE)]
        following.take(page)
        position = page[-1].position
        connection.execute(update(progress).values(position=position))
        if tell is not None:
            tell(position, head)
    return head


class _Following:
    """The subjects a run has read, as the views stand, and one page at a time of what changes them."""

    def __init__(self, register: BenefitsRegister, connection: Connection, position: int) -> None:
        self._register = register
        self._connection = connection
        self._position = position
        self._subjects: dict[UUID, _Followed] = {}

    def take(self, page: Sequence[Recorded]) -> None:
        """Follow a page of the log, and write what it changes."""
        rows = _Rows()
        self._load({recorded.originator_id for recorded in page})
        for recorded in page:
            followed = self._subjects.setdefault(recorded.originator_id, _Followed())
            if followed.kind == "project":
                self._moves(followed, recorded, rows)
            else:
                followed.add(recorded, self._find, rows)
        rows.write(self._connection)
        self._position = page[-1].position

    def _moves(self, project: _Followed, recorded: Recorded, rows: _Rows) -> None:
        """Follow an event of a project, which may move all that belongs to it."""
        parts = self._parts(project.reference)  # Before the event: they are read as the views stand.
        before = project.homes
        project.add(recorded, self._find, rows)
        if project.homes != before:
            for part in parts:
                part.move(recorded.position, self._find, rows)

    def _parts(self, project: str) -> list[_Followed]:
        """Return what belongs to a project, and to the projects within it, each project before its own parts."""
        query = select(state.c.subject).where(state.c.within == project, state.c.known_to == UNTIL_CHANGED).distinct()
        self._load(set(self._connection.execute(query).scalars()))
        found: list[_Followed] = []
        for followed in list(self._subjects.values()):
            if followed.within == project:
                found.append(followed)
                if followed.kind == "project":
                    found += self._parts(followed.reference)
        return found

    def _find(self, name: str) -> Subject | None:
        """Return a subject as far as it is followed."""
        stream = self._register.stream_id(name)
        self._load({stream})
        followed = self._subjects.get(stream)
        return followed.timeline.subject if followed is not None and followed.timeline is not None else None

    def _load(self, streams: Iterable[UUID]) -> None:
        """Bring subjects to where the views stand, in one reading."""
        wanted = set(streams) - self._subjects.keys()
        if not wanted or not self._position:
            return
        events: dict[UUID, list[Recorded]] = {}
        at_hand = self._register.at_hand
        for stream in wanted & at_hand.keys():
            known = [recorded for recorded in at_hand[stream].recorded if recorded.position <= self._position]
            if known:
                events[stream] = known
        for row in self._register.log.read_streams(wanted - at_hand.keys(), upto=self._position):
            events.setdefault(row.originator_id, []).append(recorded_of(row))
        standing = _in_force(self._connection, events.keys())
        subjects = {stream: Subject(stream, tuple(recorded)) for stream, recorded in events.items()}
        for stream, subject in subjects.items():
            self._subjects[stream] = _Followed(Timeline(FOLDS[subject.kind], subject), standing.get(stream, {}))
        for stream in subjects:
            self._subjects[stream].stand(self._find)


def _in_force(connection: Connection, subjects: Iterable[UUID]) -> dict[UUID, dict[_Key, tuple[int, _Said]]]:
    """Return the rectangles in force of several subjects."""
    found: dict[UUID, dict[_Key, tuple[int, _Said]]] = {}
    wanted = list(subjects)
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            _IN_FORCE.where(state.c.subject.in_(wanted[start : start + 500]), state.c.known_to == UNTIL_CHANGED)
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


_IN_FORCE: Final = select(
    state.c.subject,
    state.c.programme,
    state.c.valid_from,
    state.c.known_from,
    state.c.valid_to,
    state.c.parent,
    state.c.within,
    state.c.reference,
    state.c.state,
    state.c.stated_at,
)


@dataclass
class _Rows:
    """What a page writes: new rectangles and deltas, and the rectangles it closes."""

    opened: dict[tuple[UUID, str, date, int], dict[str, Any]] = field(default_factory=dict)
    closed: list[dict[str, Any]] = field(default_factory=list)
    deltas: list[dict[str, Any]] = field(default_factory=list)

    def close(self, subject: UUID, programme: str, valid_from: date, known_from: int, known_to: int) -> None:
        row = self.opened.get((subject, programme, valid_from, known_from))
        if row is not None:
            row["known_to"] = known_to
        else:
            self.closed.append({"s": subject, "p": programme, "v": valid_from, "k": known_from, "until": known_to})

    def write(self, connection: Connection) -> None:
        if self.closed:
            connection.execute(_CLOSE, self.closed)
        if self.opened:
            connection.execute(insert(state), list(self.opened.values()))
        if self.deltas:
            connection.execute(insert(delta), self.deltas)


_CLOSE: Final = (
    update(state)
    .where(
        state.c.subject == bindparam("s"),
        state.c.programme == bindparam("p"),
        state.c.valid_from == bindparam("v"),
        state.c.known_from == bindparam("k"),
    )
    .values(known_to=bindparam("until"))
)


@dataclass
class _Followed:
    """One subject as the views stand: its timeline, the rectangles in force, its homes, and its money."""

    timeline: Timeline[Any] | None = None
    in_force: dict[_Key, tuple[int, _Said]] = field(default_factory=dict)
    amounts: Mapping[Place, int] = field(default_factory=dict)
    homes: Homes = ()

    words: dict[tuple[int, Homes], tuple[Any, Kept, str]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind | None:
        """What the subject is; `None` before its first event."""
        return self.timeline.subject.kind if self.timeline is not None else None

    @property
    def reference(self) -> str:
        """The subject's reference; there is one once an event was taken."""
        assert self.timeline is not None
        return self.timeline.subject.reference

    @property
    def within(self) -> str | None:
        """The project it is a part of."""
        return project_of(self.timeline.subject) if self.timeline is not None else None

    def stand(self, find: Find) -> None:
        """Take note of what the rows that are there already come from."""
        assert self.timeline is not None
        self.homes = homes_of(self.timeline.subject, find)
        self.amounts = money(self.timeline.subject, self.homes)

    def add(self, recorded: Recorded, find: Find, rows: _Rows) -> None:
        """Take an event, and leave in `rows` what changes."""
        if self.timeline is None:
            subject = Subject(recorded.originator_id, (recorded,))
            self.timeline = Timeline(FOLDS[subject.kind], subject)
        else:
            self.timeline.add(recorded)
        self.move(recorded.position, find, rows)

    def move(self, position: int, find: Find, rows: _Rows) -> None:
        """Leave in `rows` what an event changes, of this subject or of the project it is a part of."""
        assert self.timeline is not None
        self.homes = homes_of(self.timeline.subject, find)
        self._rectangles(position, rows)
        if self.timeline.subject.kind == "benefit":
            self._deltas(position, rows)

    def _rectangles(self, position: int, rows: _Rows) -> None:
        assert self.timeline is not None
        subject = self.timeline.subject
        now = dict(self._said())
        for key, (known_from, said) in list(self.in_force.items()):
            if now.get(key) != said:
                rows.close(subject.id, *key, known_from=known_from, known_to=position)
                del self.in_force[key]
        for key, said in now.items():
            if key not in self.in_force:
                self.in_force[key] = (position, said)
                programme, valid_from = key
                rows.opened[subject.id, programme, valid_from, position] = {
                    **said._asdict(),
                    "subject": subject.id,
                    "programme": programme,
                    "valid_from": valid_from,
                    "known_from": position,
                    "known_to": UNTIL_CHANGED,
                    "kind": subject.kind,
                }

    def _said(self) -> Iterator[tuple[_Key, _Said]]:
        """Yield the rectangles as they now stand."""
        assert self.timeline is not None
        fold = FOLDS[self.timeline.subject.kind]
        before, self.words = self.words, {}
        for piece in pieces(self.timeline.periods(), self.homes):
            key = (id(piece.state), piece.homes)
            known = before.get(key)  # The state itself is kept beside, so an id is never another's.
            if known is None:
                kept = placed(fold.keep(piece.state), piece.homes)
                known = (piece.state, kept, json.dumps(kept.fields, ensure_ascii=False, separators=(",", ":")))
            self.words[key] = known
            _, kept, words = known
            for programme in kept.programmes:
                said = _Said(piece.valid_to, kept.parent, kept.within, kept.fields["reference"], words, piece.stated_at)
                yield (programme, piece.valid_from), said

    def _deltas(self, position: int, rows: _Rows) -> None:
        assert self.timeline is not None
        subject = self.timeline.subject
        now = money(subject, self.homes)
        for place in sorted(now.keys() | self.amounts.keys()):
            change = now.get(place, 0) - self.amounts.get(place, 0)
            if change:
                rows.deltas.append(
                    {
                        **place._asdict(),
                        "position": position,
                        "benefit": subject.reference,
                        "subject": subject.id,
                        "amount": change,
                    }
                )
        self.amounts = now
