"""Facts in the log: the library's application, repository and event store over our recorder.

The log keeps bytes under a type; here they become facts by the closed registry, with their header.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import (
    EventStore,
    Mapper,
    Notification,
    RecordConflictError,
    Recording,
    StoredEvent,
)

from benefits.errors import ConflictError
from benefits.events import BodyBlanked
from benefits.parts import Fact
from benefits.store.recorded import recorded_of
from benefits.store.recorder import LogApplicationRecorder, LogFactory
from benefits.stream import Recorded, Subject

if TYPE_CHECKING:
    from benefits.store.appending import AppendableLog
    from benefits.store.database import Database
    from benefits.store.rows import Header


REMEMBERED: Final = 2_000
"""Subjects that a register keeps at hand; one of a hundred events takes about 150 kB."""


@dataclass(frozen=True, slots=True)
class Said:
    """A fact on its way into the log."""

    originator_id: UUID
    originator_version: int
    fact: Fact
    header: Header


class FactMapper(Mapper[UUID]):
    """Writes a fact's canonical JSON; reads nothing, because a header is needed to read."""

    def __init__(self) -> None:
        """Take neither transcoder, compressor nor cipher: the bytes stored are the bytes proved."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Return a fact as the recorder takes it."""
        said: Said = domain_event
        return StoredEvent(said.originator_id, said.originator_version, said.fact.type_name, said.fact.to_body())


class FactEvents(EventStore[UUID]):
    """Puts facts into the log with their headers, and gets them back with theirs."""

    recorder: LogApplicationRecorder

    def put(self, domain_events: Sequence[Any], **kwargs: Any) -> list[Recording[UUID]]:
        """Append facts, all or none."""
        kwargs.pop("tracking", None)
        stored = [self.mapper.to_stored_event(said) for said in domain_events]
        rows = self.recorder.log.append(stored, [said.header for said in domain_events], **kwargs)
        return [
            Recording(
                recorded_of(row), Notification(row.originator_id, row.originator_version, row.type, b"", row.position)
            )
            for row in rows
        ]

    def get(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Iterator[Any]:
        """Return a stream's facts in order."""
        return map(recorded_of, self.recorder.log.read_stream(originator_id))


def _subject(subject: Subject | None, events: Iterable[Any]) -> Subject | None:
    recorded: tuple[Recorded, ...] = (subject.recorded if subject else ()) + tuple(events)
    return Subject(recorded[0].originator_id, recorded) if recorded else None


class FactLog(Application[UUID]):
    """The log as the library's application: subjects are functional aggregates."""

    name = "benefits"

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known: OrderedDict[UUID, Subject] = OrderedDict()
        self._knowing = threading.Lock()
        super().__init__()

    def construct_factory(self, env: Any) -> Any:
        """Return the factory of our recorders."""
        return LogFactory(env, self.database)

    def construct_mapper(self) -> Mapper[UUID]:
        """Return our mapper."""
        return FactMapper()

    def construct_event_store(self) -> EventStore[UUID]:
        """Return our event store."""
        return FactEvents(self.mapper, self.recorder)

    @property
    def rows(self) -> AppendableLog:
        """The log as rows, to append to as well."""
        assert isinstance(self.recorder, LogApplicationRecorder)
        return self.recorder.log

    def subject(self, stream: UUID) -> Subject | None:
        """Return everything on record about a subject; `None` if there is nothing.

        What was remembered of it is not read again, but for its last event, and what was recorded since.
        """
        known = self._known.get(stream)
        if known is not None:
            read = [recorded_of(row) for row in self.rows.read_stream(stream, known.version)]
            # Another log may stand here meanwhile: a backup was restored, or a standby promoted.
            is_same = bool(read) and read[0].leaf == known.recorded[-1].leaf
            if is_same and not any(isinstance(recorded.fact, BodyBlanked) for recorded in read[1:]):
                for recorded in read[1:]:
                    known = known.after(recorded)
                return known
        try:
            subject = self.repository.get(stream, projector_func=_subject)
        except AggregateNotFoundError:
            return None
        if not self.database.is_writing:
            self.remember({stream: subject})
        return subject

    def remember(self, subjects: Mapping[UUID, Subject]) -> None:
        """Keep subjects at hand that are as they were committed, so that they need not be read again."""
        with self._knowing:
            for stream, subject in subjects.items():
                self._known[stream] = subject
                self._known.move_to_end(stream)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def append(self, *said: Said, accept_clock: bool = False) -> list[Recorded]:
        """Append facts, all or none, and return them as recorded.

        Raises:
            ConflictError: If another writer has the place in the stream; nothing was recorded.
        """
        try:
            recordings = self.save(*said, accept_clock=accept_clock)
        except RecordConflictError as error:
            raise ConflictError("somebody recorded about the same subject meanwhile; try again") from error
        return [cast(Recorded, recording.domain_event) for recording in recordings]
