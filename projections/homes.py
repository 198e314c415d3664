"""Which programme a benefit, milestone or project belongs to: that of its project, wherever that was moved.

A month belongs to the programme its project was in on the month's last day. So what has moved stands on the page of
every programme it has been in, each with its own months, and no programme's past changes when a project leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from benefits.events import BenefitIdentified, MilestonePlanned, ProjectOpened, ProjectRehomed, SubjectFact
from benefits.stream import Dated, Subject
from projections.timeline import Fold, Kept, PeriodOf, Timeline

S = TypeVar("S")
Find = Callable[[str], Subject | None]
"""Gives a subject by reference."""


class Home(NamedTuple):
    """A programme, from a day on; `event` moved it there, and is 0 for the first; perhaps on an assumption."""

    since: date
    programme: str
    event: int
    assumed: str | None = None


Homes = tuple[Home, ...]
"""Earliest first; the first is from the beginning of time. Empty for what belongs to no one programme."""


def homes_of(subject: Subject, find: Find) -> Homes:
    """Return the programmes a subject belongs to, one after the other; empty if it is not of a kind that moves."""
    match subject.opened:
        case (
            BenefitIdentified(project=project, programme=programme)
            | MilestonePlanned(project=project, programme=programme)
        ):
            return _of_project(subject, project, programme, find)
        case ProjectOpened(within=str() as within, programme=programme):
            return _of_project(subject, within, programme, find)
        case ProjectOpened(programme=programme):
            return _moved(subject.facts, programme)
        case _:
            return ()


def _of_project(part: Subject, project: str | None, programme: str, find: Find) -> Homes:
    """Return where a project has been since a part of it began: what came after a move has not moved."""
    there = find(project) if project is not None else None
    homes = homes_of(there, find) if there is not None else ()
    if not homes:
        return (Home(date.min, programme, 0),)
    before = until(homes, part.facts[0].effective_on)
    return (Home(date.min, before[-1].programme, 0), *homes[len(before) :])


def _moved(facts: Sequence[Dated], programme: str) -> Homes:
    homes = [Home(date.min, programme, 0)]
    for dated in facts:
        if isinstance(dated.fact, ProjectRehomed):
            if homes[-1].since == dated.effective_on:
                homes.pop()
            if not homes or homes[-1].programme != dated.fact.programme:
                homes.append(Home(dated.effective_on, dated.fact.programme, dated.stated_at, dated.fact.assumed))
    return tuple(homes)


def project_of(opened: SubjectFact | None) -> str | None:
    """Return the project a subject is a part of, by the words that opened it; `None` if of none."""
    match opened:
        case BenefitIdentified(project=project) | MilestonePlanned(project=project) | ProjectOpened(within=project):
            return project
        case _:
            return None


def until(homes: Homes, on: date) -> Homes:
    """Return the homes a subject has had by a day."""
    return tuple(home for home in homes if home.since <= on)


def home_on(homes: Homes, on: date) -> str:
    """Return the programme a subject belongs to on a day."""
    return until(homes, on)[-1].programme


def placed(kept: Kept, homes: Homes) -> Kept:
    """Return what is kept of a state, with the programmes it has been in."""
    if not homes:
        return kept
    moved = [{"programme": one.programme, "since": _since(one)} for one in homes] if len(homes) > 1 else None
    fields = kept.fields | {"programme": homes[-1].programme, "homes": moved}
    unsure = [one.assumed for one in homes if one.assumed]
    if unsure:
        fields["assumed"] = {**fields["assumed"], "programme": unsure[-1]}
    programmes = (homes[0].programme,) if len(homes) == 1 else tuple(dict.fromkeys(one.programme for one in homes))
    return Kept(programmes, kept.parent, fields, kept.within)


def _since(home: Home) -> str | None:
    return None if home.since == date.min else home.since.isoformat()


@dataclass(frozen=True, slots=True)
class Piece(Generic[S]):
    """A state, from when until when it is so in the same programmes, and the event that began it."""

    valid_from: date
    valid_to: date
    stated_at: int
    state: S
    homes: Homes


def pieces(periods: Sequence[PeriodOf[S]], homes: Homes) -> Iterator[Piece[S]]:
    """Yield a subject's states, cut where it moved."""
    for period in periods:
        start, stated_at = period.valid_from, period.stated_at
        for move in homes:
            if period.valid_from < move.since < period.valid_to:
                yield Piece(start, move.since, stated_at, period.state, until(homes, start))
                start, stated_at = move.since, move.event
        yield Piece(start, period.valid_to, stated_at, period.state, until(homes, start))


class Step(NamedTuple):
    """What is kept of a subject after a fact of its own, or after it moved; a move comes first on its day."""

    day: date
    order: int
    event: int
    kept: Kept


def steps(fold: Fold[Any], subject: Subject, homes: Homes, more: Iterable[tuple[date, int]] = ()) -> list[Step]:
    """Return each fact of a subject, and each move, with what is so after it, in the order in which they are true.

    Args:
        fold: How its kind is folded.
        subject: Whose.
        homes: Where it belonged.
        more: Other days on which something changes for it, each with the event that did it.
    """
    own = list(Timeline(fold, subject).steps())
    found = [
        Step(
            dated.effective_on,
            dated.position,
            dated.stated_at,
            placed(fold.keep(state), until(homes, dated.effective_on)),
        )
        for dated, state in own
    ]
    for day, event in dict([*more, *((move.since, move.event) for move in homes)]).items():
        before = [state for dated, state in own if dated.effective_on < day]
        if before:
            found.append(Step(day, 0, event, placed(fold.keep(before[-1]), until(homes, day))))
    return sorted(found, key=lambda step: (step.day, step.order))
