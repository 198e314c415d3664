"""A subject's facts in their places on the two clocks, corrections already applied.

Folds see facts in the order in which they are true, never facts about facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
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
        return tuple(in_place(self.recorded))

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
            return "(store)"
        return str(getattr(self.opening.fact, "reference", self.id))

    def without(self, position: int) -> Subject:
        """Return the subject as if the fact at a position had never been recorded."""
        return Subject(self.id, (*self.recorded, _withdrawal_of(position, self.recorded[-1])))

    def dated(self, position: int) -> Dated | None:
        """Return the fact recorded at a position, in its place; `None` if it is not there."""
        return next((dated for dated in self.facts if dated.position == position), None)


def _withdrawal_of(position: int, last: Recorded) -> Recorded:
    return replace(last, position=last.position + 1, fact=FactWithdrawn(corrects=position, reason="left out"))


def in_place(recorded: Iterable[Recorded]) -> Sequence[Dated]:
    """Return a subject's facts in the order in which they are true, the latest correction in the original's place.

    Ties keep the order of first recording. A withdrawn fact is not there. A fact whose correction was
    erased is unknown, never the fact it had replaced.
    """
    placed: dict[int, Dated] = {}
    for event in recorded:
        match event.fact:
            case FactCorrected() as correction:
                if original := placed.get(correction.corrects):
                    placed[correction.corrects] = replace(
                        original,
                        stated_at=event.position,
                        stated_by=event.actor,
                        stated_us=event.recorded_us,
                        stated_account=event.account,
                        effective_on=event.effective_on,
                        fact=_replacement(correction),
                    )
            case FactWithdrawn() as withdrawal:
                placed.pop(withdrawal.corrects, None)
            case BodyBlanked() as blanking:
                erased = placed.get(blanking.corrects) if blanking.corrects is not None else None
                if erased is not None and erased.stated_at <= blanking.blanks:
                    placed[erased.position] = replace(erased, fact=Blanked(erased.fact.type_name))
            case Blanked(type_name=type_name) if type_name in _ABOUT_FACTS:
                pass
            case fact:
                placed[event.position] = Dated(
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
                )
    return sorted(placed.values(), key=lambda dated: (dated.effective_on, dated.position))


_ABOUT_FACTS = frozenset({FactCorrected.type_name, FactWithdrawn.type_name, BodyBlanked.type_name})


def _replacement(correction: FactCorrected) -> SubjectFact:
    model = REGISTRY.get(correction.fact_type)
    if model is None or model.type_name in _ABOUT_FACTS:
        raise UnknownEventTypeError(f"a correction holds a fact of type {correction.fact_type!r}, which is not one")
    fact = read_words(model, correction.fact_version, correction.fact)
    assert not isinstance(fact, FactCorrected | FactWithdrawn | BodyBlanked)
    return fact
