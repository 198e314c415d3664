"""The register of benefits: every one of a portfolio, a programme or the store, filtered, with counts by facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import Field

from projections.answers import Answer, BenefitOnBoard, Row

FACETS: Final = (
    "programme",
    "project",
    "state",
    "release",
    "kind",
    "fund",
    "assurance",
    "owner",
    "category",
    "unit",
    "assumed",
)
"""By what a register can be filtered, and is counted."""

NONE: Final = "none"
"""The value of a facet for benefits that have none, such as those without an owner."""


class FacetCount(Row):
    """How many benefits have a value of a facet."""

    facet: str = Field(description="programme, project, state, release, kind, fund, assurance, owner, category, ...")
    value: str = Field(description="The value; none for benefits that have none; yes or no for assumed.")
    count: int = Field(description="How many benefits have it, under all filters but that of this facet.")


class Register(Answer):
    """Every benefit of a portfolio, a programme or the whole store, as far as the filters let it through.

    A facet counts what would be found if only its own filter were taken away, so that every value that could be
    asked for instead is there with what it would give. A benefit of several categories is counted in each of them.
    """

    reference: str | None = Field(description="The portfolio or programme asked for; null for the whole store.")
    filters: dict[str, str] = Field(description="What was filtered by: the values asked for, by facet.")
    benefits: list[BenefitOnBoard] = Field(description="A line a benefit, by reference.")
    facets: list[FacetCount] = Field(
        description="How many there are of each value, by facet; the most frequent value first."
    )


def found(benefits: Sequence[BenefitOnBoard], filters: Mapping[str, str]) -> list[BenefitOnBoard]:
    """Return the benefits that have every value asked for, in capitals or not."""
    return [benefit for benefit in benefits if all(_has(benefit, *one) for one in filters.items())]


def counted(benefits: Sequence[BenefitOnBoard], filters: Mapping[str, str]) -> list[FacetCount]:
    """Return how many benefits have each value of each facet, if only that facet's own filter were taken away."""
    return [one for facet in FACETS for one in _counted(benefits, facet, filters)]


def _counted(benefits: Sequence[BenefitOnBoard], facet: str, filters: Mapping[str, str]) -> Iterator[FacetCount]:
    others = {name: value for name, value in filters.items() if name != facet}
    counts = Counter(value for benefit in found(benefits, others) for value in _values(benefit, facet))
    for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        yield FacetCount(facet=facet, value=value, count=count)


def _has(benefit: BenefitOnBoard, facet: str, wanted: str) -> bool:
    return wanted.casefold() in {value.casefold() for value in _values(benefit, facet)}


def _values(benefit: BenefitOnBoard, facet: str) -> set[str]:
    """Return the values that a benefit has of a facet."""
    match facet:
        case "category":
            return set(benefit.categories) or {NONE}
        case "assumed":
            return {"yes" if benefit.assumed else "no"}
        case _:
            return {getattr(benefit, facet) or NONE}
