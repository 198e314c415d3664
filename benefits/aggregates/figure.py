"""Printed figures: what each claims to be."""

from __future__ import annotations

from typing import Final, assert_never

from benefits.aggregates.case import Case
from benefits.events import FigureFact, FigureQuoted

BENEFIT_FIGURES: Final = (
    "claimed",
    "verified",
    "measured_only",
    "claimed_only",
    "challenged",
    "target",
    "original_target",
    "target_to_date",
    "forecast",
    "forecast_to_date",
    "in_budget",
)
"""The figures of a benefit, programme or portfolio that can be recomputed."""

PLAN_FIGURES: Final = (
    "planned_cost",
    "ongoing_cost",
    "one_off_cost",
    "available",
    "in_kind",
    "cash_available",
    "gap",
    "cash_gap",
    "surplus",
    "shortfall",
    "spend_profile",
    "spent",
    "posts",
    "years",
)
"""The figures of a funding plan that can be recomputed."""

_KINDS: Final = {
    "benefit": BENEFIT_FIGURES,
    "programme": BENEFIT_FIGURES,
    "portfolio": BENEFIT_FIGURES,
    "funding": PLAN_FIGURES,
}


def decide(fact: FigureFact, case: Case) -> None:
    """Judge a printed figure: what it claims to be must be something that can be recomputed."""
    match fact:
        case FigureQuoted():
            if fact.of is not None:
                kind = case.find(fact.of).kind
                known = _KINDS.get(kind, ())
                if fact.figure not in known:
                    raise case.refuse(
                        "figure-known",
                        f"{fact.of} has no figure {fact.figure}; it has {', '.join(known) or 'none'}",
                    )
                if (fact.lines or fact.part_of) and kind != "funding":
                    raise case.refuse("lines-of-a-plan", f"{fact.of} is no funding plan, and has no lines to choose")
            _against_another(fact, case)
        case _:
            assert_never(fact)


def _against_another(fact: FigureQuoted, case: Case) -> None:
    """Refuse a figure that would be held against itself, by way of others or not: they would confirm each other."""
    against = fact.against
    while against is not None:
        if against.casefold() == fact.reference.casefold():
            raise case.refuse("against-another", f"{fact.reference} would be held against itself; name another figure")
        opened = case.find(against).opened
        against = opened.against if isinstance(opened, FigureQuoted) else None
