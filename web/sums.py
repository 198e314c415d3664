"""What has to be known to read what some plans cost and how they are funded, in words."""

from __future__ import annotations

from typing import Final

from projections.funding import Funding

NO_INVESTMENT: Final = (
    "No investment is recorded: there is no plan of what it costs, so savings cannot be held against a cost."
)


def sums_note(found: Funding) -> str | None:
    """Return what has to be known to read the sums of some plans; `None` if nothing has."""
    there = {one.reference for one in found.plans}
    said = [
        f"{one.reference} says again what is in {one.restates}, so the sum of all has {one.restates} only."
        for one in found.plans
        if one.restates in there
    ]
    unknown = [one.reference for one in found.plans if one.gap is None and one.planned_cost is not None]
    if unknown:
        said.append(f"No funding of {' or '.join(unknown)} is printed: its gap is not known, and stands as a dash.")
    if unknown and found.gap is not None and len(there) > 1:
        said.append("The gap of all is what all cost, less all funding that is printed.")
    return " ".join(said) or None
