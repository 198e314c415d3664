"""A subject's states over business time: one fold over its facts, however they arrive.

A timeline takes events in the order of recording. A fact at the end is one step; a fact in the past,
a correction or a withdrawal folds again from there. The answer is always that of folding everything anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from benefits.stream import Dated, Recorded, Subject
from projections.tables import FOREVER

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Fold(Generic[S]):
    """How one kind of subject is folded: where it begins, one step, and what is kept of a state.

    `start` is given the subject's opening fact in its present words, so that a subject has its name from
    its earliest fact on, whenever it was opened.
    """

    start: Callable[[Subject], S]
    step: Callable[[S, Dated], S]
    keep: Callable[[S], Kept]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a state: the programmes it belongs to, its parent, its fields as JSON values.

    `within` is what it is a part of: a project, or a programme of programmes; empty if of nothing.
    """

    programmes: tuple[str, ...]
    parent: str
    fields: dict[str, Any]
    within: str = ""


@dataclass(frozen=True, slots=True)
class PeriodOf(Generic[S]):
    """A state, and from when until when it is so; `stated_at` is the event whose words began it."""

    valid_from: date
    valid_to: date
    stated_at: int
    state: S


def periods(fold: Fold[S], subject: Subject) -> Sequence[PeriodOf[S]]:
    """Return a subject's states, earliest first, each until the next; empty if nothing stands."""
    return Timeline(fold, subject).periods()


class Timeline(Generic[S]):
    """The states of one subject after each of its facts, in the order in which they are true."""

    def __init__(self, fold: Fold[S], subject: Subject) -> None:
        self._fold = fold
        self.subject = subject
        self._facts: Sequence[Dated] = ()
        self._states: list[S] = []
        self._refold(subject.facts)

    def add(self, recorded: Recorded) -> None:
        """Take the next event of the subject."""
        self.subject = Subject(self.subject.id, (*self.subject.recorded, recorded))
        self._refold(self.subject.facts)

    def _refold(self, facts: Sequence[Dated]) -> None:
        """Fold again from the first fact that is not as it was."""
        kept = 0
        opened_before = self._facts and self._opening(self._facts)
        if self._facts and opened_before == self._opening(facts):
            kept = next(
                (index for index, (old, new) in enumerate(zip(self._facts, facts, strict=False)) if old != new),
                min(len(self._facts), len(facts)),
            )
        self._facts = facts
        del self._states[kept:]
        state = self._states[-1] if self._states else self._fold.start(self.subject)
        for dated in facts[kept:]:
            state = self._fold.step(state, dated)
            self._states.append(state)

    def _opening(self, facts: Sequence[Dated]) -> Dated | None:
        return next((dated for dated in facts if dated.position == self.subject.opening.position), None)

    def periods(self) -> Sequence[PeriodOf[S]]:
        """Return the states, earliest first, each until the next; empty if nothing stands."""
        starts: list[tuple[date, int, S]] = []
        for index, dated in enumerate(self._facts):
            if index + 1 < len(self._facts) and self._facts[index + 1].effective_on == dated.effective_on:
                continue  # Another fact of the same day follows.
            state = self._states[index]
            if not starts or starts[-1][2] != state:
                starts.append((dated.effective_on, dated.stated_at, state))
        ends = [*(start for start, _, _ in starts[1:]), FOREVER]
        return [
            PeriodOf(start, end, stated_at, state) for (start, stated_at, state), end in zip(starts, ends, strict=False)
        ]

    def steps(self) -> Iterator[tuple[Dated, S]]:
        """Yield each fact with the state after it, in the order in which they are true."""
        return zip(self._facts, self._states, strict=True)
