"""The guards that were set aside: each override in the log, and whether it still stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from benefits.events import Blanked, FactCorrected
from benefits.store import EventRow, Log, instant_of, recorded_of
from benefits.stream import Dated, Recorded, Subject
from projections.answers import Answer, Instant, Row
from projections.explain import words_of
from projections.subjects import Subjects

PAGE: Final = 2_000

_SAYS_ONE: Final = b'"overrides":'


class OverrideOnRecord(Row):
    """A guard that was set aside to record a fact, or its correction."""

    position: int = Field(description="The event that set it aside.")
    recorded_at: Instant = Field(description="When that was recorded.")
    effective_on: date = Field(description="The day from which that event is true.")
    actor: str = Field(description="The post that recorded it, perhaps with a person's reference.")
    type: str = Field(description="The event's type.")
    reference: str = Field(description="The subject it is about.")
    corrects: int | None = Field(description="The event it corrects.")
    rule: str = Field(description="The rule that was set aside.")
    reason: str = Field(description="Why.")
    authority: str | None = Field(description="On what authority, if that was said.")
    standing: bool = Field(description="Whether it still stands: false once a correction or withdrawal cleared it.")


class Overrides(Answer):
    """Every guard that was set aside, for the auditor, in the order of recording.

    A correction that goes on needing the same override does not set the guard aside again: it is listed once.
    """

    reference: str | None = Field(description="The subject asked for, with all that belongs to it; null for all.")
    overrides: list[OverrideOnRecord] = Field(description="The overrides, in the order of recording.")


class _SetAside(NamedTuple):
    """What is set aside for a fact, whichever of its words say so."""

    fact: int
    rule: str
    reason: str
    authority: str | None


def overrides(
    log: Log, known: Subjects, streams: Collection[UUID] | None, on: date | None = None
) -> list[OverrideOnRecord]:
    """Return the guards set aside in events known at a position.

    Args:
        log: The log.
        known: The subjects as known at that position.
        streams: Only those of these streams; `None` looks at the whole log, page by page.
        on: Only events that are true by this day; whether one stands does not hang on it.
    """
    said = [recorded_of(row) for row in _rows(log, streams, known.position) if row.body and _SAYS_ONE in row.body]
    subjects = {subject.id: subject for subject in known.of({recorded.originator_id for recorded in said})}
    found: list[tuple[_SetAside, Recorded]] = []
    for recorded in said:
        before = _words_before(recorded, subjects[recorded.originator_id])
        found += [(one, recorded) for one in _said_by(recorded) if one not in before]
    last = {one: recorded.position for one, recorded in found}
    return [
        _on_record(
            one,
            recorded,
            subjects[recorded.originator_id],
            # What was cleared and then set aside again stands by the later event.
            latest=last[one] == recorded.position,
        )
        for one, recorded in found
        if on is None or recorded.effective_on <= on
    ]


def _rows(log: Log, streams: Collection[UUID] | None, position: int) -> Iterator[EventRow]:
    if streams is not None:
        yield from log.read_streams(streams, upto=position)
        return
    after = 0
    while page := log.read(after=after, limit=PAGE, upto=position):
        yield from page
        after = page[-1].position


def _said_by(recorded: Recorded) -> list[_SetAside]:
    """Return what an event sets aside; for a correction, what its replacement does."""
    fact = recorded.fact.corrects if isinstance(recorded.fact, FactCorrected) else recorded.position
    return [_set_aside(fact, one) for one in words_of(recorded).get("overrides") or ()]


def _set_aside(fact: int, words: dict[str, Any]) -> _SetAside:
    return _SetAside(fact, words["rule"], words["reason"], words.get("authority"))


def _standing(dated: Dated | None) -> set[_SetAside]:
    """Return what is set aside for a fact as its words now are; nothing if it is gone."""
    if dated is None or isinstance(dated.fact, Blanked):
        return set()
    return {_SetAside(dated.position, one.rule, one.reason, one.authority) for one in dated.fact.overrides or ()}


def _words_before(recorded: Recorded, subject: Subject) -> set[_SetAside]:
    """Return what was set aside for the fact that an event corrects, until then."""
    if not isinstance(recorded.fact, FactCorrected):
        return set()
    earlier = tuple(one for one in subject.recorded if one.position < recorded.position)
    return _standing(Subject(subject.id, earlier).dated(recorded.fact.corrects))


def _on_record(one: _SetAside, recorded: Recorded, subject: Subject, *, latest: bool) -> OverrideOnRecord:
    return OverrideOnRecord(
        position=recorded.position,
        recorded_at=instant_of(recorded.recorded_us),
        effective_on=recorded.effective_on,
        actor=recorded.actor,
        type=recorded.type_name,
        reference=subject.reference,
        corrects=one.fact if isinstance(recorded.fact, FactCorrected) else None,
        rule=one.rule,
        reason=one.reason,
        authority=one.authority,
        standing=latest and one in _standing(subject.dated(one.fact)),
    )
