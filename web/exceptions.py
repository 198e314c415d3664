"""What a board looks at first: what is late, short, challenged or owned by nobody, read off its own answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benefits.values import MONEY_UNIT
from projections.answers import Board
from web.money import plain, pounds


class Exceptional(NamedTuple):
    """Something a board looks at first."""

    sort: str
    """late, short, challenged, not-identified, set-aside or unowned."""
    reference: str
    title: str | None
    what: str


def exceptions_of(board: Board) -> list[Exceptional]:
    """Return what stands out on a board, the most pressing sort first; each sort in the board's own order."""
    return [
        *_late(board),
        *_challenged(board),
        *_short(board),
        *_to_be_identified(board),
        *_set_aside(board),
        *_unowned(board),
    ]


def _late(board: Board) -> Iterator[Exceptional]:
    for one in board.milestones:
        if one.state == "late":
            expected = f", now expected {one.forecast}" if one.forecast and one.forecast != one.baseline else ""
            due = f"due {one.baseline}" if one.baseline else "late"
            yield Exceptional("late", one.reference, one.title, f"Not reached: {due}{expected}")


def _challenged(board: Board) -> Iterator[Exceptional]:
    for one in board.benefits:
        if one.challenged:
            what = f"{pounds(one.challenged)} of what is claimed is challenged"
            yield Exceptional("challenged", one.reference, one.title, what)


def _short(board: Board) -> Iterator[Exceptional]:
    for one in board.benefits:
        due, claimed = one.target_to_date, one.claimed
        if due and claimed is not None and one.unit == MONEY_UNIT and 0 <= claimed < due:
            what = f"{pounds(claimed)} is claimed of {pounds(due)} due by then"
            yield Exceptional("short", one.reference, one.title, what)


def _to_be_identified(board: Board) -> Iterator[Exceptional]:
    for one in board.programmes:
        if one.to_be_identified is not None and one.to_be_identified > 0:
            what = f"{pounds(one.to_be_identified)} of its target of {pounds(one.target)} is not identified yet"
            yield Exceptional("not-identified", one.reference, one.title, what)


def _set_aside(board: Board) -> Iterator[Exceptional]:
    for one in board.decisions:
        if one.overrides:
            what = f"Recorded by setting a rule aside: {', '.join(map(plain, one.overrides))}"
            yield Exceptional("set-aside", one.reference, one.title, what)


def _unowned(board: Board) -> Iterator[Exceptional]:
    for one in board.benefits:
        if one.owner is None and one.merged_into is None:
            yield Exceptional("unowned", one.reference, one.title, "No post owns it")
