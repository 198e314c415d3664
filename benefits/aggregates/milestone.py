"""Milestones: planned, reforecast, reached once."""

from __future__ import annotations

from typing import assert_never

from benefits.aggregates.case import Case
from benefits.aggregates.project import belongs
from benefits.events import MilestoneFact, MilestonePlanned, MilestoneReached, MilestoneReforecast


def decide(fact: MilestoneFact, case: Case) -> None:
    """Judge a fact about a milestone."""
    match fact:
        case MilestonePlanned():
            belongs(case, fact.project, fact.programme)
        case MilestoneReforecast():
            return
        case MilestoneReached():
            subject = case.known()
            for dated in subject.facts:
                if isinstance(dated.fact, MilestoneReached):
                    raise case.refuse(
                        "reached-once",
                        f"{subject.reference} was already reached on {dated.fact.dated or dated.effective_on} "
                        f"(event {dated.position}); correct that event instead",
                    )
        case _:
            assert_never(fact)
