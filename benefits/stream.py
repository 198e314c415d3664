"""A subject's facts in their places on the two clocks, corrections already applied.

Folds see facts in the order in which they are true, never facts about facts.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, NamedTuple, Self, TypeVar
from uuid import UUID

from benefits.errors import UnknownEventTypeError
from benefits.events import (
    REGISTRY,
    AnyFact,
    Blanked,
    BodyBlanked,
    FactCorrected,
    FactWithdrawn,
    SubjectFact,
    read_words,
)
from benefits.parts import Kind

V = TypeVar("V")

STORE: Final = "(store)"
"""What stands where the store itself would have a reference, in the event that opens it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as the log holds it: its header, and the fact its body says."""

    originator_id: UUID
    originator_version: int
    position: int
    type_name: str
    recorded_us: int
    effective_on: date
    actor: str
    account: str
    command_id: str
    leaf: bytes
    fact: AnyFact | Blanked


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact about a subject, in its place: true from `effective_on`, in the order of `position`.

    `position` is that of the event first recorded; `stated_at` that of the event whose words stand,
    which differs once it has been corrected. `actor` recorded the first at `recorded_us`, and `stated_by` the latter
    at `stated_us`.
    """

    position: int
    stated_at: int
    effective_on: date
    actor: str
    account: str
    command_id: str
    recorded_us: int
    stated_by: str
    stated_us: int
    stated_account: str
    fact: SubjectFact | Blanked


@dataclass(frozen=True)
class Subject:
    """Everything on record about one subject."""

    id: UUID
    recorded: tuple[Recorded, ...] = field(default=())

    @classmethod
    def placed(cls, stream: UUID, recorded: Sequence[Recorded], facts: Sequence[Dated]) -> Subject:
        """Return the subject of some events whose facts are in their places already."""
        subject = cls(stream, tuple(recorded))
        subject.__dict__["facts"] = tuple(facts)
        return subject

    @property
    def version(self) -> int:
        """How many events it has."""
        return self.recorded[-1].originator_version

    @property
    def opening(self) -> Recorded:
        """The event that brought it on record."""
        return self.recorded[0]

    @property
    def kind(self) -> Kind:
        """What it is: programme, benefit, decision, ..."""
        kind = REGISTRY[self.opening.type_name].opens
        assert kind is not None, f"event {self.opening.position} opens nothing"
        return kind

    @cached_property
    def facts(self) -> tuple[Dated, ...]:
        """The facts in place, in the order in which they are true."""
        return tuple(Placing(self.recorded).facts)

    @cached_property
    def opened(self) -> SubjectFact | None:
        """The words of the opening fact as they stand now; `None` if they were erased or withdrawn."""
        for dated in self.facts:
            if dated.position == self.opening.position:
                return None if isinstance(dated.fact, Blanked) else dated.fact
        return None

    @property
    def reference(self) -> str:
        """Its reference as first written; its id if the opening was erased. The store has none, and says so."""
        if self.kind == "store":
            return STORE
        return str(getattr(self.opening.fact, "reference", self.id))

    def after(self, event: Recorded) -> Subject:
        """Return the subject once one more event is recorded of it."""
        placing = Placing.of(self.facts)
        placing.take(event)
        return Subject.placed(self.id, (*self.recorded, event), placing.facts)

    def without(self, position: int) -> Subject:
        """Return the subject as if the fact at a position had never been recorded."""
        return self.after(_withdrawal_of(position, self.recorded[-1]))

    def once(self, work: Callable[[Subject], V]) -> V:
        """Return what something works out of it, worked out once for as long as this subject is at hand."""
        if work not in self._worked_out:
            self._worked_out[work] = work(self)
        found: V = self._worked_out[work]
        return found

    @cached_property
    def _worked_out(self) -> dict[Callable[[Subject], Any], Any]:
        return {}

    def dated(self, position: int) -> Dated | None:
        """Return the fact recorded at a position, in its place; `None` if it is not there."""
        return next((dated for dated in self.facts if dated.position == position), None)


