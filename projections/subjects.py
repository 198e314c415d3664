"""Subjects as they were known at a position of the log, read from the log itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from benefits import BenefitsRegister
from benefits.errors import NotFoundError
from benefits.store import recorded_of
from benefits.stream import Recorded, Subject
from projections.states import FOLDS
from projections.timeline import periods


class Subjects:
    """Subjects as known at a position, each read once."""

    def __init__(self, register: BenefitsRegister, position: int) -> None:
        self._register = register
        self._read: dict[UUID, Subject | None] = {}
        self.position = position

    def of(self, streams: Collection[UUID]) -> list[Subject]:
        """Return the subjects of some streams in the order in which they came on record; without those not there."""
        self._fetch(streams)
        found = [subject for stream in streams if (subject := self._read[stream]) is not None]
        return sorted(found, key=lambda subject: subject.opening.position)

    def named(self, name: str) -> Subject | None:
        """Return the subject of a reference; `None` if it was not on record."""
        stream = self._register.stream_id(name)
        self._fetch([stream])
        return self._read[stream]

    def find(self, name: str) -> Subject:
        """Return the subject of a reference.

        Raises:
            NotFoundError: If it was not on record.
        """
        subject = self.named(name)
        if subject is None:
            raise NotFoundError(f"there was no {name} on record at event {self.position}", subject=name)
        return subject

    def naming(self, name: str) -> list[Subject]:
        """Return the subjects in whose events a reference stands; the whole log is looked at."""
        return self.of(self._register.log.streams_naming(name))

    def _fetch(self, streams: Collection[UUID]) -> None:
        wanted = set(streams) - self._read.keys()
        if not wanted:
            return
        events: dict[UUID, list[Recorded]] = {}
        for row in self._register.log.read_streams(wanted, upto=self.position):
            events.setdefault(row.originator_id, []).append(recorded_of(row))
        for stream in wanted:
            self._read[stream] = Subject(stream, tuple(events[stream])) if stream in events else None


def state_on(subject: Subject, on: date) -> Mapping[str, Any] | None:
    """Return what is so of a subject on a day, as JSON values; `None` before its first fact."""
    fold = FOLDS[subject.kind]
    found = (period.state for period in periods(fold, subject) if period.valid_from <= on < period.valid_to)
    state = next(found, None)
    return None if state is None else fold.keep(state).fields


def title_of(subject: Subject) -> str | None:
    """Return a subject's title in its present words; `None` if it has none, or it was erased or withdrawn."""
    return getattr(subject.opened, "title", None)
