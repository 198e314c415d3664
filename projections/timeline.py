"""A subject's states over business time: one fold over its facts, however they arrive.

A timeline takes events in the order of recording. A fact at the end is one step; a fact in the past, a correction or a
withdrawal folds again from there. The answer is always that of folding everything anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, TypeVar

from benefits.events import Blanked, SubjectFact
from benefits.stream import Change, Dated, Placing, Recorded, Subject, order
from projections.bounds import FOREVER

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


class Step(NamedTuple):
    """What an event did to a timeline."""

    change: Change | None
    since: date | None
    """The first day on which a period may be another; `None` if none is."""
    is_of_whole: bool
    """Whether it changed the words that opened the subject, or its first day, on which everything else may rest."""


class _Start(NamedTuple, Generic[S]):
    """Where a period begins."""

    day: date
    stated_at: int
    state: S


_day: Final = attrgetter("day")


class Timeline(Generic[S]):
    """The states of one subject after each of its facts, in the order in which they are true."""

    def __init__(self, fold: Fold[S], subject: Subject) -> None:
        self._fold = fold
        self._id = subject.id
        self._recorded = list(subject.recorded)
        self._placing = Placing(subject.recorded)
        self._subject: Subject | None = None
        self._states: list[S] = []
        self._starts: list[_Start[S]] = []
        self._fold_from(date.min)

    @property
    def subject(self) -> Subject:
        """The subject, with every event taken so far."""
        if self._subject is None:
            self._subject = Subject.placed(self._id, self._recorded, self._placing.facts)
        return self._subject

    @property
    def facts(self) -> Sequence[Dated]:
        """The facts, in the order in which they are true."""
        return self._placing.facts

    @property
    def opened(self) -> SubjectFact | None:
        """The words of the opening fact as they stand now; `None` if they were erased or withdrawn."""
        dated = self._placing.at(self._recorded[0].position)
        return None if dated is None or isinstance(dated.fact, Blanked) else dated.fact

    def add(self, recorded: Recorded) -> Step:
        """Take the next event of the subject."""
        self._recorded.append(recorded)
        self._subject = None
        first = self._first_day
        change = self._placing.take(recorded)
        if change is None:
            return Step(None, None, is_of_whole=False)
        opening = self._recorded[0].position
        is_of_opening = any(dated is not None and dated.position == opening for dated in change)
        if not is_of_opening and self._is_idle(change):
            return Step(change, None, self._first_day != first)
        # A subject has its name from its earliest fact on, so its opening words are in every state.
        since = self._fold_from(date.min if is_of_opening else change.since)
        return Step(change, since, is_of_opening or self._first_day != first)

    def _is_idle(self, change: Change) -> bool:
        """Take a fact that changes no state, wherever it stands, as claims are; tell whether it was one.

        It may not be the first, nor follow another of its day: that day's last fact is the one that a period names.
        """
        before, after = change
        if after is None or (before is not None and before.effective_on != after.effective_on):
            return False
        facts = self._placing.facts
        index = bisect_left(facts, order(after), key=order)
        if not index or facts[index - 1].effective_on == after.effective_on:
            return False
        state = self._states[index - 1]
        if (before is not None and self._states[index] is not state) or self._fold.step(state, after) is not state:
            return False
        if before is None:
            self._states.insert(index, state)
        return True

    @property
    def _first_day(self) -> date | None:
        facts = self._placing.facts
        return facts[0].effective_on if facts else None

    def _fold_from(self, day: date) -> date | None:
        """Fold again the facts of a day and those after it, and return the day; `None` if no period is another."""
        facts = self._placing.facts
        first = self._placing.index(day)
        del self._states[first:]
        state = self._states[-1] if self._states else self._fold.start(self.subject)
        for dated in facts[first:]:
            state = self._fold.step(state, dated)
            self._states.append(state)
        kept = bisect_left(self._starts, day, key=_day)
        before = self._starts[kept:]
        del self._starts[kept:]
        for index in range(first, len(facts)):
            dated = facts[index]
            if index + 1 < len(facts) and facts[index + 1].effective_on == dated.effective_on:
                continue  # Another fact of the same day follows.
            if not self._starts or self._starts[-1].state != self._states[index]:
                self._starts.append(_Start(dated.effective_on, dated.stated_at, self._states[index]))
        return None if self._starts[kept:] == before else day

    def periods(self, since: date = date.min) -> Sequence[PeriodOf[S]]:
        """Return the states, earliest first, each until the next; empty if nothing stands.

        Args:
            since: Leave out those that ended before.
        """
        first = max(bisect_left(self._starts, since, key=_day) - 1, 0)
        starts = self._starts[first:]
        ends = [*(start.day for start in starts[1:]), FOREVER]
        return [
            PeriodOf(start.day, end, start.stated_at, start.state) for start, end in zip(starts, ends, strict=False)
        ]

    def steps(self) -> Iterator[tuple[Dated, S]]:
        """Yield each fact with the state after it, in the order in which they are true."""
        return zip(self._placing.facts, self._states, strict=True)
