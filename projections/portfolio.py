"""A portfolio: its programmes side by side, what may be added, and what its plans cost, each plan once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from benefits.store import Snapshot
from projections import board, funding
from projections.answers import Answer, ProgrammeOnBoard, Restated, Row, TotalOnBoard
from projections.funding import FundingSum
from projections.ground import StateRow, states


class ProgrammeInPortfolio(Row):
    """A programme's line. Its figures are its own, without those of the programmes within it, which have lines too."""

    programme: ProgrammeOnBoard = Field(description="Its headline.")
    benefits: int = Field(description="How many benefits it has, or had.")
    milestones: int = Field(description="How many milestones it has, or had.")
    milestones_late: int = Field(description="How many of those are late.")
    milestones_reached: int = Field(description="How many of those are reached.")
    decisions: int = Field(description="How many decisions concern it.")
    totals: list[TotalOnBoard] = Field(description="Its totals, by release, kind and fund.")


class Portfolio(Answer):
    """A portfolio: the totals are the sums of its programmes' own, release by release, kind by kind, fund by fund."""

    reference: str = Field(description="The portfolio.")
    title: str | None = Field(description="Its name.")
    authority: str | None = Field(description="The authority it belongs to.")
    programmes: list[ProgrammeInPortfolio] = Field(description="A line a programme, by reference.")
    totals: list[TotalOnBoard] = Field(description="Sums of what may be added; the rows are never added together.")
    funding: FundingSum | None = Field(description="What its plans cost, each counted once; null without a plan.")
    restated: list[Restated] | None = Field(
        description="What records since then changed in this answer; null when asked by token."
    )


def line(connection: Snapshot, row: StateRow, on: date, position: int) -> ProgrammeInPortfolio:
    """Return a programme's line."""
    rows = states(connection, [row.reference], on, position)
    benefits = board.benefits(connection, [row.reference], on, position, rows)
    milestones = [board.milestone(one, on).state for one in rows if one.kind == "milestone"]
    return ProgrammeInPortfolio(
        programme=board.programme(row, benefits),
        benefits=len(benefits),
        milestones=len(milestones),
        milestones_late=milestones.count("late"),
        milestones_reached=milestones.count("reached"),
        decisions=sum(one.kind == "decision" and bool(one.state["body"]) for one in rows),
        totals=board.totals(benefits),
    )


def funding_of(
    connection: Snapshot, reference: str, title: str | None, programmes: Sequence[str], on: date, position: int
) -> FundingSum | None:
    """Return what the plans of some programmes cost, each once; `None` without a plan."""
    rows = funding.plans(connection, programmes, on, position)
    return FundingSum(**funding.sums(reference, title, rows)) if rows else None


def lines(
    connection: Snapshot, programmes: Sequence[str], on: date, position: int
) -> tuple[list[ProgrammeInPortfolio], list[TotalOnBoard]]:
    """Return the lines of some programmes, and the totals over all of them."""
    rows = states(connection, programmes, on, position, "programme")
    totals = board.totals(board.benefits(connection, programmes, on, position))
    return [line(connection, row, on, position) for row in rows], totals
