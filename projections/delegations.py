"""What a decision delegates: to whom, by when, and whether it was exercised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from benefits.terms import CARRIED
from benefits.values import GivenDate
from projections.answers import DelegationOnBoard


def delegations(said: Mapping[str, Any], on: date) -> list[DelegationOnBoard]:
    """Return what a decision delegates, from its state on a day; empty where nothing is recorded of that."""
    return [_delegation(said, one, on) for one in said["delegations"]]


def exercise_of(said: Mapping[str, Any], letter: str) -> Mapping[str, Any] | None:
    """Return how the delegation by a resolution was exercised, from its decision's state; `None` while it is open."""
    return of_letter(said["exercised"], letter)


def of_letter(parts: Iterable[Mapping[str, Any]], letter: str) -> Mapping[str, Any] | None:
    """Return the first part under a letter."""
    return next((one for one in parts if one["letter"].casefold() == letter.casefold()), None)


def is_overdue(due: GivenDate | None, outcome: str, on: date, *, is_exercised: bool) -> bool:
    """Tell whether what a resolution delegates was due before a day, and was not exercised by then."""
    return outcome in CARRIED and due is not None and due.day < on and not is_exercised


def _delegation(said: Mapping[str, Any], made: Mapping[str, Any], on: date) -> DelegationOnBoard:
    exercise = exercise_of(said, made["letter"])
    resolution = of_letter(said["resolutions"], made["letter"])
    due = GivenDate.of(made["due"]) if made["due"] is not None else None
    return DelegationOnBoard(
        letter=made["letter"],
        to=made["to"],
        is_joint=len(made["to"]) > 1,
        due=made["due"],
        exercised_on=None if exercise is None else exercise["on"],
        is_overdue=resolution is not None
        and is_overdue(due, resolution["outcome"], on, is_exercised=exercise is not None),
    )
