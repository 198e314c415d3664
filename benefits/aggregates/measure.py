"""Measures that are watched and are no benefit: defined, then read."""

from __future__ import annotations

from typing import assert_never

from benefits.aggregates.case import Case
from benefits.events import Blanked, MeasureDefined, MeasureFact, MeasureRead


def decide(fact: MeasureFact, case: Case) -> None:
    """Judge a fact about a measure: one reading a period."""
    match fact:
        case MeasureDefined():
            return
        case MeasureRead():
            one_reading_a_period(fact, case)
        case _:
            assert_never(fact)


def one_reading_a_period(fact: MeasureRead, case: Case) -> None:
    """Refuse a second reading of one period.

    Raises:
        RuleError: If the period is already read; correct that reading instead.
    """
    for dated in case.known().facts:
        match dated.fact:
            case MeasureRead(period=period) if period.overlaps(fact.period):
                raise case.refuse(
                    "one-reading-a-period",
                    f"{case.known().reference} was already read for {period} (event {dated.position}); "
                    "correct that one",
                )
            case Blanked():
                pass
            case _:
                pass
