"""Projects and workstreams: which programme they belong to, on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from benefits.aggregates.case import Case, until
from benefits.aggregates.structure import authority_of, ends_a_role, stage_is_listed
from benefits.events import (
    ProjectFact,
    ProjectOpened,
    ProjectRehomed,
    ProjectStageEntered,
    RoleAssigned,
    RoleEnded,
    StageReviewed,
)
from benefits.stream import Subject


def programme_of(project: Subject, on: date, find: Callable[[str], Subject]) -> str | None:
    """Return the programme a project belongs to on a day, with the project it is a part of; `None` if erased."""
    opened = project.opened
    if not isinstance(opened, ProjectOpened):
        return None
    if opened.within is not None:
        return programme_of(find(opened.within), on, find)
    moves = [dated.fact for dated in until(project.facts, on) if isinstance(dated.fact, ProjectRehomed)]
    return moves[-1].programme if moves else opened.programme


def belongs(case: Case, project: str | None, programme: str) -> None:
    """Refuse what is said to belong to a project of another programme.

    Raises:
        RuleError: If the project belongs to another programme on that day.
    """
    if project is None:
        return
    home = programme_of(case.find(project), case.on, case.find)
    if home is not None and home != programme:
        raise case.refuse(
            "project-in-programme",
            f"{project} belongs to {home} on {case.on}, not to {programme}; name {home}, or another project",
        )


def decide(fact: ProjectFact, case: Case) -> None:
    """Judge a fact about a project."""
    match fact:
        case ProjectOpened():
            belongs(case, fact.within, fact.programme)
            _not_within_itself(fact, case)
            moves = (
                [dated for dated in case.subject.facts if isinstance(dated.fact, ProjectRehomed)]
                if case.subject
                else []
            )
            if fact.within is not None and moves:
                raise case.refuse(
                    "moves-with-its-project",
                    f"{fact.reference} moved by itself (event {moves[0].position}); withdraw that one first",
                )
        case ProjectStageEntered() | StageReviewed():
            home = programme_of(case.known(), case.on, case.find)
            if home is not None:
                stage_is_listed(fact.stage, case.find(home), case)
        case ProjectRehomed():
            _moves(fact, case)
        case RoleAssigned():
            return
        case RoleEnded():
            ends_a_role(fact, case)
        case _:
            assert_never(fact)


def _not_within_itself(fact: ProjectOpened, case: Case) -> None:
    above = fact.within
    while above is not None:
        if above.casefold() == fact.reference.casefold():
            raise case.refuse("not-within-itself", f"{fact.reference} would be a part of itself")
        opened = case.find(above).opened
        above = opened.within if isinstance(opened, ProjectOpened) else None


def _moves(fact: ProjectRehomed, case: Case) -> None:
    project = case.known()
    opened = project.opened
    if isinstance(opened, ProjectOpened) and opened.within is not None:
        raise case.refuse(
            "moves-with-its-project",
            f"{project.reference} is a part of {opened.within} and moves with it; re-home that",
        )
    home = programme_of(project, case.on, case.find)
    if home == fact.programme:
        raise case.refuse("moves-somewhere", f"{project.reference} belongs to {home} on {case.on} already")
    if home is not None and authority_of(case.find(home), case.find) != authority_of(
        case.find(fact.programme), case.find
    ):
        raise case.refuse(
            "same-authority", f"{home} and {fact.programme} are of different authorities; nothing moves between them"
        )