def _withdrawal_of(position: int, last: Recorded) -> Recorded:
    return replace(last, position=last.position + 1, fact=FactWithdrawn(corrects=position, reason="left out"))


class Change(NamedTuple):
    """What an event did to a subject's facts: one came, went, or was put in another's place."""

    before: Dated | None
    after: Dated | None

    @property
    def since(self) -> date:
        """The first day of which something else may be true now."""
        return min(dated.effective_on for dated in self if dated is not None)


class Placing:
    """A subject's facts in the order in which they are true, the latest correction in the original's place.

    It takes events as they are recorded, each at the cost of what it changes. Ties keep the order of first recording.
    A withdrawn fact is not there. A fact whose correction was erased is unknown, never the fact it had replaced.
    """

    def __init__(self, recorded: Iterable[Recorded] = ()) -> None:
        self.facts: list[Dated] = []
        self._placed: dict[int, Dated] = {}
        for event in recorded:
            self.take(event)

    @classmethod
    def of(cls, facts: Iterable[Dated]) -> Self:
        """Return facts that are in their places, to take further events."""
        placing = cls()
        placing.facts = list(facts)
        placing._placed = {dated.position: dated for dated in placing.facts}
        return placing

    def take(self, event: Recorded) -> Change | None:
        """Take the next event, and return what it changes; `None` if it changes nothing."""
        match event.fact:
            case FactCorrected() as correction:
                original = self._placed.get(correction.corrects)
                if original is None:
                    return None
                after = replace(
                    original,
                    stated_at=event.position,
                    stated_by=event.actor,
                    stated_us=event.recorded_us,
                    stated_account=event.account,
                    effective_on=event.effective_on,
                    fact=_replacement(correction),
                )
                return self._put(original, after)
            case FactWithdrawn() as withdrawal:
                withdrawn = self._placed.get(withdrawal.corrects)
                return self._put(withdrawn, None) if withdrawn is not None else None
            case BodyBlanked() as blanking:
                erased = self._placed.get(blanking.corrects) if blanking.corrects is not None else None
                if erased is None or erased.stated_at > blanking.blanks:
                    return None
                return self._put(erased, replace(erased, fact=Blanked(erased.fact.type_name)))
            case Blanked(type_name=type_name) if type_name in _ABOUT_FACTS:
                return None
            case fact:
                return self._put(
                    None,
                    Dated(
                        event.position,
                        event.position,
                        event.effective_on,
                        event.actor,
                        event.account,
                        event.command_id,
                        event.recorded_us,
                        event.actor,
                        event.recorded_us,
                        event.account,
                        fact,
                    ),
                )

    def at(self, position: int) -> Dated | None:
        """Return the fact first recorded at a position; `None` if it is not there."""
        return self._placed.get(position)

    def index(self, on: date) -> int:
        """Return where the facts of a day, and of those after it, begin."""
        return bisect_left(self.facts, on, key=_day)

    def _put(self, before: Dated | None, after: Dated | None) -> Change:
        if before is not None:
            del self.facts[bisect_left(self.facts, order(before), key=order)]
            del self._placed[before.position]
        if after is not None:
            self._placed[after.position] = after
            if not self.facts or order(self.facts[-1]) < order(after):
                self.facts.append(after)
            else:
                insort(self.facts, after, key=order)
        return Change(before, after)


_day: Final = attrgetter("effective_on")
order: Final = attrgetter("effective_on", "position")
"""Gives the place of a fact among those of its subject."""

_ABOUT_FACTS = frozenset({FactCorrected.type_name, FactWithdrawn.type_name, BodyBlanked.type_name})


def _replacement(correction: FactCorrected) -> SubjectFact:
    model = REGISTRY.get(correction.fact_type)
    if model is None or model.type_name in _ABOUT_FACTS:
        raise UnknownEventTypeError(f"a correction holds a fact of type {correction.fact_type!r}, which is not one")
    fact = read_words(model, correction.fact_version, correction.fact)
    assert not isinstance(fact, FactCorrected | FactWithdrawn | BodyBlanked)
    return fact
